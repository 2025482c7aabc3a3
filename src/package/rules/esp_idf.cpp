// Facts: "idf_component.yml Manifest File" of the IDF component manager, and "Build System" of ESP-IDF.
#include "base/text.hpp"
#include "package/rules/yaml.hpp"

#include <algorithm>
#include <array>

namespace mote::package::rules {

namespace {

constexpr auto known_keys =
    std::to_array<std::string_view>({"version", "targets", "maintainers", "description", "license", "tags", "files", "url", "repository",
                                     "repository_info", "documentation", "issues", "discussion", "examples", "dependencies"});
constexpr auto known_targets = std::to_array<std::string_view>(
    {"esp32", "esp32s2", "esp32s3", "esp32c2", "esp32c3", "esp32c5", "esp32c6", "esp32c61", "esp32h2", "esp32p4", "linux"});

void check_manifest(const base::Json& manifest, const std::string& file, Faults& faults) {
    const auto fault = [&](const std::string& what) { faults.push_back(file + ": " + what); };
    for (const auto& [key, value] : manifest.items())
        if (std::find(known_keys.begin(), known_keys.end(), key) == known_keys.end()) fault("there is no key " + key);
    const auto text = [&](const char* key) {
        return manifest.contains(key) && manifest.at(key).is_string() ? manifest.at(key).get<std::string>() : std::string();
    };
    if (!is_version(text("version"))) fault("version \"" + text("version") + "\" is not semantic");
    if (text("description").empty()) fault("description is missing");
    for (const char* key : {"url", "repository", "documentation", "issues"})
        if (manifest.contains(key) && !is_url(text(key))) fault(std::string(key) + " is no address");
    const base::Json targets = manifest.value("targets", base::Json::array());
    if (!targets.is_array()) fault("targets is no list");
    for (const base::Json& target : targets)
        if (!target.is_string() || std::find(known_targets.begin(), known_targets.end(), target.get<std::string>()) == known_targets.end())
            fault("there is no target " + target.dump());
    if (manifest.contains("dependencies") && !manifest.at("dependencies").is_object()) fault("dependencies is no map");
}

/// Quoted words behind a keyword of idf_component_register, up to the next keyword.
std::vector<std::string> words_behind(const std::string& call, std::string_view keyword) {
    std::vector<std::string> words;
    std::size_t at = call.find(keyword);
    if (at == std::string::npos) return words;
    at += keyword.size();
    while ((at = call.find_first_not_of(" \n", at)) != std::string::npos && call[at] == '"') {
        const std::size_t close = call.find('"', at + 1);
        if (close == std::string::npos) break;
        words.push_back(call.substr(at + 1, close - at - 1));
        at = close + 1;
    }
    return words;
}

void check_registration(const codegen::FileTree& files, Faults& faults) {
    const auto lists = files.find("CMakeLists.txt");
    const std::size_t at = lists == files.end() ? std::string::npos : lists->second.find("idf_component_register(");
    if (at == std::string::npos) return faults.push_back("CMakeLists.txt is missing or does not call idf_component_register");
    const std::string call = lists->second.substr(at, lists->second.find(')', at) - at);
    const auto sources = words_behind(call, "SRCS");
    if (sources.empty()) faults.push_back("CMakeLists.txt: idf_component_register has no SRCS");
    for (const auto& [name, text] : files)
        if (name.starts_with("src/") && name.ends_with(".cpp") && std::find(sources.begin(), sources.end(), name) == sources.end())
            faults.push_back("CMakeLists.txt: does not register " + name);
    for (const std::string& source : sources)
        if (!files.contains(source)) faults.push_back("CMakeLists.txt: registers " + source + ", which is not there");
    for (const std::string& folder : words_behind(call, "INCLUDE_DIRS")) {
        const auto inside = files.lower_bound(folder + "/");
        if (inside == files.end() || !inside->first.starts_with(folder + "/"))
            faults.push_back("CMakeLists.txt: include folder " + folder + " is not there");
    }
}

}  // namespace

Faults esp_idf(const codegen::FileTree& files) {
    Faults faults;
    const base::Json manifest = read_yaml(files, "idf_component.yml", faults);
    if (manifest.is_object()) check_manifest(manifest, "idf_component.yml", faults);
    check_registration(files, faults);
    return faults;
}

}  // namespace mote::package::rules
