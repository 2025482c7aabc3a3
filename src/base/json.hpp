// The JSON type of the host. Key order is kept, so that what a person wrote is what a person reads again.
#pragma once

#include "base/json_fwd.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace mote::base {

/// Parses JSON text; throws Error "bad_input" naming `where`, line and column.
Json parse_json(std::string_view text, std::string_view where);

/// One line, keys sorted at every level, shortest exact numbers: the form that is hashed.
std::string canonical_json(const Json& value);

/// Reads a TOML document as JSON (dates become strings); throws Error "bad_input" naming `where`, line and column.
Json parse_toml(std::string_view text, std::string_view where);

/// parse_toml of a file; throws Error "not_found" or "bad_input".
Json read_toml(const std::filesystem::path& file);

}  // namespace mote::base
