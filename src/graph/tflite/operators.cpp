#include "graph/tflite/operators.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "graph/fold_constants.hpp"
#include "graph/limits.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"
#include "graph/tflite/names.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>

namespace mote::graph::tflite {

namespace {

bool is_activation(Type type) { return type == Type::f32 || type == Type::i8 || type == Type::i16 || type == Type::u8; }

}  // namespace

const OperatorReader::Entry* OperatorReader::find(int code) {
    using R = OperatorReader;
    static constexpr Entry entries[] = {
        {0, &R::with_activation, "add"},
        {1, &R::pool, "average_pool_2d"},
        {2, &R::concatenation, "concat"},
        {3, &R::convolution, "conv_2d"},
        {4, &R::convolution, "depthwise_conv_2d"},
        {5, &R::depth_to_space, "transpose"},
        {6, &R::dequantise, "dequantise"},
        {8, &R::plain, "floor"},
        {9, &R::dense, "dense"},
        {11, &R::l2_normalisation, ""},
        {14, &R::plain, "logistic"},
        {16, &R::lstm, "lstm"},
        {17, &R::pool, "max_pool_2d"},
        {18, &R::with_activation, "mul"},
        {19, &R::plain, "relu"},
        {20, &R::plain, "relu_n1_to_1"},
        {21, &R::plain, "relu6"},
        {22, &R::reshape, "reshape"},
        {23, &R::resize, "resize_bilinear"},
        {25, &R::softmax, "softmax"},
        {26, &R::space_to_depth, "transpose"},
        {27, &R::svdf, "svdf"},
        {28, &R::plain, "tanh"},
        {34, &R::pad, "pad"},
        {36, &R::gather, "gather"},
        {37, &R::batch_to_space, "transpose"},
        {38, &R::space_to_batch, "transpose"},
        {39, &R::transpose, "transpose"},
        {40, &R::reduction, "mean"},
        {41, &R::with_activation, "sub"},
        {42, &R::with_activation, "div"},
        {43, &R::squeeze, "reshape"},
        {44, &R::lstm, "lstm"},
        {45, &R::strided_slice, "slice"},
        {47, &R::plain, "exp"},
        {49, &R::split, "slice"},
        {53, &R::cast, "dequantise"},
        {54, &R::plain, "prelu"},
        {55, &R::plain, "maximum"},
        {57, &R::plain, "minimum"},
        {59, &R::plain, "neg"},
        {60, &R::pad_with_value, "pad"},
        {65, &R::slice, "slice"},
        {66, &R::plain, "sin"},
        {67, &R::transposed_convolution, "transposed_conv_2d"},
        {69, &R::tile, "slice"},
        {70, &R::expand_dims, "reshape"},
        {73, &R::plain, "log"},
        {74, &R::reduction, "sum"},
        {75, &R::plain, "sqrt"},
        {76, &R::plain, "rsqrt"},
        {78, &R::power, "power"},
        {82, &R::reduction, "reduce_max"},
        {83, &R::pack, "concat"},
        {88, &R::unpack, "slice"},
        {89, &R::reduction, "reduce_min"},
        {92, &R::plain, "square"},
        {93, &R::known_numbers, ""},
        {94, &R::known_numbers, ""},
        {96, &R::known_numbers, ""},
        {97, &R::resize, "resize_nearest"},
        {98, &R::leaky_relu, "leaky_relu"},
        {99, &R::plain, "squared_difference"},
        {100, &R::mirror_pad, "gather"},
        {101, &R::plain, "abs"},
        {102, &R::split, "slice"},
        {104, &R::plain, "ceil"},
        {105, &R::reverse, "slice"},
        {106, &R::add_n, "add"},
        {108, &R::plain, "cos"},
        {111, &R::plain, "elu"},
        {114, &R::quantise, "quantise"},
        {116, &R::plain, "round"},
        {117, &R::plain, "hard_swish"},
        {126, &R::batch_matmul, "batch_matmul"},
        {129, &R::nothing, ""},
        {130, &R::broadcast_to, "slice"},
        {142, &R::variable_handle, ""},
        {143, &R::read_variable, "copy"},
        {144, &R::assign_variable, "assign"},
        {150, &R::gelu, "gelu"},
        {152, &R::relu_0_to_1, "minimum"},
    };
    for (const Entry& e : entries)
        if (e.code == code) return &e;
    return nullptr;
}

void OperatorReader::add(const FileOperator& op) {
    op_ = &op;
    // Numbers that are neither float nor quantised are shapes and places in them: what uses them reads constants, or knows its shape.
    const bool shapes_only = !op.outputs.empty() && op.code != 142 && std::all_of(op.outputs.begin(), op.outputs.end(), [&](int o) {
        return o >= 0 && !is_activation(at(o).type) && !at(o).is_variable;
    });
    if (shapes_only) return add_numbers();
    const Entry* entry = find(op.code);
    if (!entry) {
        std::vector<std::string> known;
        for (int code = 0; code < 256; ++code)
            if (find(code)) known.push_back(operator_name(code));
        const std::string advice(advice_for(op.code));
        unsupported("is an operator without a counterpart here",
                    !advice.empty() ? advice
                                    : "nothing that is read stands in for it: leave it to the program before or behind the model, which "
                                      "may hold these operators: " +
                                          base::join(known, ", "));
    }
    for (const auto* list : {&op.inputs, &op.outputs})
        for (const int i : *list)
            if (i >= 0 && is_activation(at(i).type)) check_shape(at(i));
    check_blocks();
    if (op.code != 3 && op.code != 4)
        for (const int i : op.inputs) write_spread(i);
    target_ = entry->op;
    const std::size_t before = graph_.nodes.size();
    (this->*entry->handler)();
    std::set<int> written;
    for (std::size_t n = before; n < graph_.nodes.size(); ++n) written.insert(graph_.nodes[n].outputs.front());
    for (const int o : op.outputs)
        if (written.count(o)) operator_outputs_.push_back(o);
}

void OperatorReader::check_shape(const Tensor& t) const {
    std::uint64_t count = t.shape.size() > limits::rank ? 0 : 1;
    for (const int d : t.shape) {
        count *= d < 1 ? 0 : static_cast<std::uint64_t>(d);
        if (count == 0 || count > limits::tensor_bytes)
            throw base::Error("bad_input",
                              buffer_.where() + ": " + place() + " uses tensor \"" + t.name + "\" of shape " + text_of(t.shape),
                              "export the model with fixed shapes of at least 1 along each dimension, and smaller ones");
    }
}

void OperatorReader::check_weights() const {
    const std::vector<std::int32_t>& zeros = input(1).quantisation.zero_point;
    if (input(1).type == Type::i8 && std::any_of(zeros.begin(), zeros.end(), [](std::int32_t z) { return z != 0; }))
        unsupported("has weights \"" + input(1).name + "\" with a zero point, as models of uint8 throughout have them",
                    "convert the float model again: today's converter makes int8 weights without zero points, and uint8 ends where you "
                    "ask for them (inference_input_type)");
}

std::string OperatorReader::name_of_operator() const {
    return op_->custom.empty() ? operator_name(op_->code) : "custom operator \"" + op_->custom + "\"";
}

std::string OperatorReader::place() const {
    std::string text = "operator " + std::to_string(op_->index) + " (" + name_of_operator() + ")";
    if (!op_->outputs.empty() && op_->outputs.front() >= 0) text += " that writes \"" + output().name + "\"";
    return text;
}

void OperatorReader::unsupported(const std::string& what, const std::string& hint) const {
    throw base::Error("unsupported", buffer_.where() + ": " + place() + " " + what, hint);
}

int OperatorReader::input_index(std::size_t i) const {
    if (!has_input(i)) buffer_.damaged(place() + " lacks input " + std::to_string(i));
    return op_->inputs[i];
}

int OperatorReader::output_index(std::size_t i) const {
    if (i >= op_->outputs.size() || op_->outputs[i] < 0)
        buffer_.damaged("operator " + std::to_string(op_->index) + " (" + name_of_operator() + ") lacks output " + std::to_string(i));
    return op_->outputs[i];
}

std::string OperatorReader::activation(int field) const {
    switch (option<std::int8_t>(field)) {
        case 0:
            return "none";
        case 1:
            return "relu";
        case 2:
            return "relu_n1_to_1";
        case 3:
            return "relu6";
        case 4:
            unsupported("has tanh fused into it", "put a tanh operator behind it");
        default:
            unsupported("has activation number " + std::to_string(option<std::int8_t>(field)), "use none, RELU, RELU_N1_TO_1 or RELU6");
    }
}

std::vector<int> OperatorReader::constant(std::size_t i, std::size_t most) const {
    const auto whole = wholes_.find(input_index(i));
    const Tensor& t = at(whole == wholes_.end() ? input_index(i) : whole->second);
    if ((t.type != Type::i32 && t.type != Type::i64) || !t.is_constant())
        unsupported("takes \"" + t.name + "\", which is no constant of whole numbers", "export the model with fixed shapes");
    if (t.data.size() / size_of(t.type) > most)
        buffer_.damaged(place() + " takes more than " + std::to_string(most) + " numbers from \"" + t.name + "\"");
    std::vector<int> values;
    if (t.type == Type::i32)
        for (const std::int32_t v : t.as<std::int32_t>()) values.push_back(v);
    else
        for (const std::int64_t v : t.as<std::int64_t>()) {
            if (v < std::numeric_limits<int>::min() || v > std::numeric_limits<int>::max())
                buffer_.damaged(place() + " takes a number out of range");
            values.push_back(static_cast<int>(v));
        }
    return values;
}

int OperatorReader::axis(int value, std::size_t rank) const {
    const int dimensions = static_cast<int>(rank);
    if (value < -dimensions || value >= dimensions) buffer_.damaged(place() + " has axis " + std::to_string(value));
    return value < 0 ? value + dimensions : value;
}

void OperatorReader::add_node(std::string op, std::vector<int> inputs, int output, base::Json attributes) {
    if (graph_.nodes.size() >= limits::nodes) buffer_.damaged("has too many operators");
    budget_.spend(at(output).name.size() + sizeof(int) * inputs.size());
    Node node;
    node.op = std::move(op);
    node.name = at(output).name;
    node.inputs = std::move(inputs);
    node.outputs = {output};
    node.attributes = std::move(attributes);
    if (follows_from_constants(graph_, node)) return fold(node);
    graph_.add_node(std::move(node));
}

void OperatorReader::fold(const Node& node) {
    const Tensor& out = at(node.outputs.front());
    if (out.is_constant()) buffer_.damaged(place() + " writes \"" + out.name + "\", which is a constant already");
    check_shape(out);
    budget_.spend(out.size_bytes());
    for (const int i : node.inputs) budget_.spend(at(i).data.size());
    try {
        graph_.tensors[static_cast<std::size_t>(node.outputs.front())].data = computed_ahead(graph_, node);
    } catch (const base::Error& error) {
        throw error.at(buffer_.where() + ": " + place());
    }
}

int OperatorReader::add_tensor(Tensor tensor) {
    if (graph_.tensors.size() >= limits::tensors) buffer_.damaged("has too many tensors");
    budget_.spend_on_head(tensor);
    return graph_.add_tensor(std::move(tensor));
}

int OperatorReader::fresh_tensor(int like, std::vector<int> shape, const std::string& suffix) {
    const Tensor& from = at(like);
    Tensor tensor{from.name + suffix, from.type, std::move(shape), from.quantisation, {}, false};
    return add_tensor(std::move(tensor));
}

int OperatorReader::reshaped(int tensor, const std::vector<int>& shape) {
    if (at(tensor).shape == shape) return tensor;
    const int view = fresh_tensor(tensor, shape, "/shaped");
    add_node("reshape", {tensor}, view, {{"shape", shape}});
    return view;
}

void OperatorReader::plain() { add_node(target_, op_->inputs, output_index()); }

void OperatorReader::with_activation() {
    add_node(target_, {input_index(0), input_index(1)}, output_index(), {{"activation", activation(0)}});
}

base::Json OperatorReader::convolution_attributes() const {
    const bool depthwise = op_->code == 4;
    const int shift = depthwise ? 1 : 0;  // depthwise options have the multiplier as field 3
    base::Json attributes = {{"stride_h", option<std::int32_t>(2)},
                             {"stride_w", option<std::int32_t>(1)},
                             {"dilation_h", option<std::int32_t>(5 + shift, 1)},
                             {"dilation_w", option<std::int32_t>(4 + shift, 1)},
                             {"padding", padding()},
                             {"activation", activation(3 + shift)}};
    const auto& x = input(0).shape;
    const auto& w = input(1).shape;
    if (x.size() != 4 || w.size() != 4 || x[3] < 1 || w[3] < 1)
        buffer_.damaged(place() + " has input " + text_of(x) + " and weights " + text_of(w));
    if (depthwise)
        attributes["multiplier"] = w[3] / x[3];
    else
        attributes["groups"] = x[3] / w[3];
    return attributes;
}

void OperatorReader::convolution() {
    widen_weights();
    check_weights();
    if (waits_for_blocks()) return;
    add_node(target_, op_->inputs, output_index(), convolution_attributes());
}

void OperatorReader::transposed_convolution() {
    widen_weights(2);
    check_weights();
    const std::vector<int> x = input(2).shape, w = input(1).shape, y = output().shape;
    const int stride_w = option<std::int32_t>(1), stride_h = option<std::int32_t>(2);
    if (x.size() != 4 || w.size() != 4 || y.size() != 4 || stride_h < 1 || stride_w < 1 || stride_h > 65535 || stride_w > 65535)
        buffer_.damaged(place() + " has input " + text_of(x) + ", weights " + text_of(w) + ", output " + text_of(y) + " and strides " +
                        std::to_string(stride_h) + " and " + std::to_string(stride_w));
    if (input(0).is_constant()) expect_shape(constant(0));
    // The padding of the convolution that leads from the output to the input.
    const auto before = [&](int out, int kernel, int stride) {
        if (padding() == "valid") return 0;
        return static_cast<int>(std::max<std::int64_t>((std::int64_t{out} + stride - 1) / stride * stride - stride + kernel - out, 0) / 2);
    };
    std::vector<int> inputs{input_index(2), input_index(1)};
    if (has_input(3)) inputs.push_back(input_index(3));
    add_node("transposed_conv_2d", inputs, output_index(),
             {{"stride_h", stride_h},
              {"stride_w", stride_w},
              {"pad_top", before(y[1], w[1], stride_h)},
              {"pad_left", before(y[2], w[2], stride_w)},
              {"out_h", y[1]},
              {"out_w", y[2]},
              {"activation", activation(3)}});
}

int OperatorReader::as_kernel(int weights) {
    if (const auto known = kernels_.find(weights); known != kernels_.end()) return known->second;
    budget_.spend(at(weights).data.size());
    Tensor kernel = at(weights);
    kernel.shape = {kernel.shape[0], 1, 1, kernel.shape[1]};
    kernel.name += "/kernel";
    return kernels_[weights] = add_tensor(std::move(kernel));
}

void OperatorReader::dense() {
    if (option<std::int8_t>(1) != 0) unsupported("has shuffled weights", "export the model without them");
    const auto& shape = input(0).shape;
    const std::vector<int> w = input(1).shape;
    const base::Json attributes = {{"activation", activation(0)}};
    const auto count = static_cast<std::int64_t>(input(0).count());
    if (w.size() != 2 || w[1] < 1 || count % w[1] != 0)
        buffer_.damaged(place() + " has input " + text_of(shape) + " and weights " + text_of(w));
    const int rows = static_cast<int>(count / w[1]);
    std::vector<int> kept = shape;  // with keep_num_dims
    if (!kept.empty()) kept.back() = w[0];
    if (shape.empty() || shape.back() != w[1] || output().shape != kept) expect_shape({rows, w[0]});
    std::vector<int> inputs = op_->inputs;
    if (!input(1).is_constant()) return dense_product(rows, w);
    widen_weights();
    check_weights();
    if (rows == 1) {
        inputs[0] = reshaped(inputs[0], {1, w[1]});
        const bool as_row = output().shape == std::vector<int>{1, w[0]};
        const int row = as_row ? output_index() : fresh_tensor(output_index(), {1, w[0]}, "/row");
        add_node("dense", inputs, row, attributes);
        if (!as_row) add_node("reshape", {row}, output_index(), {{"shape", output().shape}});
        return;
    }
    // One dense layer over many rows is a convolution with a kernel of one place.
    inputs[1] = as_kernel(inputs[1]);
    inputs[0] = reshaped(inputs[0], {1, rows, 1, w[1]});
    const int pixels = fresh_tensor(output_index(), {1, rows, 1, w[0]}, "/rows");
    base::Json convolution = attributes;
    convolution["padding"] = "valid";
    add_node("conv_2d", inputs, pixels, std::move(convolution));
    add_node("reshape", {pixels}, output_index(), {{"shape", output().shape}});
}

// Weights that are computed: a product of two matrices.
void OperatorReader::dense_product(int rows, const std::vector<int>& weights) {
    if (has_input(2) || activation(0) != "none")
        unsupported("has weights that are computed and a bias or an activation", "use constant weights");
    const int x = reshaped(input_index(0), {rows, weights[1]}), matrix = fresh_tensor(output_index(), {rows, weights[0]}, "/rows");
    add_node("batch_matmul", {x, input_index(1)}, matrix, {{"adj_y", true}});
    add_node("reshape", {matrix}, output_index(), {{"shape", output().shape}});
}

void OperatorReader::batch_matmul() {
    widen_weights();
    add_node("batch_matmul", {input_index(0), input_index(1)}, output_index(),
             {{"adj_x", option<std::uint8_t>(0) != 0}, {"adj_y", option<std::uint8_t>(1) != 0}});
}

void OperatorReader::pool() {
    add_node(target_, {input_index(0)}, output_index(),
             {{"kernel_h", option<std::int32_t>(4)},
              {"kernel_w", option<std::int32_t>(3)},
              {"stride_h", option<std::int32_t>(2)},
              {"stride_w", option<std::int32_t>(1)},
              {"padding", padding()},
              {"activation", activation(5)}});
}

void OperatorReader::pad() { add_node("pad", {input_index(0)}, output_index(), {{"pads", constant(1)}}); }

void OperatorReader::reduction() {
    add_node(target_, {input_index(0)}, output_index(), {{"axes", constant(1)}, {"keep_dims", option<std::uint8_t>(0) != 0}});
}

void OperatorReader::leaky_relu() {
    const float alpha = option<float>(0);
    if (!std::isfinite(alpha)) buffer_.damaged(place() + " has an alpha that is not finite");
    add_node("leaky_relu", {input_index(0)}, output_index(), {{"alpha", alpha}});
}

void OperatorReader::gelu() { add_node("gelu", {input_index(0)}, output_index(), {{"approximate", option<std::uint8_t>(0) != 0}}); }

void OperatorReader::power() {
    const Tensor& exponent = input(1);
    if (exponent.type != Type::f32 || !exponent.is_constant() || exponent.count() != 1 || exponent.data.size() != sizeof(float))
        unsupported("takes \"" + exponent.name + "\", which is not one constant real exponent", "raise to one constant power, in float32");
    const float value = exponent.as<float>()[0];
    if (!(value >= -64 && value <= 64)) unsupported("has exponent " + base::exact(value), "use one from -64 to 64");
    add_node("power", {input_index(0)}, output_index(), {{"exponent", value}});
}

void OperatorReader::transpose() { add_node("transpose", {input_index(0)}, output_index(), {{"permutation", constant(1)}}); }

void OperatorReader::gather() {
    if (option<std::int32_t>(1) != 0) unsupported("gathers within batches", "use a batch of 1");
    const std::vector<int> indices = constant(1, limits::tensor_bytes);
    if (indices.empty()) unsupported("gathers nothing", "drop it");
    const std::vector<int> shape = at(wholes_.count(input_index(1)) ? wholes_.at(input_index(1)) : input_index(1)).shape;
    const int whole = whole_constant(input(1).name + "/indices", indices);
    graph_.tensors[static_cast<std::size_t>(whole)].shape = shape;
    add_node("gather", {input_index(0), whole}, output_index(), {{"axis", option<std::int32_t>(0)}});
}

void OperatorReader::resize() {
    const std::vector<int> size = constant(1);
    if (size.size() != 2) buffer_.damaged(place() + " has no size of two numbers");
    const int first = op_->code == 23 ? 2 : 0;
    add_node(target_, {input_index(0)}, output_index(),
             {{"height", size[0]},
              {"width", size[1]},
              {"align_corners", option<std::uint8_t>(first) != 0},
              {"half_pixel_centers", option<std::uint8_t>(first + 1) != 0}});
}

void OperatorReader::quantise() { add_node(input(0).type == Type::f32 ? "quantise" : "requantise", {input_index(0)}, output_index()); }

void OperatorReader::dequantise() {
    if (input(0).type == Type::i8 && input(0).is_constant() && input(0).quantisation.axis >= 0)
        return set_values(output_index(), reals_of(input(0)));
    if (input(0).type == Type::f32 && input(0).is_constant()) {  // weights stored as 16-bit floats, widened when they were read
        add_node("copy", {input_index(0)}, output_index());
        return;
    }
    plain();
}

}  // namespace mote::graph::tflite
