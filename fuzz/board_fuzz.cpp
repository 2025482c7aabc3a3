// links: mote_board
// Board files: any text is a sound board or one Error with a hint.
#include "require.hpp"

#include "base/files.hpp"
#include "board/board.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const mote::base::TemporaryFolder folder("mote-fuzz");
    const auto file = folder.path() / "part.toml";
    mote::base::write_file(file, std::string_view(reinterpret_cast<const char*>(data), size));
    try {
        const auto board = mote::board::read_board(file);
        mote::fuzz::require(board.flash.size_bytes > 0 && !mote::board::compiler_flags(board).empty(), "a board that is read is whole");
    } catch (const mote::base::Error& error) {
        mote::fuzz::require_readable(error);
    }
    return 0;
}
