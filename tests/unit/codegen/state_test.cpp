// Models that remember: variables lie in the arena, keep their values from one call to the next, and start where the host's start.
#include "codegen/emit.hpp"

#include "parity.hpp"
#include "pipelines.hpp"
#include "small_networks.hpp"
#include "toolchain.hpp"

#include "base/files.hpp"

#include <algorithm>

namespace mote::codegen {
namespace {

namespace fs = std::filesystem;

constexpr int channels = 9, classes = 5;

Pipeline streaming_pipeline() { return testing::raw_pipeline(testing::streaming_network(channels, classes, 3)); }

std::size_t count(const Emission& emission, const std::string& op) {
    return static_cast<std::size_t>(
        std::count_if(emission.trace.begin(), emission.trace.end(), [&](const TracePoint& p) { return p.op == op; }));
}

TEST(State, EveryLayerOfAStreamHasTheHostsBytes) {
    const base::TemporaryFolder temporary;
    for (const Optimise optimise : {Optimise::speed, Optimise::size, Optimise::ram}) {
        SCOPED_TRACE(name_of(optimise));
        Pipeline pipeline = streaming_pipeline();
        pipeline.optimise = optimise;
        const Emission emission = emit(pipeline, temporary.path() / std::string(name_of(optimise)));
        for (const testing::Compiler& compiler : testing::host_compilers()) testing::expect_same_bytes(pipeline, emission, compiler, 12);
    }
}

TEST(State, VariablesLieAtTheArenasBeginningForGood) {
    const Emission emission = plan(streaming_pipeline());
    // Each of the three on a multiple of 8.
    EXPECT_EQ(emission.state_bytes, 40u + 16u + 8u);
    std::size_t variables = 0;
    for (const Buffer& b : emission.plan) {
        const bool is_state = b.tensor.starts_with("state ");
        variables += is_state;
        EXPECT_EQ(b.offset < emission.state_bytes, is_state) << b.tensor;
        if (!is_state) continue;
        EXPECT_EQ(b.first_step, -2) << b.tensor;
        EXPECT_EQ(b.last_step, static_cast<int>(emission.steps.size())) << b.tensor;
    }
    EXPECT_EQ(variables, 3u);
    EXPECT_GE(emission.arena_lower_bound_bytes, emission.state_bytes);
}

TEST(State, OnlyWhatIsReadTooLateIsCopied) {
    const Emission emission = plan(streaming_pipeline());
    EXPECT_EQ(count(emission, "copy"), 1u) << "the last frame is wanted after it was replaced";
    EXPECT_EQ(count(emission, "assign"), 0u) << "each new value is computed in the variable's memory";
}

// Reads before the assignment, after it, through a reshape, and of one value assigned twice.
TEST(State, ReadsAndAssignmentsKeepTheirOrder) {
    testing::NetworkBuilder b("orders", {1, 6}, 4);
    const int one = b.variable({1, 6}, 0.05f, 3), two = b.variable({1, 6}, 0.05f, 3);
    const int old_one = b.reshape(one, {1, 2, 3});
    const int x = b.pad(b.slice(b.input(), {0, 0}, {1, 5}), {0, 0, 1, 0});
    b.assign(x, one);
    b.assign(x, two);
    const int new_one = b.reshape(one, {1, 6}), new_two = b.copy(two);
    const int held = b.reshape(old_one, {1, 6});
    const int all = b.concat({held, new_one, new_two, x}, 1);
    const Pipeline pipeline = testing::raw_pipeline(b.finish(b.softmax(b.dense(all, 4, "none"))));
    const base::TemporaryFolder temporary;
    const Emission emission = emit(pipeline, temporary.path() / "model");
    EXPECT_EQ(count(emission, "reshape"), 1u) << "the old value of the first variable";
    EXPECT_EQ(count(emission, "assign"), 1u) << "one of the two can be computed in place";
    for (const testing::Compiler& compiler : testing::host_compilers()) testing::expect_same_bytes(pipeline, emission, compiler, 9, 20);
}

constexpr const char* objects_program = R"(#include "mote_model/model.hpp"
#include <cstring>
using namespace mote_model;
static Sample windows[2][window_samples];
static int8_t first[class_count], second[class_count], outputs[class_count];
alignas(arena_alignment) static unsigned char one[arena_bytes], two[arena_bytes];
static bool is(const int8_t* expected) { return std::memcmp(outputs, expected, class_count) == 0; }
int main() {
    for (size_t i = 0; i < window_samples; ++i) {
        windows[0][i] = static_cast<Sample>(static_cast<float>(i % 7) - 3.0f);
        windows[1][i] = static_cast<Sample>(2.0f - static_cast<float>(i % 5));
    }
    std::memset(one, 0x5a, sizeof one), std::memset(two, 0xa5, sizeof two);
    Model a(one, arena_bytes), b(two, arena_bytes);
    if (a.classify_int8(windows[0], first) != Status::ok || a.classify_int8(windows[1], second) != Status::ok) return 1;
    (void)b.classify_int8(windows[1], outputs);
    if (is(second)) return 2;  // the answer depends on what came before
    if (b.reset() != Status::ok) return 3;
    (void)b.classify_int8(windows[0], outputs);
    if (!is(first)) return 4;
    (void)b.classify_int8(windows[1], outputs);
    if (!is(second)) return 5;
    (void)classify_int8(windows[0], outputs);
    if (!is(first)) return 6;
    (void)classify_int8(windows[1], outputs);
    if (!is(second)) return 7;  // the static model remembers between its objects
    if (self_test() != Status::ok) return 8;
    (void)classify_int8(windows[0], outputs);
    if (!is(first)) return 9;  // the self-test leaves nothing behind
    if (reset() != Status::ok) return 10;
    (void)classify_int8(windows[0], outputs);
    if (!is(first)) return 11;
    if (Model(one, arena_bytes - 1).reset() != Status::arena_too_small) return 12;
    return Model(nullptr, arena_bytes).reset() == Status::null_pointer ? 0 : 13;
}
)";

TEST(State, EveryObjectRemembersForItself) {
    const base::TemporaryFolder temporary;
    const Emission emission = emit(streaming_pipeline(), temporary.path() / "model");
    for (const testing::Compiler& compiler : testing::host_compilers()) {
        auto flags = testing::warning_flags();
        flags.insert(flags.end(), {"-std=c++14", "-O1", "-fsanitize=undefined", "-fno-sanitize-recover=all"});
        EXPECT_EQ(testing::run_program(emission, objects_program, compiler, flags), 0) << compiler.name;
    }
}

constexpr const char* bare_program = R"(#include "mote_model/model.hpp"
#include <cstring>
using namespace mote_model;
static Output first[output_count], second[output_count], outputs[output_count];
alignas(arena_alignment) static unsigned char memory[arena_bytes];
static void run(Model model, int seed, Output* out) {
    for (size_t i = 0; i < input_count; ++i) model.input()[i] = static_cast<Input>(static_cast<int>(i) * seed % 100);
    if (model.run() == Status::ok) std::memcpy(out, model.output(), output_count * sizeof(Output));
}
int main() {
    std::memset(memory, 0x5a, sizeof memory);
    Model model(memory, arena_bytes);
    run(model, 17, first), run(model, 23, second);
    run(static_model(), 17, outputs);
    if (std::memcmp(outputs, first, sizeof outputs) != 0) return 1;
    run(static_model(), 23, outputs);
    if (std::memcmp(outputs, second, sizeof outputs) != 0) return 2;
    run(model, 17, outputs);
    if (std::memcmp(outputs, first, sizeof outputs) == 0) return 3;
    if (model.reset() != Status::ok) return 4;
    run(model, 17, outputs);
    if (std::memcmp(outputs, first, sizeof outputs) != 0) return 5;
    if (model.self_test() != Status::ok || self_test() != Status::ok || reset() != Status::ok) return 6;
    run(model, 17, outputs);
    return std::memcmp(outputs, first, sizeof outputs) == 0 ? 0 : 7;
}
)";

TEST(State, AModelAloneRemembersToo) {
    Pipeline pipeline;
    pipeline.model = testing::streaming_network(channels, classes, 3);
    const base::TemporaryFolder temporary;
    const Emission emission = emit(pipeline, temporary.path() / "model");
    EXPECT_EQ(testing::run_program(emission, bare_program, testing::host_compilers().front(), {"-std=c++14", "-O1"}), 0);
}

// One wrong value to start with would be seen by the self-test: what it runs is a stream.
TEST(State, TheSelfTestSeesAWrongBeginning) {
    const base::TemporaryFolder temporary;
    const Emission emission = emit(streaming_pipeline(), temporary.path() / "model");
    const fs::path source = emission.folder / "src/model.cpp";
    std::string text = base::read_text(source);
    const std::string right = "arena[40 + i] = 3;", wrong = "arena[40 + i] = 128;";
    const std::size_t at = text.find(right);
    ASSERT_NE(at, std::string::npos);
    base::write_file(source, text.replace(at, right.size(), wrong));
    constexpr const char* program = "#include \"mote_model/model.hpp\"\nint main() { return static_cast<int>(mote_model::self_test()); }\n";
    EXPECT_EQ(testing::run_program(emission, program, testing::host_compilers().front(), {"-O1"}), 5);
}

TEST(State, DeviceCompilersTakeItWithoutWarnings) {
    const base::TemporaryFolder temporary;
    const Emission emission = emit(streaming_pipeline(), temporary.path() / "model");
    const testing::Compiler compiler = testing::cortex_m4();
    if (!testing::have(compiler.command.front())) return;
    auto flags = testing::warning_flags();
    flags.insert(flags.end(), {"-std=c++14", "-Os", "-fno-exceptions", "-fno-rtti"});
    EXPECT_EQ(testing::compile(emission, compiler, flags, temporary.path() / "out").size(), emission.sources.size());
}

}  // namespace
}  // namespace mote::codegen
