#include "target/emulator.hpp"

#include "programs.hpp"

#include <charconv>

namespace mote::target {
namespace {

using programs::build;
using programs::error_of;
using programs::instructions;
using programs::run;

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
    const auto elf = build("hello", board);
    for (const Counting counting : {Counting::count, Counting::profile}) {
        const Execution execution = run(elf, board, counting);
        EXPECT_EQ(execution.exit_code, 42) << execution.output;
        EXPECT_EQ(execution.output, expected_output());
        ASSERT_TRUE(execution.counts);
        EXPECT_EQ(instructions(*execution.counts, regions::window) - instructions(*execution.counts, regions::calibration), 5u * 64 + 3);
        EXPECT_EQ(instructions(*execution.counts, regions::calibration), 8u);
    }
}

TEST_P(every_board, knows_the_deepest_stack_to_the_byte) {
    const board::Board board = board::find_board(GetParam());
    const auto elf = build("frames", board);
    for (const Counting counting : {Counting::count, Counting::profile}) {
        const Execution execution = run(elf, board, counting);
        EXPECT_EQ(execution.exit_code, 0) << execution.output;
        ASSERT_EQ(execution.output.rfind("sp 0x", 0), 0u) << execution.output;
        std::uint64_t stack_pointer = 0;
        std::from_chars(execution.output.data() + 5, execution.output.data() + 13, stack_pointer, 16);
        EXPECT_EQ(stack_pointer - execution.counts->stack_lowest, 8u + 24 + 8 + 1000);
    }
}

INSTANTIATE_TEST_SUITE_P(boards, every_board, testing::ValuesIn(programs::board_names()), [](const auto& info) { return info.param; });

TEST(emulator, catches_accesses_beyond_the_part) {
    const board::Board board = board::find_board("nrf52840");
    const auto complaint = [&](const std::string& flag) {
        const auto elf = build("stray", board, {flag});
        EXPECT_EQ(run(elf, board, Counting::none).exit_code, 5) << "the machine itself lets it pass";
        const base::Error error = error_of([&] { (void)run(elf, board, Counting::profile); });
        EXPECT_EQ(error.code(), "tool_failed");
        return error.message();
    };
    EXPECT_EQ(complaint("-DLOAD=0x20040010"), "the firmware leaves the memory of nrf52840: mote_stray_load reads 4 bytes from 0x20040010");
    EXPECT_EQ(complaint("-DSTORE=0x20040010"), "the firmware leaves the memory of nrf52840: mote_stray_store writes 4 bytes to 0x20040010");
    EXPECT_EQ(complaint("-DLOAD=0x00100000"), "the firmware leaves the memory of nrf52840: mote_stray_load reads 4 bytes from 0x00100000");
    EXPECT_EQ(complaint("-DSTORE=0x20030000"),
              "the firmware leaves the memory of nrf52840: mote_stray_store writes below its stack at 0x20030000");
    EXPECT_EQ(complaint("-DSTORE=0x00000800"),
              "the firmware leaves the memory of nrf52840: mote_stray_store writes to flash at 0x00000800");
}

TEST(emulator, catches_a_stack_that_grows_into_the_data) {
    const board::Board board = board::find_board("nrf52840");
    const auto elf = build("stray", board);
    for (const Counting counting : {Counting::count, Counting::profile}) {
        const base::Error error = error_of([&] { (void)run(elf, board, counting); });
        EXPECT_EQ(error.message().rfind("the firmware's stack grows into its data on nrf52840: down to 0x", 0), 0u) << error.message();
        EXPECT_NE(error.message().find(" in mote_recurse"), std::string::npos) << error.message();
    }
}

TEST(emulator, reports_a_fault_with_function_and_registers) {
    const board::Board board = board::find_board("nrf52840");
    const base::Error error = error_of([&] { (void)run(build("stray", board, {"-DLOAD=0x70000000"}), board, Counting::none); });
    EXPECT_EQ(error.code(), "tool_failed");
    EXPECT_EQ(error.message().rfind("the firmware faults on nrf52840 in mote_stray_load, called before mote_main (r0 0x70000000", 0), 0u)
        << error.message();
    EXPECT_NE(error.message().find("bfar 0x70000000"), std::string::npos) << error.message();
}

TEST(emulator, an_unaligned_load_faults_on_armv6m_only) {
    EXPECT_EQ(
        run(build("stray", board::find_board("nrf52840"), {"-DLOAD=0x20000102"}), board::find_board("nrf52840"), Counting::none).exit_code,
        5);
    const board::Board small = board::find_board("rp2040");
    const base::Error error = error_of([&] { (void)run(build("stray", small, {"-DLOAD=0x20000102"}), small, Counting::none); });
    EXPECT_EQ(error.message().rfind("the firmware faults on rp2040 in mote_stray_load", 0), 0u) << error.message();
}

TEST(emulator, code_for_a_larger_core_faults) {
    const board::Board built_for = board::find_board("nrf52840");
    board::Board run_on = board::find_board("stm32f103");
    const auto elf = build("wide", built_for);
    EXPECT_EQ(run(elf, built_for, Counting::none).exit_code, 42);
    const base::Error error = error_of([&] { (void)run(elf, run_on, Counting::none); });
    EXPECT_EQ(error.code(), "tool_failed");
    EXPECT_EQ(error.message().rfind("the firmware faults on stm32f103 in m", 0), 0u) << error.message();
    EXPECT_NE(error.hint().find("another core"), std::string::npos);
}

TEST(emulator, counts_the_same_every_time) {
    const board::Board board = board::find_board("nrf52840");
    const auto elf = build("hello", board);
    const std::uint64_t first = run(elf, board, Counting::count).counts->total;
    for (int i = 0; i < 2; ++i) EXPECT_EQ(run(elf, board, Counting::profile).counts->total, first);
}

}  // namespace
}  // namespace mote::target
