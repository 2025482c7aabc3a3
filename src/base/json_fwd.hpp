// The name of the JSON type, for headers that only pass it on: its own header takes a second and a half to compile.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace mote::base {

using Json = nlohmann::ordered_json;

}  // namespace mote::base
