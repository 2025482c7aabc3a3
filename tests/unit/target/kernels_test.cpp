// Kernels that are written for some cores, in the instructions of those cores: the bytes of the reference kernels for random layers of many
// shapes, all in one program on the emulated chip.
#include "base/process.hpp"
#include "codegen/call_text.hpp"
#include "codegen/source_text.hpp"
#include "compress/quantise.hpp"
#include "graph/layer_shapes.hpp"
#include "graph/operator.hpp"
#include "programs.hpp"
#include "target/machine.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>

namespace mote::target {
namespace {

using graph::Graph;

constexpr std::size_t layers_an_operator = 8, runs_a_layer = 2;
// Series and images of many kernels take paths of their own.
constexpr std::size_t layers_of_a_convolution = 10;

std::vector<std::int8_t> random_inputs(base::Random& random, const Graph& graph, bool is_extreme) {
    std::size_t count = 0;
    for (const int input : graph.inputs) count += graph.tensors[static_cast<std::size_t>(input)].count();
    std::vector<std::int8_t> in(count);
    for (std::int8_t& v : in)
        v = static_cast<std::int8_t>(is_extreme ? (random.chance(0.5) ? 127 : -128) : static_cast<int>(random.below(256)) - 128);
    return in;
}

std::string array(const std::string& type, const std::string& name, std::span<const std::int8_t> values) {
    return codegen::array_definition("alignas(8) const " + type, name, codegen::decimal(values));
}

/// The program's text, piece by piece.
class ProgramText {
  public:
    void add(const Graph& graph, const graph::KernelPlan& plan, base::Random& random) {
        const std::string layer = "layer_" + std::to_string(count_++);
        // The last inputs are those of an addition, one behind the other.
        const auto input = [&](int tensor) -> std::string {
            if (graph.tensors[static_cast<std::size_t>(tensor)].is_variable) return "state";
            std::size_t at = 0;
            for (const int i : graph.inputs) {
                if (i == tensor) break;
                at += graph.tensors[static_cast<std::size_t>(i)].count();
            }
            return "in + " + std::to_string(at);
        };
        codegen::Common alone;
        const codegen::CallText text = codegen::call_text(graph, plan, layer, {input, "out", "scratch"}, alone);
        headers_.insert(text.headers.begin(), text.headers.end());
        code_ += text.constants + text.parameters + "void call_" + layer +
                 "(const int8_t* in, int8_t* out, void* scratch) {\n    (void)scratch;\n" + text.calls + "}\n";
        graph::Evaluator evaluator(graph);
        for (std::size_t i = 0; i < runs_a_layer; ++i) {
            const auto in = random_inputs(random, graph, i == 1);
            evaluator.reset();
            const auto out = evaluator.run(std::as_bytes(std::span(in)));
            const std::string name = layer + "_" + std::to_string(i);
            code_ += array("int8_t", name + "_in", in);
            code_ += array("int8_t", name + "_out", {reinterpret_cast<const std::int8_t*>(out.data()), out.size()});
            runs_ += "    {\"" + plan.calls[0].function + " " + layer + "\\n\", call_" + layer + ", " + name + "_in, " + name + "_out, " +
                     std::to_string(in.size()) + ", " + std::to_string(out.size()) + "},\n";
        }
        scratch_bytes_ = std::max(scratch_bytes_, plan.calls[0].scratch_bytes);
    }
    std::string text() const {
        std::string out = "#include \"semihosting.hpp\"\n";
        for (const std::string& header : headers_) out += "#include \"" + header + "\"\n";
        out += "namespace {\nalignas(8) int16_t state[1024];\n" + code_ + R"(
struct Run {
    const char* name;
    void (*call)(const int8_t* in, int8_t* out, void* scratch);
    const int8_t *in, *expected;
    unsigned in_bytes, out_bytes;
};
const Run runs[] = {
)" + runs_ + R"(};
alignas(8) int8_t in[8192], out[8192 + 8];
alignas(8) unsigned char scratch[)" +
               std::to_string(scratch_bytes_ + 8) + R"(];
}  // namespace
extern "C" int mote_main() {
    int wrong = 0;
    for (const Run& run : runs) {
        if (run.in_bytes > 8192 || run.out_bytes > 8192) return 2;
        for (unsigned i = 0; i < run.in_bytes; ++i) in[i] = run.in[i];
        for (int8_t& value : out) value = 0x55;
        for (unsigned char& value : scratch) value = 0xaa;
        for (int16_t& value : state) value = 0;
        run.call(in, out, scratch);
        bool same = true;
        for (unsigned i = 0; i < run.out_bytes; ++i) same &= out[i] == run.expected[i];
        for (unsigned i = run.out_bytes; i < run.out_bytes + 8; ++i) same &= out[i] == 0x55;
        for (unsigned i = sizeof scratch - 8; i < sizeof scratch; ++i) same &= scratch[i] == 0xaa;
        if (!same) semihosting::print(run.name), ++wrong;
    }
    return wrong == 0 ? 0 : 1;
}
)";
        return out;
    }
    std::size_t count() const { return count_; }

  private:
    std::size_t count_ = 0, scratch_bytes_ = 0;
    std::set<std::string> headers_;
    std::string code_, runs_;
};

Graph quantised_layer(base::Random& random, std::string_view op) {
    if (op == "add") return graph::testing::add_of_scales(random);
    if (op == "batch_matmul") return graph::testing::product_of_scales(random);
    const Graph layer = graph::testing::layer_of_shape(random, op);
    return compress::quantise(layer, graph::testing::random_values(random, 4 * layer.input().count(), 2.0), 4, {"minmax", "off", 4});
}

void add_layers(ProgramText& program, std::string_view op, graph::Isa isa) {
    std::size_t taken = 0;
    const std::size_t layers = op == "conv_2d" || op == "depthwise_conv_2d" ? layers_of_a_convolution : layers_an_operator;
    for (std::uint64_t seed = 1; taken < layers && seed < 300; ++seed) {
        base::Random random(seed);
        Graph quantised = quantised_layer(random, op);
        graph::testing::vary_functions(quantised, seed);
        const graph::Node& node = quantised.nodes.back();
        std::size_t added = 0;
        for (const auto& plan : graph::every_kernel(graph::find_operator(node.op)->lower(quantised, node, isa))) {
            if (plan.calls.size() != 1 || plan.calls[0].function.find("_reference") != std::string::npos) continue;
            program.add(quantised, plan, random);
            ++added;
        }
        if (added > 0) ++taken;
    }
}

void expect_no_difference(const ProgramText& program, const board::Board& board) {
    const base::TemporaryFolder folder;
    const auto file = folder.path() / "kernels.cpp";
    base::write_file(file, program.text());
    for (const char* optimise : {"-O2", "-O0"}) {
        Program sources{startup_sources(), {base::data_folder() / "runtime"}};
        sources.sources.push_back(
            {file,
             {"-std=c++14", optimise, "-Wall", "-Wextra", "-Werror", "-I" + (base::data_folder() / "firmware").string(),
              "-I" + (base::data_folder() / "runtime" / "include").string()}});
        const Execution execution = programs::run(build_image(sources, board), board, Counting::profile);
        EXPECT_EQ(execution.exit_code, 0) << optimise << " differ:\n" << execution.output;
    }
}

class kernels : public testing::TestWithParam<std::string> {};

TEST_P(kernels, give_the_bytes_of_the_reference) {
    const board::Board board = with_whole_machine(board::find_board(GetParam()));
    for (const char* op : {"conv_2d", "depthwise_conv_2d", "dense", "add", "average_pool_2d", "max_pool_2d", "lstm", "gru", "svdf",
                           "transposed_conv_2d", "batch_matmul"}) {
        SCOPED_TRACE(op);
        ProgramText program;
        add_layers(program, op, graph::isa_of_core(board.core));
        if (program.count() > 0) expect_no_difference(program, board);
    }
}

// Every number that the functions of gates can be given.
TEST(kernels, functions_of_gates_with_helium_have_the_bits_of_those_one_by_one) {
    const base::TemporaryFolder folder;
    const auto file = folder.path() / "functions.cpp";
    base::write_file(file, R"(#include "mote/rt/nn/mve_gate_functions.hpp"
#if !MOTE_RT_MVE
#error "compile this for Helium"
#endif
using namespace mote::rt::nn;
namespace {
int wrong;
template <class Eight, class One>
void compare(Eight eight, One one) {
    for (int32_t first = -32768; first < 32768; first += 8) {
        int16_t in[8], out[8];
        for (int32_t i = 0; i < 8; ++i) in[i] = static_cast<int16_t>(first + i);
        vst1q_s16(out, eight(vld1q_s16(in)));
        for (int32_t i = 0; i < 8; ++i) wrong += out[i] != one(in[i]);
    }
}
template <class Eight, class One, int bits>
void compare_tanh() {
    compare([](int16x8_t x) { return Eight::template tanh<bits>(x); }, [](int32_t x) { return One::template tanh<bits>(x); });
}
template <class Eight, class One>
void compare_all() {
    compare([](int16x8_t x) { return Eight::logistic(x); }, [](int32_t x) { return One::logistic(x); });
    compare_tanh<Eight, One, 0>();
    compare_tanh<Eight, One, 1>();
    compare_tanh<Eight, One, 2>();
    compare_tanh<Eight, One, 3>();
    compare_tanh<Eight, One, 4>();
    compare_tanh<Eight, One, 5>();
    compare_tanh<Eight, One, 6>();
}
}  // namespace
extern "C" int mote_main() {
    compare_all<MveSeriesFunctions, PlainFunctions>();
    compare_all<MveInterpolatedFunctions, InterpolatedFunctions>();
    return wrong == 0 ? 0 : 1;
}
)");
    const board::Board board = with_whole_machine(board::find_board("corstone300"));
    Program sources{startup_sources(), {base::data_folder() / "runtime"}};
    sources.sources.push_back({file,
                               {"-std=c++14", "-O2", "-Wall", "-Wextra", "-Werror", "-I" + (base::data_folder() / "firmware").string(),
                                "-I" + (base::data_folder() / "runtime" / "include").string()}});
    EXPECT_EQ(programs::run(build_image(sources, board), board, Counting::none).exit_code, 0);
}

/// For machines with an operating system the same program is compiled for it and run, on another's processor in QEMU's user mode.
struct System {
    std::string core;
    std::vector<std::string> compiler, runner;
};

void expect_no_difference_on(const System& system, const ProgramText& program) {
    const base::TemporaryFolder folder;
    base::write_file(folder.path() / "kernels.cpp", program.text());
    base::write_file(folder.path() / "semihosting.hpp", R"(#include <stdio.h>
namespace semihosting {
inline void print(const char* text) { fputs(text, stdout); }
}  // namespace semihosting
extern "C" int mote_main();
int main() { return mote_main(); }
)");
    for (const char* optimise : {"-O2", "-O0"}) {
        std::vector<std::string> build = system.compiler, run = system.runner;
        const std::string binary = (folder.path() / "kernels").string(), runtime = (base::data_folder() / "runtime" / "include").string();
        build.insert(build.end(), {"-std=c++14", optimise, "-static", "-Wall", "-Wextra", "-Werror", "-I" + folder.path().string(),
                                   "-I" + runtime, (folder.path() / "kernels.cpp").string(), "-o", binary});
        const base::ProcessResult built = base::run_process(build);
        ASSERT_TRUE(built.ok()) << built.error_output.substr(0, 4000);
        run.push_back(binary);
        const base::ProcessResult result = base::run_process(run);
        EXPECT_EQ(result.exit_code, 0) << optimise << " differ:\n" << result.output << result.error_output;
    }
}

class wide_kernels : public testing::TestWithParam<System> {};

TEST_P(wide_kernels, give_the_bytes_of_the_reference) {
    const System& system = GetParam();
#if defined(__x86_64__)
    if (system.runner.empty() && !__builtin_cpu_supports("avx2")) GTEST_SKIP() << "this processor has no AVX2";
#else
    if (system.runner.empty()) GTEST_SKIP() << "this processor is no x86-64";
#endif
    for (const std::string& program : {system.compiler.front(), system.runner.empty() ? "true" : system.runner.front()})
        if (!base::find_program(program)) {
            if (std::getenv("CI")) FAIL() << program << " is not installed";
            GTEST_SKIP() << program << " is not installed";
        }
    for (const char* op : {"conv_2d", "depthwise_conv_2d", "dense", "lstm", "gru", "svdf", "transposed_conv_2d", "batch_matmul"}) {
        SCOPED_TRACE(op);
        ProgramText program;
        add_layers(program, op, graph::isa_of_core(system.core));
        ASSERT_GT(program.count(), 0u);
        expect_no_difference_on(system, program);
    }
}

INSTANTIATE_TEST_SUITE_P(systems, wide_kernels,
                         testing::Values(System{"cortex-a72", {"aarch64-linux-gnu-g++"}, {"qemu-aarch64"}},
                                         System{"x86-64-v3", {"g++", "-mavx2"}, {}}, System{"x86-64-v3", {"clang++", "-mavx2"}, {}}),
                         [](const auto& info) {
                             std::string name = info.param.compiler.front();
                             std::replace_if(
                                 name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                             return name;
                         });

INSTANTIATE_TEST_SUITE_P(boards, kernels, testing::Values("rp2040", "stm32f103", "nrf52840", "corstone300"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace mote::target
