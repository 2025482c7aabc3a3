#include "codegen/memory_plan.hpp"

#include "base/error.hpp"
#include "base/random.hpp"

#include <gtest/gtest.h>

namespace mote::codegen {
namespace {

Want want(std::string name, std::size_t bytes, int first, int last, std::vector<Overwrite> may_overwrite = {}) {
    return {std::move(name), bytes, first, last, 8, std::move(may_overwrite)};
}

TEST(MemoryPlan, BuffersOfDifferentTimesShare) {
    const std::vector<Want> wants = {want("a", 100, 0, 1), want("b", 40, 1, 2), want("c", 96, 2, 3)};
    const MemoryPlan plan = plan_memory(wants);
    EXPECT_EQ(plan.total_bytes, 140u);
    EXPECT_EQ(plan.offsets[0], plan.offsets[2]);
}

TEST(MemoryPlan, InPlaceTakesTheLargerOfTheTwo) {
    const std::vector<Want> wants = {want("floats", 400, -2, -1), want("bytes", 100, -1, 0, {{0, 0}})};
    const MemoryPlan plan = plan_memory(wants);
    EXPECT_EQ(plan.total_bytes, 400u);
    EXPECT_EQ(plan.lower_bound_bytes, 400u);
    EXPECT_EQ(plan.overwrites[1], 0);
}

TEST(MemoryPlan, NotInPlaceWhileTheOtherIsNeededLater) {
    // A residual: "b" may overwrite "a" by its operator, but step 2 adds "a" again.
    const std::vector<Want> wants = {want("a", 64, 0, 2), want("b", 64, 1, 2, {{0, 0}}), want("sum", 64, 2, 3, {{0, 0}, {1, 0}})};
    const MemoryPlan plan = plan_memory(wants);
    EXPECT_EQ(plan.overwrites[1], -1);
    EXPECT_GE(plan.overwrites[2], 0);
    EXPECT_EQ(plan.total_bytes, 128u);
}

TEST(MemoryPlan, InPlaceIsGivenUpWhereItCostsMore) {
    // In place, "b" is tied to the end of a long-lived neighbour's column; apart, everything fits into the bound.
    const std::vector<Want> wants = {want("a", 8, 0, 1), want("b", 80, 1, 2, {{0, 0}}), want("c", 80, 0, 0), want("d", 8, 2, 3)};
    EXPECT_EQ(plan_memory(wants).total_bytes, 88u);
}

TEST(MemoryPlan, AnOutputReachesIntoItsInput) {
    // A chain of layers, each output beginning 16 bytes before its input; between them a neighbour that all outlive.
    const std::vector<Want> wants = {want("x", 1000, 0, 1), want("y", 1000, 1, 2, {{0, 16}}), want("z", 1000, 2, 3, {{1, 16}}),
                                     want("kept", 500, 0, 3)};
    const MemoryPlan plan = plan_memory(wants);
    EXPECT_EQ(plan.total_bytes, 1000u + 2 * 16 + 500);
    EXPECT_EQ(plan.offsets[0], plan.offsets[1] + 16);
    EXPECT_EQ(plan.offsets[1], plan.offsets[2] + 16);
    EXPECT_EQ(plan.lower_bound_bytes, plan.total_bytes);  // no step alone needs more than 1516: it takes a search to know
}

TEST(MemoryPlan, AChainIsBrokenWhereTwoPiecesNeedLess) {
    // Every layer may reach into its input, but leads add up: the first two in one place and the others in another meet the bound.
    const std::vector<Want> wants = {want("image", 27648, -1, 0), want("a", 18432, 0, 1, {{0, 392}}), want("b", 18432, 1, 2, {{1, 0}}),
                                     want("c", 36864, 2, 3, {{2, 18432}})};
    const MemoryPlan plan = plan_memory(wants);
    EXPECT_EQ(plan.lower_bound_bytes, 36864u);
    EXPECT_EQ(plan.total_bytes, 36864u);
}

TEST(MemoryPlan, ALeadThatSavesNothingIsNotTaken) {
    const std::vector<Want> wants = {want("x", 1000, 0, 1), want("y", 10, 1, 2, {{0, 16}})};
    EXPECT_EQ(plan_memory(wants).overwrites[1], -1);
}

TEST(MemoryPlan, OneBufferIsOverwrittenOnce) {
    const std::vector<Want> wants = {want("a", 64, 0, 1), want("b", 64, 1, 2, {{0, 0}}), want("c", 64, 1, 2, {{0, 0}})};
    EXPECT_EQ(plan_memory(wants).total_bytes, 128u);
}

TEST(MemoryPlan, CheckFindsOverlapMisalignmentAndOverrun) {
    const std::vector<Want> wants = {want("a", 64, 0, 1), want("b", 64, 1, 2)};
    const auto code_of = [&](MemoryPlan plan) {
        try {
            check_plan(wants, plan);
        } catch (const base::Error& error) {
            return error.message();
        }
        return std::string("accepted");
    };
    EXPECT_EQ(code_of({{0, 64}, {-1, -1}, 128, 128}), "accepted");
    EXPECT_EQ(code_of({{0, 56}, {-1, -1}, 128, 128}), "memory plan: a and b overlap");
    EXPECT_EQ(code_of({{0, 0}, {-1, 0}, 128, 128}), "memory plan: a and b overlap");
    const std::vector<Want> leading = {want("a", 64, 0, 1), want("b", 64, 1, 2, {{0, 8}})};
    EXPECT_NO_THROW(check_plan(leading, {{8, 0}, {-1, 0}, 72, 72}));
    EXPECT_THROW(check_plan(leading, {{0, 0}, {-1, 0}, 72, 72}), base::Error);
    EXPECT_THROW(check_plan(leading, {{16, 0}, {-1, 0}, 80, 72}), base::Error);
    EXPECT_EQ(code_of({{0, 68}, {-1, -1}, 160, 128}), "memory plan: b is misplaced");
    EXPECT_EQ(code_of({{0, 64}, {-1, -1}, 120, 128}), "memory plan: b is misplaced");
}

/// A random network: a chain with residuals, scratch and steps in place.
std::vector<Want> random_network(base::Random random, bool with_leads) {
    std::vector<Want> wants = {want("features", 4 * (1 + random.below(500)), -2, -1)};
    std::vector<std::size_t> tensors;
    wants.push_back(want("input", wants[0].size_bytes / 4, -1, -1, {{0, 0}}));
    tensors.push_back(1);
    const int steps = 1 + static_cast<int>(random.below(20));
    for (int s = 0; s < steps; ++s) {
        std::vector<std::size_t> inputs = {tensors.back()};
        if (random.chance(0.3)) inputs.push_back(tensors[random.below(tensors.size())]);
        for (const std::size_t i : inputs) wants[i].last_step = s;
        const bool in_place = random.chance(0.4);
        const std::size_t bytes = in_place ? wants[inputs[0]].size_bytes : 1 + random.below(3000);
        std::vector<Overwrite> overwrites;
        if (in_place)
            for (const std::size_t i : inputs) overwrites.push_back({i, 8 * random.below(30) * with_leads});
        if (random.chance(0.2)) wants.push_back(want("scratch", 1 + random.below(1000), s, s));
        wants.push_back(want("t" + std::to_string(s), bytes, s, s, overwrites));
        tensors.push_back(wants.size() - 1);
    }
    wants.back().last_step = steps;
    return wants;
}

TEST(MemoryPlan, RandomNetworksAreSoundNearTheBoundAndAlwaysTheSame) {
    double worst = 0, sum = 0;
    int proven = 0;
    constexpr int networks = 100;
    for (int i = 0; i < networks; ++i) {
        const base::Random random = base::Random(7).fork("network", static_cast<std::uint64_t>(i));
        const std::vector<Want> wants = random_network(random, false);
        const MemoryPlan plan = plan_memory(wants);  // checks itself
        EXPECT_GE(plan.total_bytes, plan.lower_bound_bytes);
        const double excess = static_cast<double>(plan.total_bytes) / static_cast<double>(plan.lower_bound_bytes) - 1;
        worst = std::max(worst, excess), sum += excess;
        proven += plan.total_bytes == plan.lower_bound_bytes;
        EXPECT_EQ(plan_memory(wants).offsets, plan.offsets);
        // The same network whose outputs may not lie exactly in place, but a little before.
        const std::vector<Want> leading = random_network(random, true);
        std::vector<Want> apart = leading;
        for (Want& w : apart) std::erase_if(w.may_overwrite, [](const Overwrite& o) { return o.lead_bytes > 0; });
        EXPECT_LE(plan_memory(leading).total_bytes, plan_memory(apart).total_bytes);
    }
    std::printf("%d of %d proven the smallest; mean excess over the bound %.4f, worst %.4f\n", proven, networks, sum / networks, worst);
    EXPECT_LT(sum / networks, 0.02);
    EXPECT_LT(worst, 0.25);
}

}  // namespace
}  // namespace mote::codegen
