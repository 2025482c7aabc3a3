#include "synth/clip.hpp"

#include "synth/acoustics.hpp"

#include <algorithm>
#include <cmath>

namespace mote::synth {

namespace {

double from_decibel(double decibel) { return std::pow(10.0, decibel / 20); }

std::vector<std::int16_t> to_pcm(std::span<const float> signal) {
    std::vector<std::int16_t> pcm(signal.size());
    std::transform(signal.begin(), signal.end(), pcm.begin(),
                   [](float x) { return static_cast<std::int16_t>(std::lrint(std::clamp(x * 32767.0f, -32768.0f, 32767.0f))); });
    return pcm;
}

void mix(std::span<float> clip, std::span<const float> other, double gain) {
    for (std::size_t i = 0; i < std::min(clip.size(), other.size()); ++i) clip[i] += static_cast<float>(gain * other[i]);
}

std::vector<float> random_noise(std::size_t n, double rate_hz, base::Random& random) {
    return make_noise(static_cast<NoiseKind>(random.below(noise_kind_count)), n, rate_hz, random);
}

/// Speech at a random place of an empty clip, or a random part of it where it is longer.
std::vector<float> place(std::span<const float> speech, std::size_t samples, base::Random& random) {
    std::vector<float> clip(samples);
    if (speech.size() <= samples) {
        const std::size_t at = random.below(samples - speech.size() + 1);
        std::copy(speech.begin(), speech.end(), clip.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
        const std::size_t from = random.below(speech.size() - samples + 1);
        std::copy_n(speech.begin() + static_cast<std::ptrdiff_t>(from), samples, clip.begin());
    }
    return clip;
}

}  // namespace

std::vector<std::int16_t> stage_speech(std::vector<float> speech, std::span<const float> babble, const ClipShape& shape,
                                       base::Random& random) {
    if (random.chance(0.7)) colour(speech, random.uniform(20, 300), random.uniform(2500, 7500), shape.rate_hz);
    if (random.chance(0.45)) {
        const auto response = make_room(random.uniform(0.08, 0.35), shape.rate_hz, random);
        const std::size_t room_left = shape.samples > speech.size() ? shape.samples - speech.size() : 0;
        speech = convolve(speech, response, std::min(room_left, response.size()));
    }
    std::vector<float> clip = place(speech, shape.samples, random);
    const double level = root_mean_square(speech);
    const double wanted = from_decibel(random.uniform(-38, -10));
    const double gain = level > 0 ? wanted / level : 0;
    for (float& x : clip) x = static_cast<float>(x * gain);
    if (random.chance(0.8)) mix(clip, random_noise(clip.size(), shape.rate_hz, random), wanted * from_decibel(-random.uniform(3, 40)));
    if (!babble.empty()) {
        const auto background = place(babble, shape.samples, random);
        const double babble_level = root_mean_square(babble);
        if (babble_level > 0) mix(clip, background, wanted / babble_level * from_decibel(-random.uniform(5, 25)));
    }
    return to_pcm(clip);
}

std::vector<std::int16_t> stage_noise(const ClipShape& shape, base::Random& random) {
    std::vector<float> clip = random_noise(shape.samples, shape.rate_hz, random);
    if (random.chance(0.5)) mix(clip, random_noise(shape.samples, shape.rate_hz, random), random.uniform(0.1, 1));
    const double level = from_decibel(random.uniform(-75, -15));
    for (float& x : clip) x = static_cast<float>(x * level);
    return to_pcm(clip);
}

}  // namespace mote::synth
