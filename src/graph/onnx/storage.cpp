// Values of 8 bits: QuantizeLinear and DequantizeLinear say between operators of reals how these are stored. Between a DequantizeLinear and
// a QuantizeLinear an operator works on the stored values themselves, in the arithmetic of the graph's own int8 operators.
#include "graph/onnx/translator.hpp"

#include "base/error.hpp"
#include "graph/lookup.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

namespace mote::graph::onnx {

namespace {

bool same(const Quantisation& a, const Quantisation& b) { return a.scale == b.scale && a.zero_point == b.zero_point; }

std::size_t channel_of(const Tensor& t, std::size_t i) {
    if (t.quantisation.axis < 0) return 0;
    std::size_t inner = 1;
    for (std::size_t d = static_cast<std::size_t>(t.quantisation.axis) + 1; d < t.shape.size(); ++d)
        inner *= static_cast<std::size_t>(t.shape[d]);
    return i / inner % t.quantisation.scale.size();
}

Tensor dequantised(const Tensor& t) {
    Tensor real{t.name + "/real", Type::f32, t.shape, {}, {}, false};
    real.data.resize(t.count() * sizeof(float));
    const auto from = t.as<std::int8_t>();
    const auto to = real.as<float>();
    for (std::size_t i = 0; i < from.size(); ++i) {
        const std::size_t c = channel_of(t, i);
        to[i] = static_cast<float>(from[i] - t.quantisation.zero_point[c]) * t.quantisation.scale[c];
    }
    return real;
}

// Halves to even, as QuantizeLinear rounds.
Tensor quantised(const Tensor& t, const Quantisation& q) {
    Tensor result{t.name + "/stored", Type::i8, t.shape, q, {}, false};
    result.data.resize(t.count());
    const auto from = t.as<float>();
    const auto to = result.as<std::int8_t>();
    for (std::size_t i = 0; i < from.size(); ++i) {
        const std::size_t c = channel_of(result, i);
        const float value = std::nearbyint(from[i] / q.scale[c]) + static_cast<float>(q.zero_point[c]);
        to[i] = static_cast<std::int8_t>(std::isnan(value) ? 0.0f : std::clamp(value, -128.0f, 127.0f));
    }
    return result;
}

// Operators whose output is stored as their input is: the scale that a QuantizeLinear behind them asks for can be theirs.
bool keeps_scale(const std::string& op_type) {
    static const std::set<std::string> names = {"Relu",    "Clip",      "MaxPool",  "Reshape", "Flatten", "Transpose",
                                                "Squeeze", "Unsqueeze", "Identity", "Dropout", "Slice",   "GlobalMaxPool"};
    return names.count(op_type) > 0;
}

}  // namespace

Value Translator::real_value(const Value& value) {
    if (!value.is_view) return value;
    Value real = value;
    real.is_view = false;
    real.element = Element::real;
    const auto known = dequantised_.find(value.tensor);
    if (known != dequantised_.end()) {
        real.tensor = known->second;
        return real;
    }
    real.tensor = is_constant(value) ? writer_.add(dequantised(writer_.at(value.tensor)))
                                     : writer_.convert("dequantise", value.tensor, Type::f32, {});
    dequantised_[value.tensor] = real.tensor;
    return real;
}

Value Translator::stored(const Value& value, const StoredAs& as) {
    Value result = value;
    result.is_view = false;
    result.element = as.is_unsigned ? Element::stored_unsigned : Element::stored;
    if (!value.is_view && is_constant(value)) {
        result = writer_.in_plain_order(result);
        result.tensor = writer_.add(quantised(writer_.at(result.tensor), as.scale));
    } else if (as.scale.axis >= 0) {
        refuse("quantises computed values with several scales", "quantise activations with one scale for the tensor");
    } else if (!value.is_view) {
        result.tensor = writer_.convert("quantise", value.tensor, Type::i8, as.scale);
    } else if (!same(writer_.at(value.tensor).quantisation, as.scale)) {
        result.tensor = writer_.convert("requantise", value.tensor, Type::i8, as.scale);
    }
    return result;
}

Value Translator::viewed(const Value& stored, const StoredAs& as) {
    Value view = stored;
    if (stored.element != Element::stored && stored.element != Element::stored_unsigned)
        refuse("takes values that are not 8 bits wide", "quantise to int8 or uint8");
    if ((stored.element == Element::stored_unsigned) != as.is_unsigned) reject("has a zero point of another type than its values");
    view.is_view = true;
    view.element = Element::real;
    if (is_constant(stored)) {
        view = writer_.in_plain_order(view);
        Tensor copy = writer_.at(view.tensor);
        copy.quantisation = as.scale;
        if (as.scale.axis >= 0 && (static_cast<std::size_t>(as.scale.axis) >= copy.shape.size() ||
                                   static_cast<std::size_t>(copy.shape[static_cast<std::size_t>(as.scale.axis)]) != as.scale.scale.size()))
            reject("has " + std::to_string(as.scale.scale.size()) + " scales for values of shape " + graph::text_of(copy.shape));
        view.tensor = writer_.add(std::move(copy));
        return view;
    }
    if (as.scale.axis >= 0) refuse("gives computed values several scales", "quantise activations with one scale for the tensor");
    Quantisation& own = writer_.at(stored.tensor).quantisation;
    if (own.empty()) own = as.scale;
    if (!same(own, as.scale)) refuse("reads values with another scale than they were stored with", "use the scale that they have");
    return view;
}

StoredAs Translator::storage(const std::string& scale, const std::string& zero_point, std::int64_t axis_given,
                             bool unsigned_otherwise) const {
    const Value* s = find(scale);
    const Value* z = zero_point.empty() ? nullptr : find(zero_point);
    if (!s || !writer_.is_constant(*s) || s->element != Element::real || s->is_view || (z && !writer_.is_constant(*z)))
        refuse("has a scale or zero point that is no constant", "use static quantisation, which fixes scales when it is done");
    StoredAs as;
    const auto scales = writer_.at(s->tensor).as<float>();
    as.scale.scale.assign(scales.begin(), scales.end());
    for (const float v : as.scale.scale)
        if (!std::isfinite(v) || !(v > 0)) reject("has scale " + base::exact(v) + "; scales are finite and greater than 0");
    as.is_unsigned = z ? z->element == Element::stored_unsigned : unsigned_otherwise;
    as.scale.zero_point.assign(scales.size(), as.is_unsigned ? -128 : 0);
    if (z && z->element != Element::whole) {
        const Tensor& zeros = writer_.at(z->tensor);
        if (zeros.type != Type::i8 || zeros.count() != scales.size()) reject("has scales and zero points that do not belong together");
        for (std::size_t i = 0; i < scales.size(); ++i) as.scale.zero_point[i] = std::int32_t{zeros.as<std::int8_t>()[i]};
    } else if (z) {
        as.is_unsigned = false;
        if (z->number_scales.empty() && z->numbers)
            for (const std::int64_t v : *z->numbers)
                if (v != 0) refuse("has a zero point that is neither int8 nor uint8", "quantise to int8 or uint8");
    }
    if (scales.size() > 1) {
        if (s->shape.size() != 1) refuse("has scales for blocks of values", "use one scale for the tensor, or one for each channel");
        as.scale.axis = static_cast<int>(std::clamp<std::int64_t>(axis_given, -8, 8));
    }
    return as;
}

StoredAs Translator::storage_of_inputs(std::size_t scale, std::size_t zero_point, std::int64_t axis_given, bool unsigned_otherwise) const {
    if (!has_input(scale)) reject("has no scale");
    return storage(node_->inputs[scale], has_input(zero_point) ? node_->inputs[zero_point] : std::string(), axis_given, unsigned_otherwise);
}

std::optional<StoredAs> Translator::output_storage() const {
    return node_->outputs.empty() ? std::nullopt : storage_behind(node_->outputs.front(), 0);
}

std::optional<StoredAs> Translator::storage_behind(const std::string& name, int depth) const {
    const auto readers = readers_.find(name);
    if (readers == readers_.end() || depth > 8) return std::nullopt;
    std::optional<StoredAs> common;
    for (const std::size_t n : readers->second) {
        if (n >= file_.nodes.size()) return std::nullopt;  // a graph output
        const FileNode& reader = file_.nodes[n];
        if (reader.inputs.empty() || reader.inputs.front() != name || !reader.domain.empty()) return std::nullopt;
        std::optional<StoredAs> behind;
        if (reader.op_type == "QuantizeLinear" && reader.inputs.size() >= 2) {
            const std::string zero_point = reader.inputs.size() > 2 ? reader.inputs[2] : std::string();
            const Value* scale = find(reader.inputs[1]);
            if (!scale || !writer_.is_constant(*scale)) return std::nullopt;
            const auto type = reader.attributes.find("output_dtype");
            const bool is_signed = type != reader.attributes.end() && type->second.integer == static_cast<int>(DataType::i8);
            behind = storage(reader.inputs[1], zero_point, 0, !is_signed);
        } else if (keeps_scale(reader.op_type) && !reader.outputs.empty() && readers->second.size() == 1) {
            behind = storage_behind(reader.outputs.front(), depth + 1);
        }
        if (!behind || behind->scale.scale.size() != 1) return std::nullopt;
        if (common && (!same(common->scale, behind->scale) || common->is_unsigned != behind->is_unsigned)) return std::nullopt;
        common = behind;
    }
    return common;
}

Value Translator::unary(const std::string& op, const Value& x, const base::Json& attributes) {
    if (!x.is_view || is_constant(x)) {
        const Value real = real_value(x);
        return real.with(writer_.emit(op, {real.tensor}, attributes));
    }
    const OutputScale rule = find_operator(op)->output_scale;
    const bool clamps = op == "relu" || op == "relu6" || op == "relu_n1_to_1";
    const auto target = output_storage();
    if (rule.rule == ScaleRule::shared || (clamps && !target)) return x.with(writer_.emit(op, {x.tensor}, attributes));
    if (target) {
        const Quantisation fixed{{rule.scale}, {rule.zero_point}, -1};
        return x.with(writer_.emit(op, {x.tensor}, attributes, rule.rule == ScaleRule::fixed ? &fixed : &target->scale));
    }
    const Value real = real_value(x);
    return real.with(writer_.emit(op, {real.tensor}, attributes));
}

namespace {

// A range that holds the constants and 0.
Quantisation scale_for(std::span<const float> values) {
    float low = 0, high = 0;
    for (const float v : values) low = std::min(low, v), high = std::max(high, v);
    if (!(high - low > 0) || !std::isfinite(high - low)) return {{1.0f}, {0}, -1};
    const float scale = (high - low) / 255.0f;
    return {{scale}, {static_cast<std::int32_t>(std::clamp(std::nearbyint(-128.0f - low / scale), -128.0f, 127.0f))}, -1};
}

}  // namespace

Value Translator::aligned(const Value& value, std::size_t rank) {
    Value result = writer_.settled(value);
    if (result.shape.size() >= rank) return result;
    const auto missing = static_cast<int>(rank - result.shape.size());
    std::vector<int> order = plain_order(static_cast<std::size_t>(missing));
    for (const int d : result.order) order.push_back(d + missing);
    result.shape.insert(result.shape.begin(), static_cast<std::size_t>(missing), 1);
    result.inner = result.shape;
    result.order = order;
    result.tensor = writer_.reshaped(result.tensor, permuted(result.shape, order));
    return result;
}

Value Translator::binary(const std::string& op, const Value& left, const Value& right) {
    const std::size_t rank = std::max(left.shape.size(), right.shape.size());
    Value a = left, b = right;
    const bool shares = find_operator(op)->output_scale.rule == ScaleRule::shared;
    const auto target = output_storage();
    const auto can_be_stored = [&](const Value& v) { return v.is_view || is_constant(v); };
    const bool is_stored =
        can_be_stored(a) && can_be_stored(b) && (a.is_view || b.is_view) && (target || shares) && !(is_constant(a) && is_constant(b));
    // The operators that keep a scale need both inputs in it: what is asked for, or that of the computed input.
    const Quantisation common = target ? target->scale : writer_.at(is_constant(a) ? b.tensor : a.tensor).quantisation;
    for (Value* v : {&a, &b}) {
        const bool is_ready = v->is_view && !shares && writer_.at(v->tensor).quantisation.axis < 0;
        if (!is_stored) *v = real_value(*v);
        if (!is_stored || is_ready) continue;
        if (is_constant(*v)) *v = real_value(*v);
        *v = stored(*v, {shares ? common : scale_for(writer_.at(v->tensor).as<float>()), false});
        v->is_view = true;
        v->element = Element::real;
    }
    const bool alike = a.shape == b.shape && a.inner == b.inner && a.order == b.order;
    if (!alike) {
        a = aligned(a, rank);
        b = aligned(b, rank);
    }
    const bool follows_b = is_constant(a) || (!is_constant(b) && count_of(b.shape) > count_of(a.shape)) ||
                           (!is_constant(b) && count_of(b.shape) == count_of(a.shape) && a.order == plain_order(rank));
    const std::vector<int> order = follows_b ? b.order : a.order;
    const int x = alike ? a.tensor : writer_.in_order(a, order), y = alike ? b.tensor : writer_.in_order(b, order);
    Value result = a;
    result.numbers = nullptr;
    result.number_scales.clear();
    result.tensor = writer_.emit(op, {x, y}, base::Json::object(), is_stored && target ? &target->scale : nullptr);
    result.order = order;
    if (!alike) result.shape = result.inner = permuted(writer_.at(result.tensor).shape, inverse(order));
    result.element = left.element == Element::whole && right.element == Element::whole ? Element::whole : Element::real;
    return result;
}

Value constant_value(Writer& writer, const FileTensor& file, std::string_view where) {
    Value value;
    value.shape = value.inner = file.shape;
    value.order = plain_order(file.shape.size());
    if (!is_real(file.type)) {
        const bool is_8_bit = file.type == DataType::i8 || file.type == DataType::u8;
        value.element = !is_8_bit ? Element::whole : file.type == DataType::i8 ? Element::stored : Element::stored_unsigned;
    }
    if (file.count() == 0) return value;
    Tensor tensor{file.name, Type::f32, file.shape, {}, {}, false};
    if (value.element == Element::stored || value.element == Element::stored_unsigned) {
        tensor.type = Type::i8;
        for (const std::int64_t v : integers_of(file, where))
            tensor.data.push_back(static_cast<std::byte>(value.element == Element::stored_unsigned ? v - 128 : v));
        value.tensor = writer.add(std::move(tensor));
        return value;
    }
    std::vector<float> reals;
    if (value.element == Element::whole) {
        auto numbers = std::make_shared<std::vector<std::int64_t>>(integers_of(file, where));
        // As reals they can be computed with where a float holds them exactly; NaN tells of the others.
        for (const std::int64_t n : *numbers)
            reals.push_back(n >= -(1 << 24) && n <= 1 << 24 ? static_cast<float>(n) : std::numeric_limits<float>::quiet_NaN());
        value.numbers = std::move(numbers);
    } else {
        reals = reals_of(file, where);
    }
    tensor.data.resize(reals.size() * sizeof(float));
    std::memcpy(tensor.data.data(), reals.data(), tensor.data.size());
    value.tensor = writer.add(std::move(tensor));
    return value;
}

}  // namespace mote::graph::onnx
