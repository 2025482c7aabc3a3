// The part of the runtime that emitted code includes, copied so that the folder needs nothing else.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace mote::codegen {

/// The headers named in `wanted` ("mote/rt/nn/softmax.hpp") and all that they include in turn, every branch of every #if, by that name.
/// Their includes of each other are rewritten relative to the including file, so that no include path is needed, and the grant that lets
/// generated code be used without obligation stands at their head. `include_folder` is the runtime's include folder.
/// Throws base::Error "not_found" naming the header and who includes it.
std::map<std::string, std::string> collect_runtime(const std::set<std::string>& wanted, const std::filesystem::path& include_folder);

}  // namespace mote::codegen
