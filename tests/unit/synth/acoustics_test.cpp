#include "synth/acoustics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace mote;

class EveryNoise : public testing::TestWithParam<int> {};

TEST_P(EveryNoise, HasUnitPowerAndRepeatsFromItsSeed) {
    const auto kind = static_cast<synth::NoiseKind>(GetParam());
    base::Random first(3), second(3), third(4);
    const auto a = synth::make_noise(kind, 16000, 16000, first);
    EXPECT_NEAR(synth::root_mean_square(a), 1.0, 1e-3);
    EXPECT_EQ(a, synth::make_noise(kind, 16000, 16000, second));
    EXPECT_NE(a, synth::make_noise(kind, 16000, 16000, third));
    EXPECT_TRUE(synth::make_noise(kind, 0, 16000, first).empty());
}

INSTANTIATE_TEST_SUITE_P(Acoustics, EveryNoise, testing::Range(0, synth::noise_kind_count));

/// Power of one frequency (Goertzel).
double power_at(const std::vector<float>& x, double hz, double rate_hz) {
    double re = 0, im = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double angle = 2 * 3.14159265358979 * hz * static_cast<double>(i) / rate_hz;
        re += x[i] * std::cos(angle), im += x[i] * std::sin(angle);
    }
    return (re * re + im * im) / static_cast<double>(x.size());
}

double band_power(const std::vector<float>& x, double low, double high, double rate_hz) {
    double sum = 0;
    const int points = 40;
    for (int k = 0; k < points; ++k) sum += power_at(x, low + (high - low) * k / points, rate_hz);
    return sum / points;
}

TEST(Acoustics, PinkNoiseFallsThreeDecibelAnOctave) {
    base::Random random(1);
    double fall = 0;
    for (int i = 0; i < 10; ++i) {
        const auto x = synth::make_noise(synth::NoiseKind::pink, 8000, 16000, random);
        fall += 10 * std::log10(band_power(x, 200, 400, 16000) / band_power(x, 1600, 3200, 16000)) / 10;
    }
    EXPECT_NEAR(fall, 9, 2.5);  // three octaves apart
}

TEST(Acoustics, RoomStartsWithTheDirectPathAndDecaysBySixtyDecibel) {
    base::Random random(5);
    const auto room = synth::make_room(0.3, 16000, random);
    EXPECT_EQ(room.front(), 1.0f);
    const std::span<const float> all(room);
    const double early = synth::root_mean_square(all.subspan(200, 400));
    const double late = synth::root_mean_square(all.subspan(room.size() - 400));
    EXPECT_NEAR(20 * std::log10(late / early), -60 * (static_cast<double>(room.size()) - 600) / static_cast<double>(room.size()), 6);
}

TEST(Acoustics, ConvolutionAgreesWithItsDefinition) {
    const std::vector<float> x = {1, 2, 3}, h = {1, 0, -1, 0.5f};
    EXPECT_EQ(synth::convolve(x, h, 3), (std::vector<float>{1, 2, 2, -1.5f, -2, 1.5f}));
    EXPECT_EQ(synth::convolve(x, h, 0), (std::vector<float>{1, 2, 2}));
}

TEST(Acoustics, ColourKeepsTheMiddleAndRemovesTheEnds) {
    const auto tone = [](double hz) {
        std::vector<float> x(16000);
        for (std::size_t i = 0; i < x.size(); ++i)
            x[i] = static_cast<float>(std::sin(2 * 3.14159265358979 * hz * static_cast<double>(i) / 16000));
        synth::colour(x, 200, 3000, 16000);
        return synth::root_mean_square(x);
    };
    EXPECT_GT(tone(800), 0.6);
    EXPECT_LT(tone(20), 0.1);
    EXPECT_LT(tone(7500), 0.45);
}

}  // namespace
