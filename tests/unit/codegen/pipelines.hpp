// Pipelines over small networks, and windows to feed them.
#pragma once

#include "codegen/emit.hpp"

#include <cstdint>
#include <vector>

namespace mote::codegen::testing {

/// Block "raw": the window's values are the features.
Pipeline raw_pipeline(graph::Graph model, store::SampleType type = store::SampleType::f32);
/// One second of 16 kHz audio through block "mfe" into a small ds_cnn network: the keyword pipeline's shape.
Pipeline audio_pipeline(int classes, std::uint64_t seed);

std::vector<base::Bytes> random_windows(const dsp::InputSpec& input, std::size_t count, std::uint64_t seed);

/// Float features of a window on the host.
std::vector<float> features_of(const Pipeline& pipeline, const base::Bytes& window);

}  // namespace mote::codegen::testing
