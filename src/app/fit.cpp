#include "app/fit.hpp"

#include "base/error.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "target/machine.hpp"
#include "target/measure.hpp"
#include "target/toolchain.hpp"

#include <algorithm>

namespace mote::app {
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t least_stack_bytes = 1024;
/// More than any kernel's stack: a part with so much RAM left need not be measured.
constexpr std::uint64_t ample_stack_bytes = 8 * 1024;

std::string sizes(const Need& need) {
    return base::human_bytes(need.flash_bytes) + " of flash and " + base::human_bytes(need.ram_bytes()) + " of RAM";
}

/// Of the firmware in `folder`, with a stack of so many bytes.
Need need_with(const codegen::Emission& emission, const board::Board& board, std::uint64_t stack_bytes) {
    const target::Firmware firmware = target::size_firmware(emission, board);
    return {firmware.flash_bytes, firmware.static_ram_bytes, stack_bytes, emission.constant_bytes, emission.arena_lower_bound_bytes};
}

void try_mode(codegen::Pipeline pipeline, codegen::Optimise optimise, const board::Board& board, std::uint64_t stack_bytes,
              Remedy& remedy) {
    const base::TemporaryFolder folder("mote-fit");
    pipeline.name = codegen::Pipeline().name;
    pipeline.optimise = optimise, pipeline.arena_limit_bytes = 0, pipeline.compact = false, pipeline.plain.clear();
    const std::string mode(codegen::name_of(optimise));
    const Need need = need_with(codegen::emit(pipeline, folder.path() / "model"), board, stack_bytes);
    if (need.fits(board)) remedy.modes.push_back(mode);
    remedy.tried.push_back("--optimise " + mode + " needs " + sizes(need) + ": " +
                           (need.fits(board) ? "it fits" : "still " + need.shortage(board)));
}

/// By core, then by size.
std::vector<std::string> boards_for(const Need& need, const board::Board& like, const fs::path& project) {
    constexpr std::size_t most_named = 3;
    std::vector<board::Board> enough;
    for (board::Board& other : board::boards(project))
        if (need.fits(other)) enough.push_back(std::move(other));
    const auto rank = [&](const board::Board& b) { return std::make_pair(b.core != like.core, b.flash.size_bytes + b.ram.size_bytes); };
    std::stable_sort(enough.begin(), enough.end(), [&](const board::Board& a, const board::Board& b) { return rank(a) < rank(b); });
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most_named, enough.size()); ++i) names.push_back(enough[i].name);
    return names;
}

}  // namespace

std::uint64_t Need::ram_bytes() const { return data_bytes + std::max(stack_bytes, least_stack_bytes); }

std::string Need::shortage(const board::Board& board) const {
    std::vector<std::string> words;
    const auto add = [&](const char* what, std::uint64_t needed, std::uint64_t has) {
        if (needed > has) words.push_back(base::human_bytes(needed - has) + " of " + what + " too much");
    };
    add("flash", flash_bytes, board.flash.size_bytes);
    add("RAM", ram_bytes(), board.ram.size_bytes);
    return base::join(words, " and ");
}

std::string Remedy::sentence() const {
    std::vector<std::string> words;
    if (!modes.empty()) words.push_back("--optimise " + modes.front() + ", with which it fits");
    if (!boards.empty()) words.push_back("a board that holds it as it is: " + base::join(boards, ", "));
    if (words.empty()) return "a smaller model: " + (limits.empty() ? "no plan and no board holds this one" : base::join(limits, "; "));
    return base::join(words, ", or ");
}

std::vector<std::string> Remedy::lines() const {
    std::vector<std::string> all = tried;
    all.insert(all.end(), limits.begin(), limits.end());
    if (!boards.empty()) all.push_back("boards that hold it as it is: " + base::join(boards, ", "));
    return all;
}

Remedy find_remedy(const codegen::Pipeline& pipeline, const Need& need, const board::Board& board, const fs::path& project,
                   const base::Cancel& cancel) {
    Remedy remedy;
    for (const auto other : {codegen::Optimise::speed, codegen::Optimise::size, codegen::Optimise::ram}) {
        cancel.check();
        if (other != pipeline.optimise || pipeline.arena_limit_bytes > 0 || pipeline.compact)
            try_mode(pipeline, other, board, need.stack_bytes, remedy);
    }
    if (need.constant_bytes > board.flash.size_bytes)
        remedy.limits.push_back("weights and tables alone are " + base::human_bytes(need.constant_bytes) +
                                ": only a smaller model fits this part");
    if (need.arena_lower_bound_bytes > board.ram.size_bytes)
        remedy.limits.push_back("no plan of these kernels needs less than " + base::human_bytes(need.arena_lower_bound_bytes) +
                                " of arena");
    remedy.boards = boards_for(need, board, project);
    return remedy;
}

Need need_of(codegen::Pipeline pipeline, const board::Board& board, std::span<const std::byte> window, const base::Cancel& cancel) {
    pipeline.name = codegen::Pipeline().name;  // the one that the harness knows
    const base::TemporaryFolder folder("mote-fit");
    const codegen::Emission emission = codegen::emit(pipeline, folder.path() / "model");
    Need need = need_with(emission, board, 0);
    if (!need.fits(board) || need.data_bytes + ample_stack_bytes <= board.ram.size_bytes) return need;
    const board::Board machine = target::with_whole_machine(board);
    target::RunOptions options;
    options.cancel = &cancel;
    try {
        need.stack_bytes = target::run_firmware(target::build_firmware(emission, machine), emission, machine, window, options).stack_bytes;
    } catch (const base::Error& error) {
        if (error.code() != "tool_failed") throw;  // no emulator: the least stack it is
    }
    return need;
}

std::string check_fit(const codegen::Pipeline& pipeline, const board::Board& board, std::span<const std::byte> window,
                      const std::string& model, const fs::path& project, const base::Cancel& cancel) {
    const auto fail = [&](const Need& need) {
        throw base::Error("bad_input", model + ": the firmware does not fit " + board.name + ": " + need.shortage(board),
                          find_remedy(pipeline, need, board, project, cancel).sentence() + "; --force writes it all the same");
    };
    try {
        target::require_compiler();
    } catch (const base::Error& error) {
        return "whether it fits " + board.name + " was not checked: " + error.message();
    }
    const Need need = need_of(pipeline, board, window, cancel);
    if (!need.fits(board)) fail(need);
    return "";
}

}  // namespace mote::app
