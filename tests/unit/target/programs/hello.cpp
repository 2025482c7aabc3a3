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

// Region 1 (calibration) has 8 instructions with its mark, as many as region 2 (window) has around the routine. Written out, so that the
// compiler puts nothing between them.
__attribute__((naked, noinline)) uint32_t count_sum(const uint32_t*, uint32_t) {
    __asm volatile(
        ".syntax unified\n"
        "push {r4, r5, r6, lr}\n"
        "mov r4, r0\n"
        "mov r5, r1\n"
        "ldr r0, =__flash_start + 1\n"
        "bl mote_mark\n"
        "ldr r0, =__flash_start + 2\n"
        "mov r1, r5\n"
        "mov r2, r5\n"
        "mov r3, r5\n"
        "mov r3, r4\n"
        "bl mote_mark\n"
        "mov r0, r4\n"
        "mov r1, r5\n"
        "bl %c0\n"
        "mov r4, r0\n"
        "ldr r0, =__flash_start\n"
        "bl mote_mark\n"
        "mov r0, r4\n"
        "pop {r4, r5, r6, pc}\n"
        ".ltorg\n"
        :
        : "i"(sum));
}

}  // namespace

extern "C" int mote_main() {
    semihosting::print("hello\n");
    for (uint32_t& word : table) {
        if (word != 0) return 1;
        seed = seed * 1664525u + 1013904223u;  // Numerical Recipes
        word = seed;
    }
    const uint32_t found = count_sum(table, 64);
    semihosting::print_hex("sum ", found);
    return 42;
}
