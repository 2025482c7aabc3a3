// Continuous inference: which windows are decided on, and that they are those of the signal.
#include "mote/rt/stream/listener.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace mote::rt::stream {
namespace {

/// A row is its first and last value; a window's features go to `seen`.
struct Windows {
    using Sample = std::int16_t;
    Plan p{};
    std::vector<std::vector<float>>* seen = nullptr;
    std::vector<float>* feature_values = nullptr;
    int* resets = nullptr;
    const std::int8_t* out = nullptr;
    const std::int32_t* thresholds = nullptr;

    Plan plan() const { return p; }
    DetectorPlan detector_plan() const { return {1, 1, 1, 0, 0, thresholds}; }
    void row(const Sample* frames, float* row) {
        row[0] = frames[0];
        row[1] = frames[p.span * p.channels - 1];
    }
    void window(const Sample* frames) { feature_values->assign(frames, frames + p.span * p.channels); }
    float* features() { return feature_values->data(); }
    const std::int8_t* infer() {
        seen->push_back(*feature_values);
        return out;
    }
    void reset() { ++*resets; }
};

struct Bench {
    std::vector<std::vector<float>> seen;
    std::vector<float> features;
    int resets = 0;
    std::int8_t out = 5;
    std::int32_t threshold = 6;
    std::vector<unsigned char> memory;
    Listener<Windows> listener;

    static Listener<Windows> make(Bench& b, const Plan& plan) {
        Windows work{plan, &b.seen, &b.features, &b.resets, &b.out, &b.threshold};
        b.features.resize(plan.rows > 0 ? plan.rows * plan.row_values : plan.span * plan.channels);
        b.memory.resize(places_of<std::int16_t>(plan, work.detector_plan()).bytes + 16);
        auto* const begin = b.memory.data();
        return {work, begin + (16 - reinterpret_cast<std::uintptr_t>(begin) % 16) % 16};
    }
    explicit Bench(const Plan& plan) : listener(make(*this, plan)) {}

    /// Pushes the numbers from..to - 1 in chunks, and answers the first number of each window that was decided on.
    std::vector<int> firsts(int from, int to, int chunk) {
        seen.clear();
        for (int at = from; at < to; at += chunk) {
            std::vector<std::int16_t> values;
            for (int i = at; i < std::min(at + chunk, to); ++i) values.push_back(static_cast<std::int16_t>(i));
            listener.push(values.data(), static_cast<std::uint32_t>(values.size()));
            while (listener.poll() != Heard::waiting) {
            }
        }
        std::vector<int> found;
        for (const auto& window : seen) found.push_back(static_cast<int>(window.front()));
        return found;
    }
};

constexpr Plan by_row{1, 4, 2, 3, 2, 5, 64, 1};

TEST(Listener, WindowsOfRowsBeginAtOrJustBeforeTheirTime) {
    for (const int chunk : {1, 3, 64}) {
        Bench bench(by_row);
        // Due at 0, 5, 10, ...; rows begin at even numbers.
        EXPECT_EQ(bench.firsts(0, 50, chunk), (std::vector<int>{0, 4, 10, 14, 20, 24, 30, 34, 40})) << chunk;
        EXPECT_EQ(bench.seen[1], (std::vector<float>{4, 7, 6, 9, 8, 11})) << "rows stand in the order of time";
        EXPECT_EQ(bench.listener.lost_frames(), 0u);
    }
}

TEST(Listener, WholeWindowsOverlapOrLeaveGaps) {
    Bench overlapping(Plan{1, 6, 4, 0, 0, 4, 64, 1}), apart(Plan{1, 3, 5, 0, 0, 5, 64, 1});
    EXPECT_EQ(overlapping.firsts(0, 23, 7), (std::vector<int>{0, 4, 8, 12, 16}));
    EXPECT_EQ(overlapping.seen[4], (std::vector<float>{16, 17, 18, 19, 20, 21}));
    EXPECT_EQ(apart.firsts(0, 23, 2), (std::vector<int>{0, 5, 10, 15, 20}));
    EXPECT_EQ(apart.listener.frames_heard(), 23u);
}

TEST(Listener, ChannelsStayTogether) {
    Bench bench(Plan{2, 2, 1, 0, 0, 1, 16, 1});
    const std::vector<std::int16_t> frames = {0, 10, 1, 11, 2, 12};
    bench.listener.push(frames.data(), 3);
    EXPECT_EQ(bench.listener.poll(), Heard::decision);
    EXPECT_EQ(bench.listener.frames_heard(), 2u);
    EXPECT_EQ(bench.listener.poll(), Heard::decision);
    EXPECT_EQ(bench.seen.back(), (std::vector<float>{1, 11, 2, 12}));
    EXPECT_EQ(bench.listener.poll(), Heard::waiting);
}

TEST(Listener, AnOverrunIsCountedAndWhatIsLeftGoesOn) {
    Bench bench(Plan{1, 2, 2, 0, 0, 2, 8, 1});
    EXPECT_EQ(bench.firsts(0, 20, 20), (std::vector<int>{0, 2, 4, 6}));
    EXPECT_EQ(bench.listener.lost_frames(), 12u);
    EXPECT_EQ(bench.firsts(20, 24, 4), (std::vector<int>{20, 22}));
}

TEST(Listener, ResetForgetsAll) {
    Bench bench(by_row);
    bench.firsts(0, 13, 13);
    const std::vector<std::int16_t> stale(7, -1);
    bench.listener.push(stale.data(), 7);
    bench.listener.reset();
    EXPECT_EQ(bench.resets, 1);
    EXPECT_EQ(bench.listener.frames_heard(), 0u);
    EXPECT_EQ(bench.firsts(100, 120, 4), (std::vector<int>{100, 104, 110}));
}

TEST(Listener, TellsEventsAndTakesTime) {
    static std::uint32_t now;
    now = 0;
    Bench bench(Plan{1, 1, 1, 0, 0, 1, 8, 1});
    bench.listener.set_clock([] { return now += 10; });
    const std::int16_t value = 1;
    bench.listener.push(&value, 1);
    EXPECT_EQ(bench.listener.poll(), Heard::decision);
    bench.out = 7;
    bench.listener.push(&value, 1);
    EXPECT_EQ(bench.listener.poll(), Heard::event);
    EXPECT_EQ(bench.listener.event_label(), 0u);
    EXPECT_EQ(bench.listener.timing().features, 10u);
    EXPECT_EQ(bench.listener.timing().model, 10u);
    EXPECT_EQ(bench.listener.timing().detector, 10u);
    EXPECT_EQ(bench.listener.timing().longest_poll, 60u);
}

}  // namespace
}  // namespace mote::rt::stream
