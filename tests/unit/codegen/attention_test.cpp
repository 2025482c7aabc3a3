// A transformer block through the generator.
#include "attention_network.hpp"
#include "parity.hpp"
#include "pipelines.hpp"

#include "base/files.hpp"
#include "graph/operator.hpp"

#include <algorithm>

namespace mote::codegen {
namespace {

TEST(Attention, EmittedCodeGivesTheHostsBytes) {
    const Pipeline pipeline = testing::raw_pipeline(testing::attention_network(7, 12, 3, 5));
    const base::TemporaryFolder temporary;
    const Emission emission = emit(pipeline, temporary.path() / "model");
    std::vector<std::string> kernels;
    for (const TracePoint& point : emission.trace) kernels.insert(kernels.end(), point.kernels.begin(), point.kernels.end());
    for (const char* kernel : {"batch_matmul_reference", "layer_norm_reference", "lookup_reference", "softmax_reference"})
        EXPECT_GE(std::count(kernels.begin(), kernels.end(), kernel), 1) << kernel;
    for (const auto& compiler : testing::host_compilers()) testing::expect_same_bytes(pipeline, emission, compiler, 3);
}

}  // namespace
}  // namespace mote::codegen
