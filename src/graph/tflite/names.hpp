// Builtin operators of TensorFlow Lite by code, in the order of schema.fbs (version 3).
#pragma once

#include <string>
#include <string_view>

namespace mote::graph::tflite {

/// "CONV_2D"; "operator 999" for a code without a name here.
std::string operator_name(int code);

/// What can stand in for an operator that is not read; "" where nothing is known to.
std::string_view advice_for(int code);

}  // namespace mote::graph::tflite
