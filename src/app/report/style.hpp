// How a report looks, on light and dark screens and on paper.
#pragma once

#include <string_view>

namespace mote::app::report {

/// Style sheet of the page; series and parts take their colours from the classes s0 to s7.
std::string_view style();

}  // namespace mote::app::report
