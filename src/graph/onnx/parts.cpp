// Operators that take tensors apart and put them together.
#include "graph/onnx/families.hpp"

#include "graph/limits.hpp"
#include "graph/node_view.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace mote::graph::onnx {

namespace {

// A part of a settled value; begin, size and strides count along the dimensions that the file sees.
Value part(Translator& t, const Value& x, const std::vector<int>& begin, const std::vector<int>& size, const std::vector<int>& strides) {
    const bool whole = size == x.shape && std::all_of(strides.begin(), strides.end(), [](int s) { return s == 1; });
    if (whole) return x;
    Value y = x.with(
        t.writer().emit("slice", {x.tensor},
                        {{"begin", permuted(begin, x.order)}, {"size", permuted(size, x.order)}, {"strides", permuted(strides, x.order)}}));
    y.shape = y.inner = size;
    return y;
}

// Values of one meaning, in the order of the first that is computed, one behind the other.
Value joined(Translator& t, const std::vector<Value>& values, int axis) {
    if (values.size() == 1) return values.front();
    const Value* guide = &values.front();
    for (const Value& v : values)
        if (t.is_constant(*guide) && !t.is_constant(v)) guide = &v;
    Writer& w = t.writer();
    const Value first = w.settled(*guide);
    std::vector<int> inputs;
    int total = 0;
    for (const Value& v : values) {
        inputs.push_back(w.in_order(v, first.order));
        total += v.shape[static_cast<std::size_t>(axis)];
    }
    Value y = first.with(w.emit("concat", inputs, {{"axis", inverse(first.order)[static_cast<std::size_t>(axis)]}}));
    y.shape[static_cast<std::size_t>(axis)] = total;
    y.inner = y.shape;
    return y;
}

bool same_scale(const Quantisation& a, const Quantisation& b) { return a.scale == b.scale && a.zero_point == b.zero_point; }

// Views stay stored where all can have one scale: what is asked for, or what they have in common.
void to_one_storage(Translator& t, std::vector<Value>& values) {
    const bool any_view = std::any_of(values.begin(), values.end(), [](const Value& v) { return v.is_view; });
    if (!any_view) return;
    const bool storable = std::all_of(values.begin(), values.end(), [&](const Value& v) { return v.is_view || t.is_constant(v); });
    const auto target = t.output_storage();
    const Value& view = *std::find_if(values.begin(), values.end(), [](const Value& v) { return v.is_view; });
    const Quantisation common = target ? target->scale : t.writer().at(view.tensor).quantisation;
    bool agree = storable && common.axis < 0;
    for (const Value& v : values) agree = agree && (target || (v.is_view && same_scale(t.writer().at(v.tensor).quantisation, common)));
    for (Value& v : values) {
        if (!agree || t.is_constant(v)) v = t.real_value(v);
        if (!agree) continue;
        v = t.stored(v, {common, false});
        v.is_view = true;
        v.element = Element::real;
    }
}

// A constant like x of another size along one dimension, every value the same.
Value filled(Translator& t, const Value& x, int axis, int size, float value) {
    std::vector<int> shape = x.shape;
    shape[static_cast<std::size_t>(axis)] = size;
    if (count_of(shape) * sizeof(float) > limits::tensor_bytes) t.refuse("pads to a size that no small machine holds", "pad less");
    Value constant = Value::plain(t.writer().constant(shape, std::vector<float>(count_of(shape), value)), shape);
    constant.element = x.element;
    if (!x.is_view) return constant;
    constant = t.stored(constant, {t.writer().at(x.tensor).quantisation, false});
    constant.is_view = true;
    constant.element = Element::real;
    return constant;
}

Value beside(Translator& t, const Value& x, int axis, int size, bool is_before, Edge edge, float value) {
    const int n = x.shape[static_cast<std::size_t>(axis)];
    if (edge == Edge::zero) return filled(t, x, axis, size, value);
    if (edge == Edge::replicate) return part_along(t, x, axis, is_before ? 0 : n - 1, size, 0);
    if (size >= n) t.reject("mirrors more than it has");
    return part_along(t, x, axis, is_before ? size : n - 2, size, -1);
}

Value pad_by(Translator& t, Value x, const std::vector<int>& before, const std::vector<int>& behind, Edge edge, float value) {
    for (std::size_t d = 0; d < x.shape.size(); ++d) {
        const int cut_before = std::max(-before[d], 0), cut_behind = std::max(-behind[d], 0);
        if (std::int64_t{cut_before} + cut_behind >= x.shape[d]) t.reject("cuts more than it has");
        x = part_along(t, x, static_cast<int>(d), cut_before, x.shape[d] - cut_before - cut_behind, 1);
    }
    const auto above_0 = [](const std::vector<int>& list) { return std::any_of(list.begin(), list.end(), [](int v) { return v > 0; }); };
    if (!above_0(before) && !above_0(behind)) return x;
    if (edge == Edge::zero && value == 0 && x.shape.size() <= 4 && !x.shape.empty() && x.element == Element::real) {
        std::vector<int> pads, shape = x.shape;
        for (const int d : x.order) {
            const auto i = static_cast<std::size_t>(d);
            pads.push_back(std::max(before[i], 0)), pads.push_back(std::max(behind[i], 0));
            if (pads.back() > 1 << 20 || pads[pads.size() - 2] > 1 << 20) t.refuse("pads by more than 2^20", "pad less");
            shape[i] += std::max(before[i], 0) + std::max(behind[i], 0);
        }
        x = x.with(t.writer().emit("pad", {x.tensor}, {{"pads", pads}}));
        x.shape = x.inner = shape;
        return x;
    }
    for (std::size_t d = 0; d < x.shape.size(); ++d) {
        const auto axis = static_cast<int>(d);
        std::vector<Value> pieces;
        if (before[d] > 1 << 20 || behind[d] > 1 << 20) t.refuse("pads by more than 2^20", "pad less");
        if (before[d] > 0) pieces.push_back(beside(t, x, axis, before[d], true, edge, value));
        pieces.push_back(x);
        if (behind[d] > 0) pieces.push_back(beside(t, x, axis, behind[d], false, edge, value));
        x = joined(t, pieces, axis);
    }
    return x;
}

}  // namespace

Value part_along(Translator& t, const Value& x, int axis, int begin, int size, int stride) {
    std::vector<int> begins(x.shape.size(), 0), sizes = x.shape, strides(x.shape.size(), 1);
    const auto a = static_cast<std::size_t>(axis);
    begins[a] = begin, sizes[a] = size, strides[a] = stride;
    return part(t, x, begins, sizes, strides);
}

Value padded(Translator& t, const Value& x, const std::vector<int>& before, const std::vector<int>& behind, Edge edge) {
    return pad_by(t, t.writer().settled(x), before, behind, edge, 0);
}

void concat(Translator& t) {
    std::vector<Value> values;
    for (std::size_t i = 0; i < t.input_count(); ++i) {
        const Value v = t.movable(i);
        if (!values.empty() && (v.shape.size() != values[0].shape.size() || v.element != values[0].element))
            t.reject("joins tensors that do not fit");
        values.push_back(v);
    }
    if (values.empty() || values[0].shape.empty()) t.reject("joins nothing");
    to_one_storage(t, values);
    if (!t.has("axis")) t.reject("has no axis");
    t.set_output(0, joined(t, values, t.axis(t.integer("axis", 0), values[0].shape.size())));
}

void split(Translator& t) {
    const Value x = t.writer().settled(t.movable(0));
    const int axis = t.axis(t.integer("axis", 0), x.shape.size());
    const int whole = x.shape[static_cast<std::size_t>(axis)];
    std::vector<int> sizes = t.numbers(1, "split");
    const auto parts = static_cast<int>(t.output_count());
    const std::int64_t told = t.integer("num_outputs", parts);
    if (sizes.empty()) {
        if (told != parts || parts < 1 || (t.opset() < 18 && whole % parts != 0)) t.reject("cannot be split into equal parts");
        const int each = (whole + parts - 1) / parts;
        for (int i = 0; i < parts; ++i) sizes.push_back(std::min(each, whole - i * each));
    }
    for (const int size : sizes)
        if (size < 1) t.refuse("gives a part of size " + std::to_string(size) + " of " + std::to_string(whole), "give parts of at least 1");
    if (sizes.size() != t.output_count() || std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}) != whole)
        t.reject("splits " + std::to_string(whole) + " along dimension " + std::to_string(axis) + " into " + std::to_string(parts) +
                 " outputs of the sizes " + graph::text_of(sizes));
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < sizes.size() && i < t.output_count(); ++i) {
        t.set_output(i, part_along(t, x, axis, static_cast<int>(begin), sizes[i], 1));
        begin += sizes[i];
    }
}

void slice(Translator& t) {
    const Value x = t.writer().settled(t.movable(0));
    const std::vector<int> starts = t.numbers(1, "starts"), ends = t.numbers(2, "ends");
    std::vector<int> axes = t.numbers(3, "axes");
    const std::vector<int> steps = t.has_input(4) ? t.numbers(4) : std::vector<int>(starts.size(), 1);
    if (axes.empty()) axes = plain_order(starts.size());
    if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
        t.reject("has starts, ends, axes and steps of different lengths");
    std::vector<int> begin(x.shape.size(), 0), size = x.shape, strides(x.shape.size(), 1);
    for (std::size_t i = 0; i < starts.size(); ++i) {
        const auto d = static_cast<std::size_t>(t.axis(axes[i], x.shape.size()));
        const std::int64_t n = x.shape[d], step = steps[i];
        if (step == 0 || step < -(1 << 28) || step > 1 << 28) t.reject("has step " + std::to_string(step));
        const auto placed = [&](std::int64_t v, std::int64_t low, std::int64_t high) { return std::clamp(v < 0 ? v + n : v, low, high); };
        const std::int64_t first = step > 0 ? placed(starts[i], 0, n) : placed(starts[i], 0, n - 1);
        const std::int64_t end = step > 0 ? placed(ends[i], 0, n) : placed(ends[i], -1, n - 1);
        const std::int64_t count = step > 0 ? (end - first + step - 1) / step : (first - end - step - 1) / -step;
        if (count < 1) t.refuse("gives an empty tensor", "slice at least one value");
        begin[d] = static_cast<int>(first), size[d] = static_cast<int>(count), strides[d] = count == 1 ? 1 : static_cast<int>(step);
    }
    t.set_output(0, part(t, x, begin, size, strides));
}

void gather(Translator& t) {
    const Value x = t.writer().settled(t.movable(0));
    if (x.shape.empty()) t.reject("gathers from a single value");
    const int axis = t.axis(t.integer("axis", 0), x.shape.size());
    const int n = x.shape[static_cast<std::size_t>(axis)];
    const bool is_known = t.input(1).numbers || t.is_constant(t.input(1)) || t.input(1).tensor < 0;
    if (!is_known)
        t.refuse(
            "gathers by indices that are computed or fed, \"" + t.node().inputs[1] + "\"",
            "look the rows up in the program and feed them (an embedding's input is its vectors), or multiply the table by one-hot rows");
    std::vector<int> indices = t.numbers(1);
    if (indices.empty()) t.refuse("gathers nothing", "give at least one index");
    for (int& i : indices) {
        if (i < -n || i >= n) t.reject("gathers index " + std::to_string(i) + " of " + std::to_string(n));
        if (i < 0) i += n;
    }
    Value y = x;
    if (indices.size() == 1) {
        y = part_along(t, x, axis, indices[0], 1, 1);
    } else {
        y = gathered(t, x, axis, indices);
    }
    const std::vector<int> shape = t.input(1).shape;
    y.shape.erase(y.shape.begin() + axis);
    y.shape.insert(y.shape.begin() + axis, shape.begin(), shape.end());
    t.set_output(0, y);
}

Value gathered(Translator& t, const Value& x, int axis, const std::vector<int>& indices) {
    Tensor list{t.writer().fresh_name("/indices"), Type::i32, {static_cast<int>(indices.size())}, {}, {}, false};
    list.data.resize(indices.size() * sizeof(std::int32_t));
    std::memcpy(list.data.data(), indices.data(), list.data.size());
    const int place = inverse(x.order)[static_cast<std::size_t>(axis)];
    const int tensor = t.writer().add(std::move(list));
    Value y = x.with(t.writer().emit("gather", {x.tensor, tensor}, {{"axis", place}}));
    y.shape[static_cast<std::size_t>(axis)] = static_cast<int>(indices.size());
    y.inner = y.shape;
    return y;
}

void tile(Translator& t) {
    Value x = t.writer().settled(t.movable(0));
    const std::vector<int> repeats = t.numbers(1);
    if (repeats.size() != x.shape.size()) t.reject("repeats " + graph::text_of(x.shape) + " by " + graph::text_of(repeats));
    for (std::size_t d = 0; d < repeats.size(); ++d) {
        const std::int64_t size = std::int64_t{x.shape[d]} * repeats[d];
        if (size < 1 || size > 1 << 24) t.refuse("repeats to a size of " + std::to_string(size), "repeat at least once and less");
        std::vector<int> indices;
        for (std::int64_t i = 0; i < size; ++i) indices.push_back(static_cast<int>(i % x.shape[d]));
        if (repeats[d] != 1) x = gathered(t, x, static_cast<int>(d), indices);
    }
    t.set_output(0, x);
}

void pad(Translator& t) {
    const Value x = t.writer().settled(t.movable(0));
    const std::vector<int> pads = t.numbers(1, "pads");
    const std::string mode = t.text("mode", "constant");
    float value = t.real("value", 0);
    if (t.has_input(2)) {
        const std::vector<float> values = t.input(2).element == Element::whole ? std::vector<float>{0} : t.reals(2);
        if (values.size() == 1) value = values[0];
    }
    std::vector<int> axes = t.has_input(3) ? t.numbers(3) : plain_order(x.shape.size());
    if (pads.size() != 2 * axes.size()) t.reject("has " + std::to_string(pads.size()) + " pads for " + graph::text_of(x.shape));
    std::vector<int> before(x.shape.size(), 0), behind(x.shape.size(), 0);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const auto d = static_cast<std::size_t>(t.axis(axes[i], x.shape.size()));
        for (const int p : {pads[i], pads[axes.size() + i]})
            if (p < -(1 << 28) || p > 1 << 28) t.reject("pads by " + std::to_string(p));
        before[d] = pads[i], behind[d] = pads[axes.size() + i];
    }
    if (mode != "constant" && mode != "edge" && mode != "reflect") t.refuse("pads by " + mode, "use constant, edge or reflect");
    const Edge edge = mode == "edge" ? Edge::replicate : mode == "reflect" ? Edge::reflect : Edge::zero;
    t.set_output(0, pad_by(t, x, before, behind, edge, value));
}

}  // namespace mote::graph::onnx
