// Zip archives whose bytes depend on nothing but names and contents.
#pragma once

#include "base/files.hpp"
#include "codegen/folder.hpp"

#include <set>
#include <string>

namespace mote::package {

/// The files in the order of their names, each with `root`/ before it unless that is empty, without a time, owner or folder entry.
base::Bytes zip_of(const codegen::FileTree& files, const std::set<std::string>& executables = {}, const std::string& root = "");

/// The files in a zip archive, by name. Throws base::Error "bad_input" for what is none, and beyond 1 GB unpacked.
codegen::FileTree unzip(std::span<const std::byte> bytes);

}  // namespace mote::package
