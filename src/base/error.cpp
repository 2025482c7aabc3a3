#include "base/error.hpp"
#include "base/progress.hpp"

namespace mote::base {

void Cancel::check() const {
    if (requested()) throw Error("cancelled", "stopped on request", "run the same command again to go on from here");
}

}  // namespace mote::base
