// The emitted folder as a person uses it: a short program, CMake, memory of their own, names of any kind, and errors before any file.
#include "codegen/emit.hpp"

#include "pipelines.hpp"
#include "small_networks.hpp"
#include "toolchain.hpp"

#include "base/error.hpp"
#include "base/files.hpp"

namespace mote::codegen {
namespace {

namespace fs = std::filesystem;

std::string message_of(const Pipeline& pipeline, const fs::path& folder) {
    try {
        emit(pipeline, folder);
    } catch (const base::Error& error) {
        return error.code() + ": " + error.message();
    }
    return "";
}

constexpr const char* short_program = R"(#include "mote_model/model.hpp"

static mote_model::Sample window[mote_model::window_samples];

int main() {
    float probabilities[mote_model::class_count];
    if (mote_model::classify(window, probabilities) != mote_model::Status::ok) return 1;
    float sum = 0;
    for (float p : probabilities) sum += p;
    return sum > 0.95f && sum < 1.05f ? 0 : 2;
}
)";

TEST(Use, AShortProgramAndCMakeAreEnough) {
    const base::TemporaryFolder temporary;
    const Emission emission = emit(testing::raw_pipeline(testing::dense_network(20, 4, 1)), temporary.path() / "model");
    auto flags = testing::warning_flags();
    flags.push_back("-std=c++14");
    EXPECT_EQ(testing::run_program(emission, short_program, testing::host_compilers().front(), flags), 0);
    if (!testing::have("cmake")) return;
    base::write_file(temporary.path() / "main.cpp", short_program);
    base::write_file(temporary.path() / "CMakeLists.txt",
                     "cmake_minimum_required(VERSION 3.13)\nproject(mine CXX)\nadd_subdirectory(model)\nadd_executable(mine main.cpp)\n"
                     "target_link_libraries(mine mote_model)\n");
    const std::string build = (temporary.path() / "build").string();
    testing::run_tool({"cmake", "-G", "Ninja", "-S", temporary.path().string(), "-B", build});
    testing::run_tool({"cmake", "--build", build});
    EXPECT_EQ(base::run_process({build + "/mine"}).exit_code, 0);
}

constexpr const char* careful_program = R"(#include "mote_model/model.hpp"
#include <cstring>
#include <thread>
using namespace mote_model;
static Sample window[window_samples];
alignas(arena_alignment) static unsigned char one[arena_bytes + 16], two[arena_bytes];
static bool same[2];
static void work(unsigned char* arena, const int8_t* expected, bool* good) {
    Model model(arena, arena_bytes);
    *good = true;
    for (int i = 0; i < 200; ++i) {
        int8_t outputs[class_count];
        if (model.classify_int8(window, outputs) != Status::ok || std::memcmp(outputs, expected, class_count) != 0) *good = false;
    }
}
int main() {
    for (size_t i = 0; i < window_samples; ++i) window[i] = static_cast<Sample>(static_cast<float>(i % 7) - 3.0f);
    int8_t outputs[class_count];
    float probabilities[class_count];
    if (classify_int8(nullptr, outputs) != Status::null_pointer) return 1;
    if (classify(window, nullptr) != Status::null_pointer) return 2;
    if (Model(nullptr, arena_bytes).classify_int8(window, outputs) != Status::null_pointer) return 3;
    if (Model(one, arena_bytes - 1).classify_int8(window, outputs) != Status::arena_too_small) return 4;
    if (Model(one + 4, arena_bytes).classify_int8(window, outputs) != Status::arena_misaligned) return 5;
    if (classify_int8(window, outputs) != Status::ok || classify(window, probabilities) != Status::ok) return 6;
    for (size_t i = 0; i < class_count; ++i)
        if (probabilities[i] != output_scale * static_cast<float>(outputs[i] - output_zero_point)) return 7;
    std::thread a(work, one, outputs, &same[0]), b(work, two, outputs, &same[1]);
    a.join(), b.join();
    if (!same[0] || !same[1]) return 8;
    for (size_t i = arena_bytes; i < sizeof one; ++i)
        if (one[i] != 0) return 9;
    return self_test() == Status::ok ? 0 : 10;
}
)";

TEST(Use, ArgumentsAreCheckedAndMemoryMayBeTheCallers) {
    const base::TemporaryFolder temporary;
    const Emission emission = emit(testing::raw_pipeline(testing::conv_1d_network(30, 2, 4, 2)), temporary.path() / "model");
    EXPECT_EQ(testing::run_program(emission, careful_program, testing::host_compilers().front(), {"-O1", "-pthread"}), 0);
    EXPECT_EQ(testing::run_program(emission, careful_program, testing::host_compilers().front(),
                                   {"-O1", "-g", "-pthread", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"}),
              0);
}

constexpr const char* two_models_program = R"(#include "wake_word/model.hpp"
#include "gesture/model.hpp"
static int steps[2];
extern "C" void wake_word_trace(int step, const void*, unsigned long) { steps[0] += step >= 0; }
extern "C" void gesture_trace(int step, const void*, unsigned long) { steps[1] += step >= 0; }
int main() {
    static wake_word::Sample sound[wake_word::window_samples];
    static gesture::Sample motion[gesture::window_samples];
    int8_t outputs[wake_word::class_count > gesture::class_count ? wake_word::class_count : gesture::class_count];
    if (wake_word::self_test() != wake_word::Status::ok) return 1;
    if (gesture::self_test() != gesture::Status::ok) return 2;
    steps[0] = steps[1] = 0;
    if (wake_word::classify_int8(sound, outputs) != wake_word::Status::ok) return 3;
    if (gesture::classify_int8(motion, outputs) != gesture::Status::ok) return 4;
    return steps[0] == wake_word::step_count && steps[1] == gesture::step_count ? 0 : 5;
}
)";

TEST(Use, TwoModelsLiveInOneProgram) {
    const base::TemporaryFolder temporary;
    Pipeline one = testing::audio_pipeline(4, 1), two = testing::raw_pipeline(testing::conv_1d_network(30, 2, 4, 2));
    one.name = "wake_word", two.name = "gesture";
    const Emission first = emit(one, temporary.path() / "one"), second = emit(two, temporary.path() / "two");
    std::vector<std::string> flags = testing::warning_flags();
    flags.insert(flags.end(), {"-std=c++14", "-O1", "-DMOTE_TRACE", "-I" + (second.folder / second.include).string()});
    for (const fs::path& source : second.sources) flags.push_back((second.folder / source).string());
    for (const auto& compiler : testing::host_compilers())
        EXPECT_EQ(testing::run_program(first, two_models_program, compiler, flags), 0) << compiler.name;
}

TEST(Use, AModelsNameIsCheckedAndMadeFromTheProjects) {
    for (const char* name : {"mote_model", "wake_word", "m2"}) EXPECT_NO_THROW(check_name(name)) << name;
    for (const char* name : {"", "class", "std", "mote", "int8_t", "a-b", "a__b", "_a", "a_", "2a", "A", "a.b", "a b", "caf\xc3\xa9"})
        EXPECT_THROW(check_name(name), base::Error) << name;
    const std::pair<const char*, const char*> names[] = {
        {"hey mote", "hey_mote_model"}, {"class", "class_model"},        {"my-model", "my_model"}, {"", "mote_model"},
        {"\xe5\xb1\x82", "mote_model"}, {"3 axes", "mote_3_axes_model"}, {"Std", "std_model"}};
    for (const auto& [title, name] : names) {
        EXPECT_EQ(name_for(title), name);
        EXPECT_NO_THROW(check_name(name_for(title))) << title;
    }
    EXPECT_NO_THROW(check_name(name_for(std::string(200, 'x'))));
    Pipeline pipeline = testing::raw_pipeline(testing::dense_network(20, 4, 1));
    pipeline.name = "new";
    const base::TemporaryFolder temporary;
    EXPECT_EQ(message_of(pipeline, temporary.path() / "model"), "bad_input: a model in generated code cannot be called \"new\"");
}

TEST(Use, APlanSaysWhatEmittingWouldAndWritesNothing) {
    const base::TemporaryFolder temporary;
    for (const Pipeline& pipeline : {testing::audio_pipeline(4, 1), testing::raw_pipeline(testing::conv_1d_network(30, 2, 4, 2))}) {
        const Emission planned = plan(pipeline), emitted = emit(pipeline, temporary.path() / "model");
        EXPECT_EQ(planned.arena_bytes, emitted.arena_bytes);
        EXPECT_EQ(planned.constant_bytes, emitted.constant_bytes);
        EXPECT_EQ(planned.steps, emitted.steps);
        EXPECT_TRUE(planned.folder.empty());
    }
}

TEST(Use, NamesMayBeAnything) {
    Pipeline pipeline = testing::raw_pipeline(testing::dense_network(20, 4, 1));
    const std::string nasty[] = {"class", "say \"hi\"\\", "*/ int x; /*\n#error",
                                 "\xd0\xb4\xd0\xb0 ?"
                                 "?/"};
    for (std::size_t i = 0; i < 4; ++i) pipeline.labels[i] = nasty[i];
    for (std::size_t i = 0; i < pipeline.model.nodes.size(); ++i) pipeline.model.nodes[i].name = nasty[i % 4];
    pipeline.model.name = nasty[2];
    pipeline.provenance = {{nasty[2], nasty[1]}, {nasty[1], 3}};
    const base::TemporaryFolder temporary;
    const Emission emission = emit(pipeline, temporary.path() / "model");
    auto flags = testing::warning_flags();
    for (const char* flag : {"-std=c++14", "-trigraphs"}) flags.push_back(flag);
    constexpr const char* program =
        "#include \"mote_model/model.hpp\"\n#include <cstring>\nint main() {\n"
        "    return std::strcmp(mote_model::labels[1], \"say \\\"hi\\\"\\\\\") || std::strlen(mote_model::labels[3]) != 8;\n}\n";
    EXPECT_EQ(testing::run_program(emission, program, testing::host_compilers().front(), flags), 0);
}

TEST(Use, WhatCannotRunIsNamedBeforeAnyFileIsWritten) {
    const base::TemporaryFolder temporary;
    const fs::path folder = temporary.path() / "model";
    const Pipeline good = testing::raw_pipeline(testing::dense_network(20, 4, 1));

    Pipeline p = good;
    p.labels.pop_back();
    EXPECT_EQ(message_of(p, folder), "bad_input: 3 labels for 4 outputs of the model");

    p = good;
    p.input.frames = 21;
    EXPECT_EQ(message_of(p, folder), "bad_input: tensor 0 \"features\" has 20 values, block \"raw\" gives 21 features");

    p = good;
    p.golden_windows = {base::Bytes(3)};
    EXPECT_EQ(message_of(p, folder), "bad_input: a golden window has 3 bytes, not 80");

    p = good;
    p.block = "mfee";
    EXPECT_EQ(message_of(p, folder).substr(0, 9), "not_found");

    testing::NetworkBuilder floats("floats", {1, 20}, 1);
    (void)floats.standardise();
    p = good;
    p.model = floats.finish(floats.standardise());
    EXPECT_EQ(message_of(p, folder).substr(0, 9), "bad_input");  // 4 labels, 20 outputs

    EXPECT_FALSE(fs::exists(folder));
    EXPECT_TRUE(fs::is_empty(temporary.path()));
}

TEST(Use, GoldenWindowsOfThePipelineAreTheOnesTested) {
    Pipeline pipeline = testing::raw_pipeline(testing::dense_network(20, 4, 1));
    pipeline.golden_windows = testing::random_windows(pipeline.input, 3, 9);
    const base::TemporaryFolder temporary;
    const Emission emission = emit(pipeline, temporary.path() / "model");
    const std::string text = base::read_text(emission.folder / "src/self_test.cpp");
    EXPECT_NE(text.find("window_2[20]"), std::string::npos);
    EXPECT_EQ(text.find("window_3["), std::string::npos);
    constexpr const char* program = "#include \"mote_model/model.hpp\"\nint main() { return static_cast<int>(mote_model::self_test()); }\n";
    EXPECT_EQ(testing::run_program(emission, program, testing::host_compilers().front(), {}), 0);
    // A wrong weight is found.
    std::string weights = base::read_text(emission.folder / "src/weights.hpp");
    const std::size_t bias = weights.find("_bias[");
    const std::size_t value = weights.find_first_of("0123456789", weights.find('{', bias));
    weights.insert(value, "9");
    base::write_file(emission.folder / "src/weights.hpp", weights);
    EXPECT_EQ(testing::run_program(emission, program, testing::host_compilers().front(), {}), 5) << "wrong_outputs";
}

}  // namespace
}  // namespace mote::codegen
