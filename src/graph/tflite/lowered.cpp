#include "graph/tflite/lowered.hpp"

#include "base/error.hpp"
#include "graph/build.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"
#include "graph/quantised.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph::tflite {

namespace {

template <class T>
Tensor constant(std::string name, Type type, std::vector<int> shape, const std::vector<T>& values) {
    Tensor t;
    t.name = std::move(name), t.type = type, t.shape = std::move(shape);
    const auto bytes = std::as_bytes(std::span(values));
    t.data.assign(bytes.begin(), bytes.end());
    return t;
}

class Lowered {
  public:
    explicit Lowered(const Graph& source) : graph(source) {
        graph.nodes.clear();
        for (const Node& node : source.nodes) add(source, node);
        scale_biases();
        remove_unused_tensors(graph);
    }
    Graph graph;

  private:
    int add_values(const Node& node, const char* what, const std::vector<int>& values, std::vector<int> shape) {
        return graph.add_tensor(
            constant(node.name + "/" + what, Type::i32, std::move(shape), std::vector<std::int32_t>(values.begin(), values.end())));
    }

    /// One real, stored as the node's input is.
    int add_value(const Node& node, double value) {
        Tensor t = constant<float>(node.name + "/value", Type::f32, {1}, {static_cast<float>(value)});
        const Tensor& x = at(node.inputs.front());
        if (x.type == Type::i8) {
            const double stored = std::round(value / double{scale_of(x)}) + zero_point_of(x);
            t = constant<std::int8_t>(t.name, Type::i8, {1}, {static_cast<std::int8_t>(std::clamp(stored, -128.0, 127.0))});
            t.quantisation = x.quantisation;
        }
        return graph.add_tensor(std::move(t));
    }

    void add(const Graph& source, Node node) {
        if (node.op == "batch_norm") return add_batch_norm(source, node);
        if (node.op == "dense" && at(node.inputs[1]).quantisation.scale.size() > 1) return add_dense_channels(node);
        if (node.op == "lstm") return add_lstm(std::move(node));
        const auto ints = [&](const char* name) { return node.attributes.at(name).get<std::vector<int>>(); };
        const auto add_list = [&](const char* what, const std::vector<int>& values) {
            node.inputs.push_back(add_values(node, what, values, {static_cast<int>(values.size())}));
        };
        if (node.op == "reshape") {
            add_list("shape", ints("shape"));
        } else if (node.op == "mean" || node.op == "sum" || node.op == "reduce_max" || node.op == "reduce_min") {
            add_list("axes", ints("axes"));
        } else if (node.op == "transpose") {
            add_list("permutation", ints("permutation"));
        } else if (node.op == "resize_bilinear" || node.op == "resize_nearest") {
            add_list("size", {node.attributes.at("height").get<int>(), node.attributes.at("width").get<int>()});
        } else if (node.op == "slice") {
            const std::vector<int> begin = ints("begin"), size = ints("size"), strides = strides_of(node);
            std::vector<int> end;
            for (std::size_t d = 0; d < begin.size(); ++d) end.push_back(begin[d] + size[d] * strides[d]);
            add_list("begin", begin), add_list("end", end), add_list("strides", strides);
        } else if (node.op == "pad") {
            const std::vector<int> pads = ints("pads");
            node.inputs.push_back(add_values(node, "pads", pads, {static_cast<int>(pads.size() / 2), 2}));
            const double value = node.attributes.value("value", 0.0);
            if (value != 0) node.op = "pad_with_value", node.inputs.push_back(add_value(node, value));
        }
        graph.nodes.push_back(std::move(node));
    }

    Tensor& at(int tensor) { return graph.tensors[static_cast<std::size_t>(tensor)]; }

    /// A computed tensor like `like` in another shape.
    int tensor_like(int like, std::string name, std::vector<int> shape) {
        Tensor t;
        t.name = std::move(name), t.shape = std::move(shape), t.type = at(like).type, t.quantisation = at(like).quantisation;
        return graph.add_tensor(std::move(t));
    }

    void add_reshape(std::string name, int from, int to) {
        Node node{"reshape", std::move(name), {from}, {to}, {{"shape", at(to).shape}}};
        add(graph, std::move(node));
    }

    void add_dense_channels(Node node) {
        const int input = node.inputs[0], output = node.outputs[0], weights = node.inputs[1];
        const int in = tensor_like(input, node.name + "/in", {1, 1, 1, at(input).shape.back()});
        const int out = tensor_like(output, node.name + "/out", {1, 1, 1, at(output).shape.back()});
        Tensor kernel = at(weights);
        kernel.name += "/kernel";
        kernel.shape = {kernel.shape[0], 1, 1, kernel.shape[1]};
        node.op = "conv_2d";
        node.attributes = {
            {"stride_h", 1}, {"stride_w", 1}, {"padding", "valid"}, {"activation", node.attributes.value("activation", "none")}};
        node.inputs[0] = in, node.inputs[1] = graph.add_tensor(std::move(kernel)), node.outputs[0] = out;
        add_reshape(node.name + "/in", input, in);
        const std::string name = node.name;
        graph.nodes.push_back(std::move(node));
        add_reshape(name + "/out", out, output);
    }

    /// The format keeps the state in variables, which start from 0 and are left as they are by an inference.
    int state(const Node& node, int tensor) {
        if (at(tensor).is_variable && at(tensor).initial.empty()) return tensor;
        Tensor variable = at(tensor);
        variable.data.clear(), variable.initial.clear();
        variable.is_variable = true;
        if ((at(tensor).is_variable ? at(tensor).initial : at(tensor).data) != initial_value(variable))
            throw base::Error("unsupported",
                              place_of(graph, node) + " starts from a state other than 0, for which a TensorFlow Lite file has no place",
                              "export in another format, or start from zeros");
        return graph.add_tensor(std::move(variable));
    }

    void add_lstm(Node node) {
        const std::vector<int> from = node.inputs;
        std::vector<int> inputs(24, -1);
        std::copy(from.begin(), from.begin() + 9, inputs.begin());
        for (std::size_t g = 0; g < 4; ++g) {
            if (from[1 + g] < 0) continue;
            const bool is_i8 = at(from[0]).type == Type::i8;
            if (from[9 + g] >= 0) inputs[12 + g] = from[9 + g];
            const int units = at(from[1 + g]).shape[0];
            if (from[9 + g] < 0)
                inputs[12 + g] = graph.add_tensor(constant(node.name + "/bias", is_i8 ? Type::i32 : Type::f32, {units},
                                                           std::vector<std::int32_t>(static_cast<std::size_t>(units), 0)));
        }
        inputs[18] = state(node, from[13]), inputs[19] = state(node, from[14]);
        node.inputs = std::move(inputs);
        graph.nodes.push_back(std::move(node));
    }

    void add_batch_norm(const Graph& source, const Node& node) {
        const KernelPlan plan = find_operator("batch_norm")->lower(source, node, Isa::portable);
        const std::vector<int> shape = source.tensors[static_cast<std::size_t>(node.inputs[0])].shape;
        const int channels = shape.back();
        int pixels = 1;
        for (std::size_t i = 0; i + 1 < shape.size(); ++i) pixels *= shape[i];
        const auto table = [&](std::size_t i, std::vector<int> at) {
            Tensor t;
            t.name = node.name + "/" + plan.calls.front().tables[i].name, t.shape = std::move(at);
            t.data = plan.calls.front().tables[i].data;
            return graph.add_tensor(std::move(t));
        };
        const int scale = table(0, {1, 1, 1, channels}), offset = table(1, {channels});
        const bool is_image = shape.size() == 4;
        const int input = node.inputs[0], output = node.outputs[0];
        const std::vector<int> image = {1, 1, pixels, channels};
        const int in = is_image ? input : tensor_like(input, node.name + "/in", image);
        const int out = is_image ? output : tensor_like(output, node.name + "/out", image);
        if (!is_image) add_reshape(node.name + "/in", input, in);
        graph.nodes.push_back({"depthwise_conv_2d",
                               node.name,
                               {in, scale, offset},
                               {out},
                               {{"stride_h", 1}, {"stride_w", 1}, {"padding", "same"}, {"multiplier", 1}, {"activation", "none"}}});
        if (!is_image) add_reshape(node.name + "/out", out, output);
    }

    void scale_bias(const Node& node, std::size_t weights, std::size_t bias) {
        if (node.inputs[bias] < 0 || at(node.inputs[bias]).type != Type::i32) return;
        at(node.inputs[bias]).quantisation = {
            {at(node.inputs[0]).quantisation.scale[0] * at(node.inputs[weights]).quantisation.scale[0]}, {0}, -1};
    }
    void scale_bias_over_time(const Node& node) {
        if (node.inputs[3] < 0 || at(node.inputs[3]).type != Type::i32) return;
        at(node.inputs[3]).quantisation = {{at(node.inputs[4]).quantisation.scale[0] * at(node.inputs[2]).quantisation.scale[0]}, {0}, -1};
    }

    /// The format wants each bias to say its scale: the input's times the weights'.
    void scale_biases() {
        for (const Node& node : graph.nodes) {
            const bool has_bias = node.op == "conv_2d" || node.op == "depthwise_conv_2d" || node.op == "dense";
            if (node.op == "lstm")
                for (std::size_t g = 0; g < 4; ++g)
                    if (node.inputs[1 + g] >= 0) scale_bias(node, 1 + g, 12 + g);
            if (node.op == "svdf") scale_bias_over_time(node);
            if (!has_bias || node.inputs.size() < 3 || node.inputs[2] < 0) continue;
            const auto tensor = [&](std::size_t i) -> Tensor& { return graph.tensors[static_cast<std::size_t>(node.inputs[i])]; };
            if (tensor(2).type != Type::i32) continue;
            Quantisation q;
            for (const float scale : tensor(1).quantisation.scale) q.scale.push_back(scale * tensor(0).quantisation.scale.front());
            q.zero_point.assign(q.scale.size(), 0);
            q.axis = q.scale.size() > 1 ? 0 : -1;
            tensor(2).quantisation = std::move(q);
        }
    }
};

}  // namespace

std::vector<int> strides_of(const Node& node) {
    const auto strides = node.attributes.value("strides", std::vector<int>());
    return strides.empty() ? std::vector<int>(node.attributes.at("begin").size(), 1) : strides;
}

Graph lowered(const Graph& source) { return Lowered(source).graph; }

}  // namespace mote::graph::tflite
