#include "graph/quantised.hpp"

#include "graph/window.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mote::graph {

Multiplier multiplier_of(double factor) {
    if (!(factor > 0)) return {};
    if (factor >= 1073741824.0) return {std::numeric_limits<std::int32_t>::max(), 30};
    int shift = 0;
    const double mantissa = std::frexp(factor, &shift);
    auto value = static_cast<std::int64_t>(std::round(mantissa * static_cast<double>(std::int64_t{1} << 31)));
    if (value == std::int64_t{1} << 31) value /= 2, ++shift;
    if (shift < -31) return {};
    return {static_cast<std::int32_t>(value), shift};
}

base::Bytes initial_value(const Tensor& variable) {
    if (!variable.initial.empty()) return variable.initial;
    // Only i8 has zero points other than 0 that a variable may have.
    const bool shifted = variable.type == Type::i8 && !variable.quantisation.empty();
    const auto zero = static_cast<std::byte>(shifted ? zero_point_of(variable) : 0);
    return base::Bytes(variable.size_bytes(), zero);
}

namespace {

StoredRange range_within(std::string_view activation, const Quantisation& output, double most) {
    const Clamp clamp = clamp_of(activation);
    const auto stored = [&](float real) {
        const double value = output.zero_point.front() + std::round(static_cast<double>(real) / output.scale.front());
        return static_cast<std::int32_t>(std::clamp(value, -most - 1, most));
    };
    return {stored(clamp.low), stored(clamp.high)};
}

}  // namespace

StoredRange stored_range(std::string_view activation, const Quantisation& output) { return range_within(activation, output, 127); }
StoredRange stored_range(std::string_view activation, const Tensor& output) {
    return range_within(activation, output.quantisation, output.type == Type::i16 ? 32767 : 127);
}

std::vector<KernelTable> LayerTables::kernel_tables(KernelTable packed_weights) const {
    return {std::move(packed_weights), kernel_table("bias", Type::i32, std::span<const std::int32_t>(bias)),
            kernel_table("multiplier", Type::i32, std::span<const std::int32_t>(multiplier)),
            kernel_table("shift", Type::i8, std::span<const std::int8_t>(shift))};
}

LayerTables padded(LayerTables tables, std::size_t step) {
    const std::size_t channels = rounded_up(tables.bias.size(), step);
    tables.bias.resize(channels, 0);
    if (!tables.per_channel) return tables;
    tables.multiplier.resize(channels, 0);
    tables.shift.resize(channels, -1);
    return tables;
}

LayerTables layer_tables(const NodeView& node, int axis, std::string_view activation) {
    const Tensor& weights = node.input(1);
    const auto channels = static_cast<std::size_t>(weights.shape[static_cast<std::size_t>(axis)]);
    LayerTables tables;
    tables.weights = weights.as<std::int8_t>();
    tables.in_zero_point = zero_point_of(node.input(0));
    tables.out_zero_point = zero_point_of(node.output());
    tables.range = stored_range(activation, node.output().quantisation);

    // Channels lie along the first axis or the last one. The arithmetic wraps as the kernels' does.
    std::vector<std::uint32_t> sums(channels, 0);
    const std::size_t rest = tables.weights.size() / channels;
    for (std::size_t i = 0; i < tables.weights.size(); ++i)
        sums[axis == 0 ? i / rest : i % channels] += static_cast<std::uint32_t>(tables.weights[i]);
    for (std::size_t c = 0; c < channels; ++c) {
        const std::uint32_t bias = node.has_input(2) ? static_cast<std::uint32_t>(node.input(2).as<std::int32_t>()[c]) : 0;
        tables.bias.push_back(static_cast<std::int32_t>(bias - static_cast<std::uint32_t>(tables.in_zero_point) * sums[c]));
    }
    const auto& scales = weights.quantisation.scale;
    tables.per_channel = std::any_of(scales.begin(), scales.end(), [&](float s) { return s != scales.front(); });
    for (std::size_t c = 0; c < (tables.per_channel ? channels : 1); ++c) {
        const Multiplier m = multiplier_of(double{scale_of(node.input(0))} * double{scales[c]} / double{scale_of(node.output())});
        tables.multiplier.push_back(m.value);
        tables.shift.push_back(static_cast<std::int8_t>(m.shift));
    }
    return tables;
}

}  // namespace mote::graph
