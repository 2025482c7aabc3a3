// Three nested calls, each with a frame of known size by every way of making room: what is deepest is never stored to.
#include "mark.hpp"
#include "semihosting.hpp"

extern "C" {
uint32_t mote_depth;

// 8 bytes pushed and 1000 taken by subtraction, in which nothing is written.
__attribute__((naked, noinline, used)) void mote_deepest() {
    __asm volatile(
        ".syntax unified\n"
        "push {r4, lr}\n"
        "sub sp, #500\n"
        "sub sp, #500\n"
        "add sp, #500\n"
        "add sp, #500\n"
        "pop {r4, pc}\n");
}

// Makes room back only under a condition that does not hold, then returns the ordinary way: neither may move what is known.
__attribute__((naked, noinline, used)) void mote_conditional() {
    __asm volatile(
        ".syntax unified\n"
        "push {r4, lr}\n"
        "sub sp, #16\n"
        "movs r4, #1\n"
        "cmp r4, #1\n"
#if !defined(__ARM_ARCH_6M__)
        "itt ne\n"
        "addne sp, #16\n"
        "popne {r4, pc}\n"
#endif
        "add sp, #16\n"
        "pop {r4, pc}\n");
}

// 24 bytes; where the instruction exists, 8 of them by storing one word.
__attribute__((naked, noinline, used)) void mote_middle() {
    __asm volatile(
        ".syntax unified\n"
#if defined(__ARM_ARCH_6M__)
        "push {r4, lr}\n"
#else
        "str.w lr, [sp, #-8]!\n"
#endif
        "push {r4, r5, r6, r7}\n"
        "bl mote_deepest\n"
        "pop {r4, r5, r6, r7}\n"
#if defined(__ARM_ARCH_6M__)
        "pop {r4, pc}\n");
#else
        "ldr.w pc, [sp], #8\n");
#endif
}

// Notes the stack pointer, then goes down.
__attribute__((naked, noinline, used)) void mote_descend() {
    __asm volatile(
        ".syntax unified\n"
        "ldr r0, =mote_depth\n"
        "mov r1, sp\n"
        "str r1, [r0]\n"
        "push {r4, lr}\n"
        "bl mote_conditional\n"
        "bl mote_middle\n"
        "pop {r4, pc}\n"
        ".ltorg\n");
}
}

extern "C" int mote_main() {
    mote_descend();
    semihosting::print_hex("sp ", mote_depth);
    return 0;
}
