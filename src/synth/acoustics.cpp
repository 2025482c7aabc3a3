#include "synth/acoustics.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mote::synth {

namespace {

constexpr double two_pi = 2 * std::numbers::pi;

void normalise(std::vector<float>& signal) {
    const double rms = root_mean_square(signal);
    if (rms > 0)
        for (float& x : signal) x = static_cast<float>(x / rms);
}

/// Pink noise: one-pole filtered white noises of equal power, an octave apart; their sum falls by about 3 dB an octave.
void make_pink(std::vector<float>& signal, double rate_hz, base::Random& random) {
    constexpr int octaves = 10;
    double state[octaves] = {}, pole[octaves], gain[octaves];
    for (int k = 0; k < octaves; ++k) {
        pole[k] = std::exp(-two_pi * rate_hz / 4 / std::exp2(k) / rate_hz);
        gain[k] = std::sqrt(1 - pole[k] * pole[k]);
    }
    for (float& x : signal) {
        double sum = 0;
        for (int k = 0; k < octaves; ++k) sum += state[k] = pole[k] * state[k] + gain[k] * random.normal();
        x = static_cast<float>(sum);
    }
}

void make_brown(std::vector<float>& signal, base::Random& random) {
    double state = 0;
    for (float& x : signal) x = static_cast<float>(state = 0.995 * state + random.normal());
}

void make_hum(std::vector<float>& signal, double rate_hz, base::Random& random) {
    const double mains_hz = random.chance(0.5) ? 50 : 60;
    double amplitude[8], phase[8];
    for (int k = 0; k < 8; ++k) amplitude[k] = random.uniform() / (1 + k), phase[k] = two_pi * random.uniform();
    for (std::size_t i = 0; i < signal.size(); ++i) {
        double sum = 0.05 * random.normal();
        for (int k = 0; k < 8; ++k)
            sum += amplitude[k] * std::sin(phase[k] + two_pi * mains_hz * (k + 1) * static_cast<double>(i) / rate_hz);
        signal[i] = static_cast<float>(sum);
    }
}

/// Short decaying ringing sounds at random times: dishes, keys, steps.
void make_clatter(std::vector<float>& signal, double rate_hz, base::Random& random) {
    for (float& x : signal) x = static_cast<float>(0.02 * random.normal());
    const std::size_t events = 1 + random.below(6 + signal.size() / static_cast<std::size_t>(rate_hz));
    for (std::size_t e = 0; e < events && !signal.empty(); ++e) {
        const std::size_t start = random.below(signal.size());
        const double ring_hz = random.uniform(200, 5000), decay_s = random.uniform(0.005, 0.12), level = random.uniform(0.3, 2);
        for (std::size_t i = start; i < signal.size(); ++i) {
            const double t = static_cast<double>(i - start) / rate_hz;
            if (t > 6 * decay_s) break;
            signal[i] += static_cast<float>(level * std::exp(-t / decay_s) * (std::sin(two_pi * ring_hz * t) + 0.5 * random.normal()));
        }
    }
}

void make_wind(std::vector<float>& signal, double rate_hz, base::Random& random) {
    make_brown(signal, random);
    const double gust_hz = random.uniform(0.3, 3), phase = two_pi * random.uniform();
    for (std::size_t i = 0; i < signal.size(); ++i)
        signal[i] *= static_cast<float>(1 + 0.9 * std::sin(phase + two_pi * gust_hz * static_cast<double>(i) / rate_hz));
}

}  // namespace

double root_mean_square(std::span<const float> signal) {
    double sum = 0;
    for (const float x : signal) sum += static_cast<double>(x) * x;
    return signal.empty() ? 0 : std::sqrt(sum / static_cast<double>(signal.size()));
}

std::vector<float> make_noise(NoiseKind kind, std::size_t n, double rate_hz, base::Random& random) {
    std::vector<float> signal(n);
    switch (kind) {
        case NoiseKind::white:
            for (float& x : signal) x = static_cast<float>(random.normal());
            break;
        case NoiseKind::pink:
            make_pink(signal, rate_hz, random);
            break;
        case NoiseKind::brown:
            make_brown(signal, random);
            break;
        case NoiseKind::hum:
            make_hum(signal, rate_hz, random);
            break;
        case NoiseKind::clatter:
            make_clatter(signal, rate_hz, random);
            break;
        case NoiseKind::wind:
            make_wind(signal, rate_hz, random);
            break;
    }
    normalise(signal);
    return signal;
}

std::vector<float> make_room(double reverberation_s, double rate_hz, base::Random& random) {
    const auto length = static_cast<std::size_t>(std::max(1.0, reverberation_s * rate_hz));
    std::vector<float> response(length);
    const double decay = std::log(1000.0) / (reverberation_s * rate_hz);  // 60 dB
    const double tail_level = random.uniform(0.01, 0.05);
    const auto tail_start = static_cast<std::size_t>(0.01 * rate_hz);
    for (std::size_t i = std::min(tail_start, length); i < length; ++i)
        response[i] = static_cast<float>(tail_level * random.normal() * std::exp(-decay * static_cast<double>(i)));
    for (int k = 0; k < 6; ++k) {
        const std::size_t at = 1 + random.below(static_cast<std::uint64_t>(0.03 * rate_hz));
        if (at < length) response[at] += static_cast<float>(random.uniform(-0.5, 0.5) * std::exp(-decay * static_cast<double>(at)));
    }
    response[0] = 1;
    return response;
}

std::vector<float> convolve(std::span<const float> signal, std::span<const float> response, std::size_t tail) {
    std::vector<float> result(signal.size() + tail);
    for (std::size_t k = 0; k < response.size(); ++k) {
        const float gain = response[k];
        if (gain == 0 || k >= result.size()) continue;
        const std::size_t count = std::min(signal.size(), result.size() - k);
        for (std::size_t i = 0; i < count; ++i) result[i + k] += gain * signal[i];
    }
    return result;
}

void colour(std::span<float> signal, double high_pass_hz, double low_pass_hz, double rate_hz) {
    const double high = std::exp(-two_pi * high_pass_hz / rate_hz), low = 1 - std::exp(-two_pi * low_pass_hz / rate_hz);
    double slow = 0, smooth = 0;
    for (float& x : signal) {
        slow = high * slow + (1 - high) * x;
        smooth += low * (x - slow - smooth);
        x = static_cast<float>(smooth);
    }
}

}  // namespace mote::synth
