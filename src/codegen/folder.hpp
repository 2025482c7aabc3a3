// Writing a folder of generated files whole or not at all.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace mote::codegen {

/// Relative path -> content.
using FileTree = std::map<std::string, std::string>;

/// Name of the list that tells generated files from a person's own.
inline constexpr const char* manifest_name = "generated-files.txt";

/// Writes `files` and their list (SHA-256 and name, a line each) to a new folder beside `folder`, then renames it into place. A folder that
/// is there already is replaced when it is empty or holds nothing but files of its own list; else Error "conflict" names what is in the
/// way. A file of the list that a person has changed counts as theirs. Nothing is left behind when writing fails.
/// `executables` are names in `files` that may be run.
void write_folder(const FileTree& files, const std::filesystem::path& folder, const std::set<std::string>& executables = {});

/// That list of `files`.
std::string manifest_of(const FileTree& files);

}  // namespace mote::codegen
