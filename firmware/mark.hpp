// Where one region of the program ends and the next begins, as the counting plugin sees it.
#pragma once

#include <stdint.h>

extern "C" {
extern const uint8_t __flash_start[];
/// Reads one byte of flash. The plugin watches the load in this function: its address, less the start of flash, is the region that begins.
void mote_mark(const uint8_t* address);
}

namespace regions {

// A region includes the call of the mark that ends it; `calibration` is such a region around nothing. `window` is one window's work, or in
// the traced build its features; step i of the model is then first_step + i.
enum : uint32_t { outside = 0, calibration = 1, window = 2, first_step = 3 };

inline void begin(uint32_t region) { mote_mark(__flash_start + region); }

}  // namespace regions
