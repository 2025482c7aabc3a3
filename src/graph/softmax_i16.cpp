#include "graph/softmax_i16.hpp"

#include "graph/lookup.hpp"
#include "graph/sigmoid_i16.hpp"
#include "mote/rt/nn/softmax_i16/reference.hpp"

#include <cmath>

namespace mote::graph {

namespace {

constexpr std::size_t table_size = 513;
constexpr int most_classes = 65536;  // more could overflow the sum
using Table = std::array<std::int16_t, table_size>;

// gen_lut of TensorFlow Lite's common.h: samples with 15 fraction bits, each moved by half of what a straight line to the next one misses
// in the middle.
Table table_of(double (*function)(double), double low, double high) {
    const double step = (high - low) / (table_size - 1);
    const auto stored = [](double value) { return static_cast<std::int16_t>(std::min(std::max(value, -32768.0), 32767.0)); };
    Table table;
    for (std::size_t i = 0; i + 1 < table_size; ++i) {
        const double place = low + static_cast<double>(i) * step;
        const double sample = std::round(function(place) * 32768);
        const double line = std::round((function(low + static_cast<double>(i + 1) * step) * 32768 + sample) / 2);
        const double missed = line - std::round(function(place + step / 2) * 32768);
        table[i] = stored(sample - std::round(missed / 2));
    }
    table.back() = stored(std::round(function(high) * 32768));
    return table;
}

struct Prepared {
    rt::nn::SoftmaxI16Parameters parameters;
    Table exponential, reciprocal;
};

Prepared prepared(const NodeView& view) {
    const int depth = view.input(0).shape.back();
    // Differences from -65535 to 0 stand for -10 to 0.
    const Multiplier m = multiplier_of(double{scale_of(view.input(0))} / (10.0 / 65535.0));
    return {{static_cast<std::int32_t>(view.input(0).count()) / depth, depth, m.value, m.shift},
            table_of([](double x) { return std::exp(x); }, -10, 0),
            table_of([](double x) { return 1 / (1 + x); }, 0, 1)};
}

}  // namespace

void check_softmax_i16(const NodeView& view) {
    require_output_scale(view, unit_scale_i16);
    if (view.input(0).shape.back() > most_classes)
        view.fail(view.input_index(0), "has more than " + std::to_string(most_classes) + " values in a row", "use fewer classes");
    if (!(scale_of(view.input(0)) <= 1.0f))
        view.fail(view.input_index(0), "has scale " + base::exact(scale_of(view.input(0))) + ", one step changes everything",
                  "quantise the model again: a scale is damaged");
}

std::function<void(Values&)> prepare_softmax_i16(const NodeView& view) {
    return [q = prepared(view), x = view.input_index(0), y = view.output_index()](Values& values) {
        rt::nn::softmax_i16_reference(q.parameters, values.in<std::int16_t>(x), q.exponential.data(), q.reciprocal.data(),
                                      values.out<std::int16_t>(y));
    };
}

KernelPlan lower_softmax_i16(const NodeView& view) {
    const Prepared q = prepared(view);
    KernelCall call = reference_call("softmax_i16", "SoftmaxI16Parameters", q.parameters, {"rows", "depth", "multiplier", "shift"},
                                     {view.input_index(0)});
    call.tables = {kernel_table("exponential", Type::i16, std::span<const std::int16_t>(q.exponential)),
                   kernel_table("reciprocal", Type::i16, std::span<const std::int16_t>(q.reciprocal))};
    return {false, {std::move(call)}, {0}, {}};
}

}  // namespace mote::graph
