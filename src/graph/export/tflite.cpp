// TensorFlow Lite: field numbers and codes are those of TensorFlow's schema.fbs (version 3).
#include "base/error.hpp"
#include "graph/build.hpp"
#include "graph/export_format.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "graph/tflite/lowered.hpp"

#include <algorithm>
#include <map>

#include <flatbuffers/flatbuffers.h>

namespace mote::graph {

namespace {

namespace fb = flatbuffers;
using AnyTable = fb::Offset<fb::Table>;

constexpr fb::voffset_t slot(int field) { return static_cast<fb::voffset_t>(4 + 2 * field); }

/// What an operator is in the file.
struct Kind {
    std::string_view op;
    std::int32_t code;
    std::uint8_t options = 0;  ///< member of the union BuiltinOptions
    int int8_version = 1;      ///< the first version of the operator that takes int8; 0: none
};

constexpr Kind kinds[] = {
    {"add", 0, 11, 2},
    {"average_pool_2d", 1, 5, 2},
    {"concat", 2, 10, 2},
    {"conv_2d", 3, 1, 3},
    {"depthwise_conv_2d", 4, 2, 3},
    {"dequantise", 6, 0, 2},
    {"dense", 9, 8, 4},
    {"floor", 8, 0, 0},
    {"logistic", 14, 0, 2},
    {"max_pool_2d", 17, 5, 2},
    {"mul", 18, 21, 2},
    {"relu", 19, 0, 2},
    {"relu_n1_to_1", 20, 0, 2},
    {"relu6", 21, 0, 2},
    {"reshape", 22, 0, 1},
    {"resize_bilinear", 23, 15, 2},
    {"softmax", 25, 9, 2},
    {"svdf", 27, 6, 3},
    {"tanh", 28, 0, 2},
    {"pad", 34, 0, 2},
    {"gather", 36, 23, 2},
    {"transpose", 39, 26, 2},
    {"mean", 40, 27, 2},
    {"sub", 41, 28, 2},
    {"div", 42, 29, 2},
    {"lstm", 44, 71, 3},
    {"slice", 45, 32, 2},
    {"exp", 47, 33, 0},
    {"prelu", 54, 0, 1},
    {"maximum", 55, 39, 2},
    {"minimum", 57, 39, 2},
    {"neg", 59, 42, 0},
    {"pad_with_value", 60, 0, 2},
    {"sin", 66, 0, 0},
    {"log", 73, 0, 0},
    {"sum", 74, 27, 2},
    {"sqrt", 75, 0, 0},
    {"rsqrt", 76, 0, 0},
    {"reduce_max", 82, 27, 2},
    {"reduce_min", 89, 27, 2},
    {"square", 92, 66, 0},
    {"resize_nearest", 97, 74, 2},
    {"leaky_relu", 98, 75, 2},
    {"squared_difference", 99, 76, 2},
    {"abs", 101, 78, 0},
    {"ceil", 104, 0, 0},
    {"cos", 108, 84, 0},
    {"elu", 111, 0, 1},
    {"quantise", 114, 0, 1},
    {"requantise", 114, 0, 2},
    {"round", 116, 0, 0},
    {"hard_swish", 117, 0, 1},
    {"batch_matmul", 126, 101, 2},
    {"gelu", 150, 116, 1},
};

const Kind& kind_of(const Graph& graph, const Node& node) {
    const auto found = std::find_if(std::begin(kinds), std::end(kinds), [&](const Kind& k) { return k.op == node.op; });
    const Type type = graph.tensors[static_cast<std::size_t>(node.inputs.front())].type;
    if (type == Type::i16)
        throw base::Error("unsupported", place_of(graph, node) + " has activations of 16 bits, which mote does not write",
                          "use the file that the model came from");
    if (found != std::end(kinds) && found->int8_version == 0 && type == Type::i8)
        throw base::Error("unsupported", place_of(graph, node) + " has no int8 form in TensorFlow Lite", "export the float model");
    if (found == std::end(kinds))
        throw base::Error("unsupported", place_of(graph, node) + " has no counterpart in a TensorFlow Lite file that mote writes",
                          "export in another format, or leave the operator out");
    return *found;
}

std::int8_t type_code(Type type) {
    switch (type) {
        case Type::f32:
            return 0;
        case Type::i32:
            return 2;
        case Type::u8:
            return 3;
        case Type::i64:
            return 4;
        case Type::boolean:
            return 6;
        case Type::i16:
            return 7;
        case Type::i8:
            return 9;
    }
    return 0;
}

class Writer {
  public:
    explicit Writer(const Graph& source) : graph_(tflite::lowered(source)) {}

    base::Bytes run() {
        std::vector<AnyTable> buffers = {buffer({})}, tensors, operators;
        for (const Node& node : graph_.nodes) operators.push_back(operation(node));
        for (const std::vector<Tensor>* list : std::initializer_list<const std::vector<Tensor>*>{&graph_.tensors, &intermediates_})
            for (const Tensor& t : *list) {
                tensors.push_back(tensor(t, t.is_constant() ? static_cast<std::uint32_t>(buffers.size()) : 0));
                if (t.is_constant()) buffers.push_back(buffer(t.data));
            }
        const auto subgraph = sub_graph(tensors, operators);
        const auto codes = b_.CreateVector(codes_), all_buffers = b_.CreateVector(buffers);
        const auto subgraphs = b_.CreateVector(std::vector<AnyTable>{subgraph});
        const auto description = b_.CreateString("written by mote");
        const auto start = b_.StartTable();
        b_.AddElement<std::uint32_t>(slot(0), 3, 0);
        b_.AddOffset(slot(1), codes);
        b_.AddOffset(slot(2), subgraphs);
        b_.AddOffset(slot(3), description);
        b_.AddOffset(slot(4), all_buffers);
        b_.Finish(AnyTable(b_.EndTable(start)), "TFL3");
        const auto* first = reinterpret_cast<const std::byte*>(b_.GetBufferPointer());
        return {first, first + b_.GetSize()};
    }

  private:
    AnyTable buffer(const base::Bytes& data) {
        fb::Offset<fb::Vector<std::uint8_t>> bytes;
        if (!data.empty()) {
            b_.ForceVectorAlignment(data.size(), 1, 16);
            bytes = b_.CreateVector(reinterpret_cast<const std::uint8_t*>(data.data()), data.size());
        }
        const auto start = b_.StartTable();
        if (!data.empty()) b_.AddOffset(slot(0), bytes);
        return AnyTable(b_.EndTable(start));
    }

    AnyTable quantisation(const Quantisation& q) {
        const auto scale = b_.CreateVector(q.scale);
        const auto zero_point = b_.CreateVector(std::vector<std::int64_t>(q.zero_point.begin(), q.zero_point.end()));
        const auto start = b_.StartTable();
        b_.AddOffset(slot(2), scale);
        b_.AddOffset(slot(3), zero_point);
        b_.AddElement<std::int32_t>(slot(6), std::max(0, q.axis), 0);
        return AnyTable(b_.EndTable(start));
    }

    AnyTable tensor(const Tensor& t, std::uint32_t buffer_index) {
        const auto shape = b_.CreateVector(std::vector<std::int32_t>(t.shape.begin(), t.shape.end()));
        const auto name = b_.CreateString(t.name);
        AnyTable q;
        if (!t.quantisation.empty()) q = quantisation(t.quantisation);
        const auto start = b_.StartTable();
        b_.AddOffset(slot(0), shape);
        b_.AddElement<std::int8_t>(slot(1), type_code(t.type), 0);
        b_.AddElement<std::uint32_t>(slot(2), buffer_index, 0);
        b_.AddOffset(slot(3), name);
        if (!t.quantisation.empty()) b_.AddOffset(slot(4), q);
        b_.AddElement<std::uint8_t>(slot(5), t.is_variable ? 1 : 0, 0);
        return AnyTable(b_.EndTable(start));
    }

    std::uint32_t code_index(const Kind& kind, int version) {
        const auto [found, is_new] = code_of_.try_emplace({kind.code, version}, static_cast<std::uint32_t>(codes_.size()));
        if (is_new) {
            const auto start = b_.StartTable();
            b_.AddElement<std::int8_t>(slot(0), static_cast<std::int8_t>(std::min(kind.code, 127)), 0);
            b_.AddElement<std::int32_t>(slot(2), version, 1);
            b_.AddElement<std::int32_t>(slot(3), kind.code, 0);
            codes_.push_back(AnyTable(b_.EndTable(start)));
        }
        return found->second;
    }

    static int whole(const Node& node, const char* name, int otherwise) { return node.attributes.value(name, otherwise); }
    static std::int8_t activation(const Node& node) {
        const std::string word = node.attributes.value("activation", "none");
        return static_cast<std::int8_t>(word == "relu" ? 1 : word == "relu_n1_to_1" ? 2 : word == "relu6" ? 3 : 0);
    }
    static std::uint8_t flag(const Node& node, const char* name) { return node.attributes.value(name, false) ? 1 : 0; }
    /// A bit for each dimension that is read backwards to its very beginning: as a number the end would count from behind.
    static std::int32_t ends_before_the_first(const Node& node) {
        const auto ints = [&](const char* name) { return node.attributes.at(name).get<std::vector<int>>(); };
        const std::vector<int> begin = ints("begin"), size = ints("size"), strides = tflite::strides_of(node);
        std::int32_t mask = 0;
        for (std::size_t d = 0; d < begin.size(); ++d)
            if (begin[d] + size[d] * strides[d] < 0) mask |= std::int32_t{1} << d;
        return mask;
    }
    void add_window(const Node& node) {
        b_.AddElement<std::int8_t>(slot(0), node.attributes.value("padding", "same") == "valid" ? 1 : 0, 0);
        b_.AddElement<std::int32_t>(slot(1), whole(node, "stride_w", 1), 0);
        b_.AddElement<std::int32_t>(slot(2), whole(node, "stride_h", 1), 0);
    }

    AnyTable options(const Node& node, const Kind& kind) {
        const auto start = b_.StartTable();
        if (kind.op == "conv_2d" || kind.op == "depthwise_conv_2d") {
            const int shift = kind.op == "depthwise_conv_2d" ? 1 : 0;
            add_window(node);
            if (shift == 1) b_.AddElement<std::int32_t>(slot(3), whole(node, "multiplier", 1), 0);
            b_.AddElement<std::int8_t>(slot(3 + shift), activation(node), 0);
            b_.AddElement<std::int32_t>(slot(4 + shift), whole(node, "dilation_w", 1), 1);
            b_.AddElement<std::int32_t>(slot(5 + shift), whole(node, "dilation_h", 1), 1);
        } else if (kind.op == "average_pool_2d" || kind.op == "max_pool_2d") {
            add_window(node);
            b_.AddElement<std::int32_t>(slot(3), whole(node, "kernel_w", 1), 0);
            b_.AddElement<std::int32_t>(slot(4), whole(node, "kernel_h", 1), 0);
            b_.AddElement<std::int8_t>(slot(5), activation(node), 0);
        } else if (kind.op == "lstm") {
            b_.AddElement<std::int8_t>(slot(0), 4, 0);  // tanh
            b_.AddElement<float>(slot(1), node.attributes.value("cell_limit", 0.0f), 0.0f);
        } else if (kind.op == "svdf") {
            b_.AddElement<std::int32_t>(slot(0), whole(node, "rank", 1), 0);
            b_.AddElement<std::int8_t>(slot(1), activation(node), 0);
        } else if (kind.op == "softmax") {
            b_.AddElement<float>(slot(0), 1.0f, 0.0f);
        } else if (kind.op == "concat") {
            b_.AddElement<std::int32_t>(slot(0), whole(node, "axis", 0), 0);
        } else if (kind.options == 15 || kind.options == 74) {  // sizes of the first, which are no longer used, come before
            const int first = kind.options == 15 ? 2 : 0;
            b_.AddElement<std::uint8_t>(slot(first), flag(node, "align_corners"), 0);
            b_.AddElement<std::uint8_t>(slot(first + 1), flag(node, "half_pixel_centers"), 0);
        } else if (kind.op == "slice") {
            b_.AddElement<std::int32_t>(slot(1), ends_before_the_first(node), 0);
        } else if (kind.op == "gather") {
            b_.AddElement<std::int32_t>(slot(0), whole(node, "axis", 0), 0);
        } else if (kind.op == "leaky_relu") {
            b_.AddElement<float>(slot(0), node.attributes.value("alpha", 0.2f), 0.0f);
        } else if (kind.op == "batch_matmul") {
            b_.AddElement<std::uint8_t>(slot(0), flag(node, "adj_x"), 0);
            b_.AddElement<std::uint8_t>(slot(1), flag(node, "adj_y"), 0);
        } else if (kind.op == "gelu") {
            b_.AddElement<std::uint8_t>(slot(0), flag(node, "approximate"), 0);
        } else if (kind.options == 27) {
            b_.AddElement<std::uint8_t>(slot(0), flag(node, "keep_dims"), 0);
        } else {
            b_.AddElement<std::int8_t>(slot(0), activation(node), 0);
        }
        return AnyTable(b_.EndTable(start));
    }

    /// Tensors that say how an int8 LSTM stores what it does not show: the sums of its gates, and the hidden state.
    std::vector<std::int32_t> intermediates(const Node& node) {
        std::vector<std::int32_t> list;
        if (node.op != "lstm" || graph_.tensors[static_cast<std::size_t>(node.inputs.front())].type != Type::i8) return list;
        const Tensor& y = graph_.tensors[static_cast<std::size_t>(node.outputs.front())];
        for (int i = 0; i < 5; ++i) {
            Tensor t;
            t.name = node.name + "/intermediate_" + std::to_string(i), t.shape = {1}, t.type = i < 4 ? Type::i16 : Type::i8;
            t.quantisation = {{1.0f / 4096}, {0}, -1};
            if (i == 4) {
                // The format's programs take this zero point off where they should add it (PortableCwiseMul).
                const float own = node.attributes.value("hidden_scale", 0.0f);
                const int zero = own > 0 ? node.attributes.value("hidden_zero_point", 0) : y.quantisation.zero_point[0];
                t.quantisation = {{own > 0 ? own : y.quantisation.scale[0]}, {std::min(-zero, 127)}, -1};
            }
            list.push_back(static_cast<std::int32_t>(graph_.tensors.size() + intermediates_.size()));
            intermediates_.push_back(std::move(t));
        }
        return list;
    }

    AnyTable operation(const Node& node) {
        const Kind& kind = kind_of(graph_, node);
        const bool is_int8 = size_of(graph_.tensors[static_cast<std::size_t>(node.inputs.front())].type) == 1;
        const std::uint32_t code = code_index(kind, is_int8 ? kind.int8_version : 1);
        const auto inputs = b_.CreateVector(std::vector<std::int32_t>(node.inputs.begin(), node.inputs.end()));
        const auto outputs = b_.CreateVector(std::vector<std::int32_t>(node.outputs.begin(), node.outputs.end()));
        const auto inner = b_.CreateVector(intermediates(node));
        AnyTable described;
        if (kind.options != 0) described = options(node, kind);
        const auto start = b_.StartTable();
        b_.AddElement<std::uint32_t>(slot(0), code, 0);
        b_.AddOffset(slot(1), inputs);
        b_.AddOffset(slot(2), outputs);
        b_.AddElement<std::uint8_t>(slot(3), kind.options, 0);
        if (kind.options != 0) b_.AddOffset(slot(4), described);
        if (node.op == "lstm") b_.AddOffset(slot(8), inner);
        return AnyTable(b_.EndTable(start));
    }

    AnyTable sub_graph(const std::vector<AnyTable>& tensors, const std::vector<AnyTable>& operators) {
        const auto all_tensors = b_.CreateVector(tensors), all_operators = b_.CreateVector(operators);
        const auto inputs = b_.CreateVector(std::vector<std::int32_t>(graph_.inputs.begin(), graph_.inputs.end()));
        const auto outputs = b_.CreateVector(std::vector<std::int32_t>(graph_.outputs.begin(), graph_.outputs.end()));
        const auto name = b_.CreateString(graph_.name);
        const auto start = b_.StartTable();
        b_.AddOffset(slot(0), all_tensors);
        b_.AddOffset(slot(1), inputs);
        b_.AddOffset(slot(2), outputs);
        b_.AddOffset(slot(3), all_operators);
        b_.AddOffset(slot(4), name);
        return AnyTable(b_.EndTable(start));
    }

    Graph graph_;
    std::vector<Tensor> intermediates_;  ///< behind the graph's own
    fb::FlatBufferBuilder b_;
    std::vector<AnyTable> codes_;
    std::map<std::pair<std::int32_t, int>, std::uint32_t> code_of_;
};

}  // namespace

namespace exports {

const ExportFormat& tflite() {
    static const ExportFormat format{"tflite", "TensorFlow Lite", {".tflite"}, [](const Graph& graph) { return Writer(graph).run(); }};
    return format;
}

}  // namespace exports

}  // namespace mote::graph
