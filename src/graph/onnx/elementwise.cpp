// Operators of one tensor, or of tensors of one shape, that compute each value by itself.
#include "graph/onnx/families.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mote::graph::onnx {

namespace {

Value scalar(Translator& t, float value) { return Value::plain(t.writer().constant({}, std::span(&value, 1)), {}); }

// scale * (max(x, 0) + alpha * min(exp(x / width) - 1, 0) * ...) of Elu, Celu and Selu, from the operator elu, whose alpha is 1.
Value exponential_unit(Translator& t, Value x, float alpha, float width, float scale) {
    if (alpha == 1 && width == 1 && scale == 1) return t.unary("elu", x);
    x = t.real_value(x);
    const Value inner = width == 1 ? x : t.binary("mul", x, scalar(t, 1 / width));
    const Value below = t.binary("mul", t.binary("minimum", t.unary("elu", inner), scalar(t, 0)), scalar(t, alpha * scale));
    Value above = t.unary("relu", x);
    if (scale != 1) above = t.binary("mul", above, scalar(t, scale));
    return t.binary("add", above, below);
}

void clip_to(Translator& t, float low, float high) {
    const Value x = t.operand(0);
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const char* activation = low == 0 && high == infinity ? "relu"
                             : low == 0 && high == 6      ? "relu6"
                             : low == -1 && high == 1     ? "relu_n1_to_1"
                                                          : "";
    if (*activation) {
        clamp(t, x, activation);
        return;
    }
    Value y = x;
    if (low > -infinity) y = t.binary("maximum", y, scalar(t, low));
    if (high < infinity) y = t.binary("minimum", y, scalar(t, high));
    t.set_output(0, y);
}

// A bound given as an input or, before opset 11, an attribute; the largest float stands for none.
float bound(Translator& t, std::size_t i, const std::string& attribute, float none) {
    float value = t.real(attribute, none);
    if (t.has_input(i)) {
        const auto values = t.reals(i);
        if (values.size() != 1) t.reject("has a bound that is no single number");
        value = values[0];
    }
    return std::fabs(value) >= std::numeric_limits<float>::max() ? none : value;
}

void variadic(Translator& t, const char* op) {
    if (t.input_count() == 0) t.reject("has no inputs");
    Value result = t.operand(0);
    for (std::size_t i = 1; i < t.input_count(); ++i) result = t.binary(op, result, t.operand(i));
    t.set_output(0, result);
}

// Numbers of shapes are computed with where they are constants.
Value term(Translator& t, std::size_t i) {
    const Value& value = t.input(i);
    return value.element == Element::whole && t.is_constant(value) ? value : t.operand(i);
}

void arithmetic(Translator& t, const char* op) {
    const Value a = term(t, 0), b = term(t, 1);
    if ((a.element == Element::whole) != (b.element == Element::whole)) t.reject("mixes reals and whole numbers");
    Value result = t.binary(op, a, b);
    if (result.element == Element::whole)
        for (float& v : t.writer().at(result.tensor).as<float>()) v = std::trunc(v);
    t.set_output(0, result);
}

// x * HardSigmoid(x) with these factors is HardSwish, which ONNX has had since opset 14.
bool is_hard_swish_gate(const FileNode& node) {
    const auto factor = [&](const char* name, float otherwise) {
        const auto found = node.attributes.find(name);
        return found == node.attributes.end() ? otherwise : found->second.real;
    };
    return node.op_type == "HardSigmoid" && node.domain.empty() && node.inputs.size() == 1 &&
           std::fabs(factor("alpha", 0.2f) - 1.0f / 6) < 1e-4f && factor("beta", 0.5f) == 0.5f;
}

}  // namespace

void clamp(Translator& t, const Value& x, const std::string& activation) {
    const auto target = t.output_storage();
    const bool keeps = !x.is_view || !target ||
                       (target->scale.scale == t.writer().at(x.tensor).quantisation.scale &&
                        target->scale.zero_point == t.writer().at(x.tensor).quantisation.zero_point);
    if (keeps && t.fuse_activation(x, activation))
        t.set_output(0, x);
    else
        t.set_output(0, t.unary(activation, x));
}

void relu(Translator& t) { clamp(t, t.operand(0), "relu"); }
void sigmoid(Translator& t) { t.set_output(0, t.unary("logistic", t.operand(0))); }
void tanh(Translator& t) { t.set_output(0, t.unary("tanh", t.operand(0))); }

void hard_swish(Translator& t) { t.set_output(0, t.unary("hard_swish", t.operand(0))); }

void leaky_relu(Translator& t) { t.set_output(0, t.unary("leaky_relu", t.operand(0), {{"alpha", t.real("alpha", 0.01f)}})); }

void elu(Translator& t) { t.set_output(0, exponential_unit(t, t.operand(0), t.real("alpha", 1), 1, 1)); }

void celu(Translator& t) {
    const float alpha = t.real("alpha", 1);
    if (alpha == 0) t.reject("has alpha 0");
    t.set_output(0, exponential_unit(t, t.operand(0), alpha, alpha, 1));
}

void selu(Translator& t) {
    const float alpha = t.real("alpha", 1.67326319217681884765625f), gamma = t.real("gamma", 1.05070102214813232421875f);
    t.set_output(0, exponential_unit(t, t.operand(0), alpha, 1, gamma));
}

void gelu(Translator& t) {
    const std::string approximate = t.text("approximate", "none");
    t.set_output(0, t.unary("gelu", t.operand(0), {{"approximate", approximate == "tanh"}}));
}

void hard_sigmoid(Translator& t) {
    const float alpha = t.real("alpha", 0.2f), beta = t.real("beta", 0.5f);
    const Value line = t.binary("add", t.binary("mul", t.real_operand(0), scalar(t, alpha)), scalar(t, beta));
    t.set_output(0, t.binary("minimum", t.binary("maximum", line, scalar(t, 0)), scalar(t, 1)));
}

void softsign(Translator& t) {
    const Value x = t.real_operand(0);
    const Value size = t.binary("maximum", x, t.binary("mul", x, scalar(t, -1)));
    t.set_output(0, t.binary("div", x, t.binary("add", size, scalar(t, 1))));
}

void clip(Translator& t) {
    constexpr float infinity = std::numeric_limits<float>::infinity();
    const float low = bound(t, 1, "min", -infinity), high = bound(t, 2, "max", infinity);
    clip_to(t, low, high);
}

void add(Translator& t) {
    if (!add_bias(t)) arithmetic(t, "add");
}
void sub(Translator& t) { arithmetic(t, "sub"); }
void mul(Translator& t) {
    for (const std::size_t i : {0, 1}) {
        const FileNode* gate = t.file_node_before(i);
        if (!gate || !is_hard_swish_gate(*gate) || !t.has_input(1 - i) || gate->inputs.front() != t.node().inputs[1 - i]) continue;
        return t.set_output(0, t.unary("hard_swish", t.operand(1 - i)));
    }
    const FileNode* before = t.file_node_before(0);
    const bool is_square = t.has_input(1) && t.node().inputs[0] == t.node().inputs[1];
    if (is_square && before && before->op_type == "Sub" && before->domain.empty() && t.input(0).element == Element::real)
        return t.set_output(0, t.binary("squared_difference", t.operand_of(*before, 0), t.operand_of(*before, 1)));
    arithmetic(t, "mul");
}

void div(Translator& t) {
    const Value& by = t.input(1);
    if (t.is_constant(by) && (by.element == Element::whole || by.element == Element::real)) {
        const auto reals = t.writer().at(t.writer().plain_tensor(t.real_value(by))).as<float>();
        if (std::find(reals.begin(), reals.end(), 0.0f) != reals.end())
            t.reject("divides by \"" + t.node().inputs[1] + "\", a constant with 0");
    }
    arithmetic(t, "div");
}

void sum(Translator& t) { variadic(t, "add"); }
void minimum(Translator& t) { variadic(t, "minimum"); }
void maximum(Translator& t) { variadic(t, "maximum"); }

void mean(Translator& t) {
    if (t.input_count() == 0) t.reject("has no inputs");
    Value result = t.real_operand(0);
    for (std::size_t i = 1; i < t.input_count(); ++i) result = t.binary("add", result, t.real_operand(i));
    t.set_output(0, t.binary("mul", result, scalar(t, 1.0f / static_cast<float>(t.input_count()))));
}

void prelu(Translator& t) {
    const Value x = t.operand(0);
    Value slope = t.operand(1);
    if (t.opset() < 7 && slope.shape.size() == 1 && x.shape.size() > 1 && slope.shape[0] == x.shape[1])
        slope.shape.insert(slope.shape.end(), x.shape.size() - 2, 1);  // one slope a channel
    t.set_output(0, t.binary("prelu", x, slope));
}

}  // namespace mote::graph::onnx
