// Errors of the runtime's own functions against the C library's double precision, over the floats.
#include "mote/rt/core/math.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();

/// Distance in units in the last place of the true value.
double ulps(double truth, float got) {
    const float near = std::fabs(static_cast<float>(truth));
    const double unit = static_cast<double>(std::nextafterf(near, inf)) - static_cast<double>(near);
    return std::fabs(static_cast<double>(got) - truth) / unit;
}

struct Case {
    const char* name;
    float (*ours)(float);
    double (*truth)(double);
    bool defined_below_zero;
    double bound_ulp;
};

double ten_to(double x) { return std::pow(10.0, x); }

const Case cases[] = {
    {"log", mote::rt::log, std::log, false, 1.0},       {"log2", mote::rt::log2, std::log2, false, 1.0},
    {"log10", mote::rt::log10, std::log10, false, 1.0}, {"exp", mote::rt::exp, std::exp, true, 1.5},
    {"exp2", mote::rt::exp2, std::exp2, true, 1.5},     {"exp10", mote::rt::exp10, ten_to, true, 2.0},
    {"sin", mote::rt::sin, std::sin, true, 2.0},        {"cos", mote::rt::cos, std::cos, true, 2.0},
    {"tanh", mote::rt::tanh, std::tanh, true, 2.0},
};

/// Steps that are prime to powers of two, so that mantissas and exponents of all kinds are met.
constexpr std::uint32_t step = 1009;

TEST(Math, FunctionsStayWithinTheirErrorBounds) {
    for (const Case& c : cases) {
        double worst = 0;
        float worst_at = 0;
        for (std::uint32_t bits = 0; bits < 0x7f800000u; bits += step) {
            for (const std::uint32_t sign : {0u, 0x80000000u}) {
                if (sign && !c.defined_below_zero) continue;
                const float x = mote::rt::float_of(bits | sign), y = c.ours(x);
                const double truth = c.truth(static_cast<double>(x));
                if (!std::isfinite(static_cast<float>(truth))) {
                    ASSERT_EQ(static_cast<float>(truth), y) << c.name << " of " << x;
                    continue;
                }
                const double error = ulps(truth, y);
                if (!(error <= worst)) worst = error, worst_at = x;
            }
        }
        EXPECT_LE(worst, c.bound_ulp) << c.name << " of " << worst_at;
        RecordProperty(std::string(c.name) + "_worst_ulp", std::to_string(worst));
    }
}

TEST(Math, SpecialValues) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(mote::rt::log(0.0f), -inf);
    EXPECT_EQ(mote::rt::log(-0.0f), -inf);
    EXPECT_EQ(mote::rt::log10(inf), inf);
    EXPECT_TRUE(std::isnan(mote::rt::log2(-1.0f)));
    EXPECT_EQ(mote::rt::log(1.0f), 0.0f);
    EXPECT_EQ(mote::rt::exp(-inf), 0.0f);
    EXPECT_EQ(mote::rt::exp(inf), inf);
    EXPECT_EQ(mote::rt::exp2(10.0f), 1024.0f);
    EXPECT_EQ(mote::rt::tanh(inf), 1.0f);
    EXPECT_EQ(mote::rt::tanh(-inf), -1.0f);
    EXPECT_TRUE(std::isnan(mote::rt::sin(inf)));
    EXPECT_TRUE(std::isnan(mote::rt::sqrt(-1.0f)));
    for (const Case& c : cases) EXPECT_TRUE(std::isnan(c.ours(nan))) << c.name;
}

TEST(Math, SquareRootIsCorrectlyRoundedByBothPaths) {
    for (std::uint32_t bits = 0; bits <= 0x7f800000u; bits += 251) {
        const float x = mote::rt::float_of(bits), truth = std::sqrt(x);
        ASSERT_EQ(mote::rt::bits_of(mote::rt::sqrt(x)), mote::rt::bits_of(truth)) << x;
        ASSERT_EQ(mote::rt::bits_of(mote::rt::sqrt_by_integers(x)), mote::rt::bits_of(truth)) << x;
    }
    EXPECT_EQ(mote::rt::sqrt_by_integers(inf), inf);
    EXPECT_TRUE(std::isnan(mote::rt::sqrt_by_integers(-2.0f)));
    EXPECT_TRUE(std::isnan(mote::rt::sqrt_by_integers(std::numeric_limits<float>::quiet_NaN())));
}

}  // namespace
