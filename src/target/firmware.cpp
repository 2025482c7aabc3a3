// build_firmware: the emitted folder and the harness become an image for the board.
#include "target/firmware.hpp"

#include "base/error.hpp"
#include "base/files.hpp"

namespace mote::target {
namespace fs = std::filesystem;

namespace {

// The harness is not what is measured, so it is kept small; the emission says how it wants its own sources compiled.
const std::vector<std::string> harness_flags = {"-std=c++17", "-Os", "-Wall", "-Wextra", "-Werror"};
const std::vector<std::string> model_flags = {"-std=c++14", "-Wall", "-Wextra", "-Werror"};

Source harness(std::vector<std::string> more, const char* file = "harness.cpp") {
    std::vector<std::string> flags = harness_flags;
    flags.insert(flags.end(), more.begin(), more.end());
    return {base::data_folder() / "firmware" / file, flags};
}

std::string include_flag(const codegen::Emission& emission) { return "-I" + (emission.folder / emission.include).string(); }

/// The emission's own sources, with `more` flags each.
void add_model(Program& program, const codegen::Emission& emission, const std::vector<std::string>& more) {
    std::vector<std::string> flags = model_flags;
    flags.insert(flags.end(), emission.compiler_flags.begin(), emission.compiler_flags.end());
    flags.insert(flags.end(), more.begin(), more.end());
    for (const fs::path& source : emission.sources) program.sources.push_back({emission.folder / source, flags});
}

}  // namespace

fs::path build_harness(const codegen::Emission& emission, const board::Board& board, const Layout& layout, bool traced) {
    Program program{startup_sources(), {emission.folder}};
    std::vector<std::string> more = {include_flag(emission)};
    if (!emission.has_features) more.push_back(emission.has_several_ends() ? "-DMOTE_ENDS" : "-DMOTE_BARE");
    std::vector<std::string> trace;
    if (traced) trace.push_back("-DMOTE_TRACE");
    more.insert(more.end(), trace.begin(), trace.end());
    program.sources.push_back(harness(more));
    add_model(program, emission, trace);
    return build_image(program, board, layout);
}

void check_listens(const codegen::Emission& emission) {
    if (emission.listener_bytes == 0)
        throw base::Error("unsupported", "a model alone, without signal processing, does not listen", "name a run of a project");
}

fs::path build_listener(const codegen::Emission& emission, const board::Board& board) {
    check_listens(emission);
    Program program{startup_sources(), {emission.folder}};
    program.sources.push_back(harness({include_flag(emission)}, "listen.cpp"));
    add_model(program, emission, {});
    return build_image(program, board);
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
