// The product's own model file (see serialise.cpp), so that whatever takes a model takes one of these.
#include "base/files.hpp"
#include "graph/import_format.hpp"

namespace mote::graph::imports {

const ImportFormat& mote() {
    static const ImportFormat format{
        "mote",
        "mote's own model file",
        {".mote"},
        [](std::string_view, std::span<const std::byte> head) { return base::as_text(head).starts_with("MOTEGRAF"); },
        [](std::span<const std::byte> bytes, std::string_view where) {
            Imported imported{deserialise(bytes, where), {}};
            for (const Node& node : imported.graph.nodes)
                imported.operator_outputs.insert(imported.operator_outputs.end(), node.outputs.begin(), node.outputs.end());
            return imported;
        }};
    return format;
}

}  // namespace mote::graph::imports
