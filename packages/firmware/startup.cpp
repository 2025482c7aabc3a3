// What runs before the program: vector table, floating-point unit, .data, .bss.
#include "sensor.hpp"

extern "C" {
extern uint32_t __stack_top, __data_load, __data_start, __data_end, __bss_start, __bss_end;
extern void (*__init_array_start[])();
extern void (*__init_array_end[])();
int mote_main();
[[noreturn]] void mote_reset();
[[noreturn]] void mote_fault();
void mote_interrupt();
}

namespace {

using Handler = void (*)();
constexpr unsigned interrupts = 160;  // as many as the largest part here has

struct Vectors {
    uint32_t* stack;
    Handler core[15];
    Handler external[interrupts];
};

template <unsigned... I>
struct Indices {};
template <unsigned N, unsigned... I>
struct Counted : Counted<N - 1, N - 1, I...> {};
template <unsigned... I>
struct Counted<0, I...> {
    using Type = Indices<I...>;
};

template <unsigned... I>
constexpr Vectors vectors_with(Indices<I...>) {
    return {&__stack_top,
            {mote_reset, mote_fault, mote_fault, mote_fault, mote_fault, mote_fault, nullptr, nullptr, nullptr, nullptr, mote_interrupt,
             mote_interrupt, nullptr, mote_interrupt, mote_interrupt},
            {(static_cast<void>(I), mote_interrupt)...}};
}

volatile uint32_t& system_register(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }

}  // namespace

extern "C" {

// A table of so many entries begins at a multiple of 1024 bytes (Armv7-M Architecture Reference Manual, vector table offset).
extern const Vectors mote_vectors;
__attribute__((section(".vectors"), used, aligned(1024))) const Vectors mote_vectors = vectors_with(Counted<interrupts>::Type());

void mote_reset() {
#if !defined(__ARM_ARCH_6M__)
    // A boot loader may have left its own table.
    system_register(0xE000ED08u) = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(&mote_vectors));
#endif
#if defined(BOARD_NRF52840)
    system_register(0x4001E540u) = 1;  // NVMC.ICACHECNF: the instruction cache, off after reset, which all figures count on
#endif
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    system_register(0xE000ED88u) = system_register(0xE000ED88u) | (0xFu << 20);
    __asm volatile("dsb\n isb");
#endif
#if defined(__ARM_FEATURE_MVE)
    system_register(0xE000ED14u) = system_register(0xE000ED14u) | (1u << 19);  // low-overhead branches
#endif
    const uint32_t* from = &__data_load;
    for (uint32_t* to = &__data_start; to < &__data_end;) *to++ = *from++;
    for (uint32_t* to = &__bss_start; to < &__bss_end;) *to++ = 0;
    for (Handler* constructor = __init_array_start; constructor < __init_array_end; ++constructor) (*constructor)();
    static_cast<void>(mote_main());
    for (;;) {
    }
}

// A debugger stops here; without one the watchdog or the reset button ends it.
void mote_fault() {
    for (;;) {
    }
}

void mote_interrupt() {
    uint32_t number = 0;
    __asm volatile("mrs %0, ipsr" : "=r"(number));
    if (number >= 16) sensor::interrupt(number - 16);
}
}
