// One recording at another rate.
#pragma once

#include "store/signal.hpp"

namespace mote::store {

/// `signal` at `rate_hz`. Audio (rates from 2 kHz) goes through libsoxr (high quality, linear phase); slower sensors are interpolated
/// linearly, after a moving average when the rate falls. Label spans move along. Throws base::Error "bad_input" for images, for series
/// without a rate and for rates that are not positive or more than 1000 times apart.
Signal resample(const Signal& signal, double rate_hz);

}  // namespace mote::store
