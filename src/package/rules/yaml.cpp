#include "package/rules/yaml.hpp"

#include <yaml-cpp/yaml.h>

namespace mote::package::rules {

namespace {

base::Json json_of(const YAML::Node& node) {
    if (node.IsMap()) {
        base::Json object = base::Json::object();
        for (const auto& entry : node) object[entry.first.as<std::string>()] = json_of(entry.second);
        return object;
    }
    if (node.IsSequence()) {
        base::Json list = base::Json::array();
        for (const auto& entry : node) list.push_back(json_of(entry));
        return list;
    }
    if (!node.IsScalar()) return nullptr;
    const std::string& text = node.Scalar();
    if (node.Tag() != "!" && (text == "true" || text == "false")) return text == "true";
    return text;
}

}  // namespace

base::Json read_yaml(const codegen::FileTree& files, const std::string& name, Faults& faults) {
    const auto at = files.find(name);
    if (at == files.end()) {
        faults.push_back(name + " is missing");
        return nullptr;
    }
    try {
        base::Json json = json_of(YAML::Load(at->second));
        if (json.is_object()) return json;
        faults.push_back(name + ": is no map");
    } catch (const YAML::Exception& error) {
        faults.push_back(name + ": " + error.what());
    }
    return nullptr;
}

}  // namespace mote::package::rules
