#include "target/cycles/model.hpp"

#include "programs.hpp"

#include <cstdio>

namespace mote::target {
namespace {

// Cycles of each routine of timed.cpp, less those of the empty one. `board` has no wait states.
std::vector<double> cycles_of_routines(board::Board board) {
    board.cache = {};
    const auto elf = programs::build("timed", board);
    const Execution execution = programs::run(elf, board, Counting::profile);
    const Image image = read_image(elf);
    std::vector<double> cycles;
    for (unsigned region = 1; region <= 6; ++region)
        cycles.push_back(region_cycles(execution.counts->regions.at(region), image, board).expected);
    for (std::size_t i = 1; i < cycles.size(); ++i) cycles[i] -= cycles[0];
    return cycles;
}

// By the Cortex-M4 Technical Reference Manual: 100 rounds, of which 99 branch back (+1), in order countdown, loads_apart, loads_together,
// stores, block_moves.
TEST(cycles, loops_take_what_the_table_of_the_cortex_m4_says) {
    const auto cycles = cycles_of_routines(board::find_board("nrf52840"));
    EXPECT_EQ(cycles[1], 100 * (1 + 1) + 99);
    EXPECT_EQ(cycles[2], 100 * (2 + 1 + 1 + 1) + 99);
    EXPECT_EQ(cycles[3], 100 * (2 + 1 + 1 + 1) + 99);  // the second load starts in the first one's second cycle
    EXPECT_EQ(cycles[4], 100 * (1 + 1 + 1 + 1) + 99);
    EXPECT_EQ(cycles[5], 100 * (3 + 1 + 3 + 1 + 1 + 1) + 99);
}

// By the Cortex-M0+ Technical Reference Manual: every load and store takes two cycles.
TEST(cycles, loops_take_what_the_table_of_the_cortex_m0plus_says) {
    const auto cycles = cycles_of_routines(board::find_board("rp2040"));
    EXPECT_EQ(cycles[1], 100 * (1 + 1) + 99);
    EXPECT_EQ(cycles[3], 100 * (2 + 2 + 1 + 1) + 99);
    EXPECT_EQ(cycles[4], 100 * (2 + 2 + 1 + 1) + 99);
    EXPECT_EQ(cycles[5], 100 * (3 + 1 + 3 + 1 + 1 + 1) + 99);
}

TEST(cycles, the_cortex_m7_issues_two_at_once) {
    const auto m7 = cycles_of_routines(board::find_board("stm32h7a3"));
    const auto m4 = cycles_of_routines(board::find_board("nrf52840"));
    for (std::size_t i = 1; i < m7.size(); ++i) EXPECT_LT(m7[i], m4[i]) << i;
    EXPECT_GE(m7[1], 100);
}

TEST(cycles, every_board_has_a_model) {
    for (const board::Board& board : board::boards()) EXPECT_FALSE(core_model(board.core).confidence.empty()) << board.name;
    EXPECT_THROW((void)core_model("cortex-m1"), base::Error);
}

TEST(cycles, waits_follow_the_misses) {
    board::FlashCache cache;
    cache.wait_states = 5;
    CacheCount counts{10, 100, 480, 50, 20, 0};
    Waits waits = flash_waits(counts, cache);
    EXPECT_EQ(waits.expected, 5 * (10 + 100 + 20));
    EXPECT_EQ(waits.low, waits.expected);
    cache.prefetch = true;
    waits = flash_waits(counts, cache);
    EXPECT_EQ(waits.expected, 5 * (10 + 100 + 20) - 480 + 5 * 20 / 2);
    EXPECT_EQ(waits.low, 5 * (10 + 20));
    EXPECT_EQ(waits.high, 5 * (10 + 100 + 20 + 20));
    counts = {0, 0, 0, 50, 50, 30};  // no data cache: 30 of the reads are in the line read before
    cache.prefetch = false;
    waits = flash_waits(counts, cache);
    EXPECT_EQ(waits.low, 5 * 20);
    EXPECT_EQ(waits.expected, 5 * 35);
    EXPECT_EQ(waits.high, 5 * 50);
}

// A loop larger than the code cache misses on every line every time; one that fits misses once.
TEST(cycles, code_is_read_through_the_parts_cache) {
    board::Board board = board::find_board("nrf52840");
    board.cache = {2, 16, 1, 0, false, 0, false};
    const auto elf = programs::build("timed", board);
    const Image image = read_image(elf);
    const auto misses = [&](int lines) {
        board.cache.instruction_lines = lines;
        const Execution execution = programs::run(elf, board, Counting::profile);
        const CacheCount& c = execution.counts->regions.at(6).cache;
        return c.code_misses + c.sequential_misses;
    };
    const std::uint64_t few = misses(64), many = misses(1);
    EXPECT_LT(few, 10u);
    EXPECT_GE(many, few);
}

// The anchor for network code. Published: MLPerf Tiny v1.0, closed division, OctoML microTVM with CMSIS-NN on NUCLEO-L4R5ZI (120 MHz),
// anomaly detection, 116.212 inferences a second. dense_network.cpp does the same arithmetic with a kernel of the same make: two rows at a
// time, about as many instructions as that library's kernels take for this network (573,213). The runtime around the published kernels is
// not modelled.
TEST(cycles, a_published_dense_network_lies_in_the_range) {
    const board::Board board = board::find_board("stm32l4r5");
    const auto elf = programs::build("dense_network", board);
    const Execution execution = programs::run(elf, board, Counting::profile);
    EXPECT_NEAR(static_cast<double>(programs::instructions(*execution.counts, regions::window)), 573213, 0.05 * 573213);
    const Cycles cycles = region_cycles(execution.counts->regions.at(regions::window), read_image(elf), board);
    const double published = board.clock_hz / 116.212;
    std::printf("dense network on %s: modelled %.0f (%.0f .. %.0f) cycles, published %.0f: expected %+.1f %%, upper end %+.1f %%\n",
                board.name.c_str(), cycles.expected, cycles.low, cycles.high, published, 100 * (cycles.expected / published - 1),
                100 * (cycles.high / published - 1));
    // What the model's confidence says about itself.
    EXPECT_NEAR(cycles.expected / published - 1, -0.10, 0.01);
    EXPECT_LT(cycles.low, published);
    EXPECT_GT(cycles.high, published);
}

TEST(counts, damaged_or_unfinished_output_is_refused) {
    const auto complaint = [](std::string_view text) { return programs::error_of([&] { (void)parse_counts(text); }).message(); };
    EXPECT_EQ(complaint(""), "the counting plugin's output ends early, after line 0");
    EXPECT_EQ(complaint("total 5\nstack 0x10\n"), "the counting plugin's output ends early, after line 2");
    EXPECT_EQ(complaint("total five\nend\n"), "the counting plugin's output is damaged at line 1");
    EXPECT_EQ(complaint("total 5 6\nend\n"), "the counting plugin's output is damaged at line 1");
    EXPECT_EQ(complaint("total 5\nblock 1 0x10 0x8 1 1\nend\n"), "the counting plugin's output is damaged at line 2");
    EXPECT_EQ(complaint("what 5\nend\n"), "the counting plugin's output is damaged at line 1");
    const Counts counts = parse_counts("total 7\nstack 0x20\nvisit 0 7\nviolation load 0x10 0x20 4\nend\n");
    EXPECT_EQ(counts.total, 7u);
    EXPECT_EQ(counts.violation->address, 0x20u);
}

}  // namespace
}  // namespace mote::target
