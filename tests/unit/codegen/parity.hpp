// The host's evaluator against the emitted program, byte for byte.
#pragma once

#include "codegen/emit.hpp"
#include "toolchain.hpp"

#include <cstddef>

namespace mote::codegen::testing {

/// Features, every layer and the outputs of `window_count` random windows. Fails the test where a byte differs, and where fewer than
/// `distinct` values occur in the layers: a comparison of constants proves nothing.
void expect_same_bytes(const Pipeline& pipeline, const Emission& emission, const Compiler& compiler, std::size_t window_count,
                       std::size_t distinct = 60);

}  // namespace mote::codegen::testing
