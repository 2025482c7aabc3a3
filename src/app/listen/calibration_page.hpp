// The picture of a calibration.
#pragma once

#include "app/listen/calibration.hpp"

#include <string>

namespace mote::app::listen {

/// One HTML page: false accepts an hour against false rejects, the points to choose among, and what the streams were made of.
std::string calibration_page(const Calibration& calibration, const std::string& title, double limit);

}  // namespace mote::app::listen
