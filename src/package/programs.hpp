// Programs that come with a package: the least that uses the model, and the self-test.
#pragma once

#include "package/format.hpp"
#include "package/readme.hpp"

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

/// Whether samples arrive one after the other, so that there is something to listen to; an image is a window of its own.
bool can_listen(const Package& package);
/// Fewer than 20 lines from samples as they arrive to events.
std::string listen_program(const Package& package, const System& system);
/// The same from a window of raw values to what it is; of a model alone, from inputs to outputs.
std::string classify_program(const Package& package, const System& system);
/// listen_program() for a project in C; "" where there is nothing to listen to.
std::string c_program(const Package& package);
/// Prints "NAME self-test: pass" or FAIL with the status.
std::string self_test_program(const Package& package, const System& system);

/// Puts all of them into a package: `place` makes a program's path of its name ("listen", "classify", "self_test").
void add_programs(Contents& contents, const Package& package, const System& system, std::string (*place)(const std::string& name));
/// For the README, as System writes them.
Uses uses_of(const Package& package, const System& system);

}  // namespace mote::package
