// A folder for add_subdirectory(), and for everything else that can compile C++: nothing in it is particular to one system.
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
)";

std::string refuses(const Destination& destination) {
    if (destination.family == Family::avr) return "an AVR's int has 16 bits, and constants would have to lie in its RAM";
    return "";
}

Contents make(const Package& package) {
    Contents contents{package.library.files};
    contents.files["README.md"] = readme(package, install);
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
