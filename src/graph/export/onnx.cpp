#include "graph/export_format.hpp"
#include "graph/onnx/exporter.hpp"

namespace mote::graph::exports {

const ExportFormat& onnx() {
    static const ExportFormat format{
        "onnx", "ONNX: float32, or int8 by QuantizeLinear and DequantizeLinear (QDQ)", {".onnx"}, [](const Graph& graph) {
            return onnx::Exporter(graph).run();
        }};
    return format;
}

}  // namespace mote::graph::exports
