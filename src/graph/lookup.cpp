#include "graph/lookup.hpp"

#include <cmath>

namespace mote::graph {

std::function<std::int32_t(std::int32_t)> rounded_function(const NodeView& view, std::function<float(float)> real) {
    const float in_scale = scale_of(view.input(0)), inverse = 1.0f / scale_of(view.output());
    const std::int32_t in_zero = zero_point_of(view.input(0)), out_zero = zero_point_of(view.output());
    return [=](std::int32_t stored) {
        const float value = std::round(real(in_scale * static_cast<float>(stored - in_zero)) * inverse) + static_cast<float>(out_zero);
        if (std::isnan(value)) return out_zero;
        return static_cast<std::int32_t>(std::clamp(value, -128.0f, 127.0f));
    };
}

KernelCall lookup_call(const NodeView& view, const LookupTable& table) {
    const rt::nn::LookupParameters p{static_cast<std::int32_t>(view.output().count())};
    KernelCall call = reference_call("lookup", "LookupParameters", p, {"count"}, {view.input_index(0)});
    call.tables = {kernel_table("table", Type::i8, std::span<const std::int8_t>(table))};
    return call;
}

void require_output_scale(const NodeView& view, const OutputScale& wanted) {
    const Quantisation& q = view.output().quantisation;
    if (q.scale[0] == wanted.scale && q.zero_point[0] == wanted.zero_point) return;
    view.fail(
        view.output_index(), "has scale " + base::exact(q.scale[0]) + " and zero point " + std::to_string(q.zero_point[0]),
        "the output of this operator has scale " + base::exact(wanted.scale) + " and zero point " + std::to_string(wanted.zero_point));
}

}  // namespace mote::graph
