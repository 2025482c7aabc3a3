// Operators that become several nodes.
#include "graph/node_view.hpp"
#include "graph/tflite/operators.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph::tflite {

int OperatorReader::rescaled(std::size_t i, int like) {
    const int x = input_index(i);
    const Quantisation &from = at(x).quantisation, &to = at(like).quantisation;
    if (at(x).type == Type::f32 || (from.scale == to.scale && from.zero_point == to.zero_point)) return x;
    Tensor stored = at(like);
    stored.name = at(x).name + "/rescaled", stored.shape = at(x).shape;
    stored.data.clear();
    const int index = add_tensor(std::move(stored));
    add_node("requantise", {x}, index);
    return index;
}

void OperatorReader::concatenation() {
    if (activation(1) != "none") unsupported("has an activation", "put the activation before it");
    std::vector<int> parts;
    for (std::size_t i = 0; i < op_->inputs.size(); ++i) parts.push_back(rescaled(i, output_index()));
    add_node("concat", parts, output_index(), {{"axis", option<std::int32_t>(0)}});
}

int OperatorReader::scalar(const std::string& name, double value, int like) {
    Tensor t{name, at(like).type, {1}, at(like).quantisation, {}, false};
    const int index = add_tensor(std::move(t));
    set_values(index, {value});
    return index;
}

// softmax(beta x): of int8 values, the stored ones stay as they are and their scale is beta times as large.
void OperatorReader::softmax() {
    const float beta = option<float>(0, 1.0f);
    if (!std::isfinite(beta) || !(beta > 0)) buffer_.damaged(place() + " has a beta that is not finite and greater than 0");
    if (beta == 1.0f) return add_node("softmax", op_->inputs, output_index());
    const int x = input_index(0);
    if (at(x).type != Type::f32 && (at(x).type != Type::i8 || at(x).quantisation.scale.size() != 1))
        unsupported("has beta other than 1 and is neither float32 nor int8", "scale the layer before it");
    const int scaled = fresh_tensor(x, at(x).shape, "/scaled");
    Tensor factor{at(x).name + "/beta", at(x).type, {1}, {}, {}, false};
    if (at(x).type == Type::i8) {
        graph_.tensors[static_cast<std::size_t>(scaled)].quantisation.scale[0] *= beta;
        factor.quantisation = {{beta}, {0}, -1};
    }
    const int constant = add_tensor(std::move(factor));
    set_values(constant, {double{beta}});
    add_node("mul", {x, constant}, scaled);
    add_node("softmax", {scaled}, output_index());
}

void OperatorReader::relu_0_to_1() {
    if (output().type != Type::f32 && output().type != Type::i8) unsupported("is neither float32 nor int8", "use RELU6");
    const int above = fresh_tensor(output_index(), output().shape, "/relu");
    add_node("relu", {input_index(0)}, above);
    add_node("minimum", {above, scalar(output().name + "/one", 1, output_index())}, output_index());
}

void OperatorReader::add_n() {
    int sum = input_index(0);
    if (output().type != Type::f32) unsupported("is not float32", "use ADD");
    if (op_->inputs.size() == 1) return add_node("copy", {sum}, output_index());
    for (std::size_t i = 1; i + 1 < op_->inputs.size(); ++i)
        sum = emit("add", {sum, input_index(i)}, at(sum).shape, {{"activation", "none"}});
    add_node("add", {sum, input_index(op_->inputs.size() - 1)}, output_index(), {{"activation", "none"}});
}

// x / max(|x|, 10^-6) along the last dimension, in floats: int8 is dequantised before and quantised behind.
void OperatorReader::l2_normalisation() {
    if (activation(0) != "none") unsupported("has an activation", "put the activation behind it");
    const std::vector<int> shape = input(0).shape;
    if (shape.empty()) buffer_.damaged(place() + " has an input without dimensions");
    expect_shape(shape);
    const bool is_real = input(0).type == Type::f32;
    const auto reals = [&](const char* suffix) { return add_tensor({output().name + suffix, Type::f32, shape, {}, {}, false}); };
    int x = input_index(0);
    if (!is_real) {
        const int real = reals("/reals");
        add_node("dequantise", {x}, real);
        x = real;
    }
    std::vector<int> row = shape;
    row.back() = 1;
    const int squares = emit("square", {x}, shape, base::Json::object());
    const int sum = emit("sum", {squares}, row, {{"axes", {static_cast<int>(shape.size()) - 1}}, {"keep_dims", true}});
    const int held = emit("maximum", {sum, scalar(output().name + "/least", 1e-12, x)}, row, base::Json::object());
    const int factor = emit("rsqrt", {held}, row, base::Json::object());
    const int y = is_real ? output_index() : reals("/normalised");
    add_node("mul", {x, factor}, y, {{"activation", "none"}});
    if (!is_real) add_node("quantise", {y}, output_index());
}

}  // namespace mote::graph::tflite
