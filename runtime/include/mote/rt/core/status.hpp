// What a device function reports.
#pragma once

#include <stdint.h>

namespace mote {
namespace rt {

/// Returned where something can go wrong on the device: while preparing, never while running on validated state.
enum class Status : uint8_t {
    ok = 0,
    bad_argument = 1,  ///< a size, pointer or alignment that the function cannot work with
    no_space = 2,      ///< the caller's buffer is too small
    not_ready = 3,     ///< more input is needed first
};

}  // namespace rt
}  // namespace mote
