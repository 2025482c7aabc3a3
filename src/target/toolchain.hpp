// The cross compiler: sources to a linked image that fits the board, cached by content.
#pragma once

#include "board/board.hpp"
#include "target/image.hpp"
#include "target/machine.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mote::target {

/// One source with what it needs.
struct Source {
    std::filesystem::path file;
    std::vector<std::string> flags;  ///< language standard, optimisation, -D and -I
};

struct Program {
    std::vector<Source> sources;
    /// Folders whose files go into the cache key beside the sources, because sources include them.
    std::vector<std::filesystem::path> included;
};

/// The sources of the start-up code and of the region marks, which every program needs.
std::vector<Source> startup_sources();

/// Throws base::Error "tool_failed" naming the package to install when the compiler is missing.
void require_compiler();

/// Linker script of a program in these memories, with the symbols that the start-up code wants.
std::string linker_script(const Layout& layout);

/// Memory without end, for a program whose size is asked for and which never runs.
Layout unlimited_layout(const board::Board& board);

/// Compiles and links; the image lies in the user's cache folder (XDG_CACHE_HOME, else ~/.cache, then mote/firmware). Throws base::Error
/// "tool_failed" with the compiler's first error, or "bad_input" when the program does not fit the part, saying by how much and of what.
std::filesystem::path build_image(const Program& program, const board::Board& board);
std::filesystem::path build_image(const Program& program, const board::Board& board, const Layout& layout);

/// What occupies the image, largest first: "weights", "kernels", "signal processing", "arena", "window", "start-up", ....
struct ImagePart {
    std::string name;
    std::uint64_t flash_bytes = 0, ram_bytes = 0;
};
std::vector<ImagePart> parts_of(const Image& image);

}  // namespace mote::target
