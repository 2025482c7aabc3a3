// ONNX models: whatever is accepted can be written as a model file and run.
// links: mote_graph
#include "graph.hpp"
#include "require.hpp"

#include "graph/import/onnx.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mote;
    try {
        fuzz::require_usable(graph::import_onnx({reinterpret_cast<const std::byte*>(data), size}, "fuzz").graph);
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}
