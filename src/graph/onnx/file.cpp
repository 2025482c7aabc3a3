#include "graph/onnx/file.hpp"

#include "base/error.hpp"
#include "graph/limits.hpp"

namespace mote::graph::onnx {

namespace {

std::string domain_of(const std::string& name) { return name == "ai.onnx" ? std::string() : name; }

Attribute::Kind kind_of(std::int64_t code) {
    return code >= 0 && code <= static_cast<int>(Attribute::Kind::texts) ? static_cast<Attribute::Kind>(code) : Attribute::Kind::none;
}

// Which of an attribute's fields counts follows from its type, which files before IR version 2 leave out: then it is the one that is there.
void read_attribute(std::span<const std::byte> bytes, std::string_view where, FileNode& node) {
    Attribute attribute;
    std::string name;
    Attribute::Kind seen = Attribute::Kind::none, told = Attribute::Kind::none;
    bool is_told = false;
    Message message(bytes, where);
    for (Field f; message.next(f);) {
        switch (f.number) {
            case 1:
                name = utf8_of(f, where);
                break;
            case 2:
                attribute.real = f.real(), seen = Attribute::Kind::real;
                break;
            case 3:
                attribute.integer = f.integer(), seen = Attribute::Kind::integer;
                break;
            case 4:
                attribute.text = utf8_of(f, where), seen = Attribute::Kind::text;
                break;
            case 5:
                attribute.tensor = f.bytes, seen = Attribute::Kind::tensor;
                break;
            case 6:
                seen = Attribute::Kind::graph;
                break;
            case 7:
                append_reals(f, where, attribute.reals), seen = Attribute::Kind::reals;
                break;
            case 8:
                append_integers(f, where, attribute.integers), seen = Attribute::Kind::integers;
                break;
            case 9:
                attribute.texts.push_back(utf8_of(f, where)), seen = Attribute::Kind::texts;
                break;
            case 20:
                told = kind_of(f.integer()), is_told = true;
                break;
            default:
                break;
        }
    }
    attribute.kind = is_told ? told : seen;
    node.attributes[name] = std::move(attribute);
}

FileNode read_node(std::span<const std::byte> bytes, std::string_view where) {
    FileNode node;
    Message message(bytes, where);
    for (Field f; message.next(f);) {
        switch (f.number) {
            case 1:
                node.inputs.push_back(utf8_of(f, where));
                break;
            case 2:
                node.outputs.push_back(utf8_of(f, where));
                break;
            case 3:
                node.name = utf8_of(f, where);
                break;
            case 4:
                node.op_type = utf8_of(f, where);
                break;
            case 5:
                read_attribute(f.bytes, where, node);
                break;
            case 7:
                node.domain = domain_of(utf8_of(f, where));
                break;
            default:
                break;
        }
        if (node.inputs.size() + node.outputs.size() > limits::tensors) damaged(where, "has a node of too many inputs and outputs");
    }
    return node;
}

std::int64_t read_dimension(std::span<const std::byte> bytes, std::string_view where) {
    std::int64_t size = -1;
    Message message(bytes, where);
    for (Field f; message.next(f);)
        if (f.number == 1) size = f.integer();
    return size > 0 ? size : -1;
}

// TypeProto.Tensor.
void read_tensor_type(std::span<const std::byte> bytes, std::string_view where, FileValue& value) {
    Message message(bytes, where);
    for (Field f; message.next(f);) {
        if (f.number == 1) value.type = static_cast<DataType>(f.integer() & 0xffff);
        if (f.number != 2) continue;
        value.shape.emplace();
        Message shape(f.bytes, where);
        for (Field d; shape.next(d);) {
            if (d.number == 1) value.shape->push_back(read_dimension(d.bytes, where));
            if (value.shape->size() > 64) damaged(where, "has a value of more than 64 dimensions");
        }
    }
}

FileValue read_value(std::span<const std::byte> bytes, std::string_view where) {
    FileValue value;
    Message message(bytes, where);
    for (Field f; message.next(f);) {
        if (f.number == 1) value.name = utf8_of(f, where);
        if (f.number != 2) continue;
        Message type(f.bytes, where);
        for (Field t; type.next(t);)
            if (t.number == 1) read_tensor_type(t.bytes, where, value);
    }
    return value;
}

void read_opset(std::span<const std::byte> bytes, std::string_view where, File& file) {
    std::string domain;
    std::int64_t version = 0;
    Message message(bytes, where);
    for (Field f; message.next(f);) {
        if (f.number == 1) domain = domain_of(utf8_of(f, where));
        if (f.number == 2) version = f.integer();
    }
    file.opsets[domain] = version;
}

void read_graph(std::span<const std::byte> bytes, std::string_view where, File& file) {
    Message message(bytes, where);
    for (Field f; message.next(f);) {
        switch (f.number) {
            case 1:
                file.nodes.push_back(read_node(f.bytes, where));
                break;
            case 2:
                file.name = utf8_of(f, where);
                break;
            case 5: {
                FileTensor tensor = read_tensor(f.bytes, where);
                const std::string name = tensor.name;
                if (!file.constants.emplace(name, std::move(tensor)).second)
                    damaged(where, "has two constants with the name \"" + name + "\"");
                break;
            }
            case 11:
                file.inputs.push_back(read_value(f.bytes, where));
                break;
            case 12:
                file.outputs.push_back(read_value(f.bytes, where));
                break;
            case 15:
                throw base::Error("unsupported", std::string(where) + ": has a sparse constant", "export the model with dense constants");
            default:
                break;
        }
        if (file.nodes.size() > limits::nodes) damaged(where, "has more than " + std::to_string(limits::nodes) + " nodes");
        if (file.constants.size() + file.inputs.size() + file.outputs.size() > limits::tensors)
            damaged(where, "has more than " + std::to_string(limits::tensors) + " tensors");
    }
}

}  // namespace

File read_file(std::span<const std::byte> bytes, std::string_view where) {
    if (bytes.size() > limits::activation_bytes)
        throw base::Error("bad_input", std::string(where) + ": is larger than a model for a small machine can be", "give a smaller model");
    File file;
    bool has_graph = false;
    Message message(bytes, where);
    for (Field f; message.next(f);) {
        if (f.number == 7) {
            if (has_graph) damaged(where, "has more than one graph");
            has_graph = true;
            read_graph(f.bytes, where, file);
        }
        if (f.number == 8) read_opset(f.bytes, where, file);
    }
    if (!has_graph) damaged(where, "has no graph");
    return file;
}

}  // namespace mote::graph::onnx
