// What a target is, read from one data file a board in targets/.
#pragma once

#include "base/fields.hpp"

#include <cstdint>
#include <filesystem>
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
    int ways = 0;           ///< lines that may hold one address; 0: any line (fully associative)
    bool prefetch = false;  ///< the next line is read while the core works through this one
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("wait_states", &FlashCache::wait_states, "cycles added by a read that misses").range(0, 1000),
                               field("line_bytes", &FlashCache::line_bytes, "bytes a line; 0 without a cache").unit("bytes").range(0, 256),
                               field("instruction_lines", &FlashCache::instruction_lines, "lines for code").range(0, 1 << 16),
                               field("data_lines", &FlashCache::data_lines, "lines for data").range(0, 1 << 16),
                               field("unified", &FlashCache::unified, "one cache for both"),
                               field("ways", &FlashCache::ways, "lines that may hold one address; 0: any line").range(0, 1 << 16),
                               field("prefetch", &FlashCache::prefetch, "the next line is read ahead"));
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
    double active_ampere_per_hz = 0;  ///< core running from flash; this and the base both 0: not known
    double active_ampere_base = 0;    ///< added whatever the clock
    double sleep_ampere = 0;
    double supply_volt = 3.0;
    std::string emulator_machine;               ///< "mps2-an386"
    base::Json sources = base::Json::object();  ///< figure -> where it was read
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("name", &Board::name, "the file's name"), field("title", &Board::title, "maker, part, core and clock").required(),
            field("core", &Board::core, "processor core")
                .choices("cortex-m0plus|cortex-m3|cortex-m4|cortex-m7|cortex-m33|cortex-m55")
                .required(),
            field("float_unit", &Board::float_unit, "floating-point unit, as the compiler names it")
                .choices("none|fpv4-sp-d16|fpv5-sp-d16|fpv5-d16|mve"),
            field("clock_hz", &Board::clock_hz, "core clock").unit("Hz").range(1e3, 2e9).required(),
            field("flash", &Board::flash, "where code and constants lie").required(),
            field("ram", &Board::ram, "where data and stack lie").required(),
            field("cache", &Board::cache, "what stands between core and flash"),
            field("active_ampere_per_hz", &Board::active_ampere_per_hz, "current of the running core").unit("A/Hz").range(0, 1e-6),
            field("active_ampere_base", &Board::active_ampere_base, "current added at any clock").unit("A").range(0, 2),
            field("sleep_ampere", &Board::sleep_ampere, "current asleep with RAM kept").unit("A").range(0, 1),
            field("supply_volt", &Board::supply_volt, "voltage at which the currents hold").unit("V").range(0.5, 24),
            field("emulator_machine", &Board::emulator_machine, "QEMU machine with the same core"),
            field("sources", &Board::sources, "where each figure was read"));
    }
};

/// Reads and checks one board file; the file's stem is the board's name. Throws base::Error "not_found", or "bad_input" naming the file,
/// the field, what is wrong and what to do.
Board read_board(const std::filesystem::path& file);
/// All boards shipped with mote and those of `project`/targets/ (which win over a shipped one of the same name), by name.
std::vector<Board> boards(const std::filesystem::path& project = {});
/// Throws base::Error "not_found" with the nearest name.
Board find_board(std::string_view name, const std::filesystem::path& project = {});
/// -mcpu, -mthumb, -mfpu, -mfloat-abi for the board's core.
std::vector<std::string> compiler_flags(const Board& board);
/// Current of the running core; 0 when the board states none.
double active_ampere(const Board& board);

}  // namespace mote::board
