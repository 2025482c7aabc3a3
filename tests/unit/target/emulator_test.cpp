#include "target/emulator.hpp"

#include "base/files.hpp"
#include "board/board.hpp"
#include "target/toolchain.hpp"

#include <gtest/gtest.h>

namespace mote::target {
namespace {

namespace fs = std::filesystem;

fs::path build(const std::string& program, const board::Board& board, std::vector<std::string> flags = {}) {
    const fs::path folder = MOTE_TEST_PROGRAMS;
    flags.insert(flags.begin(), {"-std=c++17", "-O2", "-I" + (base::data_folder() / "firmware").string()});
    Program sources{startup_sources(), {}};
    sources.sources.push_back({folder / (program + ".cpp"), flags});
    return build_image(sources, board);
}

Execution run(const fs::path& elf, const board::Board& board, Counting counting) {
    const base::TemporaryFolder folder;
    ExecutionOptions options;
    options.counting = counting;
    options.folder = folder.path();
    options.timeout_s = 60;
    return execute(elf, board, options);
}

std::uint64_t instructions(const Counts& counts, unsigned region) {
    for (const Visit& visit : counts.visits)
        if (visit.region == region) return visit.instructions;
    ADD_FAILURE() << "region " << region << " was never visited";
    return 0;
}

// What hello.cpp sums, computed here.
std::string expected_output() {
    std::uint32_t seed = 0x12345678, sum = 0;
    for (int i = 0; i < 64; ++i) sum += seed = seed * 1664525u + 1013904223u;
    char text[40];
    std::snprintf(text, sizeof text, "hello\nsum 0x%08x\n", sum);
    return text;
}

class every_board : public testing::TestWithParam<std::string> {};

TEST_P(every_board, says_hello_and_counts_a_known_routine_exactly) {
    const board::Board board = board::find_board(GetParam());
    const fs::path elf = build("hello", board);
    for (const Counting counting : {Counting::count, Counting::profile}) {
        const Execution execution = run(elf, board, counting);
        EXPECT_EQ(execution.exit_code, 42) << execution.output;
        EXPECT_EQ(execution.output, expected_output());
        ASSERT_TRUE(execution.counts);
        const std::uint64_t call_of_mark = instructions(*execution.counts, regions::calibration);
        EXPECT_GE(call_of_mark, 3u);
        EXPECT_LE(call_of_mark, 6u);
        std::uint64_t routine = 5 * 64 + 3;
        // Two arguments and the call itself.
        EXPECT_GE(instructions(*execution.counts, regions::window), routine + 3 + call_of_mark - 1);
        EXPECT_LE(instructions(*execution.counts, regions::window), routine + 3 + call_of_mark + 2);
        EXPECT_LT(execution.counts->total, 3000u);
    }
}

std::vector<std::string> names() {
    std::vector<std::string> list;
    for (const board::Board& board : board::boards()) list.push_back(board.name);
    return list;
}
INSTANTIATE_TEST_SUITE_P(boards, every_board, testing::ValuesIn(names()), [](const auto& info) { return info.param; });

}  // namespace
}  // namespace mote::target
