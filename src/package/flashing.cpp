#include "package/flashing.hpp"

namespace mote::package {

namespace {

Bootloader bare(const std::string& openocd) {
    return {.name = "bare",
            .title = "the whole flash, through a debugger",
            .command = "openocd " + openocd + " -c \"program IMAGE.hex verify reset exit\""};
}

/// Clocks after reset: reference manuals RM0008, RM0090, RM0432, RM0456, RM0455.
std::string reset_clock(const std::string& mhz) {
    return mhz +
           " MHz, which the part starts with, without its flash cache: figures were measured at the board's full clock. Set clock and\n"
           "cache in `action::start()`, as ST's examples do";
}

/// Offsets: Adafruit's nRF52 boot loader with SoftDevice S140 (its README's memory map; the first 8 bytes of RAM are the master boot
/// record's), and the boot loader of Arduino's mbed core (upload address of its boards.txt). UF2 families: microsoft/uf2,
/// utils/uf2families.
Flashing nrf52840() {
    return {{bare("-f interface/cmsis-dap.cfg -f target/nrf52.cfg"),
             {.name = "uf2",
              .title = "UF2 boot loader with SoftDevice S140 7 (Seeed XIAO nRF52840)",
              .flash = 0x27000,
              .flash_end = 0xED000,
              .ram = 8,
              .uf2_family = 0xADA52840u,
              .command = "press reset twice, and copy IMAGE.uf2 onto the drive that appears"},
             {.name = "uf2_s140v6",
              .title = "UF2 boot loader with SoftDevice S140 6 (Adafruit Feather nRF52840)",
              .flash = 0x26000,
              .flash_end = 0xED000,
              .ram = 8,
              .uf2_family = 0xADA52840u,
              .command = "press reset twice, and copy IMAGE.uf2 onto the drive that appears"},
             {.name = "arduino",
              .title = "boot loader of the Arduino Nano 33 BLE",
              .flash = 0x10000,
              .command = "press reset twice, then bossac -d --port=ttyACM0 -U -i -e -w IMAGE.bin -R"}},
            "64 MHz, the part's only one"};
}

}  // namespace

Flashing flashing_of(std::string_view board) {
    if (board == "nrf52840") return nrf52840();
    const auto stlink = [](const std::string& part) { return bare("-f interface/stlink.cfg -f target/" + part + ".cfg"); };
    if (board == "stm32f103") return {{stlink("stm32f1x")}, reset_clock("8")};
    if (board == "stm32f407") return {{stlink("stm32f4x")}, reset_clock("16")};
    if (board == "stm32l4r5") return {{stlink("stm32l4x")}, reset_clock("4")};
    if (board == "stm32u575") return {{stlink("stm32u5x")}, reset_clock("4")};
    if (board == "stm32h7a3") return {{stlink("stm32h7x")}, reset_clock("64")};
    return {{{.name = "bare", .title = "the whole flash", .command = "write IMAGE.hex with the tool of your debugger"}},
            "the clock that the part starts with"};
}

}  // namespace mote::package
