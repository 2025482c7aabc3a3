// Loops whose cycles follow from the published timings, each in a region of its own; the calls around them cost what region 1 costs.
#include "mark.hpp"
#include "semihosting.hpp"

namespace {

alignas(8) uint32_t buffer[16];

#define ROUTINE(name, body)                                                                              \
    __attribute__((naked, noinline, aligned(16))) void name(uint32_t* /*buffer*/, uint32_t /*rounds*/) { \
        __asm volatile(".syntax unified\n" body);                                                        \
    }

ROUTINE(nothing, "bx lr\n")
ROUTINE(countdown, "1: subs r1, #1\nbne 1b\nbx lr\n")
ROUTINE(loads_apart, "1: ldr r2, [r0]\nadds r3, r2, #1\nsubs r1, #1\nbne 1b\nbx lr\n")
ROUTINE(loads_together, "1: ldr r2, [r0]\nldr r3, [r0, #4]\nsubs r1, #1\nbne 1b\nbx lr\n")
ROUTINE(stores, "1: str r2, [r0]\nstr r2, [r0, #4]\nsubs r1, #1\nbne 1b\nbx lr\n")
ROUTINE(block_moves, "1: ldm r0!, {r2, r3}\nsubs r0, #8\nstm r0!, {r2, r3}\nsubs r0, #8\nsubs r1, #1\nbne 1b\nbx lr\n")

}  // namespace

extern "C" int mote_main() {
    using Routine = void (*)(uint32_t*, uint32_t);
    static const Routine routines[] = {nothing, countdown, loads_apart, loads_together, stores, block_moves};
    for (uint32_t i = 0; i < 6; ++i) {
        const Routine routine = routines[i];
        regions::begin(1 + i);
        routine(buffer, 100);
        regions::begin(regions::outside);
    }
    return 0;
}
