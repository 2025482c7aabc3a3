// A format of model files: one file in graph/import/ that says whether it knows some bytes and reads them.
#pragma once

#include "graph/graph.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::graph {

struct Imported {
    Graph graph;  ///< verified
    /// The tensors that the file's own operators write, in the file's order: nodes that only an importer needed are not among them.
    std::vector<int> operator_outputs;
};

struct ImportFormat {
    std::string_view name;  ///< "tflite"
    std::string_view help;
    std::vector<std::string> extensions;  ///< lower case, with the dot; a hint only, match() decides
    /// Whether these are such bytes. `head` holds the first 4096 bytes or fewer.
    bool (*match)(std::string_view file_name, std::span<const std::byte> head);
    /// Throws base::Error "bad_input" for a damaged file, "unsupported" naming an operator, type or option that the graph has no
    /// counterpart for; `where` names the file in messages. Memory-safe for any bytes whatever: each format has a fuzz target.
    Imported (*read)(std::span<const std::byte> bytes, std::string_view where);
};

/// Every format in graph/import/, by name.
std::span<const ImportFormat* const> import_formats();

/// Reads a model in whichever format it is. Throws base::Error "unsupported" naming the formats there are when none knows it.
Imported import_model(std::span<const std::byte> bytes, std::string_view where);

}  // namespace mote::graph
