// A folder for add_subdirectory(), and for everything else that can compile C++: nothing in it is particular to one system.
#include "package/programs.hpp"
#include "package/readme.hpp"

namespace mote::package {

namespace {

constexpr std::string_view install = R"(## Add it to your project

```cmake
add_subdirectory(this_folder)
target_link_libraries(your_firmware mote_model)
```

Without CMake: compile the files in `src/` (they find each other without an include path) and put `include/` on your include path. C++14 or
later, any flags but `-ffast-math`; no heap, exceptions, run-time type information or C library is used.

On this computer, `cmake -S this_folder -B build && cmake --build build && ctest --test-dir build` builds it alone and runs the self-test.
)";

constexpr std::string_view before = R"(cmake_minimum_required(VERSION 3.13)
if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
    project(mote_model LANGUAGES CXX)
endif()
)";

constexpr std::string_view after = R"(if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
    enable_testing()
    file(GLOB programs examples/*.cpp)
    foreach(file ${programs})
        get_filename_component(program ${file} NAME_WE)
        add_executable(mote_model_${program} ${file})
        target_link_libraries(mote_model_${program} mote_model)
    endforeach()
    add_test(NAME mote_model_self_test COMMAND mote_model_self_test)
endif()
)";

std::string refuses(const Destination& destination) {
    return refused_family(destination, {Family::cortex_m, Family::riscv, Family::xtensa, Family::linux, Family::browser});
}

std::string place(const std::string& name) { return "examples/" + name + ".cpp"; }

Contents make(const Package& package) {
    Contents contents{package.library.files};
    std::string& lists = contents.files.at("CMakeLists.txt");
    lists = with_name(std::string(before), package) + lists + with_name(std::string(after), package);
    add_programs(contents, package, hosted(), place);
    contents.files["README.md"] = readme(package, install, uses_of(package, hosted()));
    return contents;
}

}  // namespace

namespace catalogue {

const Format& cmake() {
    static const Format format{.name = "cmake",
                               .help = "a folder for add_subdirectory(), or for any other build: sources and one header",
                               .shape = Shape::folder,
                               .refuses = refuses,
                               .make = make};
    return format;
}

}  // namespace catalogue

}  // namespace mote::package
