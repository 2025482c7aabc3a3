#include "codegen/sensor.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mote::codegen {

Sensor sensor_of(const dsp::InputSpec& input) {
    if (input.height > 0) return Sensor::camera;
    if (input.channels.size() == 1 && input.type == store::SampleType::i16 && input.rate_hz >= 4000) return Sensor::microphone;
    const auto all = [&](auto matches) {
        return !input.channels.empty() && std::all_of(input.channels.begin(), input.channels.end(), matches);
    };
    const bool is_acceleration = all([](const std::string& name) { return base::lower(name).find("acc") != std::string::npos; });
    const bool is_xyz = input.channels == std::vector<std::string>{"x", "y", "z"};
    return is_acceleration || is_xyz ? Sensor::accelerometer : Sensor::unknown;
}

}  // namespace mote::codegen
