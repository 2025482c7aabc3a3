#include "target/toolchain.hpp"

#include "base/hash.hpp"
#include "base/parallel.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstdlib>

namespace mote::target {
namespace fs = std::filesystem;

namespace {

using base::Error;

constexpr std::string_view compiler = "arm-none-eabi-g++";
constexpr std::string_view linker = "arm-none-eabi-gcc";  // as g++, but without the C++ library, which firmware does not use
constexpr std::uint64_t least_stack_bytes = 1024;

fs::path firmware_folder() { return base::data_folder() / "firmware"; }

fs::path cache_folder() {
    const char* given = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    const fs::path base = given != nullptr && *given != 0 ? fs::path(given)
                          : home != nullptr && *home != 0 ? fs::path(home) / ".cache"
                                                          : fs::temp_directory_path();
    return base / "mote" / "firmware";
}

std::string replace_all(std::string text, std::string_view name, std::uint64_t value) {
    const std::string number = std::to_string(value);
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at)) text.replace(at, name.size(), number);
    return text;
}

std::vector<std::string> common_flags() {
    return {"-ffp-contract=off", "-ffunction-sections",     "-fdata-sections",   "-fno-exceptions",
            "-fno-rtti",         "-fno-threadsafe-statics", "--specs=nano.specs"};
}

// The plugin needs the mark's address even in a program without regions.
std::vector<std::string> link_flags() {
    return {"-nostartfiles", "-Wl,--gc-sections", "-Wl,--no-warn-rwx-segments", "-Wl,--undefined=mote_mark"};
}

// The first line that names an error, and what went before it when none does.
std::string first_error(const base::ProcessResult& result) {
    const std::string& text = result.error_output;
    for (const std::string& line : base::split(text, '\n'))
        if ((line.find("error:") != std::string::npos && line.rfind("collect2", 0) != 0) ||
            line.find("undefined reference") != std::string::npos)
            return line;
    return std::string(base::trim(text.substr(0, 400)));
}

std::vector<std::string> compile_command(const Source& source, const board::Board& board, const fs::path& object) {
    std::vector<std::string> command = {std::string(compiler)};
    const auto add = [&](const std::vector<std::string>& flags) { command.insert(command.end(), flags.begin(), flags.end()); };
    add(board::compiler_flags(board));
    add(common_flags());
    add(source.flags);
    add({"-c", source.file.string(), "-o", object.string()});
    return command;
}

std::vector<fs::path> compile(const Program& program, const board::Board& board, const fs::path& folder) {
    std::vector<fs::path> objects;
    for (std::size_t i = 0; i < program.sources.size(); ++i) objects.push_back(folder / (std::to_string(i) + ".o"));
    base::parallel_for(objects.size(), [&](std::size_t i) {
        const auto result = base::run_process(compile_command(program.sources[i], board, objects[i]));
        if (!result.ok())
            throw Error("tool_failed",
                        program.sources[i].file.filename().string() + " does not compile for " + board.name + ": " + first_error(result),
                        "run with the same sources through " + std::string(compiler) + " to see all messages");
    });
    return objects;
}

base::ProcessResult link(const std::vector<fs::path>& objects, const board::Board& board, const Layout& layout, const fs::path& elf) {
    const fs::path script = fs::path(elf).replace_extension(".ld");
    base::write_file(script, linker_script(layout));
    std::vector<std::string> command = {std::string(linker)};
    for (const std::string& flag : board::compiler_flags(board)) command.push_back(flag);
    for (const std::string& flag : common_flags()) command.push_back(flag);
    for (const std::string& flag : link_flags()) command.push_back(flag);
    command.insert(command.end(), {"-T", script.string()});
    for (const fs::path& object : objects) command.push_back(object.string());
    command.insert(command.end(), {"-o", elf.string()});
    return base::run_process(command);
}

std::string listed(const std::vector<ImagePart>& parts, std::uint64_t ImagePart::*bytes) {
    std::vector<std::string> words;
    for (const ImagePart& part : parts)
        if (part.*bytes > 0) words.push_back(part.name + " " + base::human_bytes(part.*bytes));
    return base::join(words, ", ");
}

// The linker stops at a memory that is too small without saying what fills it: link again without limits and look.
[[noreturn]] void explain_overflow(const std::vector<fs::path>& objects, const board::Board& board, const fs::path& folder) {
    const fs::path elf = folder / "unlimited.elf";
    const auto result = link(objects, board, unlimited_layout(board), elf);
    if (!result.ok()) throw Error("tool_failed", "the firmware for " + board.name + " does not link: " + first_error(result));
    const Image image = read_image(elf);
    const auto parts = parts_of(image);
    const std::uint64_t flash = image.flash_bytes(), ram = image.static_ram_bytes() + least_stack_bytes;
    const auto message = [&](const char* what, std::uint64_t needed, std::uint64_t has, std::uint64_t ImagePart::*bytes) {
        return "the firmware does not fit " + board.name + ": it needs " + base::human_bytes(needed) + " of " + what + ", the part has " +
               base::human_bytes(has) + ", " + std::to_string(needed - has) + " bytes too much (" + listed(parts, bytes) + ")";
    };
    if (flash > board.flash.size_bytes)
        throw Error("bad_input", message("flash", flash, board.flash.size_bytes, &ImagePart::flash_bytes),
                    "train a smaller model, or choose a target with more flash");
    if (ram > board.ram.size_bytes)
        throw Error("bad_input", message("RAM", ram, board.ram.size_bytes, &ImagePart::ram_bytes) + " with the least stack of 1 KB",
                    "train a smaller model, shorten the window, or choose a target with more RAM");
    throw Error("tool_failed", "the firmware for " + board.name + " does not link, though it fits: " + first_error(result));
}

// The images used least recently go when there are many.
void prune_cache(const fs::path& folder) {
    constexpr std::size_t kept = 256;
    std::vector<std::pair<fs::file_time_type, fs::path>> images;
    std::error_code gone;  // another process may prune at the same time
    for (const auto& entry : fs::directory_iterator(folder, gone))
        if (entry.path().extension() == ".elf") images.emplace_back(entry.last_write_time(gone), entry.path());
    if (images.size() <= kept) return;
    std::sort(images.begin(), images.end());
    for (std::size_t i = 0; i < images.size() - kept; ++i) fs::remove(images[i].second, gone);
}

void hash_file(base::Hasher& hasher, const fs::path& file, const fs::path& name) {
    hasher.update(name.string()).update(std::string_view("\0", 1)).update(base::read_file(file)).update(std::string_view("\0", 1));
}

std::string cache_key(const Program& program, const board::Board& board, const Layout& layout) {
    base::Hasher hasher;
    hasher.update(base::run_process({std::string(compiler), "--version"}).output).update(linker_script(layout));
    for (const auto& flags : {board::compiler_flags(board), common_flags(), link_flags()})
        for (const std::string& flag : flags) hasher.update(flag + "\n");
    for (const Source& source : program.sources) {
        // Where the folder lies changes nothing in the image; -I flags are told apart by the content of `included`.
        for (const std::string& flag : source.flags)
            if (flag.rfind("-I", 0) != 0) hasher.update(flag + "\n");
        hash_file(hasher, source.file, source.file.filename());
    }
    std::vector<fs::path> folders = program.included;
    folders.push_back(firmware_folder());
    for (const fs::path& folder : folders) {
        std::vector<fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(folder))
            if (entry.is_regular_file()) files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        for (const fs::path& file : files) hash_file(hasher, file, file.lexically_relative(folder));
    }
    return base::hex(hasher.finish()).substr(0, 32);
}

}  // namespace

std::string linker_script(const Layout& layout) {
    std::string text = base::read_text(firmware_folder() / "memory.ld");
    text = replace_all(std::move(text), "@FLASH_ORIGIN@", layout.flash.origin);
    text = replace_all(std::move(text), "@FLASH_BYTES@", layout.flash.size_bytes);
    text = replace_all(std::move(text), "@RAM_ORIGIN@", layout.ram.origin);
    text = replace_all(std::move(text), "@RAM_BYTES@", layout.ram.size_bytes);
    return replace_all(std::move(text), "@STACK_BYTES@", least_stack_bytes);
}

std::vector<Source> startup_sources() {
    const std::vector<std::string> flags = {"-std=c++17", "-Os", "-Wall", "-Wextra", "-Werror"};
    return {{firmware_folder() / "startup.cpp", flags}, {firmware_folder() / "mark.cpp", flags}};
}

void require_compiler() {
    if (!base::find_program(compiler))
        throw Error("tool_failed", "the Arm compiler " + std::string(compiler) + " is not installed",
                    "apt-get install gcc-arm-none-eabi libnewlib-arm-none-eabi");
}

Layout unlimited_layout(const board::Board& board) {
    Layout wide = layout_of(board);
    wide.flash.size_bytes = wide.ram.size_bytes = std::uint64_t{1} << 27;
    wide.ram.origin = wide.flash.origin + (std::uint64_t{1} << 28);
    return wide;
}

fs::path build_image(const Program& program, const board::Board& board) { return build_image(program, board, layout_of(board)); }

fs::path build_image(const Program& program, const board::Board& board, const Layout& layout) {
    require_compiler();
    const fs::path folder = cache_folder();
    const fs::path elf = folder / (cache_key(program, board, layout) + ".elf");
    std::error_code missing;
    fs::last_write_time(elf, fs::file_time_type::clock::now(), missing);
    if (!missing) return elf;
    const base::TemporaryFolder work("mote-build");
    const auto objects = compile(program, board, work.path());
    const fs::path linked = work.path() / "firmware.elf";
    const auto result = link(objects, board, layout, linked);
    if (!result.ok()) {
        if (result.error_output.find("overflowed by") == std::string::npos && result.error_output.find("will not fit") == std::string::npos)
            throw Error("tool_failed", "the firmware for " + board.name + " does not link: " + first_error(result));
        explain_overflow(objects, board, work.path());
    }
    base::write_file(elf, base::read_file(linked));
    prune_cache(folder);
    return elf;
}

}  // namespace mote::target
