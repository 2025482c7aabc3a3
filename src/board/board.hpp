// What a target is, read from one data file a board in targets/.
#pragma once

#include "base/fields.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mote::board {

struct Memory {
    std::uint64_t origin = 0;
    std::uint64_t size_bytes = 0;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("origin", &Memory::origin, "first address"),
                               field("size_bytes", &Memory::size_bytes, "size").unit("bytes"));
    }
};

/// The memory accelerator in front of the flash.
struct FlashCache {
    int wait_states = 0;
    int line_bytes = 0;  ///< 0: no cache
    int instruction_lines = 0;
    int data_lines = 0;  ///< 0 with instruction_lines > 0: data is not cached; equal to both when unified
    bool unified = false;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("wait_states", &FlashCache::wait_states, "cycles added by a read that misses"),
                               field("line_bytes", &FlashCache::line_bytes, "bytes a line; 0 without a cache").unit("bytes"),
                               field("instruction_lines", &FlashCache::instruction_lines, "lines for code"),
                               field("data_lines", &FlashCache::data_lines, "lines for data"),
                               field("unified", &FlashCache::unified, "one cache for both"));
    }
};

struct Board {
    std::string name;        ///< the file's name
    std::string title;       ///< "Nordic nRF52840 (Cortex-M4F, 64 MHz)"
    std::string core;        ///< cortex-m0plus, cortex-m3, cortex-m4, cortex-m7, cortex-m33, cortex-m55
    std::string float_unit;  ///< none, fpv4-sp-d16, fpv5-sp-d16, fpv5-d16, mve
    double clock_hz = 0;
    Memory flash;
    Memory ram;
    FlashCache cache;
    double active_ampere_per_hz = 0;  ///< core running from flash
    double active_ampere_base = 0;    ///< added whatever the clock
    double sleep_ampere = 0;
    double supply_volt = 3.0;
    std::string emulator_machine;               ///< "mps2-an386"
    base::Json sources = base::Json::object();  ///< figure -> where it was read
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("name", &Board::name, ""), field("title", &Board::title, "").required(), field("core", &Board::core, "").required(),
            field("float_unit", &Board::float_unit, ""), field("clock_hz", &Board::clock_hz, "").unit("Hz").required(),
            field("flash", &Board::flash, "").required(), field("ram", &Board::ram, "").required(), field("cache", &Board::cache, ""),
            field("active_ampere_per_hz", &Board::active_ampere_per_hz, "").unit("A/Hz"),
            field("active_ampere_base", &Board::active_ampere_base, "").unit("A"),
            field("sleep_ampere", &Board::sleep_ampere, "").unit("A"), field("supply_volt", &Board::supply_volt, "").unit("V"),
            field("emulator_machine", &Board::emulator_machine, ""), field("sources", &Board::sources, ""));
    }
};

/// All boards of targets/, by name.
std::vector<Board> boards();
/// Throws base::Error "not_found" with the nearest name.
Board find_board(std::string_view name);
/// -mcpu, -mthumb, -mfpu, -mfloat-abi for the board's core.
std::vector<std::string> compiler_flags(const Board& board);

}  // namespace mote::board
