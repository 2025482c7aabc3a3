// Says hello, sums a table in a routine whose instructions are known, and ends with what it found.
#include "mark.hpp"
#include "semihosting.hpp"

namespace {

uint32_t table[64];          // .bss: cleared by the start-up code
uint32_t seed = 0x12345678;  // .data: copied by the start-up code

// Sums `words` words (at least one): 5 instructions a word and 3 around them, on every core.
__attribute__((naked, noinline)) uint32_t sum(const uint32_t*, uint32_t) {
    __asm volatile(
        ".syntax unified\n"
        "movs r2, #0\n"
        "1: ldr r3, [r0]\n"
        "adds r0, #4\n"
        "adds r2, r2, r3\n"
        "subs r1, #1\n"
        "bne 1b\n"
        "mov r0, r2\n"
        "bx lr\n");
}

}  // namespace

extern "C" int mote_main() {
    semihosting::print("hello\n");
    for (uint32_t& word : table) {
        if (word != 0) return 1;
        seed = seed * 1664525u + 1013904223u;  // Numerical Recipes
        word = seed;
    }
    regions::begin(regions::calibration);
    regions::begin(regions::window);
    const uint32_t found = sum(table, 64);
    regions::begin(regions::outside);
    semihosting::print_hex("sum ", found);
    return 42;
}
