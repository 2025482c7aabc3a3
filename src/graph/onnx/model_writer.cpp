#include "graph/onnx/model_writer.hpp"

namespace mote::graph::onnx {

namespace {

constexpr int format_version = 8;  // of files with opset 15 and later

// AttributeProto: a name, a value in the field of its type, and the type's code.
MessageWriter attribute(std::string_view name) {
    MessageWriter wire;
    wire.text(1, name);
    return wire;
}

}  // namespace

MessageWriter integer_attribute(std::string_view name, std::int64_t value) {
    return attribute(name).integer(3, value).integer(20, static_cast<int>(Attribute::Kind::integer));
}
MessageWriter real_attribute(std::string_view name, float value) {
    return attribute(name).real(2, value).integer(20, static_cast<int>(Attribute::Kind::real));
}
MessageWriter text_attribute(std::string_view name, std::string_view value) {
    return attribute(name).text(4, value).integer(20, static_cast<int>(Attribute::Kind::text));
}
MessageWriter list_attribute(std::string_view name, const std::vector<std::int64_t>& values) {
    MessageWriter wire = attribute(name);
    for (const std::int64_t v : values) wire.integer(8, v);
    return wire.integer(20, static_cast<int>(Attribute::Kind::integers));
}

void ModelWriter::constant(const std::string& name, const std::vector<int>& shape, DataType type, std::span<const std::byte> values) {
    MessageWriter wire;
    for (const int d : shape) wire.integer(1, d);
    wire.integer(2, static_cast<int>(type)).text(8, name).text(9, base::as_text(values));
    constants_.push_back(wire);
}

void ModelWriter::node(std::string_view op_type, const std::vector<std::string>& inputs, const std::string& output,
                       const std::vector<MessageWriter>& attributes) {
    nodes_.push_back({std::string(op_type), inputs, output, attributes});
}

bool ModelWriter::rename_last(const std::string& output, const std::string& name) {
    if (nodes_.empty() || nodes_.back().output != output) return false;
    nodes_.back().output = name;
    return true;
}

MessageWriter ModelWriter::value(const std::string& name, const std::vector<int>& shape, DataType type) {
    MessageWriter dimensions;
    for (const int d : shape) dimensions.message(1, MessageWriter().integer(1, d));
    const MessageWriter tensor = MessageWriter().integer(1, static_cast<int>(type)).message(2, dimensions);
    return MessageWriter().text(1, name).message(2, MessageWriter().message(1, tensor));
}

base::Bytes ModelWriter::bytes(const std::string& name, int opset) const {
    MessageWriter graph;
    for (const Node& n : nodes_) {
        MessageWriter wire;
        for (const std::string& i : n.inputs) wire.text(1, i);
        wire.text(2, n.output).text(3, n.output + "/" + n.op_type).text(4, n.op_type);
        for (const MessageWriter& a : n.attributes) wire.message(5, a);
        graph.message(1, wire);
    }
    graph.text(2, name);
    for (const MessageWriter& c : constants_) graph.message(5, c);
    for (const MessageWriter& i : inputs_) graph.message(11, i);
    for (const MessageWriter& o : outputs_) graph.message(12, o);
    MessageWriter model;
    model.integer(1, format_version).text(2, "mote").message(7, graph).message(8, MessageWriter().text(1, "").integer(2, opset));
    const auto view = base::as_bytes(model.bytes());
    return {view.begin(), view.end()};
}

}  // namespace mote::graph::onnx
