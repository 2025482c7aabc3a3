#include "learn/torch/operators.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <limits>

namespace mote::learn {

namespace {
using Tensors = std::vector<at::Tensor>;

base::Error unsupported(const graph::Node& node, const std::string& what) {
    return base::Error("unsupported", "node " + node.name + " (" + node.op + "): the training backend cannot do " + what,
                       "train another learner, or remove the node");
}

int attribute(const graph::Node& node, const char* name, int otherwise) { return node.attributes.value(name, otherwise); }

std::function<at::Tensor(const at::Tensor&)> activation_of(const graph::Node& node) {
    const std::string name = node.attributes.value("activation", std::string("none"));
    if (name == "none") return [](const at::Tensor& x) { return x; };
    if (name == "relu") return [](const at::Tensor& x) { return at::relu(x); };
    if (name == "relu6") return [](const at::Tensor& x) { return at::clamp(x, 0, 6); };
    throw unsupported(node, "activation " + name);
}

const std::vector<int>& input_shape(const graph::Graph& graph, const graph::Node& node) {
    return graph.tensors[static_cast<std::size_t>(node.inputs[0])].shape;
}

at::Tensor to_channels_first(const at::Tensor& x) { return x.permute({0, 3, 1, 2}); }
at::Tensor to_channels_last(const at::Tensor& x) { return x.permute({0, 2, 3, 1}); }

/// "same" padding as TFLite means it: as little as gives ceil(size / stride) outputs, the odd one behind.
struct Padding {
    int before_h = 0, after_h = 0, before_w = 0, after_w = 0;
    bool symmetric() const { return before_h == after_h && before_w == after_w; }
    bool any() const { return before_h + after_h + before_w + after_w > 0; }
    std::vector<std::int64_t> as_torch() const { return {before_w, after_w, before_h, after_h}; }
};

Padding padding_of(const graph::Graph& graph, const graph::Node& node, int kernel_h, int kernel_w) {
    Padding padding;
    if (node.attributes.value("padding", std::string("valid")) != "same") return padding;
    const std::vector<int>& shape = input_shape(graph, node);
    const auto total = [&](int size, int kernel, int stride, int dilation) {
        const int outputs = (size + stride - 1) / stride;
        return std::max(0, (outputs - 1) * stride + (kernel - 1) * dilation + 1 - size);
    };
    const int h = total(shape[1], kernel_h, attribute(node, "stride_h", 1), attribute(node, "dilation_h", 1));
    const int w = total(shape[2], kernel_w, attribute(node, "stride_w", 1), attribute(node, "dilation_w", 1));
    return {h / 2, h - h / 2, w / 2, w - w / 2};
}

TorchStep convolution(const graph::Graph& graph, const graph::Node& node, bool depthwise) {
    const std::vector<int>& weights = graph.tensors[static_cast<std::size_t>(node.inputs[1])].shape;
    const Padding padding = padding_of(graph, node, weights[1], weights[2]);
    const int groups = depthwise ? input_shape(graph, node)[3] : attribute(node, "groups", 1);
    const std::vector<std::int64_t> stride = {attribute(node, "stride_h", 1), attribute(node, "stride_w", 1)};
    const std::vector<std::int64_t> dilation = {attribute(node, "dilation_h", 1), attribute(node, "dilation_w", 1)};
    const std::vector<std::int64_t> inside =
        padding.symmetric() ? std::vector<std::int64_t>{padding.before_h, padding.before_w} : std::vector<std::int64_t>{0, 0};
    const auto activate = activation_of(node);
    return [=](const Tensors& in, const Pass&) {
        at::Tensor x = to_channels_first(in[0]);
        if (!padding.symmetric()) x = at::constant_pad_nd(x, padding.as_torch());
        const at::Tensor kernel = depthwise ? in[1].permute({3, 0, 1, 2}) : in[1].permute({0, 3, 1, 2});
        const c10::optional<at::Tensor> bias = in.size() > 2 && in[2].defined() ? c10::optional<at::Tensor>(in[2]) : c10::nullopt;
        return activate(to_channels_last(at::conv2d(x, kernel, bias, stride, inside, dilation, groups)));
    };
}

TorchStep conv_2d(const graph::Graph& graph, const graph::Node& node) { return convolution(graph, node, false); }
TorchStep depthwise_conv_2d(const graph::Graph& graph, const graph::Node& node) { return convolution(graph, node, true); }

TorchStep dense(const graph::Graph&, const graph::Node& node) {
    const auto activate = activation_of(node);
    return [=](const Tensors& in, const Pass&) {
        const c10::optional<at::Tensor> bias = in.size() > 2 && in[2].defined() ? c10::optional<at::Tensor>(in[2]) : c10::nullopt;
        return activate(at::linear(in[0].flatten(1), in[1], bias));
    };
}

TorchStep batch_norm(const graph::Graph& graph, const graph::Node& node) {
    const double epsilon = node.attributes.value("epsilon", 1e-3);
    const bool standardises = !graph.inputs.empty() && node.inputs[0] == graph.inputs[0];
    constexpr double momentum = 0.1;
    return [=](const Tensors& in, const Pass& pass) {
        const at::Tensor rows = in[0].reshape({-1, in[0].size(-1)});
        const bool training = pass.training && !standardises && rows.size(0) > 1;
        return at::batch_norm(rows, in[1], in[2], in[3], in[4], training, momentum, epsilon, false).reshape(in[0].sizes());
    };
}

TorchStep add(const graph::Graph&, const graph::Node& node) {
    const auto activate = activation_of(node);
    return [=](const Tensors& in, const Pass&) { return activate(at::add(in[0], in[1])); };
}

TorchStep average_pool_2d(const graph::Graph& graph, const graph::Node& node) {
    const std::vector<std::int64_t> kernel = {attribute(node, "kernel_h", 1), attribute(node, "kernel_w", 1)};
    const std::vector<std::int64_t> stride = {attribute(node, "stride_h", 1), attribute(node, "stride_w", 1)};
    const Padding padding = padding_of(graph, node, static_cast<int>(kernel[0]), static_cast<int>(kernel[1]));
    const auto sums = [=](const at::Tensor& x) {
        const at::Tensor padded = padding.any() ? at::constant_pad_nd(x, padding.as_torch()) : x;
        return at::avg_pool2d(padded, kernel, stride, {0, 0}, false, true, 1);
    };
    const std::vector<int> shape = input_shape(graph, node);
    const auto activate = activation_of(node);
    // Padding is left out of the average, so each output divides by the inputs that it covers.
    const at::Tensor covered = sums(at::ones({1, 1, shape[1], shape[2]}));
    return [=](const Tensors& in, const Pass&) {
        return activate(to_channels_last(sums(to_channels_first(in[0])) / covered.to(in[0].device())));
    };
}

TorchStep max_pool_2d(const graph::Graph& graph, const graph::Node& node) {
    const std::vector<std::int64_t> kernel = {attribute(node, "kernel_h", 1), attribute(node, "kernel_w", 1)};
    const std::vector<std::int64_t> stride = {attribute(node, "stride_h", 1), attribute(node, "stride_w", 1)};
    const Padding padding = padding_of(graph, node, static_cast<int>(kernel[0]), static_cast<int>(kernel[1]));
    const auto activate = activation_of(node);
    return [=](const Tensors& in, const Pass&) {
        at::Tensor x = to_channels_first(in[0]);
        if (padding.any()) x = at::constant_pad_nd(x, padding.as_torch(), std::numeric_limits<float>::lowest());
        return activate(to_channels_last(at::max_pool2d(x, kernel, stride)));
    };
}

TorchStep mean(const graph::Graph&, const graph::Node& node) {
    const auto axes = node.attributes.at("axes").get<std::vector<std::int64_t>>();
    const bool keep = node.attributes.value("keep_dims", false);
    for (const std::int64_t axis : axes)
        if (axis == 0) throw unsupported(node, "a mean over the batch");
    return [=](const Tensors& in, const Pass&) { return at::mean(in[0], axes, keep); };
}

TorchStep reshape(const graph::Graph&, const graph::Node& node) {
    auto shape = node.attributes.at("shape").get<std::vector<std::int64_t>>();
    if (shape.empty() || shape[0] != 1) throw unsupported(node, "a reshape that moves the batch dimension");
    return [=](const Tensors& in, const Pass&) {
        auto batched = shape;
        batched[0] = in[0].size(0);
        return in[0].reshape(batched);
    };
}

TorchStep concat(const graph::Graph& graph, const graph::Node& node) {
    const int rank = static_cast<int>(input_shape(graph, node).size());
    const int axis = (attribute(node, "axis", -1) + rank) % rank;
    if (axis == 0) throw unsupported(node, "joining along the batch");
    return [=](const Tensors& in, const Pass&) { return at::cat(in, axis); };
}

TorchStep relu(const graph::Graph&, const graph::Node&) {
    return [](const Tensors& in, const Pass&) { return at::relu(in[0]); };
}

TorchStep relu6(const graph::Graph&, const graph::Node&) {
    return [](const Tensors& in, const Pass&) { return at::clamp(in[0], 0, 6); };
}

TorchStep softmax(const graph::Graph&, const graph::Node&) {
    return [](const Tensors& in, const Pass&) { return at::softmax(in[0], -1); };
}
}  // namespace

const std::map<std::string, TorchOperator, std::less<>>& torch_operators() {
    static const std::map<std::string, TorchOperator, std::less<>> operators = {
        {"add", {add}},
        {"average_pool_2d", {average_pool_2d}},
        {"batch_norm", {batch_norm}},
        {"concat", {concat}},
        {"conv_2d", {conv_2d}},
        {"dense", {dense}},
        {"depthwise_conv_2d", {depthwise_conv_2d}},
        {"max_pool_2d", {max_pool_2d}},
        {"mean", {mean}},
        {"relu", {relu}},
        {"relu6", {relu6}},
        {"reshape", {reshape}},
        {"softmax", {softmax}},
    };
    return operators;
}

}  // namespace mote::learn
