#include "package/format.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "package/rules/rules.hpp"

#include <algorithm>

namespace mote::package {

using base::Error;

namespace {

std::string named(const std::vector<std::string>& names) { return names.empty() ? "none" : base::join(names, ", "); }

}  // namespace

std::string refused_family(const Destination& destination, std::initializer_list<Family> served) {
    if (std::find(served.begin(), served.end(), destination.family) != served.end()) return "";
    switch (destination.family) {
        case Family::avr:
            return "an AVR's int has 16 bits, and constants would have to lie in its RAM";
        case Family::linux:
            return "it is for microcontrollers, not for Linux";
        case Family::browser:
            return "it is for microcontrollers, not for browsers";
        case Family::cortex_m:
        case Family::riscv:
        case Family::xtensa:
            break;
    }
    return "its tools have no such core";
}

const Format& find_format(std::string_view name) {
    std::vector<std::string> names;
    for (const Format* format : formats()) {
        if (format->name == name) return *format;
        names.emplace_back(format->name);
    }
    const std::string near = base::did_you_mean(name, names);
    throw Error("not_found", "there is no package format \"" + std::string(name) + "\"",
                near.empty() ? "formats: " + base::join(names, ", ") + "; mote deploy --list says what they are" : near);
}

void check_served(const Format& format, const Destination& destination, const std::filesystem::path& project) {
    const std::string reason = format.refuses(destination);
    if (reason.empty()) return;
    std::vector<std::string> others, served;
    for (const Format* other : formats())
        if (other->refuses(destination).empty()) others.emplace_back(other->name);
    for (const Destination& d : destinations(project))
        if (format.refuses(d).empty()) served.push_back(d.name);
    throw Error(
        "unsupported", "no " + std::string(format.name) + " package for " + destination.name + ": " + reason,
        "formats for " + destination.name + ": " + named(others) + "; targets of " + std::string(format.name) + ": " + named(served));
}

Contents make(const Format& format, const Package& package) {
    Contents contents = format.make(package);
    std::vector<std::string> faults = rules::missing_includes(contents.files);
    if (format.faults)
        for (std::string& fault : format.faults(contents.files)) faults.push_back(std::move(fault));
    if (!faults.empty())
        throw Error("internal", "the " + std::string(format.name) + " package breaks its format's rules: " + base::join_first(faults),
                    "this is a mistake in mote: another --name, --author, --url or --package-version may avoid it");
    if (contents.use.empty()) contents.use = "#include \"" + package.name() + "/model.hpp\"";
    contents.files[codegen::manifest_name] = codegen::manifest_of(contents.files);
    return contents;
}

}  // namespace mote::package
