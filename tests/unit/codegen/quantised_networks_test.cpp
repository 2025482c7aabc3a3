// Operators of larger networks through the generator.
#include "quantised_networks.hpp"
#include "parity.hpp"
#include "pipelines.hpp"

#include "base/files.hpp"
#include "graph/operator.hpp"

#include <algorithm>

namespace mote::codegen {
namespace {

void expect_kernels_with_the_hosts_bytes(graph::Graph model, const std::vector<const char*>& wanted) {
    const Pipeline pipeline = testing::raw_pipeline(std::move(model));
    const base::TemporaryFolder temporary;
    const Emission emission = emit(pipeline, temporary.path() / "model");
    std::vector<std::string> kernels;
    for (const TracePoint& point : emission.trace) kernels.insert(kernels.end(), point.kernels.begin(), point.kernels.end());
    for (const char* kernel : wanted) EXPECT_GE(std::count(kernels.begin(), kernels.end(), kernel), 1) << kernel;
    for (const auto& compiler : testing::host_compilers()) testing::expect_same_bytes(pipeline, emission, compiler, 3);
}

TEST(QuantisedNetworks, EmittedAttentionGivesTheHostsBytes) {
    expect_kernels_with_the_hosts_bytes(testing::attention_network(7, 12, 3, 5),
                                        {"batch_matmul_reference", "layer_norm_reference", "lookup_reference", "softmax_reference"});
}

TEST(QuantisedNetworks, EmittedTransposedConvolutionsGiveTheHostsBytes) {
    expect_kernels_with_the_hosts_bytes(testing::decoder_network(7, 5), {"transposed_conv_2d_reference"});
}

}  // namespace
}  // namespace mote::codegen
