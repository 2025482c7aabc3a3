// Figures of quality against values worked out by hand.
#include "learn/metrics.hpp"

#include "base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace mote;
using learn::Metrics;

const std::vector<std::string> three{"a", "b", "c"};

TEST(Metrics, ByHand) {
    // Truth a a b b c; predicted a b b b a.
    const std::vector<float> p{0.7f, 0.2f, 0.1f, 0.3f, 0.6f, 0.1f, 0.1f, 0.8f, 0.1f, 0.2f, 0.5f, 0.3f, 0.5f, 0.2f, 0.3f};
    const std::vector<int> truth{0, 0, 1, 1, 2};
    const Metrics m = learn::measure(p, truth, three);
    EXPECT_DOUBLE_EQ(m.accuracy, 3.0 / 5);
    EXPECT_EQ(m.confusion, (std::vector<std::vector<std::size_t>>{{1, 1, 0}, {0, 2, 0}, {1, 0, 0}}));
    EXPECT_DOUBLE_EQ(m.classes[0].precision, 0.5);
    EXPECT_DOUBLE_EQ(m.classes[0].recall, 0.5);
    EXPECT_DOUBLE_EQ(m.classes[1].precision, 2.0 / 3);
    EXPECT_DOUBLE_EQ(m.classes[1].recall, 1);
    EXPECT_DOUBLE_EQ(m.classes[1].f1, 0.8);
    EXPECT_DOUBLE_EQ(m.classes[2].precision, 0);  // never predicted
    EXPECT_DOUBLE_EQ(m.classes[2].f1, 0);
    EXPECT_DOUBLE_EQ(m.macro_f1, (0.5 + 0.8 + 0) / 3);
    const double loss =
        -(std::log(double(0.7f)) + std::log(double(0.3f)) + std::log(double(0.8f)) + std::log(0.5) + std::log(double(0.3f))) / 5;
    EXPECT_NEAR(m.loss, loss, 1e-12);
    // Class a scores .7 .3 against .1 .2 .5: of 6 pairs, .7 wins 3 and .3 wins 2.
    EXPECT_DOUBLE_EQ(m.classes[0].area_under_roc, 5.0 / 6);
}

TEST(Metrics, TiesCountHalfAndTheFirstOfTheLargestWins) {
    const std::vector<float> p{0.5f, 0.5f, 0.5f, 0.5f};
    const Metrics m = learn::measure(p, std::vector<int>{0, 1}, {"a", "b"});
    EXPECT_DOUBLE_EQ(m.accuracy, 0.5);
    EXPECT_DOUBLE_EQ(m.classes[0].area_under_roc, 0.5);
    EXPECT_DOUBLE_EQ(m.classes[0].equal_error_rate, 0.5);
}

TEST(Metrics, AClassWithoutExamplesIsLeftOutOfTheMean) {
    const Metrics m = learn::measure(std::vector<float>{0.9f, 0.1f, 0.0f, 0.2f, 0.8f, 0.0f}, std::vector<int>{0, 1}, three);
    EXPECT_DOUBLE_EQ(m.macro_f1, 1);
    EXPECT_EQ(m.classes[2].examples, 0u);
}

TEST(Metrics, DetCurveRunsFromNothingToAllAccepted) {
    const std::vector<float> p{0.9f, 0.1f, 0.6f, 0.4f, 0.7f, 0.3f, 0.2f, 0.8f};
    const std::vector<int> truth{0, 0, 1, 1};
    const auto curve = learn::det_curve(p, truth, 2, 0);
    ASSERT_EQ(curve.size(), 5u);
    EXPECT_GT(curve[0].threshold, 1);
    EXPECT_DOUBLE_EQ(curve[0].miss_rate, 1);
    // .9 is found; then .7, a false alarm; then .6 is found; then .2.
    EXPECT_DOUBLE_EQ(curve[1].miss_rate, 0.5);
    EXPECT_DOUBLE_EQ(curve[1].false_alarm_rate, 0);
    EXPECT_DOUBLE_EQ(curve[2].false_alarm_rate, 0.5);
    EXPECT_DOUBLE_EQ(curve[3].miss_rate, 0);
    EXPECT_DOUBLE_EQ(curve[4].false_alarm_rate, 1);
    EXPECT_LE(learn::det_curve(p, truth, 2, 0, 3).size(), 3u);
    EXPECT_TRUE(learn::det_curve(p, std::vector<int>{0, 0, 0, 0}, 2, 0).empty());
}

TEST(Metrics, RefusesWhatDoesNotFit) {
    EXPECT_THROW(learn::measure(std::vector<float>{1, 0}, std::vector<int>{0, 1}, {"a", "b"}), base::Error);
    EXPECT_THROW(learn::measure(std::vector<float>{1, 0}, std::vector<int>{2}, {"a", "b"}), base::Error);
}

}  // namespace
