// Smoothing, threshold, least duration and suppression.
#include "mote/rt/stream/detector.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mote::rt::stream {
namespace {

struct Case {
    DetectorPlan plan{2, 1, 1, 0, -128, nullptr};
    std::vector<std::int32_t> thresholds = {never, 128};

    /// The decisions (from 0) at which events begin, of the second label's probabilities in 256ths.
    std::vector<int> events(const std::vector<int>& scores) {
        plan.thresholds = thresholds.data();
        std::vector<std::int32_t> memory((Detector::memory_bytes(plan) + 3) / 4);
        Detector detector(plan, memory.data());
        std::vector<int> found;
        for (std::size_t i = 0; i < scores.size(); ++i) {
            const std::int8_t outputs[2] = {static_cast<std::int8_t>(127 - scores[i]), static_cast<std::int8_t>(scores[i] - 128)};
            const std::int32_t label = detector.step(plan, outputs);
            if (label < 0) continue;
            EXPECT_EQ(label, 1);
            found.push_back(static_cast<int>(i));
        }
        return found;
    }
};

TEST(Detector, AnEventBeginsAtTheThresholdAndOnceUntilItFalls) {
    Case c;
    EXPECT_EQ(c.events({0, 127, 128, 255, 255, 127, 200}), (std::vector<int>{2, 6}));
    c.thresholds = {never, never};
    EXPECT_TRUE(c.events({255, 255, 255}).empty());
}

TEST(Detector, SmoothsOverTheLastDecisions) {
    Case c;
    c.plan.smoothing = 3;
    c.thresholds[1] = 3 * 100;
    EXPECT_EQ(c.events({255, 0, 44, 0, 0, 100, 100, 100}), (std::vector<int>{7}));
    EXPECT_EQ(c.events({255, 0, 45}), (std::vector<int>{2}));
    EXPECT_EQ(c.events({255, 44}), (std::vector<int>{})) << "before the first decision there is silence";
}

TEST(Detector, WaitsForTheLeastDuration) {
    Case c;
    c.plan.minimum = 3;
    EXPECT_EQ(c.events({200, 200, 0, 200, 200, 200, 200}), (std::vector<int>{5}));
}

TEST(Detector, SuppressesAfterAnEvent) {
    Case c;
    c.plan.suppression = 3;
    EXPECT_EQ(c.events({200, 0, 200, 0, 200, 0}), (std::vector<int>{0, 4}));
    EXPECT_EQ(c.events({200, 0, 0, 200, 200, 200}), (std::vector<int>{0, 4})) << "an event that goes on is told afterwards";
}

TEST(Detector, TheStrongestAboveItsThresholdWins) {
    const std::vector<std::int32_t> thresholds = {100, 50, never};
    const DetectorPlan plan{3, 1, 2, 0, 0, thresholds.data()};
    std::vector<std::int32_t> memory((Detector::memory_bytes(plan) + 3) / 4);
    Detector detector(plan, memory.data());
    const auto step = [&](std::vector<std::int8_t> outputs) { return detector.step(plan, outputs.data()); };
    EXPECT_EQ(step({90, 60, 127}), -1);
    EXPECT_EQ(step({90, 60, 127}), 1);
    EXPECT_EQ(step({110, 60, 0}), -1) << "another label begins its own count";
    EXPECT_EQ(step({110, 60, 0}), 0);
    EXPECT_EQ(detector.sum(0), 110);
    detector.reset(plan);
    EXPECT_EQ(detector.sum(0), 0);
    EXPECT_EQ(step({110, 60, 0}), -1);
}

}  // namespace
}  // namespace mote::rt::stream
