// What the tools of the formats object to, as far as their published rules say: each function answers with one line a fault.
#pragma once

#include "codegen/folder.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mote::package::rules {

using Faults = std::vector<std::string>;

/// Whether text is a version of three numbers.
bool is_version(std::string_view text);
/// Whether text is an http or https address without spaces.
bool is_url(std::string_view text);

/// Every #include "..." of a C or C++ file names a file of the package, seen from the including file, from src/ or from a folder called
/// include or Inc. Names of the systems' own headers stand in <>.
Faults missing_includes(const codegen::FileTree& files);

/// arduino-lint 1.2, libraries and sketches: the rules of the levels "specification" and "strict" that can be told from the files, but for
/// the recommended length of the name.
Faults arduino(const codegen::FileTree& files);
/// The schema in Zephyr's scripts/zephyr_module.py, and that what it names is there.
Faults zephyr(const codegen::FileTree& files);
/// "Manifest File" of the IDF component manager, and that the component's CMakeLists.txt registers files that are there.
Faults esp_idf(const codegen::FileTree& files);
/// The schema of PlatformIO's library.json, and that the files it names are there.
Faults platformio(const codegen::FileTree& files);
/// Open-CMSIS-Pack 1.7: required elements and attributes, file names, and that the files it names are there.
Faults cmsis_pack(const codegen::FileTree& files);
/// What an STM32CubeIDE project can take as a source location and an include path.
Faults stm32cube(const codegen::FileTree& files);

}  // namespace mote::package::rules
