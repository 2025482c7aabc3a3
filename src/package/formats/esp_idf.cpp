// A component for ESP-IDF, with an example.
#include "package/programs.hpp"
#include "package/readme.hpp"
#include "package/rules/rules.hpp"

namespace mote::package {

namespace {

constexpr std::string_view install = R"(## Add it to your project

Put this folder into your project's `components/` folder, as `components/mote_model`, and name it in the `CMakeLists.txt` of the component
that uses it: `idf_component_register(SRCS "main.cpp" REQUIRES mote_model)`. Where components lie elsewhere, `main/idf_component.yml` can
say `dependencies: {mote_model: {path: /path/to/this_folder}}`.

`idf.py -C examples/self_test set-target TARGET flash monitor` runs the self-test. ESP-IDF turns on the watchdog: a long window wants a
task of a priority that leaves the idle task its turn.
)";

System system() { return {"#include <stdio.h>\n", "printf", "extern \"C\" void app_main() {", "return;", "}\n"}; }

std::string refuses(const Destination& destination) {
    return destination.name.starts_with("esp32") ? "" : "ESP-IDF builds for Espressif's parts alone";
}

std::string lists(const Package& package) {
    std::string out = "idf_component_register(SRCS";
    for (const auto& source : package.library.emission.sources) out += "\n    \"" + source.generic_string() + "\"";
    out += "\n    INCLUDE_DIRS \"include\")\ntarget_compile_options(${COMPONENT_LIB} PRIVATE";
    for (const std::string& flag : package.library.emission.compiler_flags) out += " " + flag;
    return out + ")\n";
}

/// Text between double quotes of YAML.
std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) out += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    return out + "\"";
}

std::string manifest(const Package& package) {
    return "version: \"" + package.card.version + "\"\ndescription: " + quoted(what_it_detects(package)) +
           "\nurl: " + quoted(package.card.url) + "\nmaintainers:\n  - " + quoted(package.card.author) +
           "\ndependencies:\n  idf: \">=4.4\"\n";
}

void add_example(Contents& contents, const Package& package, const std::string& name, const std::string& program) {
    const std::string folder = "examples/" + name + "/";
    contents.files[folder + "CMakeLists.txt"] = with_name(
        "cmake_minimum_required(VERSION 3.16)\n"
        "set(EXTRA_COMPONENT_DIRS ${CMAKE_CURRENT_LIST_DIR}/../..)\n"
        "include($ENV{IDF_PATH}/tools/cmake/project.cmake)\nproject(mote_model_" +
            name + ")\n",
        package);
    // A component is called by its folder.
    contents.files[folder + "main/CMakeLists.txt"] =
        "get_filename_component(model ${CMAKE_CURRENT_LIST_DIR}/../../.. ABSOLUTE)\nget_filename_component(model ${model} NAME)\n"
        "idf_component_register(SRCS \"main.cpp\" REQUIRES ${model})\n";
    contents.files[folder + "main/main.cpp"] = program;
}

Contents make(const Package& package) {
    Contents contents{package.library.files};
    contents.files["CMakeLists.txt"] = lists(package);
    contents.files["idf_component.yml"] = manifest(package);
    add_example(contents, package, "self_test", self_test_program(package, system()));
    add_example(contents, package, "classify", classify_program(package, system()));
    if (can_listen(package)) add_example(contents, package, "listen", listen_program(package, system()));
    contents.files["README.md"] = readme(package, install, uses_of(package, system()));
    return contents;
}

}  // namespace

namespace catalogue {

const Format& esp_idf() {
    static const Format format{.name = "esp-idf",
                               .help = "a component for ESP-IDF with examples",
                               .shape = Shape::folder,
                               .refuses = refuses,
                               .make = make,
                               .faults = rules::esp_idf};
    return format;
}

}  // namespace catalogue

}  // namespace mote::package
