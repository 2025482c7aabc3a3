// What listens on the host decides on the windows of the schedule, with the bytes of one-shot inference.
#include "app/listen/host_listener.hpp"
#include "app/listen/operating_point.hpp"
#include "app/listen/scores.hpp"
#include "base/random.hpp"
#include "compress/quantise.hpp"
#include "graph/operator.hpp"
#include "learn/learner.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace {

using namespace mote;
using app::listen::Decision;

/// A block with an untrained network behind it.
struct Pipeline {
    app::Features features;
    graph::Graph model;
    codegen::ListenPlan plan;

    Pipeline(const std::string& block, const base::Json& parameters, const dsp::InputSpec& input, double stride_ms) {
        features = app::prepare_features(block, parameters, input);
        base::Random random(3);
        std::vector<float> rows(4 * features.count());
        for (float& value : rows) value = static_cast<float>(random.normal());
        const auto untrained =
            learn::find_learner_type("dense").build(base::Json::object(), features.prepared->output().shape, 3, {}, random.fork("weights"));
        model = compress::quantise(untrained, rows, 4, {});
        codegen::Listen listen;
        listen.stride_ms = stride_ms, listen.smoothing_ms = 2 * stride_ms, listen.threshold = 0.4, listen.suppression_ms = 0;
        plan = codegen::plan_listening(listen, *features.prepared, input, model.output(), {"a", "b", "_c_"});
    }

    std::vector<Decision> listen(const std::vector<float>& values, std::size_t chunk_frames, std::uint64_t* bad = nullptr) {
        app::listen::HostListener listener(features, model, plan);
        const std::size_t chunk = chunk_frames * features.input.channels.size();
        std::vector<Decision> decisions;
        for (std::size_t at = 0; at < values.size(); at += chunk)
            listener.listen(std::span(values).subspan(at, std::min(chunk, values.size() - at)), decisions);
        EXPECT_EQ(listener.frames(), values.size() / features.input.channels.size());
        if (bad) *bad = listener.bad_values();
        return decisions;
    }

    std::vector<std::int8_t> one_shot(const std::vector<float>& values, std::int64_t begin) {
        const std::size_t channels = features.input.channels.size(), count = features.input.value_count();
        const auto from = values.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(begin) * channels);
        std::vector<float> row(features.count());
        std::vector<std::uint64_t> scratch(features.prepared->scratch_bytes() / 8 + 1);
        if (features.input.type == store::SampleType::i16) {
            const std::vector<std::int16_t> window(from, from + static_cast<std::ptrdiff_t>(count));
            features.prepared->compute(window.data(), row, scratch.data());
        } else {
            features.prepared->compute(&*from, row, scratch.data());
        }
        graph::Evaluator evaluator(model);
        (void)evaluator.run_features(row);
        const auto* out = reinterpret_cast<const std::int8_t*>(evaluator.tensor(model.outputs[0]).data());
        return {out, out + 3};
    }
};

dsp::InputSpec sound() {
    dsp::InputSpec input;
    input.type = store::SampleType::i16, input.channels = {"audio"}, input.rate_hz = 16000, input.frames = 4000;
    return input;
}

dsp::InputSpec motion() {
    dsp::InputSpec input;
    input.channels = {"x", "y", "z"}, input.rate_hz = 50, input.frames = 40;
    return input;
}

std::vector<float> signal(std::size_t count) {
    base::Random random(5);
    std::vector<float> values(count);
    for (std::size_t i = 0; i < count; ++i)
        values[i] = std::nearbyint(3000 * static_cast<float>(random.normal()) * static_cast<float>(i % 977 < 300));
    return values;
}

void expect_one_shot(Pipeline& pipeline, const std::vector<float>& values, std::size_t least_decisions) {
    const app::listen::Schedule schedule(pipeline.plan.stream);
    const auto frames = static_cast<std::int64_t>(values.size() / pipeline.features.input.channels.size());
    for (const std::size_t chunk : {7, 250, 100000}) {
        const auto decisions = pipeline.listen(values, chunk);
        ASSERT_EQ(decisions.size(), schedule.count(frames)) << chunk;
        ASSERT_GE(decisions.size(), least_decisions);
        app::listen::Scores scores;
        scores.labels = 3;
        for (std::size_t k = 0; k < decisions.size(); ++k) {
            EXPECT_EQ(decisions[k].frame, static_cast<std::uint64_t>(schedule.end(k)));
            EXPECT_EQ(decisions[k].outputs, pipeline.one_shot(values, schedule.begin(k))) << "decision " << k << ", chunks of " << chunk;
            scores.outputs.insert(scores.outputs.end(), decisions[k].outputs.begin(), decisions[k].outputs.end());
        }
        std::vector<std::pair<std::int64_t, int>> live, kept;
        for (const Decision& d : decisions)
            if (d.event >= 0) live.emplace_back(d.frame, d.event);
        for (const auto& d : app::listen::detect(scores, schedule, pipeline.plan)) kept.emplace_back(d.frame, d.label);
        EXPECT_EQ(live, kept);
        EXPECT_FALSE(live.empty());
    }
}

TEST(HostListener, RowsThatGrowGiveTheBytesOfWholeWindows) {
    Pipeline pipeline("mfe", base::Json::object(), sound(), 62.5);  // no whole number of rows: met on average
    ASSERT_GT(pipeline.plan.stream.rows, 0u);
    expect_one_shot(pipeline, signal(16000), 10);
}

TEST(HostListener, WholeWindowsAreThoseOfTheSchedule) {
    Pipeline pipeline("flatten", base::Json::object(), motion(), 240);
    ASSERT_EQ(pipeline.plan.stream.rows, 0u);
    expect_one_shot(pipeline, signal(600), 10);
}

TEST(HostListener, WhatIsNoNumberIsReplacedAndCounted) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (const auto& input : {sound(), motion()}) {
        Pipeline pipeline("raw", base::Json::object(), input, 1000 * 10 / input.rate_hz);
        std::vector<float> good = signal(2 * input.value_count()), bad = good;
        const std::size_t channels = input.channels.size(), at = 5 * channels;
        good[at] = good[at - channels], bad[at] = nan;
        std::uint64_t count = 0, none = 1;
        const auto replaced = pipeline.listen(bad, 11, &count), same = pipeline.listen(good, 11, &none);
        EXPECT_EQ(count, 1u);
        EXPECT_EQ(none, 0u);
        ASSERT_EQ(replaced.size(), same.size());
        for (std::size_t k = 0; k < same.size(); ++k) EXPECT_EQ(replaced[k].outputs, same[k].outputs);
    }
}

TEST(HostListener, IntegersAreRoundedAndCut) {
    Pipeline pipeline("raw", base::Json::object(), sound(), 100);
    std::vector<float> odd = signal(8000), even = odd;
    odd[10] = 1e9f, even[10] = 32767, odd[11] = -1e9f, even[11] = -32768, odd[12] = 7.4f, even[12] = 7;
    const auto a = pipeline.listen(odd, 300), b = pipeline.listen(even, 300);
    for (std::size_t k = 0; k < a.size(); ++k) EXPECT_EQ(a[k].outputs, b[k].outputs);
}

}  // namespace
