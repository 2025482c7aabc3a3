#include "parity.hpp"

#include "pipelines.hpp"

#include "graph/operator.hpp"

#include <set>

namespace mote::codegen::testing {

void expect_same_bytes(const Pipeline& pipeline, const Emission& emission, const Compiler& compiler, std::size_t window_count,
                       std::size_t distinct) {
    if (!have(compiler.command.front()) || (!compiler.runner.empty() && !have(compiler.runner.front()))) return;
    const auto windows = random_windows(pipeline.input, window_count, 5);
    const auto runs = run_traced(emission, windows, compiler);
    ASSERT_EQ(runs.size(), windows.size());
    graph::Evaluator evaluator(pipeline.model);
    std::set<std::byte> seen;
    for (std::size_t w = 0; w < windows.size(); ++w) {
        const std::vector<float> features = features_of(pipeline, windows[w]);
        ASSERT_EQ(runs[w].steps.size(), emission.trace.size() + 1);
        const auto feature_bytes = std::as_bytes(std::span(features));
        ASSERT_EQ(runs[w].steps[0], base::Bytes(feature_bytes.begin(), feature_bytes.end())) << "features of window " << w;
        (void)evaluator.run_features(features);
        const auto outputs = evaluator.tensor(pipeline.model.outputs.front());
        for (std::size_t s = 0; s < emission.trace.size(); ++s) {
            const base::Bytes expected = emission.trace[s].written(evaluator.tensor(emission.trace[s].tensor));
            ASSERT_EQ(runs[w].steps[s + 1], expected) << emission.steps[s] << ", window " << w;
            seen.insert(expected.begin(), expected.end());
        }
        ASSERT_EQ(runs[w].outputs, base::Bytes(outputs.begin(), outputs.end()));
    }
    EXPECT_GT(seen.size(), distinct) << "the layers hardly vary: such a comparison proves little";
}

}  // namespace mote::codegen::testing
