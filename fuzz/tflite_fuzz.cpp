// TensorFlow Lite models: whatever is accepted can be written as a model file and run.
// links: mote_graph
#include "require.hpp"

#include "graph/import/tflite.hpp"
#include "graph/operator.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mote;
    try {
        const graph::Graph graph = graph::import_tflite({reinterpret_cast<const std::byte*>(data), size}, "fuzz");
        (void)graph::serialise(graph);
        std::size_t input = 0, all = 0;
        for (const int i : graph.inputs) input += graph.tensors[static_cast<std::size_t>(i)].size_bytes();
        for (const graph::Tensor& t : graph.tensors) all += t.size_bytes();
        if (all > (1u << 22) || graph::count_macs(graph) > 1'000'000) return 0;
        const base::Bytes zeros(input);
        graph::Evaluator evaluator(graph);
        (void)evaluator.run(zeros);
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}
