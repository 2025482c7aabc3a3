#include "target/machine.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace mote::target {
namespace {

using base::Error;
using board::Memory;

struct Machine {
    std::string_view name;
    std::string_view cores;  ///< an Armv6-M program runs on the Armv7-M core, made to trap unaligned accesses by the start-up code
    Memory flash, ram;
};

constexpr std::uint64_t mebibyte = 1u << 20;

// QEMU's documentation of the Arm MPS2 and MPS3 boards; application notes AN385, AN386, AN500, AN505, AN547 for the addresses.
constexpr std::array machines = {
    Machine{"mps2-an385", "cortex-m0plus|cortex-m3", {0, 4 * mebibyte}, {0x20000000, 4 * mebibyte}},
    Machine{"mps2-an386", "cortex-m4", {0, 4 * mebibyte}, {0x20000000, 4 * mebibyte}},
    Machine{"mps2-an500", "cortex-m7", {0, 4 * mebibyte}, {0x20000000, 4 * mebibyte}},
    Machine{"mps2-an505", "cortex-m33", {0x10000000, 4 * mebibyte}, {0x38000000, 4 * mebibyte}},
    Machine{"mps3-an547", "cortex-m55", {0, mebibyte / 2}, {0x20000000, mebibyte / 2}},
};

void check_room(const board::Board& board, std::string_view what, const Memory& part, const Memory& machine) {
    if (part.size_bytes <= machine.size_bytes) return;
    throw Error("bad_input",
                board.name + ": " + std::string(what) + " has " + base::human_bytes(part.size_bytes) + ", the emulated machine " +
                    board.emulator_machine + " has " + base::human_bytes(machine.size_bytes),
                "state the part of it that firmware may use");
}

const Machine& machine_of(const board::Board& board) {
    std::vector<std::string> fitting;
    for (const Machine& machine : machines) {
        if (!base::detail::in_choices(board.core, machine.cores)) continue;
        fitting.emplace_back(machine.name);
        if (machine.name == board.emulator_machine) return machine;
    }
    throw Error("unsupported", board.name + ": emulator_machine \"" + board.emulator_machine + "\" does not run a " + board.core,
                "machines with that core: " + base::join(fitting, ", "));
}

}  // namespace

Layout layout_of(const board::Board& board) {
    const Machine& machine = machine_of(board);
    check_room(board, "flash", board.flash, machine.flash);
    check_room(board, "ram", board.ram, machine.ram);
    return {{machine.flash.origin, board.flash.size_bytes}, {machine.ram.origin, board.ram.size_bytes}};
}

board::Board with_whole_machine(board::Board board) {
    const Machine& machine = machine_of(board);
    board.flash.size_bytes = std::max(board.flash.size_bytes, machine.flash.size_bytes);
    board.ram.size_bytes = std::max(board.ram.size_bytes, machine.ram.size_bytes);
    return board;
}

}  // namespace mote::target
