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

}  // namespace
}  // namespace mote::codegen
