// Facts: the schema of zephyr/module.yml in Zephyr's scripts/zephyr_module.py, and "Modules" in its documentation.
#include "base/text.hpp"
#include "package/rules/yaml.hpp"

#include <algorithm>
#include <array>

namespace mote::package::rules {

namespace {

constexpr const char* file = "zephyr/module.yml";

void check_keys(const base::Json& map, const std::vector<std::string>& known, const std::string& where, Faults& faults) {
    for (const auto& [key, value] : map.items())
        if (std::find(known.begin(), known.end(), key) == known.end()) faults.push_back(where + ": there is no key " + key);
}

/// A file below the folder that `key` names, which Zephyr reads.
void check_named(const base::Json& build, const char* key, const std::string& below, const codegen::FileTree& files, Faults& faults) {
    if (!build.contains(key) || !build.at(key).is_string())
        return faults.push_back(std::string(file) + ": build." + key + " is missing or no text");
    const std::string value = build.at(key).get<std::string>();
    const std::string name = (std::filesystem::path(value) / below).lexically_normal().generic_string();
    const std::string there = !name.empty() && name.back() == '/' ? name.substr(0, name.size() - 1) : name;
    if (!files.contains(there))
        faults.push_back(std::string(file) + ": build." + key + " names " + value + ", but " + there + " is not there");
}

void check_folders(const base::Json& module, const char* key, const codegen::FileTree& files, Faults& faults) {
    if (!module.contains(key)) return;
    if (!module.at(key).is_array()) return faults.push_back(std::string(file) + ": " + key + " is no list");
    for (const base::Json& folder : module.at(key)) {
        const std::string begin = (folder.is_string() ? folder.get<std::string>() : std::string()) + "/";
        const auto at = files.lower_bound(begin);
        if (at == files.end() || !at->first.starts_with(begin))
            faults.push_back(std::string(file) + ": " + key + " names " + begin + ", which is not there");
    }
}

/// What west builds: each folder with a sample.yaml needs its configuration and a CMakeLists.txt that finds Zephyr.
void check_samples(const codegen::FileTree& files, Faults& faults) {
    for (const auto& [name, text] : files) {
        if (!name.ends_with("/sample.yaml")) continue;
        const std::string folder = name.substr(0, name.size() - 11);
        (void)read_yaml(files, name, faults);
        if (!files.contains(folder + "prj.conf")) faults.push_back(folder + "prj.conf is missing");
        const auto lists = files.find(folder + "CMakeLists.txt");
        if (lists == files.end() || lists->second.find("find_package(Zephyr") == std::string::npos)
            faults.push_back(folder + "CMakeLists.txt is missing or does not find Zephyr");
    }
}

}  // namespace

Faults zephyr(const codegen::FileTree& files) {
    Faults faults;
    const base::Json module = read_yaml(files, file, faults);
    if (!module.is_object()) return faults;
    check_keys(module, {"name", "build", "tests", "samples", "boards", "blobs"}, file, faults);
    if (!module.contains("name") || !module.at("name").is_string() || module.at("name").get<std::string>().empty())
        faults.push_back(std::string(file) + ": name is missing");
    if (!module.contains("build") || !module.at("build").is_object()) {
        faults.push_back(std::string(file) + ": build is missing");
    } else {
        check_keys(module.at("build"), {"cmake", "kconfig", "cmake-ext", "kconfig-ext", "depends", "settings"},
                   std::string(file) + ": build", faults);
        check_named(module.at("build"), "cmake", "CMakeLists.txt", files, faults);
        check_named(module.at("build"), "kconfig", "", files, faults);
    }
    check_folders(module, "samples", files, faults);
    check_folders(module, "tests", files, faults);
    check_samples(files, faults);
    return faults;
}

}  // namespace mote::package::rules
