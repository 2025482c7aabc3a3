// The model file: "MOTEGRAF", format version (u32), length of the head (u32), a JSON head, zeros up to a multiple of 16, then the bytes
// of each constant in the order of the tensors, each padded with zeros to a multiple of 16. All numbers little-endian.
#include "base/error.hpp"
#include "base/fields.hpp"
#include "graph/graph.hpp"
#include "graph/limits.hpp"

#include <bit>
#include <cstring>

namespace mote::graph {

static_assert(std::endian::native == std::endian::little, "constants are kept and written little-endian");

namespace {

constexpr std::string_view magic = "MOTEGRAF";
constexpr std::uint32_t version = 1;
constexpr std::size_t alignment = 16;
constexpr std::size_t head_start = magic.size() + 2 * sizeof(std::uint32_t);

struct TensorHead {
    std::string name;
    std::string type;
    std::vector<int> shape;
    std::vector<float> scale;
    std::vector<std::int32_t> zero_point;
    int axis = -1;
    bool variable = false;
    bool constant = false;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("name", &TensorHead::name, ""), field("type", &TensorHead::type, "").required(),
                               field("shape", &TensorHead::shape, "").required(), field("scale", &TensorHead::scale, ""),
                               field("zero_point", &TensorHead::zero_point, ""), field("axis", &TensorHead::axis, ""),
                               field("variable", &TensorHead::variable, ""), field("constant", &TensorHead::constant, "").required());
    }
};

struct NodeHead {
    std::string op;
    std::string name;
    std::vector<int> inputs;
    std::vector<int> outputs;
    base::Json attributes = base::Json::object();
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("op", &NodeHead::op, "").required(), field("name", &NodeHead::name, ""),
                               field("inputs", &NodeHead::inputs, "").required(), field("outputs", &NodeHead::outputs, "").required(),
                               field("attributes", &NodeHead::attributes, ""));
    }
};

struct GraphHead {
    std::string name;
    std::vector<TensorHead> tensors;
    std::vector<NodeHead> nodes;
    std::vector<int> inputs;
    std::vector<int> outputs;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("name", &GraphHead::name, ""), field("tensors", &GraphHead::tensors, "").required(),
                               field("nodes", &GraphHead::nodes, "").required(), field("inputs", &GraphHead::inputs, "").required(),
                               field("outputs", &GraphHead::outputs, "").required());
    }
};

void append(base::Bytes& out, const void* data, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(data);
    out.insert(out.end(), first, first + size);
}

void pad(base::Bytes& out) { out.resize((out.size() + alignment - 1) / alignment * alignment); }

// Nested brackets cost stack in whatever walks the parsed value; this runs before anything is parsed.
void check_depth(std::string_view text, const std::string& where) {
    std::size_t depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            if (c == '"') quoted = false;
            continue;
        }
        if (c == '"') quoted = true;
        if (c == '{' || c == '[') ++depth;
        if ((c == '}' || c == ']') && depth > 0) --depth;
        if (depth > limits::json_depth)
            throw base::Error("bad_input", where + ": the head is nested deeper than " + std::to_string(limits::json_depth) + " levels",
                              "the file is damaged: write it again");
    }
}

[[noreturn]] void damaged(const std::string& where, const std::string& what) {
    throw base::Error("bad_input", where + ": " + what, "the file is damaged or no mote model: write it again");
}

Tensor to_tensor(TensorHead head) {
    Tensor t;
    t.type = type_from_name(head.type);
    t.name = std::move(head.name);
    t.shape = std::move(head.shape);
    t.quantisation = {std::move(head.scale), std::move(head.zero_point), head.axis};
    t.is_variable = head.variable;
    return t;
}

/// What the file holds of a tensor: a constant's values, or a variable's initial ones.
const base::Bytes& stored(const Tensor& t) { return t.is_variable ? t.initial : t.data; }

// Bytes of a tensor whose shape has not been verified yet; 0 when the shape is not sound.
std::uint64_t checked_size(const Tensor& t) {
    std::uint64_t bytes = size_of(t.type);
    for (const int d : t.shape) {
        if (d < 1) return 0;
        bytes *= static_cast<std::uint64_t>(d);
        if (bytes > limits::tensor_bytes) return 0;
    }
    return bytes;
}

}  // namespace

base::Bytes serialise(const Graph& graph) {
    verify(graph);
    GraphHead head{graph.name, {}, {}, graph.inputs, graph.outputs};
    for (const Tensor& t : graph.tensors)
        head.tensors.push_back({t.name, std::string(name_of(t.type)), t.shape, t.quantisation.scale, t.quantisation.zero_point,
                                t.quantisation.axis, t.is_variable, !stored(t).empty()});
    for (const Node& n : graph.nodes) head.nodes.push_back({n.op, n.name, n.inputs, n.outputs, n.attributes});
    const std::string text = base::canonical_json(base::to_json(head));
    check_depth(text, "graph \"" + graph.name + "\"");

    base::Bytes out;
    append(out, magic.data(), magic.size());
    const auto length = static_cast<std::uint32_t>(text.size());
    append(out, &version, sizeof version);
    append(out, &length, sizeof length);
    append(out, text.data(), text.size());
    pad(out);
    for (const Tensor& t : graph.tensors) {
        append(out, stored(t).data(), stored(t).size());
        pad(out);
    }
    return out;
}

Graph deserialise(std::span<const std::byte> bytes, std::string_view where_text) {
    const std::string where(where_text);
    if (bytes.size() < head_start || base::as_text(bytes.first(magic.size())) != magic) damaged(where, "is not a mote model file");
    std::uint32_t found_version = 0, length = 0;
    std::memcpy(&found_version, bytes.data() + magic.size(), sizeof found_version);
    std::memcpy(&length, bytes.data() + magic.size() + sizeof found_version, sizeof length);
    if (found_version != version)
        throw base::Error(
            "bad_input",
            where + ": has format version " + std::to_string(found_version) + ", this program reads " + std::to_string(version),
            "use the program that wrote it, or write it again with this one");
    if (length > bytes.size() - head_start)
        damaged(where, "its head of " + std::to_string(length) + " bytes does not fit in " + std::to_string(bytes.size()));
    const std::string_view text = base::as_text(bytes.subspan(head_start, length));
    check_depth(text, where);
    GraphHead head = base::from_json<GraphHead>(base::parse_json(text, where), where);

    Graph graph;
    graph.name = std::move(head.name);
    graph.inputs = std::move(head.inputs);
    graph.outputs = std::move(head.outputs);
    for (NodeHead& n : head.nodes)
        graph.nodes.push_back({std::move(n.op), std::move(n.name), std::move(n.inputs), std::move(n.outputs), std::move(n.attributes)});
    std::size_t at = (head_start + length + alignment - 1) / alignment * alignment;
    for (TensorHead& t : head.tensors) {
        const bool constant = t.constant;
        Tensor tensor = to_tensor(std::move(t));
        if (constant) {
            const std::uint64_t size = checked_size(tensor);
            if (size == 0 || at > bytes.size() || size > bytes.size() - at)
                damaged(where, "tensor \"" + tensor.name + "\" with " + std::to_string(size) + " bytes of values does not fit in the file");
            base::Bytes& values = tensor.is_variable ? tensor.initial : tensor.data;
            values.assign(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
            at = (at + size + alignment - 1) / alignment * alignment;
        }
        graph.tensors.push_back(std::move(tensor));
    }
    if (at != bytes.size())
        damaged(where, "is " + std::to_string(bytes.size()) + " bytes long, " + std::to_string(at) + " follow from its head");
    try {
        verify(graph);
    } catch (const base::Error& error) {
        throw error.at(where);
    }
    return graph;
}

}  // namespace mote::graph
