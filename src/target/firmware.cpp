// build_firmware: the emitted folder and the harness become an image for the board.
#include "target/firmware.hpp"

#include "base/files.hpp"

namespace mote::target {
namespace fs = std::filesystem;

namespace {

// The harness is not what is measured, so it is kept small; the emission says how it wants its own sources compiled.
const std::vector<std::string> harness_flags = {"-std=c++17", "-Os", "-Wall", "-Wextra", "-Werror"};
const std::vector<std::string> model_flags = {"-std=c++14", "-Wall", "-Wextra", "-Werror"};

Source harness(std::vector<std::string> more) {
    std::vector<std::string> flags = harness_flags;
    flags.insert(flags.end(), more.begin(), more.end());
    return {base::data_folder() / "firmware" / "harness.cpp", flags};
}

}  // namespace

fs::path build_harness(const codegen::Emission& emission, const board::Board& board, const Layout& layout, bool traced) {
    Program program{startup_sources(), {emission.folder}};
    std::vector<std::string> more = {"-I" + (emission.folder / emission.include).string()};
    if (!emission.has_features) more.push_back(emission.has_several_ends() ? "-DMOTE_ENDS" : "-DMOTE_BARE");
    std::vector<std::string> flags = model_flags;
    flags.insert(flags.end(), emission.compiler_flags.begin(), emission.compiler_flags.end());
    if (traced) {
        more.push_back("-DMOTE_TRACE");
        flags.push_back("-DMOTE_TRACE");
    }
    program.sources.push_back(harness(more));
    for (const fs::path& source : emission.sources) program.sources.push_back({emission.folder / source, flags});
    return build_image(program, board, layout);
}

namespace {

Firmware build(const codegen::Emission& emission, const board::Board& board, const Layout& layout) {
    Program empty{startup_sources(), {}};
    empty.sources.push_back(harness({"-DMOTE_EMPTY"}));
    Firmware firmware;
    firmware.elf = build_harness(emission, board, layout, false);
    const Image image = read_image(firmware.elf);
    firmware.flash_bytes = image.flash_bytes();
    firmware.static_ram_bytes = image.static_ram_bytes();
    const Image nothing = read_image(build_image(empty, board, layout));
    firmware.empty_flash_bytes = nothing.flash_bytes();
    firmware.empty_ram_bytes = nothing.static_ram_bytes();
    for (const ImagePart& part : parts_of(image)) firmware.parts.push_back({part.name, part.flash_bytes, part.ram_bytes});
    return firmware;
}

}  // namespace

Firmware build_firmware(const codegen::Emission& emission, const board::Board& board) { return build(emission, board, layout_of(board)); }

Firmware size_firmware(const codegen::Emission& emission, const board::Board& board) {
    return build(emission, board, unlimited_layout(board));
}

}  // namespace mote::target
