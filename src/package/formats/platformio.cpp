// A library for PlatformIO's lib/ folder, for any of its frameworks.
#include "base/json.hpp"
#include "package/programs.hpp"
#include "package/readme.hpp"
#include "package/rules/rules.hpp"

namespace mote::package {

namespace {

constexpr std::string_view install = R"(## Add it to your project

Put this folder into your project's `lib/` folder, as `lib/mote_model`. PlatformIO finds it by the `#include` in your program;
nothing else is to be set. `pio pkg install --library file://PATH` does the same from elsewhere.
)";

std::string refuses(const Destination& destination) {
    return refused_family(destination, {Family::cortex_m, Family::riscv, Family::xtensa});
}

std::string manifest(const Package& package) {
    std::string description = what_it_detects(package);
    if (description.size() > 255) description.resize(255);
    base::Json json = {{"name", package.name()},
                       {"version", package.card.version},
                       {"description", description},
                       {"keywords", {"machine learning", "tinyml", "classification", "sensor"}},
                       {"homepage", package.card.url},
                       {"authors", {{{"name", package.card.author}, {"maintainer", true}}}},
                       {"frameworks", "*"},
                       {"headers", {package.name() + "/model.hpp"}},
                       {"build", {{"srcDir", "src"}, {"includeDir", "include"}}}};
    json["examples"] = base::Json::array();
    for (const char* name : {"listen", "classify", "self_test"})
        if (name != std::string("listen") || can_listen(package))
            json["examples"].push_back(
                {{"name", name}, {"base", "examples/" + std::string(name)}, {"files", {std::string(name) + ".cpp"}}});
    json["frameworks"] = base::Json::array({"*"});
    // All but AVR, whose int has 16 bits.
    json["platforms"] = {"nordicnrf52",      "raspberrypi",      "ststm32", "atmelsam", "renesas-ra", "espressif32", "teensy",
                         "siliconlabsefm32", "freescalekinetis", "nxplpc",  "nxpimxrt", "sifive",     "gd32v",       "native"};
    return json.dump(2) + "\n";
}

std::string place(const std::string& name) { return "examples/" + name + "/" + name + ".cpp"; }

Contents make(const Package& package) {
    Contents contents{package.library.files};
    contents.files.erase("CMakeLists.txt");
    contents.files["library.json"] = manifest(package);
    add_programs(contents, package, hosted(), place);
    contents.files["README.md"] = readme(package, install, uses_of(package, hosted()));
    return contents;
}

}  // namespace

namespace catalogue {

const Format& platformio() {
    static const Format format{.name = "platformio",
                               .help = "a library for PlatformIO's lib/ folder, for any of its frameworks",
                               .shape = Shape::folder,
                               .refuses = refuses,
                               .make = make,
                               .faults = rules::platformio};
    return format;
}

}  // namespace catalogue

}  // namespace mote::package
