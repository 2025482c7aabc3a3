#include "codegen/exact_plan.hpp"

#include "base/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mote::codegen {
namespace {

constexpr std::size_t unit = 8;

bool meet(const Want& a, const Want& b) { return a.first_step <= b.last_step && b.first_step <= a.last_step; }

/// Whether wants i and j < i may lie so, said once more without the planner's words.
bool may_lie(const std::vector<Want>& wants, const std::vector<std::size_t>& at, std::size_t i, std::size_t j) {
    if (!meet(wants[i], wants[j])) return true;
    if (at[i] + wants[i].size_bytes <= at[j] || at[j] + wants[j].size_bytes <= at[i]) return true;
    if (wants[j].last_step != wants[i].first_step || wants[j].first_step >= wants[i].first_step) return false;
    return std::any_of(wants[i].may_overwrite.begin(), wants[i].may_overwrite.end(),
                       [&](const Overwrite& o) { return o.want == j && at[i] + o.lead_bytes == at[j]; });
}

/// The smallest total of all placements at multiples of the unit: every address of every want is tried.
std::size_t smallest(const std::vector<Want>& wants, std::vector<std::size_t>& at, std::size_t most, std::size_t end = 0) {
    const std::size_t i = at.size();
    if (i == wants.size()) return end;
    at.push_back(0);
    for (at[i] = 0; at[i] + wants[i].size_bytes < most; at[i] += unit) {
        bool fits = true;
        for (std::size_t j = 0; j < i && fits; ++j) fits = may_lie(wants, at, i, j);
        if (fits) most = std::min(most, smallest(wants, at, most, std::max(end, at[i] + wants[i].size_bytes)));
    }
    at.pop_back();
    return most;
}

std::vector<Want> random_wants(base::Random random) {
    std::vector<Want> wants;
    for (std::size_t i = 0; i < 6; ++i) {
        const int first = static_cast<int>(random.below(4));
        Want w{"w" + std::to_string(i), unit * (1 + random.below(5)), first, first + static_cast<int>(random.below(3)), unit, {}};
        for (std::size_t j = 0; j < i; ++j)
            if (random.chance(0.7)) w.may_overwrite.push_back({j, unit * random.below(3)});
        wants.push_back(std::move(w));
    }
    return wants;
}

TEST(ExactPlan, IsAsSmallAsTheBestOfAllPlacements) {
    int improved = 0, raised = 0;
    for (std::uint64_t i = 0; i < 300; ++i) {
        const std::vector<Want> wants = random_wants(base::Random(3).fork("wants", i));
        const MemoryPlan found = plan_memory(wants, Effort::full);
        MemoryPlan exact = found;
        prove_or_improve(wants, exact, 50'000'000);
        check_plan(wants, exact);
        std::vector<std::size_t> at;
        EXPECT_EQ(exact.total_bytes, smallest(wants, at, found.total_bytes + 1)) << i;
        EXPECT_EQ(exact.lower_bound_bytes, exact.total_bytes) << i;
        improved += exact.total_bytes < found.total_bytes;
        raised += exact.lower_bound_bytes > found.lower_bound_bytes;
    }
    std::printf("%d of 300 plans became smaller, %d bounds rose\n", improved, raised);
    EXPECT_GT(improved, 0);
    EXPECT_GT(raised, 0);
}

TEST(ExactPlan, WithoutTimeClaimsNothing) {
    const std::vector<Want> wants = random_wants(base::Random(3).fork("wants", 0));
    MemoryPlan plan = plan_memory(wants, Effort::full);
    const MemoryPlan before = plan;
    prove_or_improve(wants, plan, 0);
    EXPECT_EQ(plan.total_bytes, before.total_bytes);
    EXPECT_EQ(plan.lower_bound_bytes, before.lower_bound_bytes);
}

TEST(ExactPlan, OverwritesAreNamedWhereTheyHappen) {
    // The second reaches into the first, and nothing else fits in 24 bytes.
    const std::vector<Want> wants = {{"a", 16, 0, 1, 8, {}}, {"b", 16, 1, 2, 8, {{0, 8}}}};
    MemoryPlan plan{{0, 16}, {-1, -1}, 32, 24};
    prove_or_improve(wants, plan, 1000);
    EXPECT_EQ(plan.total_bytes, 24u);
    EXPECT_EQ(plan.offsets, (std::vector<std::size_t>{8, 0}));
    EXPECT_EQ(plan.overwrites, (std::vector<int>{-1, 0}));
}

}  // namespace
}  // namespace mote::codegen
