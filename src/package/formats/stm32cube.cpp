// A folder for an STM32CubeIDE project, in the Inc/ and Src/ that such projects have.
//
// CubeIDE compiles what lies in a source folder, so a folder is all that it needs; CubeMX, which regenerates projects, leaves folders alone
// that it does not know. Who wants to choose the model in CubeMX itself installs the CMSIS pack.
#include "package/programs.hpp"
#include "package/readme.hpp"
#include "package/rules/rules.hpp"

namespace mote::package {

namespace {

constexpr std::string_view install = R"(## Add it to your project

1. Make the project one of C++: right-click on it, "Convert to C++" (a project of C compiles no .cpp; your own files may stay C).
2. Copy this folder into the project, as `Middlewares/mote_model`.
3. Properties > C/C++ General > Paths and Symbols > Includes: add `Middlewares/mote_model/Inc` for C and C++. > Source Location: add the
   folder `Middlewares/mote_model/Src`. `Examples` stays outside, because each example has a `main`.
4. Call it from a C++ file of yours, such as `Core/Src/app.cpp`.

CubeMX leaves the folder alone when it generates the project again. `printf` in the example goes wherever your project sends it (`_write`).
)";

std::string refuses(const Destination& destination) {
    return destination.name.starts_with("stm32") ? "" : "STM32CubeIDE builds for STM32 parts alone";
}

/// The emitted files under Cube's names of folders.
codegen::FileTree renamed(const codegen::FileTree& files) {
    codegen::FileTree out;
    for (const auto& [name, text] : files) {
        std::string content = text;
        constexpr std::string_view from = "#include \"../include/", to = "#include \"../Inc/";
        for (std::size_t at = 0; (at = content.find(from, at)) != std::string::npos; at += to.size()) content.replace(at, from.size(), to);
        if (name.starts_with("include/"))
            out["Inc/" + name.substr(8)] = content;
        else if (name.starts_with("src/"))
            out["Src/" + name.substr(4)] = content;
        else
            out[name] = content;
    }
    return out;
}

std::string place(const std::string& name) { return "Examples/" + name + ".cpp"; }

Contents make(const Package& package) {
    Contents contents{renamed(package.library.files)};
    contents.files.erase("CMakeLists.txt");
    add_programs(contents, package, hosted(), place);
    contents.files["README.md"] = readme(package, install, uses_of(package, hosted()));
    return contents;
}

}  // namespace

namespace catalogue {

const Format& stm32cube() {
    static const Format format{.name = "stm32cube",
                               .help = "a folder with Inc/ and Src/ for an STM32CubeIDE project",
                               .shape = Shape::folder,
                               .refuses = refuses,
                               .make = make,
                               .faults = [](const codegen::FileTree& files) { return rules::stm32cube(files); }};
    return format;
}

}  // namespace catalogue

}  // namespace mote::package
