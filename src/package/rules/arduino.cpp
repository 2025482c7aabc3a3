// Facts: arduino-lint's published rules for libraries (LS, LD, LP) and sketches (SS), and the library specification that they cite.
#include "base/text.hpp"
#include "package/rules/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace mote::package::rules {

namespace {

constexpr auto known_fields =
    std::to_array<std::string_view>({"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url", "architectures",
                                     "depends", "dot_a_linkage", "includes", "precompiled", "ldflags", "license"});
constexpr auto categories = std::to_array<std::string_view>(
    {"Display", "Communication", "Signal Input/Output", "Sensors", "Device Control", "Timing", "Data Storage", "Data Processing", "Other"});
constexpr std::size_t longest_name = 63;

bool has(std::string_view text, std::string_view word) { return base::lower(text).find(word) != std::string::npos; }

/// Letters, digits and "_.-", beginning with a letter or a digit: folders and sketches.
bool is_file_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name && std::isalnum(static_cast<unsigned char>(text.front())) != 0 &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-'; });
}

struct Properties {
    std::map<std::string, std::string> values;
    Faults faults;
};

Properties read(const std::string& text) {
    Properties p;
    for (const std::string& line : base::split(text, '\n')) {
        if (base::trim(line).empty() || line.front() == '#') continue;
        const std::size_t equals = line.find('=');
        const std::string key = line.substr(0, equals);
        if (equals == std::string::npos)
            p.faults.push_back("library.properties: \"" + line + "\" is no key=value");
        else if (std::find(known_fields.begin(), known_fields.end(), key) == known_fields.end())
            p.faults.push_back("library.properties: no field is called " + key);
        else if (!p.values.emplace(key, line.substr(equals + 1)).second)
            p.faults.push_back("library.properties: " + key + " stands there twice");
    }
    return p;
}

void check_name(const std::string& name, Faults& faults) {
    if (name.size() > longest_name)
        faults.push_back("library.properties: name has " + std::to_string(name.size()) + " characters, at most 63 are allowed (LP009)");
    if (!is_file_name(name) && name.size() <= longest_name)
        faults.push_back("library.properties: name \"" + name + "\" has other characters than letters, digits and _.- (LP011, LP015)");
    if (has(name.substr(0, 7), "arduino"))
        faults.push_back("library.properties: name begins with Arduino (LP012)");
    else if (has(name, "arduino"))
        faults.push_back("library.properties: name holds Arduino (LP014)");
    if (has(name, "library")) faults.push_back("library.properties: name holds the word library (LP016)");
}

void check_properties(const std::map<std::string, std::string>& values, const codegen::FileTree& files, Faults& faults) {
    const auto value = [&](const char* key) {
        const auto at = values.find(key);
        return at == values.end() ? std::string() : at->second;
    };
    for (const char* key : {"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url", "architectures"})
        if (base::trim(value(key)).empty()) faults.push_back(std::string("library.properties: ") + key + " is missing or empty");
    if (!value("name").empty()) check_name(value("name"), faults);
    if (!is_version(value("version"))) faults.push_back("library.properties: version \"" + value("version") + "\" is not semantic (LP022)");
    if (has(value("maintainer"), "arduino")) faults.push_back("library.properties: maintainer holds Arduino (LP028)");
    if (value("paragraph").starts_with(value("sentence"))) faults.push_back("library.properties: paragraph repeats sentence (LP035)");
    if (std::find(categories.begin(), categories.end(), value("category")) == categories.end())
        faults.push_back("library.properties: there is no category \"" + value("category") + "\" (LP038)");
    if (!is_url(value("url"))) faults.push_back("library.properties: url \"" + value("url") + "\" is no address (LP041)");
    const auto architectures = base::split(value("architectures"), ',');
    if (std::find(architectures.begin(), architectures.end(), "*") != architectures.end() ||
        std::find(architectures.begin(), architectures.end(), "avr") != architectures.end())
        faults.push_back("library.properties: architectures names AVR, on which the code does not run");
    for (const std::string& header : base::split(value("includes"), ','))
        if (values.contains("includes") && !files.contains("src/" + header))
            faults.push_back("library.properties: includes names " + header + ", which src/ does not have (LP052)");
    if (!files.contains("src/" + value("name") + ".h"))
        faults.push_back("src/" + value("name") + ".h is missing: the library's own header (LS008)");
}

void check_sketches(const codegen::FileTree& files, Faults& faults) {
    std::map<std::string, bool> has_main;  // folder of a sketch -> whether the file of its name is there
    for (const auto& [name, content] : files) {
        const auto parts = base::split(name, '/');
        if (parts.size() < 3 || parts[0] != "examples") continue;
        has_main[parts[1]] |= parts.size() == 3 && parts[2] == parts[1] + ".ino";
    }
    for (const auto& [folder, complete] : has_main) {
        if (!is_file_name(folder)) faults.push_back("examples/" + folder + ": no name for a sketch (SS002, SS003)");
        if (!complete) faults.push_back("examples/" + folder + "/" + folder + ".ino is missing (SS001)");
    }
    if (has_main.empty()) faults.push_back("examples/ is missing (LD003)");
}

}  // namespace

Faults arduino(const codegen::FileTree& files) {
    Faults faults;
    const auto properties = files.find("library.properties");
    if (properties == files.end()) return {"library.properties is missing (LP001)"};
    Properties read_from = read(properties->second);
    faults = std::move(read_from.faults);
    check_properties(read_from.values, files, faults);
    check_sketches(files, faults);
    for (const char* needed : {"README.md", "LICENSE"})
        if (!files.contains(needed)) faults.push_back(std::string(needed) + " is missing (LD001, LD002)");
    for (const auto& [name, content] : files) {
        const std::string top = base::lower(name.substr(0, name.find('/') + 1));
        if (name.ends_with(".exe")) faults.push_back(name + ": a program (LS006)");
        if (name.ends_with(".pde")) faults.push_back(name + ": the old ending of sketches (SS004)");
        if (name == ".development") faults.push_back(".development: says that the library is being worked on (LS005)");
        if (name.ends_with(".ino") && !name.starts_with("examples/")) faults.push_back(name + ": a sketch outside examples/ (LS010)");
        if ((top == "src/" && !name.starts_with("src/")) || (top == "examples/" && !name.starts_with("examples/")) || top == "example/")
            faults.push_back(name + ": the folder is called src or examples, in lower case (LS009, LD004)");
    }
    return faults;
}

}  // namespace mote::package::rules
