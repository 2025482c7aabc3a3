// The version of the program, for people and records.
#pragma once

#include <string_view>

namespace mote::app {

std::string_view version();

}  // namespace mote::app
