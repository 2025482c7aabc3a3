// The sketches of an Arduino library.
#pragma once

#include "package/format.hpp"
#include "package/readme.hpp"

#include <string>
#include <vector>

namespace mote::package {

struct Sketch {
    std::string name, text;
};

/// SelfTest, RawData, and Microphone or Accelerometer where the model listens to one.
std::vector<Sketch> arduino_sketches(const Package& package);

/// The shortest sketches, for the README.
Uses arduino_uses(const Package& package);

}  // namespace mote::package
