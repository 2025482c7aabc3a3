// Operators without computed inputs.
#include "graph/onnx/families.hpp"

#include "graph/limits.hpp"
#include "graph/node_view.hpp"

#include <algorithm>
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

}  // namespace

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
