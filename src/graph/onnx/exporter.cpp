#include "graph/onnx/exporter.hpp"

#include "base/error.hpp"
#include "graph/node_view.hpp"
#include "graph/onnx/value.hpp"
#include "graph/window.hpp"

#include <algorithm>
#include <limits>

namespace mote::graph::onnx {

namespace {

std::vector<std::int64_t> wide(const std::vector<int>& values) { return {values.begin(), values.end()}; }

}  // namespace

const Exporter::Entry* Exporter::find(const std::string& op) {
    using E = Exporter;
    static constexpr Entry entries[] = {
        {"abs", &E::plain, "Abs"},
        {"add", &E::plain, "Add"},
        {"average_pool_2d", &E::pool, "AveragePool"},
        {"batch_matmul", &E::matmul, ""},
        {"batch_norm", &E::normalisation, ""},
        {"ceil", &E::plain, "Ceil"},
        {"concat", &E::concatenation, ""},
        {"conv_2d", &E::convolution, ""},
        {"copy", &E::same, ""},
        {"cos", &E::plain, "Cos"},
        {"dense", &E::dense, ""},
        {"depthwise_conv_2d", &E::convolution, ""},
        {"dequantise", &E::same, ""},
        {"div", &E::plain, "Div"},
        {"elu", &E::plain, "Elu"},
        {"erf", &E::plain, "Erf"},
        {"exp", &E::plain, "Exp"},
        {"floor", &E::plain, "Floor"},
        {"gather", &E::gather, ""},
        {"gelu", &E::gelu, ""},
        {"hard_swish", &E::plain, "HardSwish"},
        {"layer_norm", &E::layer_norm, ""},
        {"leaky_relu", &E::leaky_relu, ""},
        {"log", &E::plain, "Log"},
        {"logistic", &E::plain, "Sigmoid"},
        {"max_pool_2d", &E::pool, "MaxPool"},
        {"maximum", &E::plain, "Max"},
        {"mean", &E::reduction, "ReduceMean"},
        {"minimum", &E::plain, "Min"},
        {"mul", &E::plain, "Mul"},
        {"neg", &E::plain, "Neg"},
        {"pad", &E::pad, ""},
        {"power", &E::power, ""},
        {"prelu", &E::plain, "PRelu"},
        {"quantise", &E::same, ""},
        {"reduce_max", &E::reduction, "ReduceMax"},
        {"reduce_min", &E::reduction, "ReduceMin"},
        {"relu", &E::clamp, ""},
        {"relu6", &E::clamp, ""},
        {"relu_n1_to_1", &E::clamp, ""},
        {"requantise", &E::same, ""},
        {"reshape", &E::reshape, ""},
        {"resize_bilinear", &E::resize, "linear"},
        {"resize_nearest", &E::resize, "nearest"},
        {"round", &E::plain, "Round"},
        {"rsqrt", &E::rsqrt, ""},
        {"sin", &E::plain, "Sin"},
        {"slice", &E::slice, ""},
        {"softmax", &E::softmax, ""},
        {"softplus", &E::plain, "Softplus"},
        {"sqrt", &E::plain, "Sqrt"},
        {"square", &E::power, ""},
        {"squared_difference", &E::squared_difference, ""},
        {"sub", &E::plain, "Sub"},
        {"sum", &E::reduction, "ReduceSum"},
        {"tanh", &E::plain, "Tanh"},
        {"transpose", &E::transpose, ""},
        {"transposed_conv_2d", &E::transposed_convolution, ""},
    };
    const auto found = std::find_if(std::begin(entries), std::end(entries), [&](const Entry& e) { return op == e.op; });
    return found == std::end(entries) ? nullptr : found;
}

Exporter::Exporter(const Graph& graph) : graph_(graph) {
    for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
        std::string name = graph.tensors[i].name.empty() ? "tensor" : graph.tensors[i].name;
        if (!taken_.insert(name).second) name += "/" + std::to_string(i);
        while (!taken_.insert(name).second && name != graph.tensors[i].name) name += "'";
        names_.push_back(name);
    }
}

namespace {

DataType type_in_file(Type type) { return type == Type::f32 ? DataType::f32 : type == Type::u8 ? DataType::u8 : DataType::i8; }

}  // namespace

base::Bytes Exporter::run() {
    // Gelu is an operator since opset 20; everything else is in 17, which more programs read.
    if (std::any_of(graph_.nodes.begin(), graph_.nodes.end(), [](const Node& n) { return n.op == "gelu"; })) opset_ = 20;
    for (std::size_t i = 0; i < graph_.tensors.size(); ++i) {
        const Tensor& t = graph_.tensors[i];
        const bool known = t.type == Type::f32 || t.type == Type::i8 || t.type == Type::u8 || (t.type == Type::i32 && t.is_constant());
        if (!known || t.is_variable)
            throw base::Error("unsupported",
                              place_of(graph_, static_cast<int>(i)) +
                                  (t.is_variable ? " keeps its value between inferences" : " is " + std::string(graph::name_of(t.type))) +
                                  ", which has no counterpart in an ONNX file that mote writes",
                              "export in another format");
    }
    write_inputs();
    for (const Node& node : graph_.nodes) {
        node_ = &node;
        const Entry* entry = find(node.op);
        if (!entry) refuse("has no counterpart in an ONNX file that mote writes");
        op_type_ = entry->op_type;
        const std::string result = (this->*entry->handler)();
        const int o = node.outputs.front();
        const std::string& name = names_[static_cast<std::size_t>(o)];
        if (at(o).type != Type::f32) {
            const auto scale = scale_of(at(o), name);
            scales_[o] = scale;
            model_.node("QuantizeLinear", {result, scale[0], scale[1]}, name, {});
        } else {
            // What another tensor means already keeps its name.
            const bool is_own = entry->handler != &Exporter::same;
            if (!is_own || !model_.rename_last(result, name)) model_.node("Identity", {result}, name, {});
            reals_[o] = name;
        }
    }
    write_outputs();
    return model_.bytes(graph_.name, opset_);
}

void Exporter::refuse(const std::string& what) const {
    throw base::Error("unsupported", place_of(graph_, *node_) + " " + what, "export in another format, or leave the operator out");
}

void Exporter::write_inputs() {
    for (const int i : graph_.inputs) {
        const std::string& name = names_[static_cast<std::size_t>(i)];
        model_.input(name, at(i).shape, type_in_file(at(i).type));
        if (at(i).type == Type::f32)
            reals_[i] = name;
        else
            scales_[i] = scale_of(at(i), name);
    }
}

void Exporter::write_outputs() {
    for (const int o : graph_.outputs) model_.output(names_[static_cast<std::size_t>(o)], at(o).shape, type_in_file(at(o).type));
}

// --- values

std::string Exporter::reals(int tensor) {
    const auto known = reals_.find(tensor);
    if (known != reals_.end()) return known->second;
    const std::string& name = names_[static_cast<std::size_t>(tensor)];
    if (at(tensor).is_constant()) return reals_[tensor] = constant_reals(at(tensor), name);
    const auto& scale = scales_.at(tensor);
    const std::string real = name + "/real";
    model_.node("DequantizeLinear", {name, scale[0], scale[1]}, real, {});
    return reals_[tensor] = real;
}

std::string Exporter::step(const std::string& op_type, const std::vector<std::string>& inputs,
                           const std::vector<MessageWriter>& attributes) {
    std::string name = names_[static_cast<std::size_t>(node_->outputs.front())] + "/" + op_type;
    while (!taken_.insert(name).second) name += "'";
    model_.node(op_type, inputs, name, attributes);
    return name;
}

std::string Exporter::constant_of(const std::vector<float>& values, const std::vector<int>& shape) {
    std::string name = names_[static_cast<std::size_t>(node_->outputs.front())] + "/constant";
    while (!taken_.insert(name).second) name += "'";
    model_.constant(name, shape, DataType::f32, std::as_bytes(std::span(values)));
    return name;
}

std::string Exporter::constant_of(const std::vector<std::int64_t>& values) {
    std::string name = names_[static_cast<std::size_t>(node_->outputs.front())] + "/numbers";
    while (!taken_.insert(name).second) name += "'";
    model_.constant(name, {static_cast<int>(values.size())}, DataType::i64, std::as_bytes(std::span(values)));
    return name;
}

std::vector<std::string> Exporter::scale_of(const Tensor& tensor, const std::string& name) {
    const Quantisation& q = tensor.quantisation;
    const std::vector<int> shape = q.axis < 0 ? std::vector<int>() : std::vector<int>{static_cast<int>(q.scale.size())};
    std::vector<std::int8_t> zeros;
    for (const std::int32_t z : q.zero_point) zeros.push_back(static_cast<std::int8_t>(z));
    model_.constant(name + "/scale", shape, DataType::f32, std::as_bytes(std::span(q.scale)));
    model_.constant(name + "/zero_point", shape, type_in_file(tensor.type), std::as_bytes(std::span(zeros)));
    return {name + "/scale", name + "/zero_point"};
}

std::string Exporter::constant_reals(const Tensor& tensor, const std::string& name) {
    if (tensor.type == Type::f32) {
        model_.constant(name, tensor.shape, DataType::f32, tensor.data);
        return name;
    }
    model_.constant(name, tensor.shape, DataType::i8, tensor.data);
    const auto scale = scale_of(tensor, name);
    const std::int64_t axis = std::max(tensor.quantisation.axis, 0);
    model_.node("DequantizeLinear", {name, scale[0], scale[1]}, name + "/real", {integer_attribute("axis", axis)});
    return name + "/real";
}

// A bias of whole numbers has the product of the input's and the weights' scales.
std::string Exporter::bias_reals() {
    if (input(0).type == Type::f32) return input_reals(2);
    std::string name = names_[static_cast<std::size_t>(node_->outputs.front())] + "/bias";
    while (!taken_.insert(name).second) name += "'";
    const Quantisation& weights = input(1).quantisation;
    std::vector<float> scales;
    for (const float s : weights.scale) scales.push_back(static_cast<float>(double{input(0).quantisation.scale[0]} * double{s}));
    const std::vector<int> shape = weights.axis < 0 ? std::vector<int>() : std::vector<int>{static_cast<int>(scales.size())};
    model_.constant(name, input(2).shape, DataType::i32, input(2).data);
    model_.constant(name + "/scale", shape, DataType::f32, std::as_bytes(std::span(scales)));
    model_.node("DequantizeLinear", {name, name + "/scale"}, name + "/real", {integer_attribute("axis", 0)});
    return name + "/real";
}

std::string Exporter::channels_first(const std::string& image, std::size_t rank) {
    if (rank < 3) return image;
    return step("Transpose", {image}, {list_attribute("perm", wide(inverse(onnx::channels_last(rank))))});
}

std::string Exporter::channels_last(const std::string& image, std::size_t rank) {
    if (rank < 3) return image;
    return step("Transpose", {image}, {list_attribute("perm", wide(onnx::channels_last(rank)))});
}

std::string Exporter::clamped(const std::string& values, const std::string& activation) {
    if (activation == "none") return values;
    if (activation == "relu") return step("Relu", {values});
    const bool from_zero = activation == "relu6";
    return step("Clip", {values, constant_of({from_zero ? 0.0f : -1.0f}, {}), constant_of({from_zero ? 6.0f : 1.0f}, {})});
}

std::string Exporter::activated(const std::string& values) { return clamped(values, attribute<std::string>("activation", "none")); }

// --- nodes

std::string Exporter::plain() {
    std::vector<std::string> inputs;
    for (std::size_t i = 0; i < node_->inputs.size(); ++i) inputs.push_back(input_reals(i));
    return activated(step(op_type_, inputs));
}

std::string Exporter::same() { return input_reals(0); }

std::string Exporter::clamp() { return clamped(input_reals(0), node_->op); }

std::string Exporter::leaky_relu() { return step("LeakyRelu", {input_reals(0)}, {real_attribute("alpha", attribute("alpha", 0.2f))}); }

std::string Exporter::gelu() {
    return step("Gelu", {input_reals(0)}, {text_attribute("approximate", attribute("approximate", false) ? "tanh" : "none")});
}

std::string Exporter::power() { return step("Pow", {input_reals(0), constant_of({attribute("exponent", 2.0f)}, {})}); }

std::string Exporter::rsqrt() { return step("Reciprocal", {step("Sqrt", {input_reals(0)})}); }

std::string Exporter::matmul() {
    const auto side = [&](std::size_t i, bool adjoint) {
        if (!adjoint) return input_reals(i);
        std::vector<int> order = plain_order(input(i).shape.size());
        std::swap(order[order.size() - 2], order[order.size() - 1]);
        return step("Transpose", {input_reals(i)}, {list_attribute("perm", wide(order))});
    };
    const std::string left = side(0, attribute("adj_x", false)), right = side(1, attribute("adj_y", false));
    return step("MatMul", {left, right});
}

// What has one factor a row is InstanceNormalization over rows as channels.
std::string Exporter::layer_norm() {
    const bool per_row = attribute("per_row", false);
    const int depth = input(0).shape.back(), rows = static_cast<int>(input(0).count()) / depth, count = per_row ? rows : depth;
    const auto values = [&](std::size_t i, float otherwise) {
        if (node_->inputs.size() > i && node_->inputs[i] >= 0) return input_reals(i);
        return constant_of(std::vector<float>(static_cast<std::size_t>(count), otherwise), {count});
    };
    const MessageWriter epsilon = real_attribute("epsilon", attribute("epsilon", 1e-5f));
    if (!per_row) return step("LayerNormalization", {input_reals(0), values(1, 1), values(2, 0)}, {epsilon});
    const std::string image = step("Reshape", {input_reals(0), constant_of({1, rows, depth})});
    return step("Reshape",
                {step("InstanceNormalization", {image, values(1, 1), values(2, 0)}, {epsilon}), constant_of(wide(output().shape))});
}

std::string Exporter::squared_difference() {
    const std::string difference = step("Sub", {input_reals(0), input_reals(1)});
    return step("Mul", {difference, difference});
}

std::string Exporter::softmax() { return step("Softmax", {input_reals(0)}, {integer_attribute("axis", -1)}); }

std::vector<MessageWriter> Exporter::window(int kernel_h, int kernel_w) const {
    const NodeView view(graph_, *node_);
    const int stride_h = attribute("stride_h", 1), stride_w = attribute("stride_w", 1), dilation_h = attribute("dilation_h", 1),
              dilation_w = attribute("dilation_w", 1);
    const Window w =
        window_of(view, {kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, attribute<std::string>("padding", "valid")});
    const auto behind = [](int in, int out, int kernel, int stride, int dilation, int before) {
        return std::max((out - 1) * stride + (kernel - 1) * dilation + 1 - in - before, 0);
    };
    std::vector<MessageWriter> list{
        list_attribute("kernel_shape", {kernel_h, kernel_w}), list_attribute("strides", {stride_h, stride_w}),
        list_attribute("pads", {w.pad_top, w.pad_left, behind(w.in_h, w.out_h, kernel_h, stride_h, dilation_h, w.pad_top),
                                behind(w.in_w, w.out_w, kernel_w, stride_w, dilation_w, w.pad_left)})};
    if (dilation_h != 1 || dilation_w != 1) list.push_back(list_attribute("dilations", {dilation_h, dilation_w}));
    return list;
}

std::string Exporter::convolution() {
    const bool depthwise = node_->op == "depthwise_conv_2d";
    const std::vector<int>& shape = input(1).shape;
    std::vector<MessageWriter> attributes = window(shape[1], shape[2]);
    attributes.push_back(integer_attribute("group", depthwise ? input(0).shape[3] : attribute("groups", 1)));
    std::string name = names_[static_cast<std::size_t>(node_->outputs.front())] + "/weights";
    while (!taken_.insert(name).second) name += "'";
    const std::vector<int> order = depthwise ? std::vector<int>{3, 0, 1, 2} : std::vector<int>{0, 3, 1, 2};
    std::vector<std::string> inputs{channels_first(input_reals(0), 4), constant_reals(transposed(input(1), order), name)};
    if (node_->inputs.size() > 2 && node_->inputs[2] >= 0) inputs.push_back(bias_reals());
    return channels_last(activated(step("Conv", inputs, attributes)), 4);
}

std::string Exporter::transposed_convolution() {
    const std::vector<int>& w = input(1).shape;
    const auto& in = input(0).shape;
    const auto& out = output().shape;
    const int stride_h = attribute("stride_h", 1), stride_w = attribute("stride_w", 1), top = attribute("pad_top", 0),
              left = attribute("pad_left", 0);
    // What the windows reach beyond the output is cut off; what they do not reach are more zeros, fewer than a stride.
    const std::int64_t below = (std::int64_t{in[1]} - 1) * stride_h + w[1] - top - out[1],
                       right = (std::int64_t{in[2]} - 1) * stride_w + w[2] - left - out[2];
    if (-below >= stride_h || -right >= stride_w) refuse("has an output beyond its windows, which has no counterpart in ONNX");
    std::vector<MessageWriter> attributes{
        list_attribute("kernel_shape", {w[1], w[2]}), list_attribute("strides", {stride_h, stride_w}),
        list_attribute("pads", {top, left, std::max<std::int64_t>(below, 0), std::max<std::int64_t>(right, 0)}),
        list_attribute("output_padding", {std::max<std::int64_t>(-below, 0), std::max<std::int64_t>(-right, 0)})};
    std::string name = names_[static_cast<std::size_t>(node_->outputs.front())] + "/weights";
    while (!taken_.insert(name).second) name += "'";
    std::vector<std::string> inputs{channels_first(input_reals(0), 4), constant_reals(transposed(input(1), {3, 0, 1, 2}), name)};
    if (node_->inputs.size() > 2 && node_->inputs[2] >= 0) inputs.push_back(bias_reals());
    return channels_last(activated(step("ConvTranspose", inputs, attributes)), 4);
}

std::string Exporter::dense() {
    std::vector<std::string> inputs{input_reals(0), input_reals(1)};
    if (node_->inputs.size() > 2 && node_->inputs[2] >= 0) inputs.push_back(bias_reals());
    return activated(step("Gemm", inputs, {integer_attribute("transB", 1)}));
}

std::string Exporter::pool() {
    const std::string image = channels_first(input_reals(0), 4);
    return channels_last(activated(step(op_type_, {image}, window(attribute("kernel_h", 1), attribute("kernel_w", 1)))), 4);
}

std::string Exporter::normalisation() {
    const std::size_t rank = input(0).shape.size();
    if (rank < 2) refuse("normalises a tensor of one dimension, which has no counterpart in ONNX");
    std::vector<std::string> inputs{channels_first(input_reals(0), rank)};
    for (std::size_t i = 1; i < 5; ++i) inputs.push_back(input_reals(i));
    return channels_last(step("BatchNormalization", inputs, {real_attribute("epsilon", attribute("epsilon", 1e-3f))}), rank);
}

std::string Exporter::reduction() {
    const std::vector<std::int64_t> axes = wide(attribute("axes", std::vector<int>()));
    const MessageWriter keep = integer_attribute("keepdims", attribute("keep_dims", false) ? 1 : 0);
    if (opset_ >= 18 || std::string(op_type_) == "ReduceSum") return step(op_type_, {input_reals(0), constant_of(axes)}, {keep});
    return step(op_type_, {input_reals(0)}, {list_attribute("axes", axes), keep});
}

std::string Exporter::concatenation() {
    std::vector<std::string> inputs;
    for (std::size_t i = 0; i < node_->inputs.size(); ++i) inputs.push_back(input_reals(i));
    return step("Concat", inputs, {integer_attribute("axis", attribute("axis", -1))});
}

std::string Exporter::pad() {
    const auto pads = attribute("pads", std::vector<int>());
    std::vector<std::int64_t> list;
    for (const std::size_t first : {0, 1})
        for (std::size_t i = first; i < pads.size(); i += 2) list.push_back(pads[i]);
    const auto value = static_cast<float>(attribute("value", 0.0));
    if (value == 0) return step("Pad", {input_reals(0), constant_of(list)});
    return step("Pad", {input_reals(0), constant_of(list), constant_of({value}, {})});
}

std::string Exporter::reshape() { return step("Reshape", {input_reals(0), constant_of(wide(output().shape))}); }

std::string Exporter::slice() {
    const std::vector<int> begin = attribute("begin", std::vector<int>()), size = attribute("size", std::vector<int>());
    std::vector<int> strides = attribute("strides", std::vector<int>());
    if (strides.empty()) strides.assign(begin.size(), 1);
    std::vector<std::int64_t> ends, axes;
    bool repeats = false;  // a step of 0: one value, and then as many
    for (std::size_t d = 0; d < begin.size(); ++d) {
        repeats = repeats || strides[d] == 0;
        const std::int64_t end = strides[d] == 0 ? begin[d] + 1 : begin[d] + std::int64_t{size[d]} * strides[d];
        if (strides[d] == 0) strides[d] = 1;
        ends.push_back(end < 0 ? std::numeric_limits<std::int64_t>::min() : end);
        axes.push_back(static_cast<std::int64_t>(d));
    }
    const std::string part =
        step("Slice", {input_reals(0), constant_of(wide(begin)), constant_of(ends), constant_of(axes), constant_of(wide(strides))});
    return repeats ? step("Expand", {part, constant_of(wide(output().shape))}) : part;
}

std::string Exporter::transpose() {
    return step("Transpose", {input_reals(0)}, {list_attribute("perm", wide(attribute("permutation", std::vector<int>())))});
}

std::string Exporter::gather() {
    const std::string& name = names_[static_cast<std::size_t>(node_->inputs[1])];
    if (reals_.emplace(node_->inputs[1], name).second) model_.constant(name, input(1).shape, DataType::i32, input(1).data);
    return step("Gather", {input_reals(0), name}, {integer_attribute("axis", attribute("axis", 0))});
}

std::string Exporter::resize() {
    const bool align = attribute("align_corners", false), half = attribute("half_pixel_centers", false),
               nearest = std::string(op_type_) == "nearest";
    const std::string coordinates = align ? "align_corners" : half ? "half_pixel" : "asymmetric";
    std::vector<MessageWriter> attributes{text_attribute("mode", op_type_), text_attribute("coordinate_transformation_mode", coordinates)};
    if (nearest) attributes.push_back(text_attribute("nearest_mode", align || half ? "round_prefer_ceil" : "floor"));
    const std::vector<int> out = permuted(output().shape, inverse(onnx::channels_last(4)));
    const std::string image = channels_first(input_reals(0), 4);
    return channels_last(step("Resize", {image, "", "", constant_of(wide(out))}, attributes), 4);
}

}  // namespace mote::graph::onnx
