// Applications written from the public documentation of Edge Impulse's C++ library compile as they are against a package, and give the
// library's own results.
#include "packages.hpp"

#include "pipelines.hpp"

#include "base/files.hpp"
#include "base/process.hpp"
#include "graph/operator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <sstream>

namespace mote::package {
namespace {

namespace fs = std::filesystem;

/// Raw features, classified once: the documentation's first example, its buffer read from the standard input.
constexpr std::string_view raw_application = R"(#include <stdio.h>
#include "edge-impulse-sdk/classifier/ei_run_classifier.h"

static int get_signal_data(size_t offset, size_t length, float *out_ptr);
static float features[EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE];

int main(int argc, char **argv) {
    signal_t signal;
    ei_impulse_result_t result;
    EI_IMPULSE_ERROR res;

    size_t buf_len = fread(features, sizeof(features[0]), EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE, stdin);
    if (buf_len != EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE) {
        ei_printf("ERROR: The size of the input buffer is not correct.\r\n");
        return 1;
    }
    signal.total_length = EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE;
    signal.get_data = &get_signal_data;
    res = run_classifier(&signal, &result, false);
    if (res != EI_IMPULSE_OK) {
        ei_printf("ERR: (%d)\n", res);
        return 1;
    }
    for (uint16_t i = 0; i < EI_CLASSIFIER_LABEL_COUNT; i++)
        ei_printf("%.5f\n", result.classification[i].value);

    // Other ways to hand over data, with the same answer.
    ei_impulse_result_t other = { 0 };
    numpy::signal_from_buffer(features, EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE, &signal);
    if (run_classifier(&signal, &other) != EI_IMPULSE_OK || other.classification[0].value != result.classification[0].value) return 2;
    const float *captured = features;
    signal.get_data = [captured](size_t offset, size_t length, float *out_ptr) {
        for (size_t i = 0; i < length; i++) out_ptr[i] = captured[offset + i];
        return 0;
    };
    if (run_classifier(&signal, &other) != EI_IMPULSE_OK || other.classification[0].value != result.classification[0].value) return 3;
    signal.total_length = 7;
    if (run_classifier(&signal, &other) != EI_IMPULSE_ERROR_SHAPES_DONT_MATCH) return 4;
    signal.total_length = EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE;
    signal.get_data = [](size_t, size_t, float *) { return -1; };
    if (run_classifier(&signal, &other) != EI_IMPULSE_DSP_ERROR) return 5;
    return other.bounding_boxes_count != 0 || other.anomaly != 0;
}

static int get_signal_data(size_t offset, size_t length, float *out_ptr) {
    for (size_t i = 0; i < length; i++) {
        out_ptr[i] = (features + offset)[i];
    }
    return 0;
}
)";

/// Sound in slices, as the documentation's continuous example does: two buffers that a microphone's interrupt would fill in turn.
constexpr std::string_view continuous_application = R"(#define EI_CLASSIFIER_SLICES_PER_MODEL_WINDOW 4
#include <keyword_inferencing.h>
#include <stdio.h>
#include <stdlib.h>

#if !defined(EI_CLASSIFIER_SENSOR) || EI_CLASSIFIER_SENSOR != EI_CLASSIFIER_SENSOR_MICROPHONE
#error "Invalid model for current sensor."
#endif

typedef struct {
    signed short *buffers[2];
    unsigned char buf_select;
    unsigned int n_samples;
} inference_t;
static inference_t inference;
static bool debug_nn = false;
static uint64_t now_us = 0;

static int microphone_audio_signal_get_data(size_t offset, size_t length, float *out_ptr) {
    numpy::int16_to_float(&inference.buffers[inference.buf_select ^ 1][offset], out_ptr, length);
    return 0;
}

// What the application supplies.
uint64_t ei_read_timer_us() { return now_us += 1500; }
EI_IMPULSE_ERROR ei_run_impulse_check_canceled() { return now_us > 1000000000 ? EI_IMPULSE_CANCELED : EI_IMPULSE_OK; }

int main() {
    ei_printf("Interval: %.4f ms. Frame size: %d Sample length: %d ms. No. of classes: %d\n", (float)EI_CLASSIFIER_INTERVAL_MS,
              EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE, EI_CLASSIFIER_RAW_SAMPLE_COUNT / (EI_CLASSIFIER_FREQUENCY / 1000),
              (int)(sizeof(ei_classifier_inferencing_categories) / sizeof(ei_classifier_inferencing_categories[0])));
    run_classifier_init();
    inference.n_samples = EI_CLASSIFIER_SLICE_SIZE;
    for (int i = 0; i < 2; i++) inference.buffers[i] = (signed short *)ei_malloc(inference.n_samples * sizeof(signed short));
    while (fread(inference.buffers[inference.buf_select], sizeof(signed short), inference.n_samples, stdin) == inference.n_samples) {
        inference.buf_select ^= 1;
        signal_t signal;
        signal.total_length = EI_CLASSIFIER_SLICE_SIZE;
        signal.get_data = &microphone_audio_signal_get_data;
        ei_impulse_result_t result = { 0 };
        EI_IMPULSE_ERROR r = run_classifier_continuous(&signal, &result, debug_nn);
        if (r != EI_IMPULSE_OK) {
            ei_printf("ERR: Failed to run classifier (%d)\n", r);
            return 1;
        }
        for (size_t ix = 0; ix < EI_CLASSIFIER_LABEL_COUNT; ix++)
            ei_printf("%s %.5f%s", result.classification[ix].label, result.classification[ix].value,
                      ix + 1 < EI_CLASSIFIER_LABEL_COUNT ? " " : "\n");
        if (result.timing.dsp + result.timing.classification + result.timing.anomaly < 0) return 1;
    }
    for (int i = 0; i < 2; i++) ei_free(inference.buffers[i]);
    run_classifier_deinit();
    return 0;
}
)";

/// The library's own listener over the same sound, in the same slices.
constexpr std::string_view own_application = R"(#include "keyword_model/listener.hpp"
#include <stdio.h>
using namespace keyword_model;
int main() {
    static Sample slice[window_frames / 4];
    Listener listener = static_listener();
    float averaged[class_count] = {};
    while (fread(slice, sizeof slice, 1, stdin) == 1) {
        for (size_t done = 0; done < window_frames / 4;) {
            size_t rest = window_frames / 4 - done;
            done += listener.push(slice + done, rest < ring_frames ? rest : ring_frames);
            while (listener.poll(nullptr) != Heard::waiting) listener.probabilities(averaged);
        }
        for (size_t i = 0; i < class_count; i++)
            printf("%s %.5f%s", labels[i], static_cast<double>(averaged[i]), i + 1 < class_count ? " " : "\n");
    }
}
)";

class EdgeImpulse : public ::testing::Test {
  protected:
    static constexpr const char* flags = "-std=gnu++14";

    /// Builds the application with the package's sources, as C++14, with no flag of ours.
    fs::path build(const testing::Made& made, const std::string& kind, std::string_view application,
                   std::vector<std::string> compiler = {"g++"}) {
        const fs::path folder = place_.path() / kind;
        if (!fs::exists(folder)) write(find_format("cmake"), made.package(find_destination("x86-64")), folder);
        const fs::path program = place_.path() / ("program" + std::to_string(count_++));
        const fs::path main = place_.path() / "application.cpp";
        base::write_file(main, application);
        std::vector<std::string> command = std::move(compiler);
        command.insert(command.end(), {flags, "-O1", "-I" + (folder / "include").string(), "-o", program.string(), main.string()});
        for (const fs::path& source : made.library.emission.sources) command.push_back((folder / source).string());
        const auto result = base::run_process(command);
        EXPECT_TRUE(result.ok()) << result.error_output.substr(0, 3000);
        return program;
    }

    std::string run(const fs::path& program, const base::Bytes& input, const std::string& emulator = "") {
        base::write_file(place_.path() / "input", input);
        const std::string line = (emulator.empty() ? "" : emulator + " ") + program.string() + " < " + (place_.path() / "input").string();
        const auto result = base::run_process({"sh", "-c", line});
        EXPECT_EQ(result.exit_code, 0) << result.output << result.error_output;
        return result.output;
    }

    base::TemporaryFolder place_;
    int count_ = 0;
};

base::Bytes as_floats(const base::Bytes& window, const dsp::InputSpec& input) {
    base::Bytes floats;
    const auto put = [&](float value) {
        const auto bytes = std::as_bytes(std::span(&value, 1));
        floats.insert(floats.end(), bytes.begin(), bytes.end());
    };
    if (input.type == store::SampleType::f32) return window;
    for (std::size_t i = 0; i < input.value_count(); ++i) {
        const auto grey = static_cast<unsigned>(window[i]);
        put(static_cast<float>(grey << 16 | grey << 8 | grey));
    }
    return floats;
}

TEST_F(EdgeImpulse, RawFeaturesGiveTheTrainersAnswer) {
    for (const std::string kind : {"motion", "image"}) {
        const testing::Made made(testing::pipeline_for(kind));
        const base::Bytes window = codegen::testing::random_windows(made.pipeline.input, 1, 5).front();
        graph::Evaluator evaluator(made.pipeline.model);
        std::string expected;
        for (const float p : evaluator.run_features(codegen::testing::features_of(made.pipeline, window))) {
            std::array<char, 32> line{};
            std::snprintf(line.data(), line.size(), "%.5f\n", static_cast<double>(p));
            expected += line.data();
        }
        const base::Bytes features = as_floats(window, made.pipeline.input);
        EXPECT_EQ(run(build(made, kind, raw_application), features), expected) << kind;
        if (kind != "motion" || !base::find_program("qemu-aarch64") || !base::find_program("aarch64-linux-gnu-g++")) continue;
        EXPECT_EQ(run(build(made, kind, raw_application, {"aarch64-linux-gnu-g++", "-static"}), features, "qemu-aarch64"), expected);
    }
}

TEST_F(EdgeImpulse, SlicesOfSoundGiveTheListenersAnswers) {
    const testing::Made made(testing::pipeline_for("keyword"));
    base::Bytes sound;
    for (const base::Bytes& window : codegen::testing::random_windows(made.pipeline.input, 3, 6))
        sound.insert(sound.end(), window.begin(), window.end());
    const std::string own = run(build(made, "keyword", own_application), sound);
    const std::string theirs = run(build(made, "keyword", continuous_application), sound);
    EXPECT_EQ(theirs, "Interval: 0.0625 ms. Frame size: 16000 Sample length: 1000 ms. No. of classes: 4\n" + own);
    std::set<std::string> lines;
    std::istringstream in(own);
    for (std::string line; std::getline(in, line);) lines.insert(line);
    EXPECT_GT(lines.size(), 4u) << "answers that are all the same prove nothing:\n" << own;
}

TEST_F(EdgeImpulse, HeadersCompileAloneWithAllWarnings) {
    const testing::Made made(testing::pipeline_for("motion"));
    const fs::path folder = place_.path() / "package";
    write(find_format("cmake"), made.package(find_destination("nrf52840")), folder);
    for (const char* header :
         {"edge-impulse-sdk/classifier/ei_run_classifier.h", "edge-impulse-sdk/classifier/ei_classifier_types.h",
          "edge-impulse-sdk/dsp/numpy.hpp", "edge-impulse-sdk/dsp/numpy_types.h", "edge-impulse-sdk/porting/ei_classifier_porting.h",
          "model-parameters/model_metadata.h", "motion_inferencing.h"}) {
        base::write_file(place_.path() / "alone.cpp", "#include \"" + std::string(header) + "\"\n#include \"" + header + "\"\n");
        for (const std::string compiler : {"g++", "clang++", "arm-none-eabi-g++"}) {
            if (!base::find_program(compiler)) continue;
            const auto result = base::run_process({compiler, "-std=c++14", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-fsyntax-only",
                                                   "-I" + (folder / "include").string(), (place_.path() / "alone.cpp").string()});
            EXPECT_TRUE(result.ok()) << compiler << ", " << header << ": " << result.error_output.substr(0, 2000);
        }
    }
}

}  // namespace
}  // namespace mote::package
