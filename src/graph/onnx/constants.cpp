// Operators without computed inputs.
#include "graph/onnx/families.hpp"

#include "graph/limits.hpp"
#include "graph/node_view.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mote::graph::onnx {

namespace {

Value whole(Translator& t, const std::vector<std::int64_t>& numbers, std::vector<int> shape) {
    FileTensor tensor;
    tensor.name = t.writer().fresh_name("");
    tensor.type = DataType::i64;
    tensor.shape = std::move(shape);
    tensor.raw = std::as_bytes(std::span(numbers));
    return constant_value(t.writer(), tensor, t.where());
}

Value constant_input(Translator& t, std::size_t i) {
    const Value& x = t.input(i);
    if (!t.is_constant(x) || x.is_view || (x.element != Element::real && x.element != Element::whole))
        t.refuse("is read with constants only, and \"" + t.node().inputs[i] + "\" is computed", advice_for(t.node().op_type));
    return x;
}

/// The shape that constants of these shapes have together: sizes of 1 are repeated.
std::vector<int> shape_of_all(Translator& t, const std::vector<Value>& values) {
    std::vector<int> shape;
    for (const Value& v : values) {
        if (v.shape.size() > shape.size()) shape.insert(shape.begin(), v.shape.size() - shape.size(), 1);
        for (std::size_t d = 0; d < v.shape.size(); ++d) {
            int& size = shape[shape.size() - v.shape.size() + d];
            if (size != v.shape[d] && size != 1 && v.shape[d] != 1)
                t.reject("takes tensors of the shapes " + graph::text_of(values[0].shape) + ", " + graph::text_of(values[1].shape) +
                         " and " + graph::text_of(values[2].shape));
            size = std::max(size, v.shape[d]);
        }
    }
    if (count_of(shape) > limits::tensor_bytes / sizeof(float)) t.refuse("gives more values than a small machine holds", "give fewer");
    return shape;
}

/// A constant's values, repeated to a shape.
std::vector<float> repeated(Translator& t, const Value& v, const std::vector<int>& shape) {
    const auto own = t.writer().at(t.writer().plain_tensor(v)).as<float>();
    std::vector<float> values(count_of(shape));
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::size_t rest = i, from = 0, step = 1;
        for (std::size_t d = shape.size(); d-- > shape.size() - v.shape.size();) {
            const auto size = static_cast<std::size_t>(v.shape[d - (shape.size() - v.shape.size())]);
            if (size != 1) from += rest % static_cast<std::size_t>(shape[d]) * step;
            rest /= static_cast<std::size_t>(shape[d]);
            step *= size;
        }
        values[i] = own[from];
    }
    return values;
}

}  // namespace

void equal(Translator& t) {
    Value difference = t.binary("sub", constant_input(t, 0), constant_input(t, 1));
    for (float& v : t.writer().at(difference.tensor).as<float>()) v = v == 0 ? 1.0f : 0.0f;
    difference.element = Element::whole;
    t.set_output(0, difference);
}

void where(Translator& t) {
    const Value condition = constant_input(t, 0), a = constant_input(t, 1), b = constant_input(t, 2);
    if (a.element != b.element) t.reject("mixes reals and whole numbers");
    // Chosen, not computed: masks of attention choose between 0 and -infinity.
    const std::vector<int> shape = shape_of_all(t, {condition, a, b});
    const std::vector<float> choice = repeated(t, condition, shape);
    std::vector<float> values = repeated(t, a, shape);
    const std::vector<float> others = repeated(t, b, shape);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (choice[i] == 0) values[i] = others[i];
    Value result = Value::plain(t.writer().constant(shape, values), shape);
    result.element = a.element;
    t.set_output(0, result);
}

void range(Translator& t) {
    const Value start = constant_input(t, 0), limit = constant_input(t, 1), delta = constant_input(t, 2);
    const auto number = [&](const Value& v) { return double{t.writer().at(v.tensor).as<float>()[0]}; };
    const double count = std::ceil((number(limit) - number(start)) / number(delta));
    if (!(count >= 1) || count > 1 << 20) t.refuse("gives no numbers, or too many", "give at least one");
    std::vector<float> values;
    values.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < static_cast<int>(count); ++i) values.push_back(static_cast<float>(number(start) + i * number(delta)));
    const std::vector<int> shape{static_cast<int>(values.size())};
    Value result = Value::plain(t.writer().constant(shape, values), shape);
    result.element = start.element;
    t.set_output(0, result);
}

// Of all values, as shapes are multiplied out.
void reduce_product(Translator& t) {
    const Value x = constant_input(t, 0);
    const bool keep = t.integer("keepdims", 1) != 0;
    const std::vector<int> axes = t.numbers(1, "axes");
    if (x.shape.size() > 1 && !axes.empty() && axes.size() != x.shape.size()) t.refuse("multiplies along some axes", "multiply all values");
    float product = 1;
    for (const float v : t.writer().at(x.tensor).as<float>()) product *= v;
    const std::vector<int> shape(keep ? x.shape.size() : 0, 1);
    Value result = Value::plain(t.writer().constant(shape, std::span(&product, 1)), shape);
    result.element = x.element;
    t.set_output(0, result);
}

void constant(Translator& t) {
    if (const Attribute* a = t.attribute("value")) {
        if (a->kind != Attribute::Kind::tensor) t.reject("has a value that is no tensor");
        return t.set_output(0, constant_value(t.writer(), read_tensor(a->tensor, t.where()), t.where()));
    }
    if (t.has("value_float")) {
        const float value = t.real("value_float", 0);
        return t.set_output(0, Value::plain(t.writer().constant({}, std::span(&value, 1)), {}));
    }
    if (const Attribute* a = t.attribute("value_floats"); a && !a->reals.empty())
        return t.set_output(
            0, Value::plain(t.writer().constant({static_cast<int>(a->reals.size())}, a->reals), {static_cast<int>(a->reals.size())}));
    if (t.has("value_int")) return t.set_output(0, whole(t, {t.integer("value_int", 0)}, {}));
    if (const Attribute* a = t.attribute("value_ints"))
        return t.set_output(0, whole(t, a->integers, {static_cast<int>(a->integers.size())}));
    t.refuse("has no value that is known here", "use a dense tensor of numbers");
}

void constant_of_shape(Translator& t) {
    const std::vector<int> shape = t.numbers(0);
    FileTensor zero;
    const float nothing = 0;
    zero.type = DataType::f32, zero.shape = {1}, zero.raw = std::as_bytes(std::span(&nothing, 1));
    if (const Attribute* a = t.attribute("value")) {
        if (a->kind != Attribute::Kind::tensor) t.reject("has a value that is no tensor");
        zero = read_tensor(a->tensor, t.where());
    }
    if (zero.count() != 1) t.reject("has a value that is not one number");
    const Value value = constant_value(t.writer(), zero, t.where());
    const auto rank = shape.size();
    if (rank == 0) {
        Value scalar = value;
        scalar.shape = {};
        return t.set_output(0, scalar);
    }
    Value one = value;
    one.shape = std::vector<int>(rank, 1);
    one = t.writer().settled(one);
    std::vector<int> strides(rank, 0);
    if (t.writer().at(one.tensor).type == Type::i8) t.refuse("fills with 8-bit values", "use float32");
    Value filled = one.with(t.writer().emit("slice", {one.tensor}, {{"begin", strides}, {"size", shape}, {"strides", strides}}));
    filled.shape = filled.inner = shape;
    t.set_output(0, filled);
}

void shape_of(Translator& t) {
    const std::vector<int> shape = t.input(0).shape;
    const auto rank = static_cast<std::int64_t>(shape.size());
    const auto place = [&](std::int64_t v) { return std::clamp<std::int64_t>(v < 0 ? v + rank : v, 0, rank); };
    const std::int64_t start = place(t.integer("start", 0)), end = std::max(start, place(t.integer("end", rank)));
    const std::vector<std::int64_t> part(shape.begin() + start, shape.begin() + end);
    t.set_output(0, whole(t, part, {static_cast<int>(part.size())}));
}

}  // namespace mote::graph::onnx
