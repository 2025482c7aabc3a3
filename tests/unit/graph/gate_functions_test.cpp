// The functions of gates over every number that they can be given.
#include "mote/rt/nn/gate_functions.hpp"
#include "mote/rt/nn/gates_arm_dsp.hpp"
#include "mote/rt/nn/gates_channel_pairs.hpp"

#include "base/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace mote::rt::nn {
namespace {

template <class Functions>
void expect_the_series_bits() {
    for (std::int32_t a = -32768; a <= 32767; ++a) {
        ASSERT_EQ(Functions::logistic(a), PlainFunctions::logistic(a)) << a;
        ASSERT_EQ(Functions::template tanh<0>(a), PlainFunctions::tanh<0>(a)) << a;
        ASSERT_EQ(Functions::template tanh<1>(a), PlainFunctions::tanh<1>(a)) << a;
        ASSERT_EQ(Functions::template tanh<2>(a), PlainFunctions::tanh<2>(a)) << a;
        ASSERT_EQ(Functions::template tanh<3>(a), PlainFunctions::tanh<3>(a)) << a;
        ASSERT_EQ(Functions::template tanh<4>(a), PlainFunctions::tanh<4>(a)) << a;
        ASSERT_EQ(Functions::template tanh<5>(a), PlainFunctions::tanh<5>(a)) << a;
        ASSERT_EQ(Functions::template tanh<6>(a), PlainFunctions::tanh<6>(a)) << a;
    }
}

TEST(GateFunctions, TheTableGivesTheSeriesBits) { expect_the_series_bits<TabledFunctions>(); }

TEST(GateFunctions, ThePackedTableGivesTheSeriesBits) { expect_the_series_bits<PackedFunctions>(); }

std::int32_t number_of_size(base::Random& random, int bits) {
    const auto size = static_cast<std::int32_t>(random.below(std::uint64_t{1} << (1 + random.below(static_cast<std::uint64_t>(bits)))));
    return random.chance(0.5) ? size : -size;
}

TEST(Rescaling, HalvesOfWordsGiveTheDoublingHighProduct) {
    base::Random random(1);
    constexpr std::int32_t ends[] = {INT32_MIN, INT32_MIN + 1, -65536, -32769, -32768, -1,         0,
                                     1,         32767,         32768,  65535,  65536,  0x7fff8000, INT32_MAX};
    const auto expect_same = [](std::int32_t a, std::int32_t b) {
        if (b == INT32_MIN) return;
        ASSERT_EQ(doubling_high_multiply_halves(a, b), static_cast<std::int32_t>((std::int64_t{a} * b + (std::int64_t{1} << 30)) >> 31))
            << a << " " << b;
    };
    for (const std::int32_t a : ends)
        for (const std::int32_t b : ends) expect_same(a, b);
    for (int i = 0; i < 200000; ++i) expect_same(number_of_size(random, 31), number_of_size(random, 31));
}

TEST(Rescaling, OfGatesIsTheReferences) {
    base::Random random(2);
    for (int i = 0; i < 200000; ++i) {
        const auto multiplier = static_cast<std::int32_t>(random.chance(0.1) ? 1u << 30 : (1u << 30) + random.below(1u << 30));
        const int shift = static_cast<int>(random.below(22)) - 14;
        const std::int32_t sum = number_of_size(random, shift < 0 ? 29 : 28 - shift);
        const std::int32_t halves = shift < 0 ? HalvesRescale<true>(multiplier, shift)(sum) : HalvesRescale<false>(multiplier, shift)(sum);
        ASSERT_EQ(halves, multiply(sum, multiplier, shift)) << sum << " " << multiplier << " " << shift;
        const std::int32_t wide = shift < 0 ? LongRescale<true>(multiplier, shift)(sum) : LongRescale<false>(multiplier, shift)(sum);
        ASSERT_EQ(wide, multiply(sum, multiplier, shift)) << sum << " " << multiplier << " " << shift;
        const std::int32_t dsp = shift < 0 ? GateRescale<true>(multiplier, shift)(sum) : GateRescale<false>(multiplier, shift)(sum);
        ASSERT_EQ(dsp, multiply(sum, multiplier, shift)) << sum << " " << multiplier << " " << shift;
        ASSERT_EQ(multiply_below_2_30(sum, multiplier, shift), multiply(sum, multiplier, shift)) << sum << " " << multiplier;
    }
}

TEST(Rescaling, HoldsToAHalf) {
    for (const std::int32_t x : {INT32_MIN, -32769, -32768, -1, 0, 32767, 32768, INT32_MAX})
        EXPECT_EQ(hold_to_half(x), saturate_16(x)) << x;
}

/// The largest distance from the real functions, in steps of 2^-15.
template <class Functions>
double worst() {
    const auto off = [](std::int32_t got, double real) { return std::fabs(got - std::fmin(32768 * real, 32767)); };
    double most = 0;
    for (std::int32_t a = -32768; a <= 32767; ++a) {
        const double x = a / 4096.0;
        most = std::fmax(most, off(Functions::logistic(a), 1 / (1 + std::exp(-x))));
        most = std::fmax(most, off(Functions::template tanh<3>(a), std::tanh(x)));
        most = std::fmax(most, off(Functions::template tanh<4>(a), std::tanh(2 * x)));
        most = std::fmax(most, off(Functions::template tanh<6>(a), std::tanh(8 * x)));
        most = std::fmax(most, off(Functions::template tanh<1>(a), std::tanh(x / 4)));
        EXPECT_LE(std::abs(Functions::logistic(a)), 32767);
        EXPECT_LE(std::abs(Functions::template tanh<4>(a)), 32767);
    }
    return most;
}

TEST(GateFunctions, MotesOwnAreCloserToTheRealOnes) {
    const double series = worst<PlainFunctions>(), own = worst<InterpolatedFunctions>();
    std::printf("steps of 2^-15 from the real functions, at most: series %.2f, interpolated %.2f\n", series, own);
    EXPECT_LT(own, 5);
    EXPECT_LT(own, series);
}

}  // namespace
}  // namespace mote::rt::nn
