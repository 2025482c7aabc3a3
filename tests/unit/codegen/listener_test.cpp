// Continuous inference as emitted: the same bytes as one-shot classification of the same windows, whatever the block, and clean failures.
#include "codegen/emit.hpp"
#include "codegen/listen.hpp"

#include "pipelines.hpp"
#include "small_networks.hpp"
#include "toolchain.hpp"

#include "base/error.hpp"
#include "base/files.hpp"

#include <gtest/gtest.h>

namespace mote::codegen {
namespace {

// Pushes a made-up signal in chunks of changing size and holds each decision against classify_int8() of the window that it must be of.
constexpr const char* stream_program = R"(#include "mote_model/listener.hpp"
using namespace mote_model;
static Sample signal[(window_frames + 7 * stride_frames) * channel_count];
alignas(arena_alignment) static unsigned char memory[listener_bytes + 16], arena[arena_bytes];
static uint32_t now;
int main() {
    uint32_t random = 1;
    for (Sample& s : signal) {
        random = random * 1664525u + 1013904223u;
        s = static_cast<Sample>(sizeof(Sample) == 1 ? random >> 24 : sizeof(Sample) == 2 ? (random >> 17) : random >> 28);
    }
    for (unsigned i = 0; i < 16; ++i) memory[listener_bytes + i] = 77;
    Listener listener(memory, listener_bytes);
    Model model(arena, arena_bytes);
    if (listener.status() != Status::ok) return 1;
    listener.set_clock([] { return ++now; });
    const size_t frames = sizeof signal / sizeof signal[0] / channel_count;
    size_t pushed = 0, chunk = 1, decisions = 0;
    while (pushed < frames) {
        size_t n = frames - pushed < chunk ? frames - pushed : chunk;
        if (n > ring_frames) n = ring_frames;
        if (listener.push(signal + pushed * channel_count, n) != n) return 2;
        pushed += n, chunk = chunk * 3 % 257 + 1;
        Event event;
        for (Heard heard; (heard = listener.poll(&event)) != Heard::waiting;) {
            if (heard == Heard::failed) return 3;
            const size_t due = decisions * stride_frames, start = due / ROW_STRIDE * ROW_STRIDE;
            int8_t expected[class_count];
            if (model.classify_int8(signal + start * channel_count, expected) != Status::ok) return 4;
            for (size_t i = 0; i < class_count; ++i)
                if (expected[i] != listener.outputs()[i]) return 5;
            ++decisions;
        }
    }
    for (unsigned i = 0; i < 16; ++i)
        if (memory[listener_bytes + i] != 77) return 6;
    if (listener.lost_frames() != 0 || listener.bad_values() != 0) return 7;
    if (listener.timing().model != 1 || listener.timing().longest_poll == 0) return 8;
    return decisions == 8 ? 0 : 9;
}
)";

std::string program_for(std::size_t row_stride) { return "#define ROW_STRIDE " + std::to_string(row_stride) + "u\n" + stream_program; }

struct StreamCase {
    std::string name;
    Pipeline pipeline;
    std::size_t row_stride;
};

/// An audio pipeline with the block's features of another kind behind a dense network.
Pipeline sound(const std::string& block, const base::Json& parameters) {
    Pipeline p = testing::audio_pipeline(4, 3);
    p.input.frames = 4000;
    p.block = block, p.block_parameters = dsp::resolve_parameters(dsp::find_block_type(block), parameters);
    const auto prepared = dsp::find_block_type(block).prepare(p.block_parameters, p.input);
    p.model = testing::dense_network(static_cast<int>(prepared->output().count()), 4, 5);
    return p;
}

std::vector<StreamCase> stream_cases() {
    std::vector<StreamCase> cases;
    cases.push_back({"keyword", testing::audio_pipeline(4, 1), 320});
    cases.push_back({"raw", testing::raw_pipeline(testing::dense_network(40, 4, 1)), 10});
    cases.push_back({"mfcc", sound("mfcc", {{"normalise_frames", 5}}), 320});
    cases.push_back({"spectrogram", sound("spectrogram", {}), 160});
    cases.push_back({"mfe of the studio", sound("mfe", {{"preset", "edge-impulse"}}), 1000});
    cases[1].pipeline.input.rate_hz = 100, cases[1].pipeline.listen.stride_ms = 100;
    cases[3].pipeline.listen.stride_ms = 40;
    cases[4].pipeline.listen.stride_ms = 62.5;
    return cases;
}

TEST(Listener, GivesTheBytesOfOneShotClassificationOfTheSameWindows) {
    for (const StreamCase& c : stream_cases()) {
        SCOPED_TRACE(c.name);
        const base::TemporaryFolder temporary;
        const Emission emission = emit(c.pipeline, temporary.path() / "model");
        const auto block = dsp::find_block_type(c.pipeline.block).prepare(c.pipeline.block_parameters, c.pipeline.input);
        if (const auto rows = block->rows()) {
            EXPECT_EQ(rows->stride, c.row_stride);
        }
        auto flags = testing::warning_flags();
        flags.insert(flags.end(), {"-std=c++14", "-O1"});
        if (c.row_stride > 999) flags.insert(flags.end(), {"-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"});
        EXPECT_EQ(testing::run_program(emission, program_for(c.row_stride), testing::host_compilers().front(), flags), 0);
    }
}

constexpr const char* failing_program = R"(#include "mote_model/listener.hpp"
using namespace mote_model;
alignas(arena_alignment) static unsigned char memory[listener_bytes + 16];
int main() {
    Event event;
    if (Listener(nullptr, listener_bytes).status() != Status::null_pointer) return 1;
    if (Listener(memory, listener_bytes - 1).status() != Status::arena_too_small) return 2;
    if (Listener(memory + 4, listener_bytes).poll(&event) != Heard::failed) return 3;
    Listener one(memory, listener_bytes);
    if (one.push(nullptr, 3) != 0 || one.poll(nullptr) != Heard::waiting || one.outputs() != nullptr) return 4;
    static Sample frames[(ring_frames + 5) * channel_count];
    frames[0] = static_cast<Sample>(__builtin_nanf(""));
    if (one.push(frames, ring_frames + 5) != ring_frames || one.lost_frames() != 5 || one.bad_values() != 1) return 5;
    if (check_rate(rate_hz) != Status::ok || check_rate(rate_hz * 1.03f) != Status::wrong_rate) return 6;
    if (check_rate(__builtin_nanf("")) != Status::wrong_rate) return 7;
    for (unsigned i = 0; i < 30; ++i) {
        static_listener().push(frames, stride_frames);
        for (Heard heard; (heard = static_listener().poll(&event)) != Heard::waiting;)
            if (heard == Heard::event) return event.label < class_count && event.score >= 0.1f && event.frame > 0 ? 0 : 8;
    }
    return 9;
}
)";

TEST(Listener, FailuresAreToldAndNothingIsWrittenBeyondTheMemory) {
    const base::TemporaryFolder temporary;
    Pipeline pipeline = testing::raw_pipeline(testing::dense_network(40, 4, 1));
    pipeline.input.rate_hz = 100, pipeline.listen.threshold = 0.1, pipeline.listen.smoothing_ms = 200, pipeline.listen.stride_ms = 100;
    const Emission emission = emit(pipeline, temporary.path() / "model");
    EXPECT_EQ(testing::run_program(emission, failing_program, testing::host_compilers().front(),
                                   {"-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"}),
              0);
}

TEST(Listener, SettingsThatMakeNoSenseAreRefused) {
    Pipeline pipeline = testing::raw_pipeline(testing::dense_network(40, 4, 1));
    pipeline.input.rate_hz = 100, pipeline.labels = {"_quiet", "a", "b", "c"};
    const auto message = [&](const Listen& listen) {
        pipeline.listen = listen;
        try {
            plan(pipeline);
        } catch (const base::Error& error) {
            return error.message();
        }
        return std::string("fine");
    };
    Listen listen;
    EXPECT_EQ(message(listen), "fine");
    listen.background = {"noise"};
    EXPECT_EQ(message(listen), "mote.toml: listen.background names \"noise\", which the model does not know");
    listen = {}, listen.stride_ms = 1;
    EXPECT_EQ(message(listen), "fine") << "a frame is the least";
    listen.stride_ms = 1e12;
    EXPECT_EQ(message(listen), "listen.stride_ms of 1e+12 is too long at 100.0 Hz");
    listen = {}, listen.smoothing_ms = 1e6;
    EXPECT_EQ(message(listen), "listen.smoothing_ms of 1e+06 is more than 1000 strides of 250.0 ms");
    listen = {};
    pipeline.listen = listen;
    const auto block = dsp::find_block_type("raw").prepare(pipeline.block_parameters, pipeline.input);
    const ListenPlan planned = plan_listening(listen, *block, pipeline.input, pipeline.model.output(), pipeline.labels);
    EXPECT_EQ(planned.stream.stride, 25u);
    EXPECT_EQ(planned.smoothing, 2u);
    EXPECT_EQ(planned.suppression, 4u);
    EXPECT_EQ(planned.thresholds.front(), rt::stream::never);
    EXPECT_LT(planned.thresholds[1], rt::stream::never);
}

TEST(Listener, CompilesForEveryCoreAsEveryLanguage) {
    const base::TemporaryFolder temporary;
    const Emission emission = emit(testing::audio_pipeline(4, 1), temporary.path() / "model");
    auto flags = testing::warning_flags();
    flags.insert(flags.end(), {"-std=c++14", "-fno-exceptions", "-fno-rtti", "-ffreestanding"});
    for (const auto& compiler : testing::arm_compilers()) testing::compile(emission, compiler, flags, temporary.path() / compiler.name);
}

}  // namespace
}  // namespace mote::codegen
