#include "app/version.hpp"

namespace mote::app {

std::string_view version() { return MOTE_VERSION; }

}  // namespace mote::app
