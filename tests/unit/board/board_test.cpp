#include "board/board.hpp"

#include "base/files.hpp"

#include <gtest/gtest.h>

namespace mote::board {
namespace {

constexpr const char* minimal = R"(title = "A part"
core = "cortex-m4"
float_unit = "fpv4-sp-d16"
clock_hz = 64e6
emulator_machine = "mps2-an386"
flash = {origin = 0, size_bytes = 1048576}
ram = {origin = 0x20000000, size_bytes = 65536}
[sources]
clock_hz = "here"
flash = "here"
ram = "here"
)";

// What reading `text` as part.toml complains about, without the folder.
std::string complaint(const std::string& text) {
    const base::TemporaryFolder folder;
    base::write_file(folder.path() / "part.toml", text);
    try {
        (void)read_board(folder.path() / "part.toml");
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "bad_input");
        EXPECT_FALSE(error.hint().empty());
        const std::string prefix = folder.path().string() + "/";
        EXPECT_EQ(error.message().rfind(prefix, 0), 0u) << error.message();
        return error.message().substr(prefix.size());
    }
    return "";
}

std::string with(std::string text, const std::string& old, const std::string& replacement) {
    const auto at = text.find(old);
    EXPECT_NE(at, std::string::npos) << old;
    return text.replace(at, old.size(), replacement);
}

TEST(board, ships_the_named_boards_each_with_sources) {
    std::vector<std::string> names;
    for (const Board& board : boards()) {
        names.push_back(board.name);
        EXPECT_FALSE(board.title.empty()) << board.name;
        for (const char* key : {"clock_hz", "flash", "ram"}) EXPECT_TRUE(board.sources.contains(key)) << board.name << " " << key;
    }
    EXPECT_EQ(names, (std::vector<std::string>{"corstone300", "nrf52840", "rp2040", "stm32f103", "stm32f407", "stm32h7a3", "stm32l4r5",
                                               "stm32u575"}));
}

TEST(board, figures_of_the_nrf52840) {
    const Board board = find_board("nrf52840");
    EXPECT_EQ(board.clock_hz, 64e6);
    EXPECT_EQ(board.flash.size_bytes, 1u << 20);
    EXPECT_EQ(board.ram.size_bytes, 256u << 10);
    EXPECT_NEAR(active_ampere(board), 3.3e-3, 0.05e-3);
    EXPECT_EQ(compiler_flags(board), (std::vector<std::string>{"-mcpu=cortex-m4", "-mthumb", "-mfpu=fpv4-sp-d16", "-mfloat-abi=hard"}));
}

TEST(board, flags_without_a_float_unit_say_so) {
    EXPECT_EQ(compiler_flags(find_board("rp2040")), (std::vector<std::string>{"-mcpu=cortex-m0plus", "-mthumb", "-mfloat-abi=soft"}));
}

TEST(board, suggests_the_nearest_name) {
    try {
        (void)find_board("nrf52480");
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "not_found");
        EXPECT_EQ(error.message(), "there is no target \"nrf52480\"");
        EXPECT_NE(error.hint().find("nrf52840"), std::string::npos) << error.hint();
    }
}

TEST(board, boards_of_a_project_stand_beside_the_shipped_ones_and_win) {
    const base::TemporaryFolder project;
    base::write_file(project.path() / "targets" / "mine.toml", minimal);
    base::write_file(project.path() / "targets" / "nrf52840.toml", minimal);
    EXPECT_EQ(find_board("mine", project.path()).ram.size_bytes, 65536u);
    EXPECT_EQ(find_board("nrf52840", project.path()).title, "A part");
    EXPECT_EQ(boards(project.path()).size(), boards().size() + 1);
}

TEST(board, a_sound_file_is_read) { EXPECT_EQ(complaint(minimal), ""); }

TEST(board, complaints_name_the_field) {
    EXPECT_EQ(complaint(with(minimal, "ram = {origin = 0x20000000", "ram = {origin = 0x80000")), "part.toml: flash and ram overlap");
    EXPECT_EQ(complaint(with(minimal, "size_bytes = 65536", "size_bytes = 64")),
              "part.toml: ram.size_bytes is 64, at least 1024 are needed");
    EXPECT_EQ(complaint(with(minimal, "origin = 0x20000000", "origin = 0xffff_f000")),
              "part.toml: ram ends beyond the 32-bit address space");
    EXPECT_EQ(complaint(with(minimal, "fpv4-sp-d16", "mve")), "part.toml: float_unit \"mve\" does not exist on cortex-m4");
    EXPECT_EQ(complaint(with(minimal, "emulator_machine", "# emulator_machine")), "part.toml: emulator_machine is missing");
    EXPECT_EQ(complaint(with(minimal, "ram = \"here\"", "")), "part.toml: sources.ram is missing");
    EXPECT_EQ(complaint(with(minimal, "ram = \"here\"", "ram = 3")), "part.toml: sources.ram must be text");
    EXPECT_EQ(complaint(with(minimal, "flash = {", "cache = {wait_states = 3}\nflash = {")), "part.toml: sources.cache is missing");
    EXPECT_EQ(complaint(with(minimal, "flash = {", "cache = {line_bytes = 12, instruction_lines = 1}\nflash = {")),
              "part.toml: cache.line_bytes is 12, not a power of two from 4");
    EXPECT_EQ(complaint(with(minimal, "flash = {", "cache = {line_bytes = 16}\nflash = {")),
              "part.toml: cache.line_bytes is given but no lines");
    EXPECT_EQ(complaint(with(minimal, "flash = {", "cache = {line_bytes = 16, instruction_lines = 6, ways = 4}\nflash = {")),
              "part.toml: 6 cache lines cannot stand in sets of 4");
    EXPECT_EQ(complaint("name = \"other\"\n" + std::string(minimal)), "part.toml: name is \"other\" but the file is called part.toml");
}

TEST(board, complaints_of_the_description_reach_the_person) {
    EXPECT_NE(complaint(with(minimal, "cortex-m4", "cortex-m5")).find("part.toml.core"), std::string::npos);
    EXPECT_NE(complaint(with(minimal, "clock_hz = 64e6", "clok_hz = 64e6")).find("clok_hz"), std::string::npos);
    EXPECT_NE(complaint(with(minimal, "clock_hz = 64e6", "clock_hz = -1")).find("part.toml.clock_hz"), std::string::npos);
}

}  // namespace
}  // namespace mote::board
