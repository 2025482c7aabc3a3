// The harness around an emitted model, in its two builds.
#pragma once

#include "target/measure.hpp"
#include "target/toolchain.hpp"

namespace mote::target {

/// The image that runs windows through the model; the traced one also writes features and each step's output, and marks their regions.
std::filesystem::path build_harness(const codegen::Emission& emission, const board::Board& board, const Layout& layout, bool traced);

/// Throws base::Error "unsupported" for a model alone, which has nothing to listen with.
void check_listens(const codegen::Emission& emission);

/// The image that listens to a recorded signal. Throws what check_listens() throws.
std::filesystem::path build_listener(const codegen::Emission& emission, const board::Board& board);

}  // namespace mote::target
