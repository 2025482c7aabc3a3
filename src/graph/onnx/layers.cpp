// Convolutions and matrix products: operators with constant weights. In the file weights are [outputs, inputs, height, width]; the graph's
// are [outputs, height, width, inputs], and a matrix behind a flattened image has its columns put in the order in which that lies.
#include "graph/onnx/layers.hpp"

#include "base/error.hpp"
#include "graph/node_view.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mote::graph::onnx {

void decide(Translator& t, Layer& layer) {
    if (!t.is_constant(layer.weights)) t.refuse("has weights that are computed", "make them constants");
    if (layer.target && layer.x.is_view && layer.weights.is_view && layer.target->scale.scale.size() == 1) return;
    layer.target.reset();
    layer.x = t.real_value(layer.x);
    layer.weights = t.real_value(layer.weights);
}

namespace {

// Weights of 8 bits are symmetric in the graph: what lies around another zero point is moved where it still fits.
void make_symmetric(Translator& t, Tensor& weights) {
    const auto values = weights.as<std::int8_t>();
    std::vector<std::int32_t>& zeros = weights.quantisation.zero_point;
    if (std::all_of(zeros.begin(), zeros.end(), [](std::int32_t z) { return z == 0; })) return;
    const std::size_t rest = values.size() / zeros.size();
    for (std::size_t i = 0; i < values.size(); ++i) {
        const int moved = values[i] - zeros[weights.quantisation.axis < 0 ? 0 : i / rest];
        if (moved < -128 || moved > 127)
            t.refuse("has weights around a zero point that do not fit 8 bits without it",
                     "quantise weights symmetrically (int8, zero point 0)");
        values[i] = static_cast<std::int8_t>(moved);
    }
    std::fill(zeros.begin(), zeros.end(), 0);
}

// The constant weights in the file's order, the outputs along `axis`, as a tensor of the graph with the outputs first.
Tensor weights_of(Translator& t, const Layer& layer, int axis) {
    const Value plain = t.writer().in_plain_order(layer.weights);
    Tensor weights = t.writer().at(plain.tensor);
    weights.name += "/weights";
    if (weights.quantisation.axis >= 0 && weights.quantisation.axis != axis)
        t.refuse("has weights with scales along another dimension than the outputs", "quantise weights per tensor or per output channel");
    if (axis != 0) {
        std::vector<int> order = plain_order(weights.shape.size());
        std::rotate(order.begin(), order.begin() + axis, order.begin() + axis + 1);
        weights = transposed(weights, order);
    }
    if (weights.type == Type::i8) make_symmetric(t, weights);
    return weights;
}

// Sums of products have the product of both scales.
int stored_bias(Translator& t, const Value& bias, const Quantisation& input, const Quantisation& weights, int channels) {
    const auto reals = t.writer().at(t.writer().plain_tensor(t.real_value(bias))).as<float>();
    Tensor tensor{t.writer().fresh_name("/bias"), Type::i32, {channels}, {}, {}, false};
    for (int c = 0; c < channels; ++c) {
        const auto i = static_cast<std::size_t>(c);
        const double scale = double{input.scale[0]} * double{weights.scale[weights.scale.size() > 1 ? i : 0]};
        double value = std::nearbyint(double{reals[reals.size() > 1 ? i : 0]} / scale);
        if (bias.numbers && !bias.number_scales.empty()) {
            const std::size_t place = bias.numbers->size() > 1 ? i : 0;
            const double own = bias.number_scales[bias.number_scales.size() > 1 ? i : 0];
            const auto number = static_cast<double>((*bias.numbers)[place]);
            value = std::fabs(own / scale - 1) < 1e-5 ? number : std::nearbyint(number * own / scale);
        }
        if (!(std::fabs(value) <= 2147483647.0)) t.refuse("has a bias beyond 32 bits", "quantise with larger scales");
        const auto number = static_cast<std::int32_t>(value);
        const auto* bytes = reinterpret_cast<const std::byte*>(&number);
        tensor.data.insert(tensor.data.end(), bytes, bytes + sizeof number);
        tensor.quantisation.scale.push_back(static_cast<float>(scale));
    }
    if (weights.scale.size() == 1) tensor.quantisation.scale.resize(1);
    tensor.quantisation.zero_point.assign(tensor.quantisation.scale.size(), 0);
    tensor.quantisation.axis = tensor.quantisation.scale.size() > 1 ? 0 : -1;
    return t.writer().add(std::move(tensor));
}

// One value a channel, from a constant of one value or as many as there are channels.
int bias_of(Translator& t, const Layer& layer, int weights, int channels) {
    if (!layer.bias) return -1;
    const Value& bias = *layer.bias;
    if (!t.is_constant(bias)) t.refuse("has a bias that is computed", "make it a constant");
    const std::size_t count = t.writer().at(bias.tensor).count();
    if (count != 1 && count != static_cast<std::size_t>(channels))
        t.reject("has a bias of shape " + graph::text_of(bias.shape) + " for " + std::to_string(channels) + " outputs");
    if (layer.target)
        return stored_bias(t, bias, t.writer().at(layer.x.tensor).quantisation, t.writer().at(weights).quantisation, channels);
    const auto reals = t.writer().at(t.writer().plain_tensor(t.real_value(bias))).as<float>();
    std::vector<float> values(static_cast<std::size_t>(channels), reals[0]);
    if (count > 1) values.assign(reals.begin(), reals.end());
    return t.writer().constant({channels}, values);
}

int emit_layer(Translator& t, const Layer& layer, const std::string& op, int x, Tensor weights, int channels, base::Json attributes) {
    const int w = t.writer().add(std::move(weights));
    std::vector<int> inputs{x, w};
    const int bias = bias_of(t, layer, w, channels);
    if (bias >= 0) inputs.push_back(bias);
    return t.writer().emit(op, inputs, std::move(attributes), layer.target ? &layer.target->scale : nullptr);
}

// [O, I, KH, KW] or [C * multiplier, 1, KH, KW] as [O, KH, KW, I] or [1, KH, KW, C * multiplier].
Tensor kernel_weights(Tensor weights, bool depthwise) {
    if (weights.shape.size() == 3) weights.shape.push_back(1);
    weights = transposed(weights, depthwise ? std::vector<int>{1, 2, 3, 0} : std::vector<int>{0, 2, 3, 1});
    return weights;
}

// x [..., K] times weights [N, K] gives [..., N]. A single row may lie in any order: then the columns of the weights lie so.
Value multiply(Translator& t, const Layer& layer, Tensor weights) {
    Writer& w = t.writer();
    const int outputs = weights.shape[0], columns = weights.shape[1];
    std::vector<int> shape = layer.x.shape;
    const int rows = static_cast<int>(count_of(shape) / static_cast<std::size_t>(columns));
    shape.back() = outputs;
    weights.quantisation.axis = weights.quantisation.axis < 0 ? -1 : 0;
    int y = -1;
    if (rows == 1) {
        weights.shape = layer.x.inner;
        weights.shape.insert(weights.shape.begin(), outputs);
        std::vector<int> order{0};
        for (const int d : layer.x.order) order.push_back(d + 1);
        weights = transposed(weights, order);
        weights.shape = {outputs, columns};
        if (weights.quantisation.axis > 0) weights.quantisation.axis = 0;
        y = emit_layer(t, layer, "dense", w.reshaped(layer.x.tensor, {1, columns}), std::move(weights), outputs, {{"activation", "none"}});
    } else {
        weights.shape = {outputs, 1, 1, columns};
        const int x = w.reshaped(w.plain_tensor(layer.x), {1, rows, 1, columns});
        y = emit_layer(t, layer, "conv_2d", x, std::move(weights), outputs, {{"padding", "valid"}, {"activation", "none"}});
    }
    Value result = Value::plain(w.reshaped(y, shape), shape);
    result.is_view = layer.target.has_value();
    return result;
}

Value turned(Value matrix) {
    std::swap(matrix.shape[0], matrix.shape[1]);
    matrix.inner = matrix.shape;
    for (int& d : matrix.order) d = 1 - d;
    matrix.numbers = nullptr;
    return matrix;
}

std::vector<int> without_leading_ones(std::vector<int> shape) {
    while (shape.size() > 2 && shape.front() == 1) shape.erase(shape.begin());
    return shape;
}

Value product(Translator& t, Layer layer) {
    Writer& w = t.writer();
    if (t.is_constant(layer.x) && !t.is_constant(layer.weights) && layer.x.shape.size() == 2 && layer.weights.shape.size() == 2) {
        // A constant times a computed matrix is the turned product of the turned matrices.
        std::swap(layer.x, layer.weights);
        layer.x = turned(w.settled(layer.x));
        decide(t, layer);
        if (layer.x.shape[1] != layer.weights.shape[1]) t.reject("multiplies matrices that do not fit");
        return turned(w.settled(multiply(t, layer, weights_of(t, layer, 0))));
    }
    decide(t, layer);
    const std::size_t rank = layer.weights.shape.size() > 2 ? layer.weights.shape.size() : 0;
    std::vector<int> shape = without_leading_ones(layer.weights.shape);
    if (shape.size() > 2) t.refuse("multiplies by a constant of several matrices", "use one matrix of weights for all");
    const bool is_vector = shape.size() == 1;
    if (shape.empty() || layer.x.shape.empty() || layer.x.shape.back() != shape[0])
        t.reject("multiplies " + graph::text_of(layer.x.shape) + " by " + graph::text_of(layer.weights.shape));
    if (is_vector) shape.push_back(1);
    layer.weights = w.in_plain_order(layer.weights);
    if (layer.weights.shape != shape) {
        layer.weights.tensor = w.reshaped(layer.weights.tensor, shape);
        layer.weights = layer.weights.with(layer.weights.tensor);
        layer.weights.shape = layer.weights.inner = shape;
        layer.weights.order = plain_order(2);
    }
    const bool adds_row = layer.x.shape.size() == 1;
    if (adds_row) layer.x.shape.insert(layer.x.shape.begin(), 1);
    Value result = multiply(t, layer, weights_of(t, layer, 1));
    if (adds_row) result.shape.erase(result.shape.begin());
    if (is_vector) result.shape.pop_back();
    while (!is_vector && result.shape.size() < rank) result.shape.insert(result.shape.begin(), 1);
    return result;
}

}  // namespace

Value convolve(Translator& t, Layer layer, std::int64_t groups, std::vector<WindowAlong> along) {
    decide(t, layer);
    Writer& w = t.writer();
    const bool is_series = layer.x.shape.size() == 3;
    if (is_series) {  // an image of one column
        layer.x.shape.push_back(1);
        along.push_back({1, 1, 1, 0, 0, 0, 1});
    }
    layer.x = w.with_channels_last(layer.x);
    const std::vector<int> shape = layer.x.shape, kernel = layer.weights.shape;
    const bool depthwise = groups == shape[1] && groups > 1;
    const bool same = is_same_padding(along, {shape.begin() + 2, shape.end()});
    if (!same) layer.x = padded(t, layer.x, {0, 0, along[0].before, along[1].before}, {0, 0, along[0].behind, along[1].behind}, Edge::zero);
    base::Json attributes = {{"stride_h", along[0].stride},     {"stride_w", along[1].stride},        {"dilation_h", along[0].dilation},
                             {"dilation_w", along[1].dilation}, {"padding", same ? "same" : "valid"}, {"activation", "none"}};
    if (depthwise)
        attributes["multiplier"] = kernel[0] / shape[1];
    else
        attributes["groups"] = groups;
    Tensor weights = kernel_weights(weights_of(t, layer, 0), depthwise);
    const std::string op = depthwise ? "depthwise_conv_2d" : "conv_2d";
    const int y = emit_layer(t, layer, op, layer.x.tensor, std::move(weights), kernel[0], std::move(attributes));
    Value result = layer.x.with(y);
    result.shape = result.inner = permuted(w.at(y).shape, inverse(result.order));
    if (is_series) result.shape.pop_back();
    return result;
}

Value convolve_transposed(Translator& t, Layer layer, base::Json attributes) {
    const bool is_series = layer.x.shape.size() == 3;
    if (is_series) layer.x.shape.push_back(1);
    layer.x = t.writer().with_channels_last(layer.x);
    Tensor weights = kernel_weights(weights_of(t, layer, 0), false);
    const int outputs = weights.shape[0];
    const int y = emit_layer(t, layer, "transposed_conv_2d", layer.x.tensor, std::move(weights), outputs, std::move(attributes));
    Value result = layer.x.with(y);
    result.shape = result.inner = permuted(t.writer().at(y).shape, inverse(result.order));
    if (is_series) result.shape.pop_back();
    return result;
}

std::int64_t groups_of(Translator& t, const std::vector<int>& shape, const std::vector<int>& kernel) {
    if (shape.size() != 3 && shape.size() != 4)
        t.refuse("convolves a tensor of shape " + graph::text_of(shape), "use one or two dimensions beside batch and channels");
    const std::int64_t groups = t.integer("group", 1);
    if (kernel.size() != shape.size() || groups < 1 || groups > shape[1] || shape[1] % groups != 0)
        t.reject("has " + std::to_string(groups) + " groups, input " + graph::text_of(shape) + " and weights " + graph::text_of(kernel));
    return groups;
}

namespace {

Value convolve_as_told(Translator& t, Layer layer) {
    const std::vector<int> shape = layer.x.shape, kernel = layer.weights.shape;
    const std::int64_t groups = groups_of(t, shape, kernel);
    if (kernel[1] != shape[1] / groups || kernel[0] % groups != 0)
        t.reject("has " + std::to_string(groups) + " groups, input " + graph::text_of(shape) + " and weights " + graph::text_of(kernel));
    return convolve(t, std::move(layer), groups, windows(t, shape, {kernel.begin() + 2, kernel.end()}));
}

}  // namespace

void convolution(Translator& t) {
    Layer layer{t.operand(0), t.operand(1), std::nullopt, t.output_storage()};
    if (t.has_input(2)) layer.bias = t.operand(2);
    t.set_output(0, convolve_as_told(t, std::move(layer)));
}

void gemm(Translator& t) {
    (void)t.integer("broadcast", 1);  // before opset 7, where other shapes of C did not fit without it
    const float alpha = t.real("alpha", 1), beta = t.real("beta", 1);
    const bool turn_a = t.integer("transA", 0) != 0, turn_b = t.integer("transB", 0) != 0;
    Layer layer{t.operand(0), t.operand(1), std::nullopt, alpha == 1 && beta == 1 ? t.output_storage() : std::nullopt};
    if (layer.x.shape.size() != 2 || layer.weights.shape.size() != 2) t.reject("takes two matrices");
    Writer& w = t.writer();
    if (turn_a) layer.x = turned(w.settled(layer.x));
    std::optional<Value> rest;
    const int outputs = layer.weights.shape[turn_b ? 0 : 1];
    if (t.has_input(2)) {
        const Value c = t.operand(2);
        const std::size_t last = c.shape.empty() ? 1 : static_cast<std::size_t>(c.shape.back());
        const bool is_row =
            t.is_constant(c) && (count_of(c.shape) == 1 || (count_of(c.shape) == last && last == static_cast<std::size_t>(outputs)));
        (is_row ? layer.bias : rest) = c;
    }
    if (rest) layer.target.reset();
    const auto scaled = [&](const Value& v, float factor) {
        return factor == 1 ? v : t.binary("mul", t.real_value(v), Value::plain(w.constant({}, std::span(&factor, 1)), {}));
    };
    if (is_computed_product(t, layer.x, layer.weights) || !t.is_constant(layer.weights)) {
        const auto target = t.has_input(2) ? std::nullopt : layer.target;
        Value result = scaled(computed_product(t, layer.x, layer.weights, false, turn_b, target), alpha);
        if (t.has_input(2)) result = t.binary("add", t.real_value(result), scaled(t.real_operand(2), beta));
        return t.set_output(0, result);
    }
    decide(t, layer);
    if (layer.x.shape[1] != layer.weights.shape[turn_b ? 1 : 0])
        t.reject("multiplies " + graph::text_of(layer.x.shape) + " by " + graph::text_of(layer.weights.shape));
    layer.weights = scaled(layer.weights, alpha);
    if (layer.bias) layer.bias = scaled(*layer.bias, beta);
    Value result = multiply(t, layer, weights_of(t, layer, turn_b ? 0 : 1));
    if (rest) result = t.binary("add", result, scaled(t.real_value(*rest), beta));
    t.set_output(0, result);
}

void matmul(Translator& t) {
    const Value x = t.operand(0), y = t.operand(1);
    if (is_computed_product(t, x, y)) return t.set_output(0, computed_product(t, x, y, false, false, t.output_storage()));
    t.set_output(0, product(t, {x, y, std::nullopt, t.output_storage()}));
}

bool add_bias(Translator& t) {
    for (const std::size_t i : {0, 1}) {
        if (!t.has_input(i) || !t.has_input(1 - i)) return false;
        const Value x = t.input(i), bias = t.input(1 - i);
        const bool fits = x.element == Element::real && bias.element == Element::real && !x.is_view && !bias.is_view && x.tensor >= 0 &&
                          t.is_constant(bias) && !t.is_constant(x) && x.is_settled() && x.order == plain_order(x.shape.size());
        if (!fits || x.shape.empty() || bias.shape.size() > x.shape.size() || bias.shape.empty()) continue;
        if (bias.shape.back() != x.shape.back() || count_of(bias.shape) != static_cast<std::size_t>(bias.shape.back())) continue;
        Node* node = t.node_before(i, x);
        if (!node || (node->op != "dense" && node->op != "conv_2d") || node->inputs.size() != 2) continue;
        if (node->attributes.value("activation", "none") != "none" || t.node().inputs[0] == t.node().inputs[1]) continue;
        const auto values = t.writer().at(t.writer().plain_tensor(bias)).as<float>();
        const std::vector<float> copy(values.begin(), values.end());
        if (std::any_of(copy.begin(), copy.end(), [](float v) { return std::isinf(v); })) continue;  // a mask, not a bias
        node->inputs.push_back(t.writer().constant({static_cast<int>(copy.size())}, copy));
        t.take_over(x);
        t.set_output(0, x);
        return true;
    }
    return false;
}

void quantised_convolution(Translator& t) {
    Layer layer{t.viewed(t.input(0), t.storage_of_inputs(1, 2, -1)), t.viewed(t.input(3), t.storage_of_inputs(4, 5, 0)), std::nullopt,
                t.storage_of_inputs(6, 7, -1)};
    if (t.has_input(8)) {
        layer.bias = t.input(8);
        if (!layer.bias->numbers) t.refuse("has a bias that is no constant of int32", "make it one");
        for (const float s : t.writer().at(layer.weights.tensor).quantisation.scale)
            layer.bias->number_scales.push_back(t.writer().at(layer.x.tensor).quantisation.scale[0] * s);
    }
    const StoredAs as = *layer.target;
    Value result = convolve_as_told(t, std::move(layer));
    t.set_output(0, t.stored(result, as));
}

void quantised_matmul(Translator& t) {
    const Value weights = t.input(3);
    const auto rank = static_cast<std::int64_t>(weights.shape.size());
    Layer layer{t.viewed(t.input(0), t.storage_of_inputs(1, 2, -1)), t.viewed(weights, t.storage_of_inputs(4, 5, rank - 1)), std::nullopt,
                t.storage_of_inputs(6, 7, -1)};
    const StoredAs as = *layer.target;
    Value result = is_computed_product(t, layer.x, layer.weights) ? computed_product(t, layer.x, layer.weights, false, false, as)
                                                                  : product(t, std::move(layer));
    t.set_output(0, t.stored(result, as));
}

}  // namespace mote::graph::onnx
