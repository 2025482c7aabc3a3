#include "codegen/call_text.hpp"

#include "base/error.hpp"
#include "codegen/source_text.hpp"
#include "graph/graph.hpp"

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

class CallPrinter {
  public:
    CallPrinter(const graph::Graph& graph, const CallPlaces& places, const SharedKernels& shared)
        : graph_(graph), places_(places), shared_(shared) {}

    void print(const graph::KernelCall& call) {
        text_.headers.insert(call.header);
        const std::string parameters = names_.make("parameters"), object = places_.layer + "_" + parameters;
        const SharedKernel* shared = shared_.find(call);
        const bool is_first = shared && shared->first == &call;
        if (shared && !is_first && shared->varying.empty())
            text_.parameters += "// " + object + ": those of " + shared->name + "\n";
        else
            text_.parameters += parameter_object(call, parameters);
        if (is_first) text_.parameters += definition_of(*shared, object);
        std::vector<std::string> arguments;
        if (!shared) arguments.push_back(object);
        for (std::size_t v = 0; shared && v < shared->varying.size(); ++v)
            arguments.push_back(object + "." + std::string(shared->varying[v]));
        for (const int input : call.inputs) {
            const graph::Tensor& t = graph_.tensors[static_cast<std::size_t>(input)];
            arguments.push_back(t.is_constant() ? table({"input", t.type, t.data}) : places_.input(input));
        }
        for (const graph::KernelTable& t : call.tables) arguments.push_back(table(t));
        arguments.push_back(places_.output);
        if (call.scratch_bytes > 0) arguments.push_back(places_.scratch);
        text_.calls += statement((shared ? shared->name : "::" + call.function) + "(", arguments);
    }
    CallText take() { return std::move(text_); }

  private:
    std::string table(const graph::KernelTable& t) {
        const std::string name = places_.layer + "_" + names_.make(t.name);
        const TypedValues typed = typed_values(t.type, t.data, name);
        if (typed.values.empty()) return "static_cast<const " + typed.type.substr(typed.type.rfind(' ') + 1) + "*>(nullptr)";
        text_.constants += array_definition(typed.type, name, typed.values);
        text_.constant_bytes += t.data.size();
        return name;
    }

    std::string parameter_object(const graph::KernelCall& call, const std::string& name) const {
        std::string out = "constexpr ::" + call.parameters + " " + places_.layer + "_" + name + " = {\n";
        std::string line = "   ";
        for (const auto& [member, value] : call.values) {
            const std::string word = " /*" + std::string(member) + "*/ " + decimal(std::span(&value, 1)).front() + ",";
            if (line.size() + word.size() > 120) out += line + "\n", line = "   ";
            line += word;
        }
        return out + line + "\n};\n";
    }

    static std::string statement(const std::string& head, const std::vector<std::string>& arguments) {
        std::string out, line = head;
        for (std::size_t i = 0; i < arguments.size(); ++i) {
            const std::string word = arguments[i] + (i + 1 < arguments.size() ? ", " : ");\n");
            if (line.size() + word.size() > 116) out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n", line = "    ";
            line += word;
        }
        return out + line;
    }

    const graph::Graph& graph_;
    const CallPlaces& places_;
    const SharedKernels& shared_;
    Identifiers names_;  ///< a node of several calls has "weights", "weights_2", ...
    CallText text_;
};

}  // namespace

CallText call_text(const graph::Graph& graph, const graph::KernelPlan& plan, const CallPlaces& places, const SharedKernels& shared) {
    CallPrinter printer(graph, places, shared);
    for (const graph::KernelCall& call : plan.calls) printer.print(call);
    return printer.take();
}

}  // namespace mote::codegen
