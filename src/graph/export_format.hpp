// A format that graphs are written in for other programs: one file in graph/export/.
#pragma once

#include "base/files.hpp"
#include "graph/graph.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::graph {

struct ExportFormat {
    std::string_view name;  ///< "tflite"
    std::string_view help;
    std::vector<std::string> extensions;  ///< lower case, with the dot: they choose the format
    /// The file of a verified graph. The same graph gives the same bytes. Throws base::Error "unsupported" naming node and operator that
    /// the format has no counterpart for.
    base::Bytes (*write)(const Graph& graph);
};

/// Every format in graph/export/, by name.
std::span<const ExportFormat* const> export_formats();

/// The format of a file name. Throws base::Error "usage" naming the extensions there are.
const ExportFormat& export_format_of(std::string_view file_name);

}  // namespace mote::graph
