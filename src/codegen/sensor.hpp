// What kind of sensor a pipeline's samples come from, as far as channels and rate tell.
#pragma once

#include "dsp/block.hpp"

namespace mote::codegen {

/// Numbered as Edge Impulse's clients number them.
enum class Sensor : signed char { unknown = -1, microphone = 1, accelerometer = 2, camera = 3 };

/// Pixels are a camera's; one channel of 16 bits at 4 kHz or more is a microphone's; channels whose names hold "acc", or x, y, z alone, are
/// an accelerometer's.
Sensor sensor_of(const dsp::InputSpec& input);

}  // namespace mote::codegen
