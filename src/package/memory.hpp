// Whether a destination without an emulator can hold a model at all.
#pragma once

#include "codegen/emit.hpp"
#include "package/destination.hpp"

#include <filesystem>
#include <string>

namespace mote::package {

/// Holds tables and data against the part's memory; what code takes is not known without its compiler. Throws base::Error "bad_input" where
/// they alone are too much: by how much, and what has room. `model` is what the person calls it.
void check_memory(const codegen::Emission& emission, const Destination& destination, const std::string& model,
                  const std::filesystem::path& project);

}  // namespace mote::package
