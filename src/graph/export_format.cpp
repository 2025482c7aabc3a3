#include "graph/export_format.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

namespace mote::graph {

const ExportFormat& export_format_of(std::string_view file_name) {
    const std::string name = base::lower(file_name);
    std::vector<std::string> known;
    for (const ExportFormat* format : export_formats())
        for (const std::string& extension : format->extensions) {
            if (name.ends_with(extension)) return *format;
            known.push_back(extension);
        }
    throw base::Error("usage", std::string(file_name) + ": models are not written in a format with this ending",
                      "end the name in one of: " + base::join(known, ", "));
}

}  // namespace mote::graph
