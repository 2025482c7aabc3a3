// A YAML file of a package as JSON, so that its checks read like the others.
#pragma once

#include "base/json.hpp"
#include "codegen/folder.hpp"
#include "package/rules/rules.hpp"

#include <string>

namespace mote::package::rules {

/// Every scalar is text, but for true and false. Adds a fault and answers null where the file is missing or is no YAML.
base::Json read_yaml(const codegen::FileTree& files, const std::string& name, Faults& faults);

}  // namespace mote::package::rules
