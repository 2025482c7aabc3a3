// The emulated chip listens: the same answers as for single windows, what it costs, and what happens when it is too slow.
#include "target/stream_run.hpp"

#include "../codegen/pipelines.hpp"
#include "../codegen/small_networks.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "target/arrivals.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace mote::target {
namespace {

struct Listening {
    base::TemporaryFolder temporary;
    codegen::Pipeline pipeline = codegen::testing::audio_pipeline(4, 1);
    board::Board board = board::find_board("nrf52840");
    codegen::Emission emission;
    base::Bytes signal;

    explicit Listening(std::size_t windows) {
        emission = codegen::emit(pipeline, temporary.path() / "model");
        for (const base::Bytes& window : codegen::testing::random_windows(pipeline.input, windows, 3))
            signal.insert(signal.end(), window.begin(), window.end());
    }
    std::uint64_t frames() const { return signal.size() / emission.frame_bytes; }
};

TEST(StreamRun, DecidesAsForSingleWindows) {
    Listening l(2);
    const rt::stream::Plan& plan = l.emission.listen.stream;
    const StreamRun run = run_stream(l.emission, l.board, l.signal, even_schedule(plan, l.frames()));
    EXPECT_EQ(run.lost_frames, 0u);
    EXPECT_GT(run.stack_bytes, 100u);
    base::Bytes windows;
    std::size_t decisions = 0;
    for (std::size_t due = 0;; due += plan.stride, ++decisions) {
        const std::size_t start = due / plan.advance * plan.advance;
        if (start + plan.advance * (plan.rows - 1) + plan.span > l.frames() || start + l.pipeline.input.frames > l.frames()) break;
        const auto begin = l.signal.begin() + static_cast<std::ptrdiff_t>(start * l.emission.frame_bytes);
        windows.insert(windows.end(), begin, begin + static_cast<std::ptrdiff_t>(l.emission.window_bytes));
    }
    ASSERT_GE(decisions, 4u);
    RunOptions options;
    options.count = false;
    const target::Run single = run_firmware(build_firmware(l.emission, l.board), l.emission, l.board, windows, options);
    ASSERT_GE(run.outputs.size(), single.outputs.size());
    EXPECT_EQ(std::vector(run.outputs.begin(), run.outputs.begin() + static_cast<std::ptrdiff_t>(single.outputs.size())), single.outputs);
}

TEST(StreamRun, AnEvenScheduleLosesNothingWhateverTheStride) {
    for (const double stride_ms : {250.0, 310.0, 500.0, 1700.0}) {
        SCOPED_TRACE(stride_ms);
        const base::TemporaryFolder temporary;
        codegen::Pipeline pipeline = codegen::testing::raw_pipeline(codegen::testing::dense_network(37, 4, 1));
        pipeline.input.rate_hz = 100, pipeline.listen.stride_ms = stride_ms;
        const codegen::Emission emission = codegen::emit(pipeline, temporary.path() / "model");
        const rt::stream::Plan& plan = emission.listen.stream;
        const base::Bytes signal(1000 * emission.frame_bytes);
        const StreamRun run = run_stream(emission, board::find_board("nrf52840"), signal, even_schedule(plan, 1000), {false, nullptr});
        EXPECT_EQ(run.lost_frames, 0u);
        EXPECT_EQ(run.outputs.size() / emission.class_count, (1000 - plan.span) / plan.stride + 1);
    }
}

TEST(StreamRun, CountsWhatTheRingCannotHold) {
    Listening l(1);
    const rt::stream::Plan& plan = l.emission.listen.stream;
    const StreamRun run = run_stream(l.emission, l.board, l.signal, {plan.ring + 7, 3}, {false, nullptr});
    EXPECT_EQ(run.lost_frames, 7u);
    EXPECT_EQ(run.polls, (std::vector{rt::stream::Heard::waiting, rt::stream::Heard::waiting}));
    EXPECT_THROW(run_stream(l.emission, l.board, l.signal, {static_cast<std::uint32_t>(l.frames() + 1)}), base::Error);
}

TEST(StreamRun, LoadIsMeasuredAndTheFirstLossFound) {
    Listening l(4);
    const Load load = measure_load(l.emission, l.board, l.signal, 256);
    RunOptions options;
    const target::Run single =
        run_firmware(build_firmware(l.emission, l.board), l.emission, l.board, std::span(l.signal).first(l.emission.window_bytes), options);
    EXPECT_LT(load.step_instructions * 40, single.feature_instructions) << "a step of 20 ms against a window of 1 s";
    EXPECT_GT(load.percent, 1.0);
    EXPECT_LT(load.percent_low, load.percent);
    EXPECT_LE(load.percent, load.percent_high);
    EXPECT_LT(load.percent, 60.0);
    EXPECT_EQ(load.lost_frames, 0u);
    EXPECT_GE(load.most_frames, 256u);
    EXPECT_LE(load.most_frames, load.ring_frames);
    EXPECT_GT(load.percent_at_loss, load.percent);
    EXPECT_LT(load.percent_at_loss, 130.0);
    EXPECT_GT(load.longest_s, 0.0);
    std::printf(
        "step %llu, window %llu (1/%.1f), decision %llu, load %.2f %% (%.2f to %.2f), %llu of %llu frames waited, loss at %.1f %%\n",
        static_cast<unsigned long long>(load.step_instructions), static_cast<unsigned long long>(single.feature_instructions),
        static_cast<double>(single.feature_instructions) / static_cast<double>(load.step_instructions),
        static_cast<unsigned long long>(load.decision_instructions), load.percent, load.percent_low, load.percent_high,
        static_cast<unsigned long long>(load.most_frames), static_cast<unsigned long long>(load.ring_frames), load.percent_at_loss);
}

/// Rows of 10 frames every 10, decisions every 40.
Arrivals arrivals(double row_cycles, double decision_cycles, std::uint32_t ring) {
    Arrivals a;
    a.plan = {1, 10, 10, 4, 1, 40, ring, 1};
    a.cycles_per_frame = 100, a.frames = 4000;
    for (int unit = 0; unit < 400; ++unit) {
        const bool decides = unit % 4 == 3;
        a.unit_decides.push_back(decides);
        a.unit_cycles.push_back(decides ? decision_cycles : row_cycles);
    }
    return a;
}

TEST(Arrivals, WaitInTheRingWhileADecisionIsMade) {
    const Simulated easy = simulate(arrivals(10, 950, 100));
    EXPECT_EQ(easy.lost_frames, 0u);
    EXPECT_LE(easy.most_frames, 11u);
    EXPECT_EQ(std::accumulate(easy.schedule.begin(), easy.schedule.end(), std::uint64_t{0}), 4000u);
    EXPECT_EQ(simulate(arrivals(10, 3000, 100)).lost_frames, 0u) << "a decision as long as three rows is caught up with";
    EXPECT_GE(simulate(arrivals(10, 3000, 100)).most_frames, 28u);
    EXPECT_GT(simulate(arrivals(10, 3000, 20)).lost_frames, 0u) << "but not in a ring that is shorter than it";
    EXPECT_GT(simulate(arrivals(900, 2000, 100)).lost_frames, 0u) << "118 % of the time";
}

TEST(Arrivals, TheFirstLossIsFound) {
    // 3 * 100 + 700 cycles in every 4000: a quarter of the time.
    const double factor = factor_at_loss(arrivals(100, 700, 400));
    EXPECT_NEAR(factor, 4.2, 0.3);
    EXPECT_EQ(factor_at_loss(arrivals(0, 0, 400)), 0.0);
}

}  // namespace
}  // namespace mote::target
