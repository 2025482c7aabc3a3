// From scales and zero points to the whole numbers that int8 kernels work with (TensorFlow Lite's rules).
#pragma once

#include "graph/kernel_call.hpp"
#include "graph/node_view.hpp"
#include "mote/rt/nn/kernel.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace mote::graph {

/// factor = value * 2^(shift - 31); value in [2^30, 2^31), or 0 for a factor below 2^-32.
struct Multiplier {
    std::int32_t value = 0;
    int shift = 0;
};
Multiplier multiplier_of(double factor);

/// Stored values that an activation lets through.
struct StoredRange {
    std::int32_t low = -128;
    std::int32_t high = 127;
};
StoredRange stored_range(std::string_view activation, const Quantisation& output);
/// The same for an i8 or i16 tensor.
StoredRange stored_range(std::string_view activation, const Tensor& output);

/// The tables that kernel.hpp describes, made from a node with weights. The evaluator and generated code use the same.
struct LayerTables {
    std::span<const std::int8_t> weights;  ///< as the graph holds them
    std::vector<std::int32_t> bias;        ///< the input's zero point folded in
    std::vector<std::int32_t> multiplier;
    std::vector<std::int8_t> shift;
    bool per_channel = false;  ///< else multiplier and shift have one entry
    std::int32_t in_zero_point = 0, out_zero_point = 0;
    StoredRange range;

    /// weights (as given), bias, multiplier, shift: what every kernel of a layer with weights takes.
    std::vector<KernelTable> kernel_tables() const { return kernel_tables(kernel_table("weights", Type::i8, weights)); }
    /// The same with weights packed for a kernel.
    std::vector<KernelTable> kernel_tables(KernelTable packed_weights) const;
};

/// What the kernels of a layer with weights work on.
template <class Parameters>
struct QuantisedLayer {
    Parameters parameters;
    LayerTables tables;
};

/// `n` brought up to a multiple of `step`.
constexpr std::size_t rounded_up(std::size_t n, std::size_t step) { return (n + step - 1) / step * step; }
/// bias, multiplier and shift with entries up to a multiple of `step` channels, for kernels that work on so many at once.
LayerTables padded(LayerTables tables, std::size_t step);
/// More scratch memory than this is not worth the speed on a small machine.
inline constexpr std::size_t most_scratch_bytes = 16384;

/// Input 0 is the activation, 1 the weights with channels along `axis`, 2 the bias if there is one.
LayerTables layer_tables(const NodeView& node, int axis, std::string_view activation);

/// What a variable holds before the first inference: its initial value, else 0 as it is stored.
base::Bytes initial_value(const Tensor& variable);

inline float scale_of(const Tensor& tensor) { return tensor.quantisation.scale.front(); }
inline std::int32_t zero_point_of(const Tensor& tensor) { return tensor.quantisation.zero_point.front(); }

}  // namespace mote::graph
