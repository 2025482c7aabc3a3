// Operators that give the same values another shape or order. They write no nodes: the value says what has changed, and a node stands where
// something needs it.
#include "graph/onnx/families.hpp"

#include "graph/node_view.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace mote::graph::onnx {

namespace {

void set_shape(Translator& t, Value x, std::vector<int> shape) {
    std::uint64_t count = 1;
    for (const int d : shape) {
        count = d < 0 ? std::numeric_limits<std::uint32_t>::max() : count * static_cast<std::uint64_t>(d);
        if (count > std::numeric_limits<std::uint32_t>::max()) break;
    }
    if (count != count_of(x.shape)) t.reject("gives " + graph::text_of(x.shape) + " the shape " + graph::text_of(shape));
    x.shape = std::move(shape);
    t.set_output(0, std::move(x));
}

std::set<int> axes_of(Translator& t, std::size_t rank) {
    std::set<int> axes;
    for (const int a : t.numbers(1, "axes"))
        if (!axes.insert(t.axis(a, rank)).second) t.reject("names an axis twice");
    return axes;
}

}  // namespace

void reshape(Translator& t) {
    const Value x = t.movable(0);
    std::vector<int> shape = t.numbers(1, "shape");
    const bool allows_zero = t.integer("allowzero", 0) != 0;
    std::int64_t known = 1;
    int* open = nullptr;
    for (std::size_t d = 0; d < shape.size(); ++d) {
        if (shape[d] == 0 && !allows_zero) {
            if (d >= x.shape.size()) t.reject("keeps dimension " + std::to_string(d) + " of " + graph::text_of(x.shape));
            shape[d] = x.shape[d];
        }
        if (shape[d] == -1 && !open)
            open = &shape[d];
        else if (shape[d] < 1 || (known *= shape[d]) > std::int64_t{1} << 32)
            t.reject("gives the shape " + graph::text_of(shape));
    }
    if (open) *open = static_cast<int>(static_cast<std::int64_t>(count_of(x.shape)) / known);
    set_shape(t, x, shape);
}

void flatten(Translator& t) {
    const Value x = t.movable(0);
    const std::int64_t given = t.integer("axis", 1);
    const auto rank = static_cast<std::int64_t>(x.shape.size());
    const int axis = given == rank ? static_cast<int>(rank) : t.axis(given, x.shape.size());
    const std::vector<int> front(x.shape.begin(), x.shape.begin() + axis), rest(x.shape.begin() + axis, x.shape.end());
    set_shape(t, x, {static_cast<int>(count_of(front)), static_cast<int>(count_of(rest))});
}

void squeeze(Translator& t) {
    const Value x = t.movable(0);
    const std::set<int> axes = axes_of(t, x.shape.size());
    std::vector<int> shape;
    for (std::size_t d = 0; d < x.shape.size(); ++d) {
        const bool goes = axes.empty() ? x.shape[d] == 1 : axes.count(static_cast<int>(d)) > 0;
        if (!goes) shape.push_back(x.shape[d]);
        if (goes && x.shape[d] != 1) t.reject("squeezes dimension " + std::to_string(d) + " of " + graph::text_of(x.shape));
    }
    set_shape(t, x, shape);
}

void unsqueeze(Translator& t) {
    const Value x = t.movable(0);
    const std::size_t added = t.numbers(1, "axes").size();
    if (x.shape.size() + added > 64) t.reject("adds too many dimensions");
    const std::set<int> axes = axes_of(t, x.shape.size() + added);
    std::vector<int> shape = x.shape;
    for (const int a : axes) shape.insert(shape.begin() + a, 1);
    set_shape(t, x, shape);
}

void transpose(Translator& t) {
    Value x = t.writer().settled(t.movable(0));
    std::vector<int> permutation = t.integers("perm");
    if (!t.has("perm")) {
        permutation = plain_order(x.shape.size());
        std::reverse(permutation.begin(), permutation.end());
    }
    std::vector<int> sorted = permutation;
    std::sort(sorted.begin(), sorted.end());
    if (sorted != plain_order(x.shape.size())) t.reject("orders " + graph::text_of(x.shape) + " by " + graph::text_of(permutation));
    const std::vector<int> place = inverse(permutation);
    for (int& d : x.order) d = place[static_cast<std::size_t>(d)];
    x.shape = x.inner = permuted(x.shape, permutation);
    x.numbers = nullptr;
    t.set_output(0, x);
}

void expand(Translator& t) {
    const std::vector<int> wanted = t.numbers(1);
    const Value given = t.movable(0);
    const Value x = t.aligned(given, std::max(given.shape.size(), wanted.size()));
    const std::size_t missing = x.shape.size() - wanted.size();
    std::vector<int> shape = x.shape, strides(x.shape.size(), 1);
    for (std::size_t d = missing; d < shape.size(); ++d) {
        const int size = wanted[d - missing];
        if (size < 1 || (size != 1 && shape[d] != 1 && size != shape[d]))
            t.reject("expands " + graph::text_of(given.shape) + " to " + graph::text_of(wanted));
        if (size != 1 && shape[d] == 1) shape[d] = size, strides[d] = 0;
    }
    if (shape == x.shape) return t.set_output(0, x);
    Value y = x.with(t.writer().emit(
        "slice", {x.tensor},
        {{"begin", std::vector<int>(shape.size(), 0)}, {"size", permuted(shape, x.order)}, {"strides", permuted(strides, x.order)}}));
    y.shape = y.inner = shape;
    t.set_output(0, y);
}

void identity(Translator& t) { t.set_output(0, t.input(0)); }

void dropout(Translator& t) {
    (void)t.real("ratio", 0.5f), (void)t.integer("seed", 0), (void)t.integer("is_test", 1);
    if (t.has_input(2)) {
        const std::vector<int> training = t.numbers(2);
        if (training.size() != 1 || training[0] != 0) t.refuse("is in training mode", "export the model for inference (model.eval())");
    }
    t.set_output(0, t.input(0));
}

void cast(Translator& t) {
    const auto to = static_cast<DataType>(t.integer("to", 0) & 0xffff);
    Value x = t.input(0);
    const bool was_whole = x.element == Element::whole, was_unsigned = x.element == Element::stored_unsigned;
    // Pixels: the numbers stand for themselves.
    if ((was_unsigned || x.element == Element::stored) && !x.is_view && is_real(to) && to != DataType::bf16)
        return t.set_output(0, t.viewed(x, {{{1.0f}, {was_unsigned ? -128 : 0}, -1}, was_unsigned}));
    if (!was_whole && (x.element != Element::real || x.is_view)) t.refuse("casts 8-bit values", "use DequantizeLinear");
    if (is_real(to) && to != DataType::bf16) {
        x.element = Element::real;
        x.numbers = nullptr;
    } else if (to == DataType::i64 || to == DataType::i32 || to == DataType::boolean) {
        if (!t.is_constant(x)) t.refuse("casts computed values to " + name_of(to), "keep activations in float32");
        if (was_whole && to == DataType::boolean) {
            std::vector<float> truth;
            if (x.numbers)
                for (const std::int64_t v : *x.numbers) truth.push_back(v != 0 ? 1.0f : 0.0f);
            else
                for (const float v : t.writer().at(x.tensor).as<float>()) truth.push_back(v != 0 ? 1.0f : 0.0f);
            Value flags = Value::plain(t.writer().constant(x.inner, truth), x.inner);
            flags.shape = x.shape;
            flags.element = Element::whole;
            x = flags;
        } else if (!was_whole) {
            Tensor whole = t.writer().at(x.tensor);
            for (float& v : whole.as<float>()) v = to == DataType::boolean ? (v != 0 ? 1.0f : 0.0f) : std::trunc(v);
            x = x.with(t.writer().add(std::move(whole)));
            x.element = Element::whole;
        }
    } else {
        t.refuse("casts to " + name_of(to), "use float32");
    }
    t.set_output(0, x);
}

}  // namespace mote::graph::onnx
