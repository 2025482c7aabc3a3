#include "codegen/call_text.hpp"

#include "base/error.hpp"
#include "codegen/source_text.hpp"
#include "graph/node_view.hpp"

#include <cstring>

namespace mote::codegen {

namespace {

template <class T>
std::vector<T> values_of(const base::Bytes& bytes) {
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
}

struct TypedValues {
    std::string type;
    std::vector<std::string> values;
};

TypedValues typed_values(graph::Type type, const base::Bytes& data, const std::string& name) {
    const auto whole = [](const auto& values) { return decimal(std::span(values)); };
    switch (type) {
        // Word alignment lets kernels read several small values at a time.
        case graph::Type::i8:
            return {"alignas(4) const int8_t", whole(values_of<std::int8_t>(data))};
        case graph::Type::i16:
            return {"alignas(4) const int16_t", whole(values_of<std::int16_t>(data))};
        case graph::Type::i32:
            return {"const int32_t", whole(values_of<std::int32_t>(data))};
        case graph::Type::f32: {
            std::vector<std::string> texts;
            for (const float v : values_of<float>(data)) texts.push_back(float_literal(v, name));
            return {"const float", std::move(texts)};
        }
        default:
            break;
    }
    throw base::Error("internal", "constant " + name + " has type " + std::string(graph::name_of(type)) + ", which no kernel takes",
                      "report this with the model");
}

std::string parameter_object(const graph::KernelCall& call, const std::string& name) {
    std::string out = "constexpr ::" + call.parameters + " " + name + " = {\n";
    std::string line = "   ";
    for (const auto& [member, value] : call.values) {
        const std::string word = " /*" + std::string(member) + "*/ " + decimal(std::span(&value, 1)).front() + ",";
        if (line.size() + word.size() > 120) out += line + "\n", line = "   ";
        line += word;
    }
    return out + line + "\n};\n";
}

std::string statement(const std::string& head, const std::vector<std::string>& arguments) {
    std::string out, line = head;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string word = arguments[i] + (i + 1 < arguments.size() ? ", " : ");\n");
        if (line.size() + word.size() > 116) out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n", line = "    ";
        line += word;
    }
    return out + line;
}

}  // namespace

LayerText::LayerText(const graph::Graph& graph, std::string layer, Common& shared)
    : graph_(graph), layer_(std::move(layer)), shared_(shared) {}

std::string LayerText::call(const graph::KernelCall& call, const CallPlaces& places) {
    text_.headers.insert(call.header);
    const SharedKernel* shared = shared_.kernels.find(call);
    const std::string object = object_of(call, shared);
    std::vector<std::string> arguments;
    if (!shared) arguments.push_back(object);
    for (std::size_t v = 0; shared && v < shared->varying.size(); ++v) arguments.push_back(object + "." + std::string(shared->varying[v]));
    for (const int input : call.inputs) {
        const graph::Tensor& t = graph_.tensors[static_cast<std::size_t>(input)];
        arguments.push_back(t.is_constant() ? table({"input", t.type, t.data}) : places.input(input));
    }
    for (const graph::KernelTable& t : call.tables) arguments.push_back(table(t));
    arguments.push_back(places.output);
    if (call.scratch_bytes > 0) arguments.push_back(places.scratch);
    return statement((shared ? shared->name : "::" + call.function) + "(", arguments);
}

/// The name of the call's parameters, which are defined where it is made for the first time.
std::string LayerText::object_of(const graph::KernelCall& call, const SharedKernel* shared) {
    std::string& object = objects_[&call];
    if (!object.empty()) return object;
    object = layer_ + "_" + names_.make("parameters");
    const bool is_first = shared && shared->first == &call;
    if (shared && !is_first && shared->varying.empty())
        text_.parameters += "// " + object + ": those of " + shared->name + "\n";
    else
        text_.parameters += parameter_object(call, object);
    if (is_first) text_.parameters += definition_of(*shared, object);
    return object;
}

std::string LayerText::table(const graph::KernelTable& t) {
    const std::string content =
        std::string(graph::name_of(t.type)) + " " + std::string(reinterpret_cast<const char*>(t.data.data()), t.data.size());
    std::string& name = shared_.tables[content];
    if (!name.empty()) return name;
    name = layer_ + "_" + names_.make(t.name);
    const TypedValues typed = typed_values(t.type, t.data, name);
    if (typed.values.empty()) {
        name = "static_cast<const " + typed.type.substr(typed.type.rfind(' ') + 1) + "*>(nullptr)";
    } else {
        text_.constants += array_definition(typed.type, name, typed.values);
        text_.constant_bytes += t.data.size();
    }
    return name;
}

std::string typed_place(const graph::Graph& graph, int tensor, const std::string& offset) {
    const graph::Type type = graph.tensors[static_cast<std::size_t>(tensor)].type;
    if (type == graph::Type::i8) return "int8_at(arena, " + offset + ")";
    if (type == graph::Type::u8) return "uint8_at(arena, " + offset + ")";
    if (type == graph::Type::f32) return "float_at(arena, " + offset + ")";
    if (type == graph::Type::i16) return "int16_at(arena, " + offset + ")";
    throw base::Error("unsupported", graph::place_of(graph, tensor) + " is " + std::string(graph::name_of(type)) + ", which has no kernels",
                      "quantise the model to int8");
}

CallText call_text(const graph::Graph& graph, const graph::KernelPlan& plan, const std::string& layer, const CallPlaces& places,
                   Common& shared) {
    LayerText calls(graph, layer, shared);
    std::string statements;
    for (const graph::KernelCall& call : plan.calls) statements += calls.call(call, places);
    CallText text = calls.text();
    text.calls = std::move(statements);
    return text;
}

}  // namespace mote::codegen
