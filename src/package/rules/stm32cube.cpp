// Facts: what a source location and an include path of an STM32CubeIDE project hold.
#include "package/rules/rules.hpp"

namespace mote::package::rules {

Faults stm32cube(const codegen::FileTree& files) {
    Faults faults;
    bool has_header = false, has_source = false;
    for (const auto& [name, text] : files) {
        has_header |= name.starts_with("Inc/") && name.ends_with("/model.hpp");
        has_source |= name.starts_with("Src/") && name.ends_with(".cpp");
        // Everything below a source location is compiled, and a firmware has its own main.
        if (name.starts_with("Src/") && name.ends_with(".cpp") && text.find("int main(") != std::string::npos)
            faults.push_back(name + ": has a main function, which the project has already");
        if (name.find(' ') != std::string::npos) faults.push_back(name + ": a space in a name breaks CubeMX's makefiles");
    }
    if (!has_header) faults.push_back("Inc/ holds no model.hpp");
    if (!has_source) faults.push_back("Src/ holds no source");
    return faults;
}

}  // namespace mote::package::rules
