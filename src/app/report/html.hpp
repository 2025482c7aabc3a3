// Text into HTML and SVG, safely.
#pragma once

#include "app/tables.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::app::report {

/// &, <, >, " and ' replaced by entities.
std::string escape(std::string_view text);

/// A coordinate: at most two digits after the point, no trailing zeros.
std::string coordinate(double value);

/// A table: the first row is the head; cells are escaped. Numbers are set right by the page's style (class "number").
std::string table(const std::vector<std::vector<std::string>>& rows, std::string_view style_class = "");

}  // namespace mote::app::report
