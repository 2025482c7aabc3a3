// Ba, Kiros and Hinton, "Layer Normalization", 2016.
#include "graph/elementwise.hpp"
#include "graph/quantised.hpp"
#include "mote/rt/nn/layer_norm/reference.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph::ops {

namespace {

struct Attributes {
    double epsilon = 1e-5;
    bool per_row = false;
    static constexpr auto fields() {
        return std::make_tuple(base::field("epsilon", &Attributes::epsilon, "added to the variance").range(1e-12, 1.0),
                               base::field("per_row", &Attributes::per_row, "gamma and beta have one value a row"));
    }
};

constexpr int most_depth = 65536;

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 3);
    const bool per_row = view.attributes<Attributes>().per_row;
    const auto& shape = view.input(0).shape;
    if (shape.empty()) view.fail(view.input_index(0), "has no dimensions", "put a reshape before it");
    if (shape.back() > most_depth)
        view.fail("normalises " + std::to_string(shape.back()) + " values at once",
                  "at most " + std::to_string(most_depth) + " are normalised together: pool before it");
    (void)view.require_activations(0, 1);
    for (std::size_t i = 1; i < 3; ++i) {
        if (!view.has_input(i)) continue;
        view.require_constant(i);
        const int rows = static_cast<int>(view.input(0).count() / static_cast<std::size_t>(shape.back()));
        view.require_shape(i, {per_row ? rows : shape.back()}, per_row ? "one value a row" : "one value a place of the last dimension");
        view.require_type(view.input_index(i), {Type::f32});
    }
    view.require_outputs(infer_same_shape(graph, node));
}

/// Factors and offsets behind the normalisation; one of each where all are the same.
struct Affine {
    std::vector<double> gamma, beta;
    std::size_t row_step = 0, step = 0;
    std::size_t place(std::size_t row, std::size_t i) const { return row * row_step + i * step; }
};

Affine affine_of(const NodeView& view) {
    const bool per_row = view.attributes<Attributes>().per_row;
    const auto depth = static_cast<std::size_t>(view.input(0).shape.back()), count = per_row ? view.input(0).count() / depth : depth;
    const auto values = [&](std::size_t i, double otherwise) {
        std::vector<double> list(count, otherwise);
        if (view.has_input(i)) std::copy_n(view.input(i).as<float>().begin(), count, list.begin());
        return list;
    };
    Affine affine{values(1, 1), values(2, 0), per_row ? 1u : 0u, per_row ? 0u : 1u};
    const auto all_same = [](const std::vector<double>& v) { return std::all_of(v.begin(), v.end(), [&](double x) { return x == v[0]; }); };
    if (all_same(affine.gamma) && all_same(affine.beta)) affine = {{affine.gamma[0]}, {affine.beta[0]}, 0, 0};
    return affine;
}

struct Quantised {
    rt::nn::LayerNormParameters parameters{};
    std::vector<std::int32_t> gain, offset;
};

/// The power of two above every size; at least 2^least.
int bits_above(const std::vector<double>& values, int least) {
    int bits = least;
    for (const double v : values) bits = std::max(bits, std::ilogb(std::fabs(v) + 1e-300) + 1);
    return bits;
}

std::vector<std::int32_t> fixed(const std::vector<double>& values, int bits) {
    std::vector<std::int32_t> list;
    for (const double v : values)
        list.push_back(static_cast<std::int32_t>(std::clamp(std::round(std::ldexp(v, bits)), -1073741824.0, 1073741824.0)));
    return list;
}

Quantised quantised(const NodeView& view) {
    Affine affine = affine_of(view);
    const double in_scale = scale_of(view.input(0)), out_scale = scale_of(view.output());
    for (double& v : affine.gamma) v /= out_scale;
    for (double& v : affine.beta) v = v / out_scale + zero_point_of(view.output());
    const int depth = view.input(0).shape.back();

    Quantised q;
    rt::nn::LayerNormParameters& p = q.parameters;
    p.rows = static_cast<std::int32_t>(view.input(0).count() / static_cast<std::size_t>(depth)), p.depth = depth;
    // n^2 times the variance of 8-bit values is below 2^14 n^2.
    constexpr double most = 4611686018427387904.0;
    const double epsilon = view.attributes<Attributes>().epsilon * depth * depth / in_scale / in_scale;
    p.root_bits = 24;
    while (p.root_bits > 0 && std::ldexp(std::max(epsilon, 16384.0 * depth * depth), 2 * p.root_bits) > most) --p.root_bits;
    const auto whole = static_cast<std::uint64_t>(std::clamp(std::round(std::ldexp(epsilon, 2 * p.root_bits)), 1.0, most));
    p.epsilon_high = static_cast<std::int32_t>(whole >> 32), p.epsilon_low = static_cast<std::int32_t>(whole & 0xffffffffu);
    int root_bits = 0;
    while (1 << 2 * root_bits < depth) ++root_bits;
    p.unit_bits = 30 - root_bits;
    // Gains of up to 30 bits and offsets of up to 30, the latter with 16 fraction bits at most. Gains beyond 2^30 steps, which leave
    // nothing but the ends of the range, stay there.
    const int gain_bits = std::clamp(30 - bits_above(affine.gamma, -2), -p.unit_bits, 32);
    p.gain_shift = p.unit_bits + gain_bits;
    const int beta_bits = std::min(bits_above(affine.beta, 8), 30), offset_bits = std::min({30 - beta_bits, 16, p.gain_shift});
    p.offset_shift = p.gain_shift - offset_bits;
    q.gain = fixed(affine.gamma, gain_bits), q.offset = fixed(affine.beta, offset_bits);
    // Both terms stay below 2^62.
    while (p.gain_shift + beta_bits > 61 && p.unit_bits > 0) --p.offset_shift, --p.gain_shift, --p.unit_bits;
    p.low = -128, p.high = 127;
    p.gain_row_step = static_cast<std::int32_t>(affine.row_step), p.gain_step = static_cast<std::int32_t>(affine.step);
    return q;
}

std::function<void(Values&)> prepare_f32(const NodeView& view) {
    return
        [affine = affine_of(view), epsilon = view.attributes<Attributes>().epsilon, count = view.input(0).count(),
         depth = static_cast<std::size_t>(view.input(0).shape.back()), x = view.input_index(0), y = view.output_index()](Values& values) {
            const float* in = values.in<float>(x);
            float* out = values.out<float>(y);
            for (std::size_t row = 0; row < count; row += depth) {
                double mean = 0, variance = 0;
                for (std::size_t i = 0; i < depth; ++i) mean += in[row + i];
                mean /= static_cast<double>(depth);
                for (std::size_t i = 0; i < depth; ++i) variance += (in[row + i] - mean) * (in[row + i] - mean);
                const double factor = 1 / std::sqrt(variance / static_cast<double>(depth) + epsilon);
                for (std::size_t i = 0; i < depth; ++i) {
                    const std::size_t q = affine.place(row / depth, i);
                    out[row + i] = static_cast<float>((in[row + i] - mean) * factor * affine.gamma[q] + affine.beta[q]);
                }
            }
        };
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (view.input(0).type == Type::f32) return prepare_f32(view);
    return [q = quantised(view), x = view.input_index(0), y = view.output_index()](Values& values) {
        rt::nn::layer_norm_reference(q.parameters, values.in<std::int8_t>(x), q.gain.data(), q.offset.data(), values.out<std::int8_t>(y));
    };
}

KernelPlan lower(const Graph& graph, const Node& node, Isa) {
    const NodeView view(graph, node);
    const Quantised q = quantised(view);
    KernelCall call = reference_call("layer_norm", "LayerNormParameters", q.parameters,
                                     {"rows", "depth", "epsilon_high", "epsilon_low", "root_bits", "unit_bits", "gain_shift",
                                      "offset_shift", "low", "high", "gain_row_step", "gain_step"},
                                     {view.input_index(0)});
    call.tables = {kernel_table("gain", Type::i32, std::span<const std::int32_t>(q.gain)),
                   kernel_table("offset", Type::i32, std::span<const std::int32_t>(q.offset))};
    return {false, {std::move(call)}, {0}, {}};
}

std::uint64_t macs(const Graph& graph, const Node& node) { return NodeView(graph, node).output().count(); }

}  // namespace

const Operator& layer_norm() {
    static const Operator op{"layer_norm",
                             "normalisation of each row of the last dimension: x, gamma [C], beta [C], the last two as reals",
                             base::json_schema<Attributes>,
                             verify,
                             infer_same_shape,
                             prepare,
                             macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
