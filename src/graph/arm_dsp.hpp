// Packing weights for the kernels named arm_dsp.hpp in runtime/include/mote/rt/nn; their layouts are written there.
#pragma once

#include "graph/quantised.hpp"

#include <cstdint>
#include <vector>

namespace mote::graph {

/// Whether sums and shifts stay within what these kernels' short rescaling is exact for. Channels lie along the first axis of the weights
/// [channels][rest], or along the last, [rest][channels].
bool suits_arm_dsp(const LayerTables& tables, bool channels_last);
/// bias, multiplier and shift with entries up to a multiple of `step` channels.
LayerTables padded(LayerTables tables, std::size_t step);

/// weights [out_c][kernel_h][run] with run = kernel_w * in_c.
std::vector<std::int8_t> pack_conv_2d_arm_dsp(std::span<const std::int8_t> weights, std::size_t out_c, std::size_t kernel_h,
                                              std::size_t run);
/// weights [out_c][in_c], none of them -128.
std::vector<std::int8_t> pack_dense_arm_dsp(std::span<const std::int8_t> weights, std::size_t out_c, std::size_t in_c);
/// weights [kernel_h][kernel_w][channels].
std::vector<std::int16_t> pack_depthwise_arm_dsp(std::span<const std::int8_t> weights, std::size_t kernel_h, std::size_t kernel_w,
                                                 std::size_t channels, bool overlapping_pairs);

}  // namespace mote::graph
