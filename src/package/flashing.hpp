// How images get onto boards: what stands in flash before them, and the command that writes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mote::package {

/// A way onto a board, with or without a boot loader that stays in flash.
struct Bootloader {
    std::string name;              ///< of the image: "bare", "uf2"
    std::string title;             ///< "UF2 boot loader (Seeed XIAO, Adafruit Feather)"
    std::uint32_t flash = 0;       ///< bytes of flash in front of the program
    std::uint32_t flash_end = 0;   ///< where the program must end; 0: at the end of flash
    std::uint32_t ram = 0;         ///< bytes of RAM in front of its data
    std::uint32_t uf2_family = 0;  ///< 0: takes no UF2 files
    std::string command;           ///< IMAGE stands for the file without its ending
};

struct Flashing {
    std::vector<Bootloader> bootloaders;
    std::string clock;  ///< at which the program runs: "64 MHz, the part's only one", or what it is before the user sets it
};

/// Of a board by name; one that is not known gets an image for its whole flash and no command but the tool's own.
Flashing flashing_of(std::string_view board);

}  // namespace mote::package
