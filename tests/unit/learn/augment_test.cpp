#include "learn/augment.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

namespace mote::learn {
namespace {

const Augmenter::ReadNoise no_noise = [](std::size_t, std::span<std::byte>) { FAIL() << "there is no noise to read"; };

dsp::InputSpec sound(std::size_t frames) { return {store::SampleType::i16, {"audio"}, 16000, frames, 0, 0}; }
dsp::InputSpec motion(std::size_t frames) {
    return {store::SampleType::f32, {"accX", "accY", "accZ", "gyrX", "gyrY", "gyrZ"}, 100, frames, 0, 0};
}

template <class T>
std::vector<T> changed(const AugmentSettings& settings, const dsp::InputSpec& input, std::vector<T> values, std::uint64_t seed,
                       std::size_t noise = 0, const Augmenter::ReadNoise& read = no_noise) {
    Augmenter(settings, input, noise, read).apply(std::as_writable_bytes(std::span(values)), base::Random(seed));
    return values;
}

std::vector<std::int16_t> tone(std::size_t frames, double amplitude) {
    std::vector<std::int16_t> values;
    for (std::size_t t = 0; t < frames; ++t)
        values.push_back(static_cast<std::int16_t>(amplitude * std::sin(0.1 * static_cast<double>(t))));
    return values;
}

template <class T>
double power(const std::vector<T>& values) {
    double sum = 0;
    for (const T v : values) sum += static_cast<double>(v) * static_cast<double>(v);
    return sum / static_cast<double>(values.size());
}

TEST(Augment, NothingAskedNothingChanged) {
    EXPECT_FALSE(Augmenter({}, sound(100), 0, no_noise).is_active());
    EXPECT_EQ(changed({}, sound(400), tone(400, 900), 1), tone(400, 900));
}

TEST(Augment, SameRandomSameWindow) {
    AugmentSettings settings;
    settings.gain_db = 6, settings.shift_ms = 5, settings.speed_percent = 10, settings.noise_probability = 1;
    const auto once = changed(settings, sound(800), tone(800, 3000), 4);
    EXPECT_EQ(once, changed(settings, sound(800), tone(800, 3000), 4));
    EXPECT_NE(once, changed(settings, sound(800), tone(800, 3000), 5));
}

TEST(Augment, GainStaysWithinItsRange) {
    AugmentSettings settings;
    settings.gain_db = 6;
    double lowest = 1e9, highest = 0;
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        const double db = 10 * std::log10(power(changed(settings, sound(1000), tone(1000, 4000), seed)) / power(tone(1000, 4000)));
        lowest = std::min(lowest, db), highest = std::max(highest, db);
    }
    EXPECT_GE(lowest, -6.01);
    EXPECT_LT(lowest, -5);
    EXPECT_LE(highest, 6.01);
    EXPECT_GT(highest, 5);
}

TEST(Augment, ShiftMovesWholeFrames) {
    AugmentSettings settings;
    settings.shift_ms = 10;  // up to 160 frames
    std::vector<std::int16_t> click(1000);
    click[500] = 1000;
    std::size_t moved = 0;
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        const auto out = changed(settings, sound(1000), click, seed);
        const auto at = static_cast<std::ptrdiff_t>(std::max_element(out.begin(), out.end()) - out.begin());
        EXPECT_EQ(out[static_cast<std::size_t>(at)], 1000);
        EXPECT_LE(std::abs(at - 500), 160);
        moved += at != 500;
    }
    EXPECT_GT(moved, 40u);
}

TEST(Augment, LoudSoundIsClippedNotWrapped) {
    AugmentSettings settings;
    settings.gain_db = 20;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const auto out = changed(settings, sound(4), std::vector<std::int16_t>{32767, 32767, -32768, 0}, seed);
        EXPECT_GT(out[0], 0);
        EXPECT_LT(out[2], 0);
    }
}

TEST(Augment, NoiseHasTheRatioAskedFor) {
    AugmentSettings settings;
    settings.noise_probability = 1, settings.noise_snr_low_db = 10, settings.noise_snr_high_db = 10;
    const auto clean = tone(16000, 8000);
    const auto check = [&](const std::vector<std::int16_t>& noisy) {
        std::vector<double> difference;
        for (std::size_t i = 0; i < clean.size(); ++i) difference.push_back(static_cast<double>(noisy[i]) - clean[i]);
        EXPECT_NEAR(10 * std::log10(power(clean) / power(difference)), 10, 0.2);
    };
    for (std::uint64_t seed = 0; seed < 5; ++seed) check(changed(settings, sound(16000), clean, seed));
    std::size_t read = 0;
    check(changed(settings, sound(16000), clean, 1, 3, [&](std::size_t index, std::span<std::byte> out) {
        EXPECT_LT(index, 3u);
        ++read;
        for (std::size_t i = 0; i < out.size() / 2; ++i) {
            const auto value = static_cast<std::int16_t>(i % 7 < 3 ? 50 : -50);
            std::memcpy(out.data() + 2 * i, &value, 2);
        }
    }));
    EXPECT_EQ(read, 1u);
}

TEST(Augment, RotationKeepsLengthsAndAngles) {
    AugmentSettings settings;
    settings.rotate_degrees = 180;
    const std::vector<float> in = {1, 2, 3, -1, 0.5f, 2};
    const auto out = changed(settings, motion(1), in, 3);
    const auto dot = [](const std::vector<float>& v, std::size_t a, std::size_t b) {
        return v[a] * v[b] + v[a + 1] * v[b + 1] + v[a + 2] * v[b + 2];
    };
    EXPECT_NEAR(dot(out, 0, 0), 14, 1e-4);
    EXPECT_NEAR(dot(out, 3, 3), 5.25, 1e-4);
    EXPECT_NEAR(dot(out, 0, 3), dot(in, 0, 3), 1e-4);  // one turn for all groups
    EXPECT_GT(std::fabs(out[0] - in[0]), 1e-3);
}

TEST(Augment, MirrorTurnsTheSenseOfRotation) {
    AugmentSettings settings;
    settings.mirror = true;
    const std::vector<float> in = {1, 1, 1, 1, 1, 1};
    for (std::uint64_t seed = 0; seed < 16; ++seed) {
        const auto out = changed(settings, motion(1), in, seed);
        const float handedness = out[0] * out[1] * out[2];
        for (std::size_t k = 0; k < 3; ++k) EXPECT_EQ(out[3 + k], out[k] * handedness);
    }
}

TEST(Augment, ImagesShiftAndFlip) {
    const dsp::InputSpec image{store::SampleType::u8, {"grey"}, 0, 25, 5, 5};
    std::vector<std::uint8_t> dot(25);
    dot[12] = 200;
    AugmentSettings settings;
    settings.shift_pixels = 1, settings.mirror = true;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        const auto out = changed(settings, image, dot, seed);
        const auto at = std::max_element(out.begin(), out.end()) - out.begin();
        EXPECT_EQ(out[static_cast<std::size_t>(at)], 200);
        EXPECT_LE(std::abs(at / 5 - 2), 1);
        EXPECT_LE(std::abs(at % 5 - 2), 1);
    }
}

}  // namespace
}  // namespace mote::learn
