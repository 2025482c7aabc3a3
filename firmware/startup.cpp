// What runs before the program: vector table, floating-point unit, .data, .bss; and what runs when it goes wrong.
#include "exit_codes.hpp"
#include "semihosting.hpp"

extern "C" {
extern uint32_t __stack_top, __data_load, __data_start, __data_end, __bss_start, __bss_end;
extern void (*__init_array_start[])();
extern void (*__init_array_end[])();
int mote_main();
[[noreturn]] void mote_reset();
void mote_fault();
[[noreturn]] void mote_report_fault(const uint32_t* frame, uint32_t link);
}

namespace {

volatile uint32_t& system_register(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }

constexpr uint32_t configuration_and_control = 0xE000ED14u, configurable_fault_status = 0xE000ED28u, memory_fault_address = 0xE000ED34u,
                   bus_fault_address = 0xE000ED38u, coprocessor_access = 0xE000ED88u;

void prepare_core() {
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
    system_register(coprocessor_access) = system_register(coprocessor_access) | (0xFu << 20);
    __asm volatile("dsb\n isb");
#endif
#if defined(__ARM_ARCH_6M__)
    // The emulated core is an Armv7-M one, which lets unaligned accesses pass; the real Armv6-M core faults on them.
    system_register(configuration_and_control) = system_register(configuration_and_control) | (1u << 3);
#endif
#if defined(__ARM_FEATURE_MVE)
    system_register(configuration_and_control) = system_register(configuration_and_control) | (1u << 19);  // low-overhead branches
#endif
}

}  // namespace

extern "C" {

using Handler = void (*)();
struct Vectors {
    uint32_t* stack;
    Handler handlers[15];
};

__attribute__((section(".vectors"), used))
const Vectors mote_vectors = {&__stack_top, {mote_reset, mote_fault, mote_fault, mote_fault, mote_fault, mote_fault, mote_fault}};

void mote_reset() {
    prepare_core();
    const uint32_t* from = &__data_load;
    for (uint32_t* to = &__data_start; to < &__data_end;) *to++ = *from++;
    for (uint32_t* to = &__bss_start; to < &__bss_end;) *to++ = 0;
    for (Handler* constructor = __init_array_start; constructor < __init_array_end; ++constructor) (*constructor)();
    semihosting::exit(mote_main());
}

// Hands the stack pointer as it was at the fault to the report.
__attribute__((naked)) void mote_fault() {
    __asm volatile(
        "mov r0, sp\n"
        "mov r1, lr\n"
        "ldr r2, =mote_report_fault\n"
        "bx r2\n");
}

void mote_report_fault(const uint32_t* frame, uint32_t link) {
    static const char* const names[8] = {"r0 ", "r1 ", "r2 ", "r3 ", "r12 ", "lr ", "pc ", "xpsr "};
    semihosting::print("FAULT\n");
    for (int i = 0; i < 8; ++i) semihosting::print_hex(names[i], frame[i]);
    semihosting::print_hex("sp ", semihosting::word(frame));
    semihosting::print_hex("exc_return ", link);
    semihosting::print_hex("cfsr ", system_register(configurable_fault_status));
    semihosting::print_hex("mmfar ", system_register(memory_fault_address));
    semihosting::print_hex("bfar ", system_register(bus_fault_address));
    semihosting::exit(exit_codes::fault);
}
}
