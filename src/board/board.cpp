#include "board/board.hpp"

#include "base/files.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <map>

namespace mote::board {
namespace fs = std::filesystem;

namespace {

using base::Error;

struct Core {
    std::string_view name;
    std::string_view float_units;  ///< what the compiler can be told for it
};

constexpr std::array cores = {Core{"cortex-m0plus", "none"},          Core{"cortex-m3", "none"},
                              Core{"cortex-m4", "none|fpv4-sp-d16"},  Core{"cortex-m7", "none|fpv5-sp-d16|fpv5-d16"},
                              Core{"cortex-m33", "none|fpv5-sp-d16"}, Core{"cortex-m55", "none|mve"}};

void check_memory(const Memory& memory, std::string_view what, const std::string& where) {
    const std::string field = where + ": " + std::string(what);
    if (memory.size_bytes < 1024)
        throw Error("bad_input", field + ".size_bytes is " + std::to_string(memory.size_bytes) + ", at least 1024 are needed",
                    "give the size in bytes, as the part's data sheet states it");
    constexpr std::uint64_t end_of_addresses = std::uint64_t{1} << 32;
    if (memory.origin >= end_of_addresses || memory.size_bytes > end_of_addresses - memory.origin)
        throw Error("bad_input", field + " ends beyond the 32-bit address space", "check origin and size_bytes");
    if (memory.origin % 4 != 0 || memory.size_bytes % 4 != 0)
        throw Error("bad_input", field + ": origin and size_bytes must be multiples of 4", "check origin and size_bytes");
}

void check_cache(const FlashCache& cache, const std::string& where) {
    const int lines = cache.instruction_lines + cache.data_lines;
    if (cache.line_bytes == 0) {
        if (lines != 0)
            throw Error("bad_input", where + ": cache has lines but line_bytes is 0",
                        "give line_bytes, or no lines for a part without cache");
        return;
    }
    if (!std::has_single_bit(static_cast<unsigned>(cache.line_bytes)) || cache.line_bytes < 4)
        throw Error("bad_input", where + ": cache.line_bytes is " + std::to_string(cache.line_bytes) + ", not a power of two from 4",
                    "give the bytes of one line");
    if (lines == 0) throw Error("bad_input", where + ": cache.line_bytes is given but no lines", "give instruction_lines and data_lines");
    if (cache.unified && cache.instruction_lines != cache.data_lines)
        throw Error("bad_input", where + ": a unified cache has instruction_lines equal to data_lines", "give the same number twice");
    for (const int count : {cache.instruction_lines, cache.data_lines})
        if (cache.ways > 0 && count % cache.ways != 0)
            throw Error("bad_input",
                        where + ": " + std::to_string(count) + " cache lines cannot stand in sets of " + std::to_string(cache.ways),
                        "ways must divide the number of lines");
}

// A figure that nobody can trace is not worth printing.
void check_sources(const Board& board, const std::string& where) {
    if (!board.sources.is_object()) throw Error("bad_input", where + ": sources must be a table", "write [sources] with one line a figure");
    for (const auto& [key, value] : board.sources.items())
        if (!value.is_string() || value.get<std::string>().empty())
            throw Error("bad_input", where + ": sources." + key + " must be text",
                        "name the document and its section, or say \"estimate\"");
    std::vector<std::string> needed = {"clock_hz", "flash", "ram"};
    if (board.cache.wait_states > 0) needed.push_back("cache");
    if (board.active_ampere_per_hz > 0 || board.active_ampere_base > 0) needed.push_back("active_ampere");
    if (board.sleep_ampere > 0) needed.push_back("sleep_ampere");
    for (const std::string& key : needed)
        if (!board.sources.contains(key))
            throw Error("bad_input", where + ": sources." + key + " is missing", "name the document and its section, or say \"estimate\"");
}

void check(const Board& board, const std::string& where) {
    const auto core = std::find_if(cores.begin(), cores.end(), [&](const Core& c) { return c.name == board.core; });
    if (!base::detail::in_choices(board.float_unit, core->float_units))
        throw Error("bad_input", where + ": float_unit \"" + board.float_unit + "\" does not exist on " + board.core,
                    "one of: " + base::join(base::split(core->float_units, '|'), ", "));
    check_memory(board.flash, "flash", where);
    check_memory(board.ram, "ram", where);
    const bool apart =
        board.flash.origin + board.flash.size_bytes <= board.ram.origin || board.ram.origin + board.ram.size_bytes <= board.flash.origin;
    if (!apart) throw Error("bad_input", where + ": flash and ram overlap", "check origin and size_bytes of both");
    check_cache(board.cache, where);
    if (board.emulator_machine.empty())
        throw Error("bad_input", where + ": emulator_machine is missing", "name the QEMU machine with this core, such as \"mps2-an386\"");
    check_sources(board, where);
}

void collect(const fs::path& folder, std::map<std::string, Board>& found) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(folder, none)) {
        if (entry.path().extension() != ".toml") continue;
        Board board = read_board(entry.path());
        found[board.name] = std::move(board);
    }
}

}  // namespace

Board read_board(const fs::path& file) {
    base::Json json = base::read_toml(file);
    if (!json.contains("float_unit")) json["float_unit"] = "none";
    Board board = base::from_json<Board>(json, file.string());
    const std::string stem = file.stem().string();
    if (!board.name.empty() && board.name != stem)
        throw Error("bad_input", file.string() + ": name is \"" + board.name + "\" but the file is called " + file.filename().string(),
                    "leave the name out: it is the file's name");
    board.name = stem;
    check(board, file.string());
    return board;
}

std::vector<Board> boards(const fs::path& project) {
    std::map<std::string, Board> found;
    collect(base::data_folder() / "targets", found);
    if (!project.empty()) collect(project / "targets", found);
    std::vector<Board> list;
    for (auto& [name, board] : found) list.push_back(std::move(board));
    return list;
}

Board find_board(std::string_view name, const fs::path& project) {
    std::vector<std::string> names;
    for (Board& board : boards(project)) {
        if (board.name == name) return std::move(board);
        names.push_back(board.name);
    }
    const std::string near = base::did_you_mean(name, names);
    throw Error("not_found", "there is no target \"" + std::string(name) + "\"",
                near.empty() ? "targets: " + base::join(names, ", ") : near);
}

std::vector<std::string> compiler_flags(const Board& board) {
    // gcc 12 vectorises for MVE with wrong masks where lanes are selected by constants; kernels use its instructions by themselves.
    if (board.core == "cortex-m55" && board.float_unit == "mve")
        return {"-mcpu=cortex-m55", "-mthumb", "-mfloat-abi=hard", "-fno-tree-vectorize"};
    if (board.core == "cortex-m55") return {"-mcpu=cortex-m55+nomve+nofp", "-mthumb", "-mfloat-abi=soft"};
    // Without its own switch, gcc takes a cortex-m33 or m7 to have every extension that the core can be bought with.
    if (board.float_unit == "none") return {"-mcpu=" + board.core, "-mthumb", "-mfloat-abi=soft"};
    return {"-mcpu=" + board.core, "-mthumb", "-mfpu=" + board.float_unit, "-mfloat-abi=hard"};
}

double active_ampere(const Board& board) { return board.active_ampere_base + board.active_ampere_per_hz * board.clock_hz; }

}  // namespace mote::board
