// ONNX models: whatever is accepted can be written as a model file and run; where it can be written as ONNX again, that is accepted too.
// links: mote_graph
#include "graph.hpp"
#include "require.hpp"

#include "graph/export_format.hpp"
#include "graph/import/onnx.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mote;
    try {
        const graph::Graph graph = graph::import_onnx({reinterpret_cast<const std::byte*>(data), size}, "fuzz").graph;
        fuzz::require_usable(graph);
        base::Bytes written;
        try {
            written = graph::export_format_of("fuzz.onnx").write(graph);
        } catch (const base::Error& error) {
            fuzz::require_readable(error);
            return 0;
        }
        try {
            (void)graph::import_onnx(written, "again");
        } catch (const base::Error& error) {
            std::fprintf(stderr, "what was written is refused: %s\n", error.message().c_str());
            std::abort();
        }
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}
