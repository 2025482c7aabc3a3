// Building and running the small programs in programs/.
#pragma once

#include "base/files.hpp"
#include "target/emulator.hpp"
#include "target/toolchain.hpp"

#include <gtest/gtest.h>

namespace mote::target::programs {

inline std::filesystem::path build(const std::string& program, const board::Board& board, const std::vector<std::string>& more = {}) {
    std::vector<std::string> flags = {"-std=c++17", "-O2", "-I" + (base::data_folder() / "firmware").string()};
    flags.insert(flags.end(), more.begin(), more.end());
    Program sources{startup_sources(), {}};
    sources.sources.push_back({std::filesystem::path(MOTE_TEST_PROGRAMS) / (program + ".cpp"), flags});
    return build_image(sources, board);
}

inline Execution run(const std::filesystem::path& elf, const board::Board& board, Counting counting) {
    const base::TemporaryFolder folder;
    ExecutionOptions options;
    options.counting = counting;
    options.folder = folder.path();
    options.timeout_s = 60;
    return execute(elf, board, options);
}

/// Instructions of the first visit of a region.
inline std::uint64_t instructions(const Counts& counts, unsigned region) {
    for (const Visit& visit : counts.visits)
        if (visit.region == region) return visit.instructions;
    ADD_FAILURE() << "region " << region << " was never visited";
    return 0;
}

/// The error that `action` throws, or an empty one.
template <class Action>
base::Error error_of(Action action) {
    try {
        action();
    } catch (const base::Error& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return base::Error("", "");
}

inline std::vector<std::string> board_names() {
    std::vector<std::string> list;
    for (const board::Board& board : board::boards()) list.push_back(board.name);
    return list;
}

}  // namespace mote::target::programs
