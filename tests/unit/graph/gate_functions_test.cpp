// The functions of gates over every number that they can be given.
#include "mote/rt/nn/gate_functions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

namespace mote::rt::nn {
namespace {

TEST(GateFunctions, TheTableGivesTheSeriesBits) {
    for (std::int32_t a = -32768; a <= 32767; ++a) {
        ASSERT_EQ(TabledFunctions::logistic(a), PlainFunctions::logistic(a)) << a;
        ASSERT_EQ(TabledFunctions::tanh<0>(a), PlainFunctions::tanh<0>(a)) << a;
        ASSERT_EQ(TabledFunctions::tanh<2>(a), PlainFunctions::tanh<2>(a)) << a;
        ASSERT_EQ(TabledFunctions::tanh<3>(a), PlainFunctions::tanh<3>(a)) << a;
        ASSERT_EQ(TabledFunctions::tanh<4>(a), PlainFunctions::tanh<4>(a)) << a;
        ASSERT_EQ(TabledFunctions::tanh<5>(a), PlainFunctions::tanh<5>(a)) << a;
        ASSERT_EQ(TabledFunctions::tanh<6>(a), PlainFunctions::tanh<6>(a)) << a;
    }
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
