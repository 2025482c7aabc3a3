#include "target/toolchain.hpp"

#include "programs.hpp"

#include <cstdlib>

namespace mote::target {
namespace {

using programs::build;
using programs::error_of;

TEST(toolchain, says_by_how_much_and_of_what_a_firmware_does_not_fit) {
    const board::Board board = board::find_board("stm32f103");
    const base::Error flash = error_of([&] { (void)build("large", board, {"-DFLASH_BYTES=200000", "-DRAM_BYTES=16"}); });
    EXPECT_EQ(flash.code(), "bad_input");
    EXPECT_EQ(flash.message().rfind("the firmware does not fit stm32f103: it needs 19", 0), 0u) << flash.message();
    EXPECT_NE(flash.message().find(" of flash, the part has 128.0 KB, "), std::string::npos) << flash.message();
    EXPECT_NE(flash.message().find("bytes too much ("), std::string::npos) << flash.message();
    EXPECT_EQ(flash.hint(), "train a smaller model, or choose a target with more flash");
    const base::Error ram = error_of([&] { (void)build("large", board, {"-DFLASH_BYTES=16", "-DRAM_BYTES=30000"}); });
    EXPECT_NE(ram.message().find(" of RAM, the part has 20.0 KB, "), std::string::npos) << ram.message();
}

TEST(toolchain, shows_the_compilers_first_error) {
    const base::Error error = error_of([&] {
        (void)build("large", board::find_board("nrf52840"), {"-DFLASH_BYTES=none", "-DRAM_BYTES=1"});
    });
    EXPECT_EQ(error.code(), "tool_failed");
    EXPECT_EQ(error.message().rfind("large.cpp does not compile for nrf52840: ", 0), 0u) << error.message();
    EXPECT_NE(error.message().find("'none' was not declared"), std::string::npos) << error.message();
}

TEST(toolchain, names_the_package_when_a_tool_is_missing) {
    const std::string path = std::getenv("PATH");
    const board::Board board = board::find_board("nrf52840");
    const auto elf = build("hello", board);
    ::setenv("PATH", "/nowhere", 1);
    const base::Error compiler = error_of([&] { (void)build("hello", board); });
    const base::Error emulator = error_of([&] { (void)programs::run(elf, board, Counting::none); });
    ::setenv("PATH", path.c_str(), 1);
    EXPECT_EQ(compiler.message(), "the Arm compiler arm-none-eabi-g++ is not installed");
    EXPECT_EQ(compiler.hint(), "apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi");
    EXPECT_EQ(emulator.message(), "the emulator qemu-system-arm is not installed");
    EXPECT_EQ(emulator.hint(), "apt-get install qemu-system-arm");
}

// The flag makes images of its own, because the tests may run side by side.
TEST(toolchain, builds_once) {
    const board::Board board = board::find_board("nrf52840");
    const auto built = [&](const std::vector<std::string>& more = {"-DONCE"}) { return build("hello", board, more); };
    const auto first = built();
    const auto bytes = base::read_file(first);
    base::write_file(first, "kept");
    EXPECT_EQ(built(), first);
    EXPECT_EQ(base::read_text(first), "kept") << "it was built again";
    std::filesystem::remove(first);
    EXPECT_EQ(base::read_file(built()), bytes) << "the same sources give the same image";
    EXPECT_NE(built({"-DOTHER"}), first);
    EXPECT_NE(build("hello", board::find_board("stm32f407"), {"-DONCE"}), first);
}

TEST(toolchain, refuses_machines_that_do_not_suit_the_board) {
    board::Board board = board::find_board("nrf52840");
    board.emulator_machine = "mps2-an385";
    EXPECT_EQ(error_of([&] { (void)layout_of(board); }).message(), "nrf52840: emulator_machine \"mps2-an385\" does not run a cortex-m4");
    board = board::find_board("corstone300");
    board.flash.size_bytes = 1 << 20;
    EXPECT_EQ(error_of([&] { (void)layout_of(board); }).message(),
              "corstone300: flash has 1.0 MB, the emulated machine mps3-an547 has 512.0 KB");
}

TEST(image, refuses_anything_that_is_not_a_sound_executable) {
    const auto complaint = [](base::Bytes bytes) { return error_of([&] { (void)parse_image(std::move(bytes), "x.elf"); }).message(); };
    EXPECT_EQ(complaint({}), "x.elf: not a sound Arm executable: it ends too early");
    EXPECT_EQ(complaint(base::Bytes(100)), "x.elf: not a sound Arm executable: it does not begin as an ELF file");
    base::Bytes whole = base::read_file(build("hello", board::find_board("nrf52840")));
    for (std::size_t size = 0; size < whole.size(); size += whole.size() / 50)
        EXPECT_NE(complaint(base::Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), "");
    whole[18] = std::byte{62};
    EXPECT_EQ(complaint(whole), "x.elf: not a sound Arm executable: it is for another machine");
}

TEST(image, parts_add_up_to_the_whole) {
    const Image image = read_image(build("hello", board::find_board("nrf52840")));
    std::uint64_t flash = 0, ram = 0;
    for (const ImagePart& part : parts_of(image)) flash += part.flash_bytes, ram += part.ram_bytes;
    EXPECT_EQ(flash, image.flash_bytes());
    EXPECT_EQ(ram, image.static_ram_bytes());
    EXPECT_EQ(image.function_at(image.address_of("mote_mark")), "mote_mark");
}

}  // namespace
}  // namespace mote::target
