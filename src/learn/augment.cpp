#include "learn/augment.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

namespace mote::learn {

namespace {

std::vector<float> load(std::span<const std::byte> bytes, store::SampleType type, std::size_t count) {
    std::vector<float> values(count);
    const auto convert = [&](auto kind) {
        using T = decltype(kind);
        for (std::size_t i = 0; i < count; ++i) {
            T value;
            std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
            values[i] = static_cast<float>(value);
        }
    };
    if (type == store::SampleType::i16) convert(std::int16_t{});
    if (type == store::SampleType::u8) convert(std::uint8_t{});
    if (type == store::SampleType::f32) convert(float{});
    return values;
}

void save(std::span<const float> values, store::SampleType type, std::span<std::byte> bytes) {
    const auto convert = [&](auto kind, float low, float high) {
        using T = decltype(kind);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const T value = static_cast<T>(std::clamp(std::nearbyint(values[i]), low, high));
            std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
        }
    };
    if (type == store::SampleType::i16) convert(std::int16_t{}, -32768.0f, 32767.0f);
    if (type == store::SampleType::u8) convert(std::uint8_t{}, 0.0f, 255.0f);
    if (type == store::SampleType::f32) std::memcpy(bytes.data(), values.data(), values.size() * sizeof(float));
}

/// Reads the series `speed` times as fast around its middle and `shift` frames later; outside it is `silence` (or the border's values).
void warp(std::vector<float>& values, std::size_t channels, double speed, double shift, bool zero_outside) {
    const std::size_t frames = values.size() / channels;
    const std::vector<float> source = values;
    const double middle = (static_cast<double>(frames) - 1) / 2;
    for (std::size_t t = 0; t < frames; ++t) {
        const double at = middle + (static_cast<double>(t) - middle) * speed - shift;
        const double inside = std::clamp(at, 0.0, static_cast<double>(frames) - 1);
        if (zero_outside && (at <= -1 || at >= static_cast<double>(frames))) {
            std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(t * channels), channels, 0.0f);
            continue;
        }
        const auto left = static_cast<std::size_t>(inside);
        const std::size_t right = std::min(left + 1, frames - 1);
        const auto share = static_cast<float>(inside - static_cast<double>(left));
        for (std::size_t c = 0; c < channels; ++c)
            values[t * channels + c] = source[left * channels + c] * (1 - share) + source[right * channels + c] * share;
    }
}

using Matrix = std::array<std::array<double, 3>, 3>;

/// A turn about a random axis (Rodrigues' formula).
Matrix random_rotation(double most_degrees, base::Random& random) {
    std::array<double, 3> axis{random.normal(), random.normal(), random.normal()};
    const double length = std::sqrt(axis[0] * axis[0] + axis[1] * axis[1] + axis[2] * axis[2]) + 1e-12;
    for (double& a : axis) a /= length;
    const double angle = random.uniform(-most_degrees, most_degrees) * std::numbers::pi / 180;
    const double c = std::cos(angle), s = std::sin(angle);
    const auto [x, y, z] = axis;
    return {{{c + x * x * (1 - c), x * y * (1 - c) - z * s, x * z * (1 - c) + y * s},
             {y * x * (1 - c) + z * s, c + y * y * (1 - c), y * z * (1 - c) - x * s},
             {z * x * (1 - c) - y * s, z * y * (1 - c) + x * s, c + z * z * (1 - c)}}};
}

/// Noise between white and brown: a first-order low-pass of a random corner, as hum, wind and traffic lie below hiss.
void synthesise(std::vector<float>& noise, std::size_t channels, base::Random& random) {
    const double keep = random.uniform(0, 0.98);
    std::vector<double> state(channels);
    for (std::size_t i = 0; i < noise.size(); ++i) {
        double& value = state[i % channels];
        value = keep * value + random.normal();
        noise[i] = static_cast<float>(value);
    }
}

bool is_turning_rate(std::string_view channel) {
    const std::string name = base::lower(channel);
    return name.find("gyr") != std::string::npos || name.find("rot") != std::string::npos;
}

}  // namespace

Augmenter::Augmenter(const AugmentSettings& settings, const dsp::InputSpec& input, std::size_t noise_windows, ReadNoise read_noise)
    : settings_(settings), input_(input), noise_windows_(noise_windows), read_noise_(std::move(read_noise)) {}

bool Augmenter::is_active() const {
    const auto& s = settings_;
    if (input_.height > 0) return s.shift_pixels > 0 || s.erase_pixels > 0 || s.mirror || s.gain_db > 0;
    return s.gain_db > 0 || s.shift_ms > 0 || s.noise_probability > 0 || s.speed_percent > 0 || s.rotate_degrees > 0 || s.mirror;
}

void Augmenter::apply(std::span<std::byte> window, base::Random random) const {
    std::vector<float> values = load(window, input_.type, input_.value_count());
    if (input_.height > 0)
        apply_image(values, random);
    else
        apply_series(values, random);
    save(values, input_.type, window);
}

void Augmenter::apply_series(std::vector<float>& values, base::Random& random) const {
    const std::size_t channels = input_.channels.size();
    const double speed = 1 + random.uniform(-1, 1) * settings_.speed_percent / 100;
    const double shift = random.uniform(-1, 1) * settings_.shift_ms * input_.rate_hz / 1000;
    // Sound fades into silence; what motion or temperature was before the window is not known, so its border goes on.
    const bool is_sound = input_.type == store::SampleType::i16 && channels == 1;
    if (settings_.speed_percent > 0 || settings_.shift_ms > 0) warp(values, channels, speed, std::nearbyint(shift), is_sound);

    const Matrix turn = random_rotation(settings_.rotate_degrees, random);
    std::array<double, 3> mirror{1, 1, 1};
    for (double& m : mirror) m = random.chance(0.5) ? -1 : 1;
    // A mirror turns the sense of rotation round: turning rates take the sign of the other two axes.
    const double handedness = mirror[0] * mirror[1] * mirror[2];
    for (std::size_t group = 0; group + 3 <= channels; group += 3) {
        const double sign = is_turning_rate(input_.channels[group]) ? handedness : 1;
        if (settings_.rotate_degrees <= 0 && !settings_.mirror) break;
        for (std::size_t t = 0; t < input_.frames; ++t) {
            float* v = values.data() + t * channels + group;
            std::array<double, 3> in{v[0], v[1], v[2]};
            if (settings_.mirror)
                for (std::size_t k = 0; k < 3; ++k) in[k] *= mirror[k] * sign;
            for (std::size_t k = 0; k < 3; ++k) v[k] = static_cast<float>(turn[k][0] * in[0] + turn[k][1] * in[1] + turn[k][2] * in[2]);
        }
    }
    const auto gain = static_cast<float>(std::pow(10, random.uniform(-1, 1) * settings_.gain_db / 20));
    if (settings_.gain_db > 0)
        for (float& v : values) v *= gain;
    if (random.chance(settings_.noise_probability)) add_noise(values, random);
}

void Augmenter::add_noise(std::vector<float>& values, base::Random& random) const {
    std::vector<float> noise(values.size());
    if (noise_windows_ > 0) {
        std::vector<std::byte> bytes(input_.size_bytes());
        read_noise_(random.below(noise_windows_), bytes);
        noise = load(bytes, input_.type, values.size());
    } else {
        synthesise(noise, input_.channels.size(), random);
    }
    const double snr_db = random.uniform(settings_.noise_snr_low_db, settings_.noise_snr_high_db);
    // Channels differ in unit, so each gets its own level.
    const std::size_t channels = input_.channels.size();
    for (std::size_t c = 0; c < channels; ++c) {
        double signal_mean = 0, noise_mean = 0, signal_power = 0, noise_power = 0;
        for (std::size_t i = c; i < values.size(); i += channels) signal_mean += values[i], noise_mean += noise[i];
        signal_mean /= static_cast<double>(input_.frames), noise_mean /= static_cast<double>(input_.frames);
        for (std::size_t i = c; i < values.size(); i += channels) {
            signal_power += (values[i] - signal_mean) * (values[i] - signal_mean);
            noise_power += (noise[i] - noise_mean) * (noise[i] - noise_mean);
        }
        if (noise_power <= 0) continue;
        const auto scale = static_cast<float>(std::sqrt(signal_power / noise_power) * std::pow(10, -snr_db / 20));
        for (std::size_t i = c; i < values.size(); i += channels) values[i] += scale * (noise[i] - static_cast<float>(noise_mean));
    }
}

void Augmenter::apply_image(std::vector<float>& values, base::Random& random) const {
    const std::size_t channels = input_.channels.size(), height = input_.height, width = input_.width;
    const auto draw = [&](int most) { return static_cast<std::ptrdiff_t>(random.below(2 * static_cast<std::uint64_t>(most) + 1)) - most; };
    const std::ptrdiff_t down = draw(settings_.shift_pixels), right = draw(settings_.shift_pixels);
    const bool is_mirrored = random.chance(0.5) && settings_.mirror;
    const auto gain = static_cast<float>(std::pow(10, random.uniform(-1, 1) * settings_.gain_db / 20));
    const std::vector<float> source = values;
    for (std::size_t y = 0; y < height; ++y)
        for (std::size_t x = 0; x < width; ++x) {
            const std::ptrdiff_t from_y = static_cast<std::ptrdiff_t>(y) - down;
            std::ptrdiff_t from_x = static_cast<std::ptrdiff_t>(x) - right;
            if (is_mirrored) from_x = static_cast<std::ptrdiff_t>(width) - 1 - from_x;
            const bool inside =
                from_y >= 0 && from_x >= 0 && from_y < static_cast<std::ptrdiff_t>(height) && from_x < static_cast<std::ptrdiff_t>(width);
            for (std::size_t c = 0; c < channels; ++c) {
                const std::size_t from = (static_cast<std::size_t>(from_y) * width + static_cast<std::size_t>(from_x)) * channels + c;
                values[(y * width + x) * channels + c] = inside ? source[from] * gain : 0.0f;
            }
        }
    const auto side = static_cast<std::size_t>(settings_.erase_pixels);
    if (side == 0 || !random.chance(0.5)) return;
    const std::size_t top = random.below(height), left = random.below(width);
    for (std::size_t y = top; y < std::min(top + side, height); ++y)
        std::fill_n(values.begin() + static_cast<std::ptrdiff_t>((y * width + left) * channels), std::min(side, width - left) * channels,
                    0.0f);
}

}  // namespace mote::learn
