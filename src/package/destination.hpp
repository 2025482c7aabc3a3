// What a package is made for: a board that is measured in the emulator, or a part or system that code is only generated for.
#pragma once

#include "board/board.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote::package {

/// What compilers and build systems tell apart.
enum class Family : unsigned char { cortex_m, riscv, xtensa, avr, linux, browser };

struct Destination {
    std::string name;   ///< "nrf52840"
    std::string title;  ///< "Nordic nRF52840 (Cortex-M4F, 64 MHz)"
    std::string core;   ///< as codegen::Pipeline::core; kernels are chosen for it
    Family family = Family::cortex_m;
    std::uint64_t flash_bytes = 0, ram_bytes = 0;  ///< 0: no limit that matters
    std::optional<board::Board> board;             ///< where there is an emulator for it
};

Destination destination_of(board::Board board);

/// All boards (those of `project` too) and all other destinations, by name within each.
std::vector<Destination> destinations(const std::filesystem::path& project = {});

/// Throws base::Error "not_found" with the nearest name.
Destination find_destination(std::string_view name, const std::filesystem::path& project = {});

}  // namespace mote::package
