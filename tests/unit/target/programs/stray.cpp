// Goes where the part has no memory, or where its memory cannot be written. -DADDRESS names the place.
#include "mark.hpp"
#include "semihosting.hpp"

namespace {
uint32_t big[8];
}

extern "C" {
__attribute__((noinline, used)) uint32_t mote_stray_load(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }
__attribute__((noinline, used)) void mote_stray_store(uint32_t address) { *reinterpret_cast<volatile uint32_t*>(address) = 1; }
__attribute__((noinline, used)) int mote_recurse(int n) {
    volatile int kept[64];
    kept[n & 63] = n;
    return n == 0 ? kept[0] : mote_recurse(n - 1) + kept[n & 63];
}
}

extern "C" int mote_main() {
    big[0] = 1;
#ifdef LOAD
    return mote_stray_load(LOAD) == 77 ? 3 : 5;
#elif defined(STORE)
    mote_stray_store(STORE);
    return 5;
#else
    return mote_recurse(4000) == 77 ? 3 : 5;
#endif
}
