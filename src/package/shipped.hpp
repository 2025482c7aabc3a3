// Files that packages carry as they are: data_folder()/packages.
#pragma once

#include "codegen/folder.hpp"

#include <string_view>

namespace mote::package {

/// What lies in packages/`folder`, with sub-folders. Throws base::Error "not_found".
codegen::FileTree shipped(std::string_view folder);

/// Adds `from` to `to`, each name behind `prefix` ("library/").
void add_under(codegen::FileTree& to, std::string_view prefix, codegen::FileTree from);

}  // namespace mote::package
