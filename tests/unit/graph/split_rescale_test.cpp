#include "mote/rt/nn/split_rescale.hpp"
#include "base/random.hpp"
#include "graph/pairs.hpp"
#include "graph/split_rescale.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace mote::graph {
namespace {

LayerTables tables_of(double factor, std::int32_t zero_point, StoredRange range, std::int32_t bias) {
    const Multiplier m = multiplier_of(factor);
    LayerTables t;
    t.bias = {bias};
    t.multiplier = {m.value};
    t.shift = {static_cast<std::int8_t>(m.shift)};
    t.out_zero_point = zero_point;
    t.range = range;
    return t;
}

/// How many of the sums give another output than the reference.
std::size_t differing(const LayerTables& t, const SplitRescale& split, const std::vector<std::int64_t>& sums) {
    const bool ties = t.range.low < t.out_zero_point;
    const rt::nn::SplitFactors f = rt::nn::split_factors(split.factors.data(), ties);
    std::size_t count = 0;
    for (const std::int64_t sum : sums) {
        const std::int32_t scaled = rt::nn::multiply(static_cast<std::int32_t>(sum + t.bias[0]), t.multiplier[0], t.shift[0]);
        const std::int32_t expected = std::clamp(scaled + t.out_zero_point, t.range.low, t.range.high);
        const auto a = static_cast<std::uint32_t>(sum) + static_cast<std::uint32_t>(split.bias[0]);
        count += rt::nn::split_rescaled(a, f, split.split_bits, ties) != expected;
    }
    return count;
}

TEST(SplitRescale, GivesTheBytesOfTwoRoundingsForEverySum) {
    std::size_t found = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        base::Random random(seed);
        const double factor = std::ldexp(0.5 + 0.5 * random.uniform(), -1 - static_cast<int>(random.below(11)));
        const auto zero_point = static_cast<std::int32_t>(random.below(256)) - 128;
        const StoredRange range = seed % 3 == 0 ? StoredRange{zero_point, 127} : seed % 3 == 1 ? StoredRange{} : StoredRange{-100, 90};
        const LayerTables t = tables_of(factor, zero_point, range, static_cast<std::int32_t>(random.below(400000)) - 200000);
        const auto split = split_rescale(t);
        if (!split) continue;
        ++found;
        // Everything around the steps, and far beyond them.
        std::vector<std::int64_t> sums;
        const auto around = static_cast<std::int64_t>(300 / factor);
        const std::int64_t stride = std::max<std::int64_t>(1, around / 20000);
        for (std::int64_t a = -around; a <= around; a += stride) sums.push_back(a - t.bias[0]);
        for (int output = -129; output <= 129; ++output)
            for (int d = -4; d <= 4; ++d) sums.push_back(std::llround((output - zero_point - 0.5) / factor) + d - t.bias[0]);
        for (const std::int64_t far : {1 << 20, 1 << 25, 1 << 29}) sums.push_back(far - t.bias[0]), sums.push_back(-far - t.bias[0]);
        ASSERT_EQ(differing(t, *split, sums), 0u) << "seed " << seed << " factor " << factor;
    }
    EXPECT_GT(found, 380u);
}

TEST(SplitRescale, RefusesWhatItCannotGive) {
    EXPECT_FALSE(split_rescale(tables_of(1.5, 0, {}, 0)));
    EXPECT_FALSE(split_rescale(tables_of(std::ldexp(0.7, -19), 0, {}, 0)));
    EXPECT_FALSE(split_rescale(tables_of(0.01, 0, {5, 5}, 0)));
    EXPECT_TRUE(split_rescale(tables_of(0.01, 0, {}, 0)));
}

// A wrong offset or multiplier does not pass the comparison above.
TEST(SplitRescale, IsHeldToEverySum) {
    const LayerTables t = tables_of(0.003, -5, {}, 1000);
    SplitRescale split = *split_rescale(t);
    std::vector<std::int64_t> sums(200000);
    std::iota(sums.begin(), sums.end(), -100000);
    EXPECT_EQ(differing(t, split, sums), 0u);
    split.factors[2] += 1 << 17;
    EXPECT_GT(differing(t, split, sums), 0u);
}

TEST(LimitedWeights, KeepTheirSumsWithinABlock) {
    base::Random random(1);
    for (int round = 0; round < 50; ++round) {
        std::vector<std::int8_t> weights(64);
        for (std::int8_t& w : weights) w = static_cast<std::int8_t>(static_cast<int>(random.below(256)) - 128);
        if (round == 0) std::fill(weights.begin(), weights.end(), std::int8_t{-128});
        const std::size_t block = round % 2 == 0 ? 4 : 8;
        const LimitedWeights limited = limited_weights(weights, block);
        std::vector<int> sum;
        for (const std::uint8_t w : limited.weights) sum.push_back(static_cast<int>(w) - 128);
        for (std::size_t i = 0; i < sum.size(); i += block) {
            int magnitude = 0;
            for (std::size_t k = i; k < i + block; ++k) magnitude += std::abs(sum[k]);
            EXPECT_LE(magnitude, 255);
        }
        for (const auto& t : limited.taken) sum[t.place] += t.weight;
        EXPECT_TRUE(std::equal(weights.begin(), weights.end(), sum.begin()));
    }
}

}  // namespace
}  // namespace mote::graph
