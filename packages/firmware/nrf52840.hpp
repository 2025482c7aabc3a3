// Registers of the nRF52840 that the drivers use (Nordic, nRF52840 Product Specification 1.7: chapters CLOCK, GPIO, PDM, TWIM).
#pragma once

#include <stdint.h>

namespace nrf52840 {

inline volatile uint32_t& at(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }
inline uint32_t address_of(const volatile void* memory) { return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(memory)); }

/// Pin `number` of port 0 or 1, as PSEL registers hold it.
constexpr uint32_t pin(uint32_t port, uint32_t number) { return port << 5 | number; }

/// Configuration of a pin: PIN_CNF of its port.
inline volatile uint32_t& configuration(uint32_t pin) { return at(0x50000700u + 0x300u * (pin >> 5) + 4u * (pin & 31u)); }

inline void make_output(uint32_t pin, bool high) {
    at((high ? 0x50000508u : 0x5000050Cu) + 0x300u * (pin >> 5)) = 1u << (pin & 31u);  // OUTSET, OUTCLR
    configuration(pin) = 3u;                                                           // output, input buffer off
}

inline void make_input(uint32_t pin) { configuration(pin) = 0u; }

/// The crystal, without which rates are off by up to 2 %.
inline void start_crystal() {
    at(0x40000100u) = 0;  // EVENTS_HFCLKSTARTED
    at(0x40000000u) = 1;  // TASKS_HFCLKSTART
    while (at(0x40000100u) == 0) {
    }
}

/// Interrupt of the core, by the peripheral's number.
inline void enable_interrupt(uint32_t number) { at(0xE000E100u + 4u * (number >> 5)) = 1u << (number & 31u); }

}  // namespace nrf52840
