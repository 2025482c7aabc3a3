#include "graph/sigmoid_i16.hpp"

#include "graph/lookup.hpp"
#include "mote/rt/nn/sigmoid_i16/reference.hpp"

#include <cmath>

namespace mote::graph {

namespace {

double logistic(double place) { return 65536 / (1 + std::exp(-place / 24)); }

// LogisticPrepare and TanhPrepare of TensorFlow Lite's activations.cc: inputs in steps of 1/4096 are taken as they are, others brought
// to steps of 1/12288 by a factor of 15 bits.
rt::nn::SigmoidI16Parameters parameters(const NodeView& view, bool is_tanh) {
    const float scale = scale_of(view.input(0));
    const auto count = static_cast<std::int32_t>(view.output().count());
    if (scale == 1.0f / 4096) return {count, 3, 0, is_tanh ? 1 : 0};
    if (is_tanh && scale == 2.0f / 4096) return {count, 6, 0, 1};
    double factor = double{scale} * 4096 * 3;
    int shift = 0;
    while (factor <= 32767.0 / 2 && shift <= 30) factor *= 2, ++shift;
    return {count, static_cast<std::int16_t>(factor), shift, is_tanh ? 1 : 0};
}

}  // namespace

std::array<std::int16_t, 256> sigmoid_table() {
    std::array<std::int16_t, 256> table;
    for (int i = 0; i < 256; ++i) {
        const double missed = logistic(i + 0.5) - (logistic(i) + logistic(i + 1)) / 2;
        const double value = i == 255 ? 65535 : std::floor(logistic(i) + missed / 2 + 0.5);
        table[static_cast<std::size_t>(i)] = static_cast<std::int16_t>(static_cast<std::uint16_t>(value));
    }
    return table;
}

void check_sigmoid_i16(const NodeView& view) {
    require_output_scale(view, unit_scale_i16);
    if (!(scale_of(view.input(0)) <= 2.0f))
        view.fail(view.input_index(0), "has scale " + base::exact(scale_of(view.input(0))) + ", nothing lies between its ends",
                  "quantise the model again: a scale is damaged");
}

std::function<void(Values&)> prepare_sigmoid_i16(const NodeView& view, bool is_tanh) {
    return [p = parameters(view, is_tanh), table = sigmoid_table(), x = view.input_index(0), y = view.output_index()](Values& values) {
        rt::nn::sigmoid_i16_reference(p, values.in<std::int16_t>(x), table.data(), values.out<std::int16_t>(y));
    };
}

KernelPlan lower_sigmoid_i16(const NodeView& view, bool is_tanh) {
    const auto table = sigmoid_table();
    KernelCall call = reference_call("sigmoid_i16", "SigmoidI16Parameters", parameters(view, is_tanh),
                                     {"count", "multiplier", "shift", "is_tanh"}, {view.input_index(0)});
    call.tables = {kernel_table("table", Type::i16, std::span<const std::int16_t>(table))};
    return {false, {std::move(call)}, {0}, {}};
}

}  // namespace mote::graph
