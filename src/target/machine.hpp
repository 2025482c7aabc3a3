// The emulated machines: which QEMU machine runs which core, and where its memory lies.
#pragma once

#include "board/board.hpp"

#include <string_view>

namespace mote::target {

/// Where the firmware lies in the emulated machine: the machine's addresses, the part's sizes.
struct Layout {
    board::Memory flash;
    board::Memory ram;
};

/// Throws base::Error "unsupported" when no machine of that name runs the board's core, or "bad_input" when the part has more memory
/// than the machine.
Layout layout_of(const board::Board& board);

/// The same board with all the memory of its emulated machine: instructions of a program that the part cannot hold can still be counted.
/// Throws as layout_of().
board::Board with_whole_machine(board::Board board);

}  // namespace mote::target
