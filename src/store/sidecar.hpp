// The label files that the best-known studio writes beside its exports and reads beside uploads: info.labels, structured_labels.labels,
// bounding_boxes.labels.
#pragma once

#include "base/json.hpp"
#include "store/signal.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote::store {

/// What is said of one file.
struct SidecarEntry {
    std::optional<std::string> label;
    std::optional<std::string> split;
    std::optional<std::vector<LabelSpan>> spans;
    base::Json metadata = base::Json::object();
};

bool is_sidecar(std::string_view file_name);

/// Reads one such file and adds what it says to `entries`, by absolute path. Throws base::Error "bad_input" naming the entry at fault;
/// `entries` is then as before. Safe for any text.
void read_sidecar(std::string_view path, std::string_view text, std::map<std::string, SidecarEntry>& entries);

}  // namespace mote::store
