// The fastest firmware that fits a given flash: tried out with the compiler, because only it knows what code takes.
#pragma once

#include "base/progress.hpp"
#include "board/board.hpp"
#include "codegen/emit.hpp"

#include <cstdint>

namespace mote::app {

/// The pipeline with the fastest plan found whose firmware for the board has at most `limit_bytes` more than an empty one. Plans are built
/// from fast to small: the fastest kernels; the same compiled for size, one copy of each; then kinds of kernel are replaced by plain ones,
/// those with least work first, and layers get theirs back as far as the limit allows. Throws base::Error "bad_input" saying by how much
/// the smallest exceeds the limit, and what target::build_firmware() and codegen::emit() throw.
codegen::Pipeline within_flash(codegen::Pipeline pipeline, const board::Board& board, std::uint64_t limit_bytes, base::Progress& progress,
                               const base::Cancel& cancel);

}  // namespace mote::app
