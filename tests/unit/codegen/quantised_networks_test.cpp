// Operators of larger networks through the generator.
#include "quantised_networks.hpp"
#include "parity.hpp"
#include "pipelines.hpp"

#include "base/files.hpp"
#include "graph/operator.hpp"

#include <algorithm>

namespace mote::codegen {
namespace {

void expect_no_warning(const Emission& emission, const std::filesystem::path& out) {
    auto flags = testing::warning_flags();
    flags.insert(flags.end(), {"-O2", "-std=c++14", "-fno-exceptions", "-fno-rtti"});
    for (const auto& compiler : {testing::host_compilers().front(), testing::cortex_m4()})
        if (testing::have(compiler.command.front())) (void)testing::compile(emission, compiler, flags, out / compiler.name);
}

void expect_kernels_with_the_hosts_bytes(graph::Graph model, const std::vector<const char*>& wanted) {
    const Pipeline pipeline = testing::raw_pipeline(std::move(model));
    const base::TemporaryFolder temporary;
    const Emission emission = emit(pipeline, temporary.path() / "model");
    std::vector<std::string> kernels;
    for (const TracePoint& point : emission.trace) kernels.insert(kernels.end(), point.kernels.begin(), point.kernels.end());
    for (const char* kernel : wanted) EXPECT_GE(std::count(kernels.begin(), kernels.end(), kernel), 1) << kernel;
    for (const auto& compiler : testing::host_compilers()) testing::expect_same_bytes(pipeline, emission, compiler, 3);
    expect_no_warning(emission, temporary.path());
}

TEST(QuantisedNetworks, EmittedAttentionGivesTheHostsBytes) {
    expect_kernels_with_the_hosts_bytes(testing::attention_network(7, 12, 3, 5),
                                        {"batch_matmul_reference", "layer_norm_reference", "lookup_reference", "softmax_reference"});
}

TEST(QuantisedNetworks, EmittedTransposedConvolutionsGiveTheHostsBytes) {
    expect_kernels_with_the_hosts_bytes(testing::decoder_network(7, 5), {"transposed_conv_2d_reference"});
}

constexpr const char* self_test_main = R"(#include "mote_model/model.hpp"
int main() { return mote_model::self_test() == mote_model::Status::ok ? 0 : 1; }
)";

TEST(QuantisedNetworks, EmittedCodeOf16BitsGivesTheHostsBytes) {
    Pipeline pipeline;
    pipeline.model = testing::wide_network(3);
    base::Random random(6);
    for (int i = 0; i < 8; ++i) {
        base::Bytes& window = pipeline.golden_windows.emplace_back();
        for (std::size_t k = 0; k < pipeline.model.input().size_bytes(); ++k) window.push_back(static_cast<std::byte>(random.below(256)));
    }
    const base::TemporaryFolder temporary;
    Emission emission = emit(pipeline, temporary.path() / "model");
    for (const auto& compiler : testing::host_compilers()) EXPECT_EQ(testing::run_program(emission, self_test_main, compiler, {"-O1"}), 0);
    expect_no_warning(emission, temporary.path());
}

constexpr const char* two_ends_main = R"(#include "mote_model/model.hpp"
#include <cstring>
using namespace mote_model;
alignas(arena_alignment) static unsigned char memory[arena_bytes];
int main() {
    int8_t left[input_left_count], right[input_right_count], label[output_label_count], gain[output_gain_count];
    for (size_t i = 0; i < input_left_count; ++i) left[i] = static_cast<int8_t>(i * 37 % 251 - 125);
    for (size_t i = 0; i < input_right_count; ++i) right[i] = static_cast<int8_t>(i * 91 % 251 - 125);
    static_assert(input_ends == 2 && output_ends == 2, "two of each");
    static_assert(input_bytes[0] == 48 && input_bytes[1] == 5 && output_bytes[0] == 3 && output_bytes[1] == 4, "in the model's order");
    static_assert(input_left_scale > 0 && output_label_scale == 1.0f / 256 && output_label_zero_point == -128, "scales of each");
    if (self_test() != Status::ok) return 1;
    if (infer(left, right, label, gain) != Status::ok) return 2;
    if (infer(left, nullptr, label, gain) != Status::null_pointer || infer(left, right, label, nullptr) != Status::null_pointer) return 3;
    Model model(memory, sizeof memory);
    std::memcpy(model.inputs().left, left, sizeof left);
    std::memcpy(model.inputs().right, right, sizeof right);
    if (model.run() != Status::ok) return 4;
    if (std::memcmp(model.outputs().label, label, sizeof label) != 0 || std::memcmp(model.outputs().gain, gain, sizeof gain) != 0) return 5;
    if (model.output(0) != model.outputs().label || model.input(1) != model.inputs().right) return 6;
    if (model.input(2) != nullptr || model.output(-1) != nullptr) return 7;
    if (Model(memory, 1).inputs().left != nullptr || Model(memory, 1).run() != Status::arena_too_small) return 8;
    int sum = 0;
    for (int8_t v : label) sum += v + 128;
    return sum > 250 && sum < 260 ? 0 : 9;
}
)";

TEST(QuantisedNetworks, SeveralInputsAndOutputsHaveNamesOfTheirOwn) {
    for (const Optimise optimise : {Optimise::speed, Optimise::ram}) {
        Pipeline pipeline;
        pipeline.model = testing::two_ends_network(4);
        pipeline.optimise = optimise;
        const base::TemporaryFolder temporary;
        const Emission emission = emit(pipeline, temporary.path() / "model");
        EXPECT_EQ(emission.window_bytes, 53u);
        EXPECT_EQ(emission.output_bytes, 7u);
        for (const auto& compiler : testing::host_compilers())
            EXPECT_EQ(testing::run_program(emission, two_ends_main, compiler, testing::warning_flags()), 0) << compiler.name;
        expect_no_warning(emission, temporary.path());
    }
}

// Names that are words of C++, that differ only in signs that no identifier has, and what TensorFlow puts around every name.
TEST(QuantisedNetworks, NamesOfInputsAndOutputsMayBeAnything) {
    Pipeline pipeline;
    pipeline.model = testing::two_ends_network(4);
    auto& tensors = pipeline.model.tensors;
    const auto name = [&](int tensor) -> std::string& { return tensors[static_cast<std::size_t>(tensor)].name; };
    name(pipeline.model.inputs[0]) = "class", name(pipeline.model.inputs[1]) = "serving_default_x:0";
    name(pipeline.model.outputs[0]) = "x/", name(pipeline.model.outputs[1]) = "*/ static_model\n#error";
    const base::TemporaryFolder temporary;
    const Emission emission = emit(pipeline, temporary.path() / "model");
    EXPECT_EQ(emission.inputs[1].variable, "x");
    EXPECT_EQ(emission.outputs[0].variable, "x_2");
    for (const auto& compiler : testing::host_compilers())
        EXPECT_EQ(testing::run_program(emission, self_test_main, compiler, testing::warning_flags()), 0) << compiler.name;
}

}  // namespace
}  // namespace mote::codegen
