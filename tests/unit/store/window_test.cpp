#include "store/window.hpp"
#include "store/dataset.hpp"
#include "store/image_resize.hpp"
#include "store/resample.hpp"

#include "support.hpp"

#include <cmath>
#include <cstring>
#include <numbers>

namespace {

using namespace mote::store;
using namespace mote::store::test;

Signal series(std::vector<float> values, double rate_hz = 10, std::size_t channels = 1) {
    Signal signal;
    for (std::size_t c = 0; c < channels; ++c) signal.channels.push_back({"c" + std::to_string(c), ""});
    signal.rate_hz = rate_hz, signal.frames = values.size() / channels, signal.values = std::move(values);
    return signal;
}

SignalView view_of(const Signal& signal) { return {describe(signal), signal.bytes()}; }

std::vector<std::int64_t> starts_of(const Signal& signal, const WindowOptions& options) {
    std::vector<std::int64_t> list;
    for (const Window& window : cut_windows(view_of(signal), {}, "x", options)) list.push_back(window.begin);
    return list;
}

using Starts = std::vector<std::int64_t>;

TEST(Windows, LabelModes) {
    const std::vector<LabelSpan> spans{{0, 4, "walk"}, {4, 8, "turn"}, {8, 10, "sit"}};
    EXPECT_EQ(window_label(spans, 0, 10, "end", 0), "sit");
    EXPECT_EQ(window_label(spans, 0, 8, "end", 0), "turn");
    EXPECT_EQ(window_label(spans, 2, 8, "anywhere", 0), "walk");
    EXPECT_EQ(window_label(spans, 0, 8, "majority", 0), "walk");  // a tie: seen first
    EXPECT_EQ(window_label(spans, 1, 8, "majority", 0), "turn");
    EXPECT_EQ(window_label(spans, 0, 10, "share", 0.5), "");
    EXPECT_EQ(window_label(spans, 0, 10, "share", 0.4), "walk");
    EXPECT_EQ(window_label(spans, 3, 5, "share", 0.8), "turn");
    EXPECT_EQ(window_label(spans, 10, 5, "majority", 0), "");
    const std::vector<LabelSpan> apart{{0, 3, "a"}, {3, 7, "b"}, {7, 10, "a"}};
    EXPECT_EQ(window_label(apart, 0, 10, "majority", 0), "a");  // its parts add up
    const std::vector<LabelSpan> gap{{0, 2, "a"}};
    EXPECT_EQ(window_label(gap, 0, 10, "end", 0), "");
}

TEST(Windows, SlideShortAndLong) {
    WindowOptions options;
    options.length_ms = 400, options.stride_ms = 200;
    EXPECT_EQ(starts_of(series(std::vector<float>(10, 1)), options), (Starts{0, 2, 4, 6}));
    options.stride_ms = 0;
    EXPECT_EQ(starts_of(series(std::vector<float>(10, 1)), options), (Starts{0, 4}));
    const Signal brief = series({1, 2, 3});
    options.length_ms = 700;
    EXPECT_EQ(starts_of(brief, options), (Starts{0}));
    options.short_recordings = "centre";
    EXPECT_EQ(starts_of(brief, options), (Starts{-2}));
    options.short_recordings = "drop";
    EXPECT_EQ(starts_of(brief, options), Starts{});
    options = {};
    options.length_frames = 3;
    const Signal burst = series({0, 0, 5, -6, 5, 0, 0, 0, 1, 0});
    options.long_recordings = "loudest";
    EXPECT_EQ(starts_of(burst, options), (Starts{2}));
    options.long_recordings = "centre";
    EXPECT_EQ(starts_of(burst, options), (Starts{3}));
    options.long_recordings = "start";
    EXPECT_EQ(starts_of(burst, options), (Starts{0}));
}

TEST(Windows, ZerosStandWhereThereIsNoRecording) {
    const Signal signal = series({1, 2, 3, 4, 5, 6}, 10, 2);
    std::vector<float> out(10);
    copy_window(view_of(signal), -1, 5, std::as_writable_bytes(std::span(out)));
    EXPECT_EQ(out, (std::vector<float>{0, 0, 1, 2, 3, 4, 5, 6, 0, 0}));
    std::vector<float> tail(4);
    copy_window(view_of(signal), 2, 2, std::as_writable_bytes(std::span(tail)));
    EXPECT_EQ(tail, (std::vector<float>{5, 6, 0, 0}));
}

TEST(Windows, PaddingTakesNoPartInLabels) {
    WindowOptions options;
    options.length_frames = 10;
    options.label = "end";
    const std::vector<LabelSpan> spans{{0, 2, "a"}, {2, 3, "b"}};
    EXPECT_EQ(cut_windows(view_of(series({1, 2, 3})), spans, "", options).at(0).label, "b");
    options.label = "share", options.min_share = 0.6;
    EXPECT_EQ(cut_windows(view_of(series({1, 2, 3})), spans, "", options).at(0).label, "a");
}

TEST(Windows, ErrorsSayWhatToDo) {
    WindowOptions options;
    EXPECT_EQ(
        failure_of([&] { resolve(options, 0); }),
        "bad_input: the length of windows is given in milliseconds, the series has no constant rate | give it in frames (length_frames)");
    options.length_ms = 0.1;
    EXPECT_EQ(failure_of([&] { resolve(options, 100); }).substr(0, 53), "bad_input: the length of windows is under one frame (");
}

TEST(Resample, ASineStaysASine) {
    for (const double to_hz : {8000.0, 16000.0, 44100.0}) {
        std::vector<float> values(4800);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] = static_cast<float>(std::sin(2 * std::numbers::pi * 440 * static_cast<double>(i) / 48000));
        const Signal out = resample(series(values, 48000), to_hz);
        EXPECT_EQ(out.rate_hz, to_hz);
        ASSERT_EQ(out.frames, static_cast<std::size_t>(to_hz / 10));
        double worst = 0;
        for (std::size_t i = out.frames / 4; i < out.frames * 3 / 4; ++i)
            worst = std::max(worst, std::fabs(out.at(i) - std::sin(2 * std::numbers::pi * 440 * static_cast<double>(i) / to_hz)));
        EXPECT_LT(worst, 2e-3) << to_hz;
    }
}

TEST(Resample, SlowSensorsLinearlyAndWithLabels) {
    Signal ramp = series({0, 1, 2, 3, 4, 5, 6, 7}, 10);
    ramp.labels = {{0, 4, "a"}, {4, 8, "b"}};
    const Signal finer = resample(ramp, 20);
    EXPECT_EQ(finer.frames, 16u);
    EXPECT_FLOAT_EQ(finer.at(3), 1.5f);
    EXPECT_FLOAT_EQ(finer.at(15), 7);  // nothing comes after the last frame
    ASSERT_EQ(finer.labels.size(), 2u);
    EXPECT_EQ(finer.labels[1].begin, 8u);
    EXPECT_EQ(finer.labels[1].end, 16u);
    // 9 Hz at 20 Hz sampling would fold back to a strong slow wave at 10 Hz; the mean over the new frame takes most of it.
    std::vector<float> fast(400);
    for (std::size_t i = 0; i < fast.size(); ++i) fast[i] = i % 2 == 0 ? 1.0f : -1.0f;
    const Signal coarse = resample(series(fast, 20), 5);
    for (std::size_t i = 1; i + 1 < coarse.frames; ++i) EXPECT_LT(std::fabs(coarse.at(i)), 0.3f);
    EXPECT_EQ(failure_of([&] { resample(series({1}, 0), 5); }),
              "bad_input: a series without a rate cannot be resampled | give its rate when it is ingested (rate_hz)");
    EXPECT_NE(failure_of([&] { resample(series({1}, 1), 5000); }).find("factor of 1000"), std::string::npos);
}

TEST(Resample, SixteenBitSoundStaysSixteenBitAndRepeats) {
    Signal signal;
    signal.channels = {{"audio", ""}}, signal.rate_hz = 44100, signal.frames = 4410, signal.values = noise(7, 4410);
    const Signal once = resample(signal, 16000), again = resample(signal, 16000);
    EXPECT_EQ(once.frames, 1600u);
    EXPECT_EQ(std::get<std::vector<std::int16_t>>(once.values), std::get<std::vector<std::int16_t>>(again.values));
}

Signal image(std::size_t height, std::size_t width, std::vector<std::uint8_t> values, std::size_t channels = 1) {
    Signal signal;
    for (std::size_t c = 0; c < channels; ++c) signal.channels.push_back({"c" + std::to_string(c), ""});
    signal.height = height, signal.width = width, signal.frames = height * width, signal.values = std::move(values);
    return signal;
}

std::vector<std::uint8_t> pixels(const Signal& signal) { return std::get<std::vector<std::uint8_t>>(signal.values); }
using Pixels = std::vector<std::uint8_t>;

TEST(ImageResize, MeansAndInterpolation) {
    EXPECT_EQ(pixels(resize_image(image(2, 2, {0, 10, 20, 30}), 1, 1, "squash")), (Pixels{15}));
    EXPECT_EQ(pixels(resize_image(image(1, 3, {0, 90, 30}), 1, 2, "squash")), (Pixels{30, 50}));
    EXPECT_EQ(pixels(resize_image(image(1, 2, {0, 100}), 1, 4, "squash")), (Pixels{0, 25, 75, 100}));
    const Pixels same = {1, 2, 3, 4, 5, 6};
    EXPECT_EQ(pixels(resize_image(image(2, 3, same), 2, 3, "squash")), same);
    // Colours stay apart.
    EXPECT_EQ(pixels(resize_image(image(1, 2, {0, 50, 200, 100, 150, 0}, 3), 1, 1, "squash")), (Pixels{50, 100, 100}));
    // Constant images stay constant whatever the sizes.
    for (const std::size_t side : {1u, 3u, 7u, 16u, 31u})
        for (const std::uint8_t v : pixels(resize_image(image(7, 5, Pixels(35, 201)), side, side + 2, "squash"))) ASSERT_EQ(v, 201);
}

TEST(ImageResize, FitsKeepTheAspect) {
    const Signal wide = image(2, 4, {10, 20, 30, 40, 10, 20, 30, 40});
    EXPECT_EQ(pixels(resize_image(wide, 2, 2, "crop")), (Pixels{20, 30, 20, 30}));
    EXPECT_EQ(pixels(resize_image(wide, 4, 4, "pad")), (Pixels{0, 0, 0, 0, 10, 20, 30, 40, 10, 20, 30, 40, 0, 0, 0, 0}));
    EXPECT_NE(failure_of([&] { resize_image(wide, 2, 2, "stretch"); }).find("choose squash, crop or pad"), std::string::npos);
    EXPECT_NE(failure_of([&] { resize_image(series({1}), 2, 2, "crop"); }).find("bad_input"), std::string::npos);
    EXPECT_NE(failure_of([&] { resize_image(wide, 0, 2, "crop"); }).find("bad_input"), std::string::npos);
}

struct Datasets : Fixture {};

TEST_F(Datasets, WindowsOfASnapshotComeInOrderWithTheirLabels) {
    write_words(data, 9, 1600);
    write(data / "yes/short.wav", wav(noise(99, 800)));
    Store store = Store::open(dot);
    take_in(store, {data});
    const std::string hash = store.snapshot().hash;
    DatasetOptions options;
    options.window.length_ms = 100;
    const Dataset all(store, store.snapshot_samples(hash), options);
    EXPECT_EQ(all.size(), 10u);
    EXPECT_EQ(all.window().frames, 1600u);
    EXPECT_EQ(all.window().type, SampleType::i16);
    EXPECT_EQ(all.labels(), (std::vector<std::string>{"no", "stop", "yes"}));
    std::size_t in_splits = 0;
    for (const char* split : {"train", "val", "test"}) {
        options.splits = {split};
        try {
            in_splits += Dataset(store, store.snapshot_samples(hash), options).size();
        } catch (const mote::base::Error& error) {
            EXPECT_EQ(error.code(), "bad_input");  // an empty split is said, not passed on
        }
    }
    EXPECT_EQ(in_splits, all.size());
    std::vector<std::int16_t> window(1600);
    for (std::size_t i = 0; i < all.size(); ++i) {
        all.read(i, std::as_writable_bytes(std::span(window)));
        if (all.samples()[all.items()[i].sample].name != "yes/short.wav") continue;
        std::vector<std::int16_t> expected = noise(99, 800);
        expected.resize(1600);
        EXPECT_EQ(window, expected);
    }
}

TEST_F(Datasets, ChannelsAreChosenAndRatesMade) {
    std::string csv = "timestamp,x,y,z,label\n";
    for (int i = 0; i < 100; ++i)
        csv += std::to_string(i * 10) + "," + std::to_string(i) + "," + std::to_string(-i) + ",0," + (i < 40 ? "rest" : "move") + "\n";
    write(data / "a.csv", csv);
    Store store = Store::open(dot);
    const IngestReport report = take_in(store, {data});
    ASSERT_TRUE(report.bad.empty()) << report.bad[0].message;
    DatasetOptions options;
    options.channels = {"y", "x"};
    options.window.length_ms = 200;
    const Dataset picked(store, store.samples(), options);
    ASSERT_EQ(picked.size(), 5u);
    EXPECT_EQ(picked.items()[1].label, "rest");
    EXPECT_EQ(picked.items()[2].label, "move");
    std::vector<float> window(40);
    picked.read(1, std::as_writable_bytes(std::span(window)));
    EXPECT_EQ(window[0], -20);
    EXPECT_EQ(window[1], 20);
    options.rate_hz = 50;
    const Dataset slower(store, store.samples(), options);
    EXPECT_EQ(slower.window().frames, 10u);
    EXPECT_EQ(slower.size(), 5u);
    EXPECT_EQ(slower.items()[1].label, "rest");
    options.channels = {"w"};
    EXPECT_EQ(failure_of([&] { Dataset(store, store.samples(), options); }),
              "bad_input: a.csv has no channel \"w\", its channels are x, y, z | choose among these, or exclude the sample");
}

}  // namespace
