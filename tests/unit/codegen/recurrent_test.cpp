// Layers with a state: the emitted code gives the host's bytes, window after window.
#include "codegen/emit.hpp"

#include "parity.hpp"
#include "pipelines.hpp"
#include "recurrent_networks.hpp"
#include "toolchain.hpp"

#include "base/files.hpp"

namespace mote::codegen {
namespace {

class Recurrent : public ::testing::TestWithParam<std::string> {};

TEST_P(Recurrent, EveryLayerHasTheHostsBytes) {
    const base::TemporaryFolder temporary;
    for (const char* core : {"", "cortex-m4"}) {
        SCOPED_TRACE(core);
        Pipeline pipeline = testing::raw_pipeline(testing::recurrent_network(GetParam(), 4, 7, 10, 3, 5));
        pipeline.core = core;
        const Emission emission = emit(pipeline, temporary.path() / ("model" + std::string(core)));
        testing::expect_same_bytes(pipeline, emission, testing::host_compilers().front(), 12);
    }
}

INSTANTIATE_TEST_SUITE_P(Networks, Recurrent, ::testing::ValuesIn(testing::recurrent_names()), [](const auto& info) { return info.param; });

// Hidden state of int8 and cell state of int16, each on a multiple of 8.
TEST(RecurrentState, LiesAtTheArenasBeginning) {
    const Emission emission = plan(testing::raw_pipeline(testing::recurrent_network("lstm_stream", 4, 7, 10, 3, 5)));
    EXPECT_EQ(emission.state_bytes, 16u + 24u);
    EXPECT_EQ(plan(testing::raw_pipeline(testing::recurrent_network("lstm", 4, 7, 10, 3, 5))).state_bytes, 0u);
}

}  // namespace
}  // namespace mote::codegen
