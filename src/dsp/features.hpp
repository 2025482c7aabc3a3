// Features of many windows: in parallel, and named by what they were made from so that they can be kept.
#pragma once

#include "dsp/block.hpp"

#include "base/json.hpp"
#include "base/progress.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mote::dsp {

/// Raised whenever any block gives other numbers than before for the same parameters and input; a test over all blocks says when.
inline constexpr int runtime_version = 1;

/// SHA-256 in hex over block, resolved parameters, input and runtime_version: the features of a window are a function of this key and
/// the window's bytes. Callers keep features under it.
std::string content_key(const BlockType& type, const base::Json& resolved_parameters, const InputSpec& input);

/// Window `i`, as Block::compute takes it. Called from several threads at once.
using WindowAt = std::function<const void*(std::size_t i)>;

/// Features of `count` windows, [count, output().count()], in the order of the windows, into `features`. The result does not depend on
/// the number of threads. Throws Error "cancelled" when asked to stop.
void compute_all(const Block& block, std::size_t count, const WindowAt& window_at, std::span<float> features,
                 base::Progress* progress = nullptr, const base::Cancel* cancel = nullptr);
std::vector<float> compute_all(const Block& block, std::size_t count, const WindowAt& window_at, base::Progress* progress = nullptr,
                               const base::Cancel* cancel = nullptr);

}  // namespace mote::dsp
