#include "package/destination.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <array>

namespace mote::package {

namespace {

constexpr std::uint64_t kib = 1024, mib = 1024 * kib;

struct Elsewhere {
    const char *name, *title, *core;
    Family family;
    std::uint64_t flash_bytes, ram_bytes;
};

// Sizes of memory: Espressif's data sheets of ESP32, ESP32-S3 and ESP32-C3 (on-chip SRAM; flash is a chip beside it, mostly of 4 MB) and
// Microchip's of the ATmega328P.
constexpr std::array elsewhere = {
    Elsewhere{"atmega328p", "Microchip ATmega328P (AVR, 16 MHz): Arduino Uno, Nano", "avr5", Family::avr, 32 * kib, 2 * kib},
    Elsewhere{"esp32", "Espressif ESP32 (Xtensa LX6, 240 MHz)", "xtensa-lx6", Family::xtensa, 4 * mib, 520 * kib},
    Elsewhere{"esp32c3", "Espressif ESP32-C3 (RV32IMC, 160 MHz)", "rv32imc", Family::riscv, 4 * mib, 400 * kib},
    Elsewhere{"esp32s3", "Espressif ESP32-S3 (Xtensa LX7, 240 MHz)", "xtensa-lx7", Family::xtensa, 4 * mib, 512 * kib},
    Elsewhere{"raspberrypi4", "Raspberry Pi 4 (BCM2711, 4 x Cortex-A72), 64-bit Linux", "cortex-a72", Family::linux, 0, 0},
    Elsewhere{"wasm", "a browser's WebAssembly", "wasm32", Family::browser, 0, 0},
    Elsewhere{"x86-64", "a PC with 64-bit Linux", "x86-64", Family::linux, 0, 0},
};

}  // namespace

Destination destination_of(board::Board board) {
    Destination d{board.name, board.title, board.core, Family::cortex_m, board.flash.size_bytes, board.ram.size_bytes, {}};
    d.board = std::move(board);
    return d;
}

std::vector<Destination> destinations(const std::filesystem::path& project) {
    std::vector<Destination> all;
    for (board::Board& board : board::boards(project)) all.push_back(destination_of(std::move(board)));
    for (const Elsewhere& e : elsewhere) all.push_back({e.name, e.title, e.core, e.family, e.flash_bytes, e.ram_bytes, {}});
    return all;
}

Destination find_destination(std::string_view name, const std::filesystem::path& project) {
    std::vector<std::string> names;
    for (Destination& d : destinations(project)) {
        if (d.name == name) return std::move(d);
        names.push_back(d.name);
    }
    const std::string near = base::did_you_mean(name, names);
    throw base::Error("not_found", "there is no target \"" + std::string(name) + "\"",
                      near.empty() ? "targets: " + base::join(names, ", ") : near);
}

}  // namespace mote::package
