// Programs that come with a package: the least that uses the model, and the self-test.
#pragma once

#include "package/format.hpp"

#include <string>

namespace mote::package {

/// What a program for one system looks like around its own lines.
struct System {
    std::string headers;  ///< beside the model's: "#include <stdio.h>\n"
    std::string print;    ///< called as printf: "printf"
    std::string begin;    ///< "int main() {"
    std::string fail;     ///< leaves it: "return 1;"
    std::string end;      ///< its last lines: "    return 0;\n}\n"
};

/// A C or C++ library with printf and main(): most of them.
System hosted();

/// Fewer than 20 lines from a window of raw values to what it is; of a model alone, from inputs to outputs.
std::string use_program(const Package& package, const System& system);
/// Prints "NAME self-test: pass" or FAIL with the status.
std::string self_test_program(const Package& package, const System& system);

/// What the model listens to, by its channels.
enum class Sensor : unsigned char { microphone, accelerometer, other };
Sensor sensor_of(const Package& package);

}  // namespace mote::package
