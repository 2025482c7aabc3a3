// Numbers that are no activations: shapes, places in them, and what is computed from them. They follow from constants and known shapes, so
// that the graph computes none of them. Arithmetic on whole numbers is that of the float operators, which is exact up to 2^24.
#include "base/error.hpp"
#include "graph/node_view.hpp"
#include "graph/tflite/names.hpp"
#include "graph/tflite/operators.hpp"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>
#include <cstring>

namespace mote::graph::tflite {

namespace {

constexpr int cast_code = 53, shape_code = 77, rank_code = 110, div_code = 42, floor_div_code = 90, floor_mod_code = 95, product_code = 81,
              fill_code = 94, range_code = 96, zeros_like_code = 93;

/// Operators that mean the same for whole numbers as for reals.
constexpr std::array as_reals = {0, 2, 18, 22, 36, 39, 41, 43, 45, 49, 55, 57, 59, 65, 69, 70, 74, 82, 83, 88, 89, 92, 101, 102, 105, 130};

constexpr double most_exact = 1 << 24;

bool is_whole(Type type) { return type == Type::i32 || type == Type::i64 || type == Type::boolean; }

template <class T>
void append_as(const Tensor& t, std::vector<double>& values) {
    for (const T v : t.as<T>()) values.push_back(static_cast<double>(v));
}

template <class T>
base::Bytes stored_as(const std::vector<double>& values) {
    std::vector<T> stored;
    stored.reserve(values.size());
    for (const double v : values) stored.push_back(static_cast<T>(v));
    const auto bytes = std::as_bytes(std::span(stored));
    return {bytes.begin(), bytes.end()};
}

}  // namespace

std::vector<double> OperatorReader::values_of(const Tensor& t) const {
    if (t.data.size() != t.size_bytes())
        buffer_.damaged(place() + " reads \"" + t.name + "\", whose " + std::to_string(t.data.size()) + " bytes do not make shape " +
                        text_of(t.shape));
    std::vector<double> values;
    values.reserve(t.count());
    switch (t.type) {
        case Type::f32:
            append_as<float>(t, values);
            break;
        case Type::i8:
            append_as<std::int8_t>(t, values);
            break;
        case Type::i16:
            append_as<std::int16_t>(t, values);
            break;
        case Type::i32:
            append_as<std::int32_t>(t, values);
            break;
        case Type::i64:
            append_as<std::int64_t>(t, values);
            break;
        case Type::u8:
        case Type::boolean:
            append_as<std::uint8_t>(t, values);
            break;
    }
    const bool is_quantised = t.type == Type::i8 || t.type == Type::i16;
    if (is_quantised && t.quantisation.scale.size() == 1 && t.quantisation.zero_point.size() == 1)
        for (double& v : values) v = double{t.quantisation.scale[0]} * (v - t.quantisation.zero_point[0]);
    return values;
}

void OperatorReader::set_values(int output, const std::vector<double>& values) {
    Tensor& t = graph_.tensors[static_cast<std::size_t>(output)];
    check_shape(t);
    if (t.is_constant()) buffer_.damaged(place() + " writes \"" + t.name + "\", which is a constant already");
    if (values.size() != t.count())
        buffer_.damaged(place() + " gives " + std::to_string(values.size()) + " values, \"" + t.name + "\" has shape " + text_of(t.shape));
    budget_.spend(t.size_bytes());
    const auto fits = [&](double low, double high) {
        return std::all_of(values.begin(), values.end(), [&](double v) { return v >= low && v <= high; });
    };
    if (t.type == Type::f32) {
        if (!fits(-double{FLT_MAX}, double{FLT_MAX})) buffer_.damaged(place() + " gives a number that is not finite, or too large");
        t.data = stored_as<float>(values);
    } else if (t.type == Type::i8 && t.quantisation.scale.size() == 1 && t.quantisation.zero_point.size() == 1) {
        std::vector<double> stored;
        for (const double v : values) {
            const double scaled = std::round(v / double{t.quantisation.scale[0]}) + t.quantisation.zero_point[0];
            if (!std::isfinite(scaled)) buffer_.damaged(place() + " gives a number that is not finite");
            stored.push_back(std::clamp(scaled, -128.0, 127.0));
        }
        t.data = stored_as<std::int8_t>(stored);
    } else if (!fits(-2147483648.0, 2147483647.0)) {
        buffer_.damaged(place() + " gives a number out of range");
    } else if (t.type == Type::i64) {
        t.data = stored_as<std::int64_t>(values);
    } else if (t.type == Type::i32) {
        t.data = stored_as<std::int32_t>(values);
    } else if (t.type == Type::boolean) {
        t.data = stored_as<std::uint8_t>(values);
    }
}

bool OperatorReader::has_constants() const {
    return !op_->inputs.empty() && std::all_of(op_->inputs.begin(), op_->inputs.end(), [&](int i) { return i < 0 || at(i).is_constant(); });
}

int OperatorReader::real_twin(int tensor) {
    if (tensor < 0 || !is_whole(at(tensor).type)) return tensor;
    if (const auto known = twins_.find(tensor); known != twins_.end()) return known->second;
    Tensor twin{at(tensor).name, Type::f32, at(tensor).shape, {}, {}, false};
    if (at(tensor).is_constant()) {
        const std::vector<double> values = values_of(at(tensor));
        budget_.spend(values.size() * sizeof(float));
        twin.data = stored_as<float>(values);
    }
    const int index = add_tensor(std::move(twin));
    wholes_[index] = tensor;
    return twins_[tensor] = index;
}

// Through the operator's counterpart for reals.
void OperatorReader::whole_arithmetic(const Entry& entry) {
    const FileOperator* const original = op_;
    const FileOperator& whole = *original;
    FileOperator real = whole;
    for (std::vector<int>* list : {&real.inputs, &real.outputs})
        for (int& i : *list) i = real_twin(i);
    const bool slices =
        whole.code == 45 || whole.code == 65;  // beside their data, slices read places, where the largest numbers mean the end
    for (std::size_t i = 0; i < (slices ? std::min<std::size_t>(1, whole.inputs.size()) : whole.inputs.size()); ++i)
        if (whole.inputs[i] >= 0)
            for (const double v : values_of(at(whole.inputs[i])))
                if (!(std::fabs(v) <= most_exact))
                    unsupported("computes with \"" + at(whole.inputs[i]).name + "\", whose numbers are too large", "use smaller numbers");
    op_ = &real;
    target_ = entry.op;
    (this->*entry.handler)();
    op_ = original;
    for (std::size_t i = 0; i < whole.outputs.size(); ++i)
        if (at(real.outputs[i]).is_constant()) set_values(whole.outputs[i], values_of(at(real.outputs[i])));
}

void OperatorReader::divide_wholes() {
    const std::vector<double> a = values_of(input(0)), b = values_of(input(1));
    const std::size_t n = std::max(a.size(), b.size());
    if (a.empty() || b.empty() || n % a.size() != 0 || n % b.size() != 0)
        buffer_.damaged(place() + " divides " + text_of(input(0).shape) + " by " + text_of(input(1).shape));
    std::vector<double> quotients;
    for (std::size_t i = 0; i < n; ++i) {
        const double x = a[i % a.size()], y = b[i % b.size()];
        if (y == 0) buffer_.damaged(place() + " divides by \"" + input(1).name + "\", which is 0 at place " + std::to_string(i % b.size()));
        const double quotient = x / y;
        quotients.push_back(op_->code == div_code         ? std::trunc(quotient)
                            : op_->code == floor_div_code ? std::floor(quotient)
                                                          : x - y * std::floor(quotient));
    }
    set_values(output_index(), quotients);
}

void OperatorReader::range() {
    const auto number = [&](std::size_t i) {
        const std::vector<double> values = values_of(input(i));
        if (values.size() != 1) buffer_.damaged(place() + " takes several numbers from \"" + input(i).name + "\"");
        return values[0];
    };
    const double start = number(0), limit = number(1), step = number(2), count = std::ceil((limit - start) / step);
    if (!(count >= 1) || count > most_exact) buffer_.damaged(place() + " gives no numbers, or too many");
    budget_.spend(static_cast<std::uint64_t>(count) * sizeof(double));
    std::vector<double> values;
    for (double i = 0; i < count; ++i) values.push_back(start + i * step);
    set_values(output_index(), values);
}

std::vector<double> OperatorReader::reals_of(const Tensor& x) const {
    const Quantisation& q = x.quantisation;
    if (q.axis < 0) return values_of(x);
    const auto d = static_cast<std::size_t>(q.axis);
    if (d >= x.shape.size() || q.scale.size() != static_cast<std::size_t>(x.shape[d]) || q.zero_point.size() != q.scale.size())
        buffer_.damaged(place() + " has " + std::to_string(q.scale.size()) + " scales for \"" + x.name + "\" of shape " + text_of(x.shape));
    std::vector<double> values = values_of(x);
    std::size_t inner = 1;
    for (std::size_t i = d + 1; i < x.shape.size(); ++i) inner *= static_cast<std::size_t>(x.shape[i]);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t channel = i / inner % q.scale.size();
        values[i] = double{q.scale[channel]} * (values[i] - q.zero_point[channel]);
    }
    return values;
}

void OperatorReader::widen_weights(std::size_t data) {
    if (!has_input(data) || input(data).type != Type::f32) return;
    for (std::size_t i = 0; i < op_->inputs.size(); ++i) {
        if (!has_input(i) || input(i).type != Type::i8 || !input(i).is_constant() || input(i).quantisation.empty()) continue;
        const std::vector<double> reals = reals_of(input(i));
        Tensor& weights = graph_.tensors[static_cast<std::size_t>(input_index(i))];
        budget_.spend(reals.size() * sizeof(float));
        weights.type = Type::f32, weights.quantisation = {}, weights.data = stored_as<float>(reals);
    }
}

bool OperatorReader::computes_known_numbers() {
    const bool known = has_constants();
    switch (op_->code) {
        case shape_code:
            set_values(output_index(), {input(0).shape.begin(), input(0).shape.end()});
            return true;
        case rank_code:
            set_values(output_index(), {static_cast<double>(input(0).shape.size())});
            return true;
        case zeros_like_code:
        case fill_code:
            if (op_->code == fill_code && !known) return false;
            check_shape(output());
            if (op_->code == fill_code && constant(0) != output().shape)
                buffer_.damaged(place() + " fills " + text_of(constant(0)) + ", its output has shape " + text_of(output().shape));
            budget_.spend(output().count() * sizeof(double));
            set_values(output_index(), std::vector<double>(output().count(), op_->code == fill_code ? values_of(input(1)).at(0) : 0.0));
            return true;
        case cast_code:
            if (!known) return false;
            cast_constant();
            return true;
        case range_code:
            if (known) range();
            return known;
        default:
            return false;
    }
}

void OperatorReader::cast_constant() {
    std::vector<double> values = values_of(input(0));
    if (output().type == Type::boolean)
        for (double& v : values) v = v != 0 ? 1 : 0;
    else if (output().type != Type::f32)
        for (double& v : values) v = std::trunc(v);
    set_values(output_index(), values);
}

void OperatorReader::add_numbers() {
    if (!computes_known_numbers() && has_constants()) {
        if (op_->code == div_code || op_->code == floor_div_code || op_->code == floor_mod_code) return divide_wholes();
        if (op_->code == product_code) {
            double product = 1;
            for (const double v : values_of(input(0))) product *= v;
            if (output().count() == 1) set_values(output_index(), {product});
        } else if (const Entry* entry = find(op_->code);
                   entry && std::find(as_reals.begin(), as_reals.end(), op_->code) != as_reals.end()) {
            whole_arithmetic(*entry);
        }
    }
    for (const int o : op_->outputs)
        if (std::find(graph_.outputs.begin(), graph_.outputs.end(), o) != graph_.outputs.end())
            unsupported("gives whole numbers, and a model's outputs are float32, int8, uint8 or int16",
                        advice_for(op_->code).empty() ? "leave it out, and let the model end with what it reads"
                                                      : std::string(advice_for(op_->code)));
}

void OperatorReader::known_numbers() {
    if (!computes_known_numbers()) unsupported("follows from computed numbers", "export the model with fixed shapes");
}

// From types that stand for reals: numbers of 8 bits without a scale are themselves.
void OperatorReader::cast() {
    if (has_constants()) return cast_constant();
    Tensor& x = graph_.tensors[static_cast<std::size_t>(input_index(0))];
    if (x.type == output().type && x.quantisation.scale == output().quantisation.scale)
        return add_node("copy", {input_index(0)}, output_index());
    if (x.type == Type::i8 && x.quantisation.empty()) x.quantisation = {{1.0f}, {0}, -1};
    if (x.type != Type::i8 || output().type != Type::f32)
        unsupported("casts computed " + std::string(name_of(x.type)) + " to " + std::string(name_of(output().type)),
                    "cast uint8 or int8 inputs to float32; keep other activations in one type");
    add_node("dequantise", {input_index(0)}, output_index());
}

}  // namespace mote::graph::tflite
