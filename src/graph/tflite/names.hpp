// Builtin operators of TensorFlow Lite by code, in the order of schema.fbs (version 3).
#pragma once

#include <string>

namespace mote::graph::tflite {

/// "CONV_2D"; "operator 999" for a code without a name here.
std::string operator_name(int code);

}  // namespace mote::graph::tflite
