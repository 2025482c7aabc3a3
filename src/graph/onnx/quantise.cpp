// QuantizeLinear and DequantizeLinear.
#include "graph/onnx/families.hpp"

#include "graph/node_view.hpp"

#include <cmath>
#include <cstring>

namespace mote::graph::onnx {

namespace {

std::int64_t axis_of(Translator& t, std::size_t rank) {
    const std::int64_t given = t.integer("axis", 1);
    if (t.integer("block_size", 0) != 0)
        t.refuse("has scales for blocks of values", "use one scale for the tensor, or one for each channel");
    const auto dimensions = static_cast<std::int64_t>(rank);
    return given < 0 && given >= -dimensions ? given + dimensions : given;
}

// A bias: whole numbers with the scale of the sums that it is added to.
Value whole_as_reals(Translator& t, const Value& x) {
    if (!x.numbers || !t.is_constant(x)) t.refuse("dequantises computed numbers of 32 bits", "use int8 or uint8");
    const Value& scale = t.input(1);
    const std::vector<float> scales = t.reals(1);
    if (scale.element != Element::real || scales.empty()) t.reject("has no scale");
    for (const float s : scales)
        if (!std::isfinite(s) || !(s > 0)) t.reject("has a scale that is not finite and greater than 0");
    if (t.has_input(2))
        for (const int z : t.numbers(2))
            if (z != 0) t.refuse("has a zero point for numbers of 32 bits", "use zero point 0");
    if (scales.size() > 1 && scales.size() != x.numbers->size()) t.refuse("has scales along one of several dimensions", "use one scale");
    std::vector<float> reals;
    for (std::size_t i = 0; i < x.numbers->size(); ++i)
        reals.push_back(static_cast<float>(static_cast<double>((*x.numbers)[i]) * double{scales[scales.size() > 1 ? i : 0]}));
    Value result = Value::plain(t.writer().constant(x.inner, reals), x.inner);
    result.shape = x.shape;
    result.numbers = x.numbers;
    result.number_scales = scales;
    return result;
}

}  // namespace

void quantise_linear(Translator& t) {
    const Value x = t.operand(0);
    (void)t.integer("saturate", 1), (void)t.integer("precision", 0);
    const auto type = static_cast<DataType>(t.integer("output_dtype", 0));
    if (type != DataType::none && type != DataType::u8 && type != DataType::i8)
        t.refuse("quantises to " + name_of(type), "quantise to int8 or uint8");
    const StoredAs as = t.storage_of_inputs(1, 2, axis_of(t, x.shape.size()), type != DataType::i8);
    if (as.scale.axis >= 0 && (static_cast<std::size_t>(as.scale.axis) >= x.shape.size() ||
                               static_cast<std::size_t>(x.shape[static_cast<std::size_t>(as.scale.axis)]) != as.scale.scale.size()))
        t.reject("has scales that do not fit " + graph::text_of(x.shape));
    t.set_output(0, t.stored(x, as));
}

void dequantise_linear(Translator& t) {
    const Value x = t.input(0);
    const auto type = static_cast<DataType>(t.integer("output_dtype", 0));
    if (type != DataType::none && type != DataType::f32) t.refuse("dequantises to " + name_of(type), "use float32");
    const std::int64_t axis = axis_of(t, x.shape.size());
    t.set_output(0, x.element == Element::whole ? whole_as_reals(t, x)
                                                : t.viewed(x, t.storage_of_inputs(1, 2, axis, x.element == Element::stored_unsigned)));
}

}  // namespace mote::graph::onnx
