#include "graph/import_format.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mote::graph {

Imported import_model(std::span<const std::byte> bytes, std::string_view where) {
    const auto head = bytes.first(std::min<std::size_t>(bytes.size(), 4096));
    std::vector<std::string> known;
    for (const ImportFormat* format : import_formats()) {
        if (format->match(where, head)) return format->read(bytes, where);
        for (const std::string& extension : format->extensions) known.push_back(extension);
    }
    throw base::Error("unsupported", std::string(where) + ": is no model file that mote knows",
                      "give a model as one of: " + base::join(known, ", "));
}

}  // namespace mote::graph
