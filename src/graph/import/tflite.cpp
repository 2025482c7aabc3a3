// Field numbers and codes are those of TensorFlow's schema.fbs (version 3).
#include "graph/import/tflite.hpp"

#include "base/text.hpp"
#include "graph/build.hpp"
#include "graph/import/flatbuffer.hpp"
#include "graph/import_format.hpp"
#include "graph/limits.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <limits>

namespace mote::graph {

namespace {

using flatbuffer::Table;

constexpr int add_code = 0, average_pool_2d_code = 1, concatenation_code = 2, conv_2d_code = 3, depthwise_conv_2d_code = 4,
              dequantize_code = 6, fully_connected_code = 9, max_pool_2d_code = 17, relu_code = 19, relu6_code = 21, reshape_code = 22,
              softmax_code = 25, pad_code = 34, mean_code = 40, quantize_code = 114;

class Importer {
  public:
    Importer(std::span<const std::byte> bytes, std::string_view where) : buffer_(bytes, std::string(where)) {}

    Imported run() {
        if (base::as_text(buffer_.slice(4, 4)) != "TFL3") buffer_.damaged("is not a TensorFlow Lite model");
        const Table model = buffer_.root();
        for (const Table& code : model.tables(1))
            codes_.push_back(std::max<int>(code.number<std::int8_t>(0), code.number<std::int32_t>(3)));
        const auto subgraphs = model.tables(2);
        if (subgraphs.size() != 1) unsupported("has " + std::to_string(subgraphs.size()) + " subgraphs", "export a model with one");
        const auto buffers = model.tables(4);
        const Table& main = subgraphs.front();
        graph_.name = main.text(4).empty() ? "tflite" : main.text(4);
        if (!base::is_utf8(graph_.name)) buffer_.damaged("has a subgraph whose name is not UTF-8");
        for (const Table& t : main.tables(0)) add_tensor(t, buffers);
        graph_.inputs = indices(main.numbers<std::int32_t>(1));
        graph_.outputs = indices(main.numbers<std::int32_t>(2));
        for (const Table& op : main.tables(3)) add_operator(op);
        remove_unused_tensors(graph_);
        try {
            verify(graph_);
        } catch (const base::Error& error) {
            throw error.at(buffer_.where());
        }
        Imported imported{std::move(graph_), {}};
        for (const std::size_t node : operator_nodes_)
            for (const int output : imported.graph.nodes[node].outputs) imported.operator_outputs.push_back(output);
        return imported;
    }

  private:
    [[noreturn]] void unsupported(const std::string& what, const std::string& hint) const {
        throw base::Error("unsupported", buffer_.where() + ": " + what, hint);
    }

    std::vector<int> indices(const std::vector<std::int32_t>& list) const {
        for (const std::int32_t i : list)
            if (i < -1 || i >= static_cast<std::int32_t>(graph_.tensors.size()))
                buffer_.damaged("names tensor " + std::to_string(i) + ", which does not exist");
        return {list.begin(), list.end()};
    }

    Type type_of(int code, const std::string& tensor) const {
        switch (code) {
            case 0:
                return Type::f32;
            case 2:
                return Type::i32;
            case 3:
                return Type::u8;
            case 4:
                return Type::i64;
            case 6:
                return Type::boolean;
            case 7:
                return Type::i16;
            case 9:
                return Type::i8;
            default:
                unsupported("tensor \"" + tensor + "\" has type number " + std::to_string(code), "export the model as float32 or int8");
        }
    }

    void add_tensor(const Table& table, const std::vector<Table>& buffers) {
        if (graph_.tensors.size() >= limits::tensors) buffer_.damaged("has too many tensors");
        Tensor t;
        t.name = table.text(3);
        if (!base::is_utf8(t.name)) buffer_.damaged("has a tensor " + std::to_string(graph_.tensors.size()) + " whose name is not UTF-8");
        t.shape = table.numbers<std::int32_t>(0);
        t.type = type_of(table.number<std::int8_t>(1), t.name);
        t.is_variable = table.number<std::uint8_t>(5) != 0;
        if (const auto q = table.table(4)) {
            t.quantisation.scale = q->numbers<float>(2);
            for (const std::int64_t z : q->numbers<std::int64_t>(3)) {
                if (z < std::numeric_limits<std::int32_t>::min() || z > std::numeric_limits<std::int32_t>::max())
                    buffer_.damaged("tensor \"" + t.name + "\" has zero point " + std::to_string(z));
                t.quantisation.zero_point.push_back(static_cast<std::int32_t>(z));
            }
            t.quantisation.axis = t.quantisation.scale.size() > 1 ? q->number<std::int32_t>(6) : -1;
        }
        const auto index = table.number<std::uint32_t>(2);
        if (index >= buffers.size())
            buffer_.damaged("tensor \"" + t.name + "\" names buffer " + std::to_string(index) + ", which does not exist");
        const auto data = buffers[index].bytes(0);
        t.data.assign(data.begin(), data.end());
        graph_.add_tensor(std::move(t));
    }

    static std::string activation(int code) { return code == 1 ? "relu" : code == 3 ? "relu6" : "none"; }
    std::string activation(const std::optional<Table>& options, int field) const {
        const int code = options ? options->number<std::int8_t>(field) : 0;
        if (code != 0 && code != 1 && code != 3) unsupported("has activation number " + std::to_string(code), "use none, ReLU or ReLU6");
        return activation(code);
    }
    static std::string padding(const std::optional<Table>& options) {
        return options && options->number<std::int8_t>(0) == 1 ? "valid" : "same";
    }
    static int whole(const std::optional<Table>& options, int field, int otherwise) {
        return options ? options->number<std::int32_t>(field, otherwise) : otherwise;
    }

    const Tensor& tensor(const std::vector<int>& list, std::size_t i, const std::string& op) const {
        if (i >= list.size() || list[i] < 0) buffer_.damaged(op + " lacks tensor " + std::to_string(i));
        return graph_.tensors[static_cast<std::size_t>(list[i])];
    }

    /// The values of a small constant i32 tensor.
    std::vector<int> constant(const Tensor& t, const std::string& op) const {
        if (t.type != Type::i32 || !t.is_constant())
            unsupported(op + " takes \"" + t.name + "\", which is no i32 constant", "export it with constant shapes");
        std::vector<int> values(t.data.size() / sizeof(std::int32_t));
        if (!values.empty()) std::memcpy(values.data(), t.data.data(), values.size() * sizeof(std::int32_t));
        return values;
    }

    void add_operator(const Table& op) {
        if (graph_.nodes.size() >= limits::nodes) buffer_.damaged("has too many operators");
        const auto opcode = op.number<std::uint32_t>(0);
        if (opcode >= codes_.size()) buffer_.damaged("an operator has code " + std::to_string(opcode) + ", which does not exist");
        Node node;
        node.inputs = indices(op.numbers<std::int32_t>(1));
        node.outputs = indices(op.numbers<std::int32_t>(2));
        describe(node, codes_[opcode], op.table(4));
        node.name = tensor(node.outputs, 0, node.op).name;
        operator_nodes_.push_back(graph_.nodes.size());
        graph_.add_node(std::move(node));
    }

    void describe(Node& node, int code, const std::optional<Table>& options) {
        switch (code) {
            case conv_2d_code:
            case depthwise_conv_2d_code:
                return describe_convolution(node, code == depthwise_conv_2d_code, options);
            case fully_connected_code:
                return describe_dense(node, options);
            case average_pool_2d_code:
            case max_pool_2d_code:
                return describe_pool(node, code == average_pool_2d_code, options);
            case add_code:
                node.op = "add", node.attributes = {{"activation", activation(options, 0)}};
                return;
            case concatenation_code:
                if (activation(options, 1) != "none") unsupported("concatenates with an activation", "put the activation before it");
                node.op = "concat", node.attributes = {{"axis", whole(options, 0, 0)}};
                return;
            case reshape_code:
                node.op = "reshape", node.attributes = {{"shape", tensor(node.outputs, 0, "reshape").shape}};
                node.inputs.resize(std::min<std::size_t>(node.inputs.size(), 1));
                return;
            case softmax_code:
                if (options && options->number<float>(0, 1.0f) != 1.0f)
                    unsupported("has a softmax with beta other than 1", "scale the layer before it");
                node.op = "softmax";
                return;
            case pad_code:
                node.op = "pad", node.attributes = {{"pads", constant(tensor(node.inputs, 1, "pad"), "pad")}};
                return node.inputs.resize(1);
            case mean_code:
                node.op = "mean";
                node.attributes = {{"axes", constant(tensor(node.inputs, 1, "mean"), "mean")},
                                   {"keep_dims", options && options->number<std::uint8_t>(0) != 0}};
                return node.inputs.resize(1);
            case relu_code:
                node.op = "relu";
                return;
            case relu6_code:
                node.op = "relu6";
                return;
            case quantize_code:
                node.op = "quantise";
                return;
            case dequantize_code:
                node.op = "dequantise";
                return;
            default:
                unsupported("has operator number " + std::to_string(code),
                            "use operators that mote knows: mote's graph has no counterpart of this one");
        }
    }

    void describe_convolution(Node& node, bool depthwise, const std::optional<Table>& options) {
        node.op = depthwise ? "depthwise_conv_2d" : "conv_2d";
        const int shift = depthwise ? 1 : 0;  // depthwise options have the multiplier as field 3
        node.attributes = {{"stride_h", whole(options, 2, 0)},
                           {"stride_w", whole(options, 1, 0)},
                           {"dilation_h", whole(options, 5 + shift, 1)},
                           {"dilation_w", whole(options, 4 + shift, 1)},
                           {"padding", padding(options)},
                           {"activation", activation(options, 3 + shift)}};
        const auto& x = tensor(node.inputs, 0, node.op).shape;
        const auto& w = tensor(node.inputs, 1, node.op).shape;
        if (x.size() != 4 || w.size() != 4 || x[3] < 1 || w[3] < 1)
            buffer_.damaged(node.op + " has input " + text_of(x) + " and weights " + text_of(w));
        if (depthwise)
            node.attributes["multiplier"] = w[3] / x[3];
        else
            node.attributes["groups"] = x[3] / w[3];
    }

    void describe_dense(Node& node, const std::optional<Table>& options) {
        node.op = "dense";
        node.attributes = {{"activation", activation(options, 0)}};
        if (options && options->number<std::int8_t>(1) != 0) unsupported("has shuffled dense weights", "export it without");
        const Tensor& x = tensor(node.inputs, 0, "dense");
        const auto& w = tensor(node.inputs, 1, "dense").shape;
        if (x.shape.size() == 2 || w.size() != 2) return;
        // A dense layer reads any shape as one row there; here a reshape says so.
        Tensor flat{x.name + "/flat", x.type, {1, w[1]}, x.quantisation, {}, false};
        const int index = graph_.add_tensor(std::move(flat));
        const std::string name = graph_.tensors[static_cast<std::size_t>(index)].name;
        graph_.add_node({"reshape", name, {node.inputs[0]}, {index}, {{"shape", {1, w[1]}}}});
        node.inputs[0] = index;
    }

    void describe_pool(Node& node, bool average, const std::optional<Table>& options) {
        node.op = average ? "average_pool_2d" : "max_pool_2d";
        node.attributes = {{"kernel_h", whole(options, 4, 0)}, {"kernel_w", whole(options, 3, 0)}, {"stride_h", whole(options, 2, 0)},
                           {"stride_w", whole(options, 1, 0)}, {"padding", padding(options)},      {"activation", activation(options, 5)}};
    }

    flatbuffer::Buffer buffer_;
    std::vector<int> codes_;
    std::vector<std::size_t> operator_nodes_;  ///< the last node of each operator, which writes its outputs
    Graph graph_;
};

}  // namespace

Graph import_tflite(std::span<const std::byte> bytes, std::string_view where) { return Importer(bytes, where).run().graph; }

namespace imports {

const ImportFormat& tflite() {
    static const ImportFormat format{
        "tflite",
        "TensorFlow Lite, int8 or float32",
        {".tflite"},
        [](std::string_view, std::span<const std::byte> head) { return head.size() >= 8 && base::as_text(head.subspan(4, 4)) == "TFL3"; },
        [](std::span<const std::byte> bytes, std::string_view where) { return Importer(bytes, where).run(); }};
    return format;
}

}  // namespace imports

}  // namespace mote::graph
