// The files of a model alone that has several inputs or outputs: each has its place in the arena, under its own name.
#include "base/text.hpp"
#include "codegen/model_text.hpp"
#include "codegen/source_text.hpp"
#include "graph/node_view.hpp"

#include <functional>

namespace mote::codegen {

namespace {

const graph::Graph& model_of(const Parts& parts) { return parts.pipeline.model; }

std::string type_of(const Parts& parts, const std::vector<int>& tensors, std::size_t i) {
    return type_of_end(model_of(parts).tensors[static_cast<std::size_t>(tensors[i])]);
}

/// `text` of every end, `between` put in between.
std::string each(const std::vector<End>& ends, std::string_view between, const std::function<std::string(const End&, std::size_t)>& text) {
    std::string out;
    for (std::size_t i = 0; i < ends.size(); ++i) out += (i == 0 ? "" : std::string(between)) + text(ends[i], i);
    return out;
}

std::string sizes_of(const std::vector<End>& ends, const std::vector<int>& tensors, const Parts& parts, const std::string& which) {
    const std::string count = which + "_ends";
    std::string out = each(ends, "", [&](const End& end, std::size_t i) {
        const std::string name = which + "_" + end.variable;
        return "constexpr size_t " + name + "_count = " + std::to_string(end.count) + ";  // " + type_of(parts, tensors, i) + " " +
               graph::text_of(end.shape) + ", " + which + " " + std::to_string(i) + ": " + comment_text(end.name, 60) + "\n" +
               scale_of_end(name, model_of(parts).tensors[static_cast<std::size_t>(tensors[i])]);
    });
    out += "constexpr int " + count + " = " + std::to_string(ends.size()) + ";\n";
    return out + "constexpr size_t " + which + "_bytes[" + count + "] = {" +
           each(ends, ", ", [](const End& end, std::size_t) { return std::to_string(end.size_bytes); }) + "};\n";
}

std::string pointers(const std::vector<End>& ends, const std::vector<int>& tensors, const Parts& parts, const std::string& which,
                     std::string_view qualifier) {
    return each(ends, "", [&](const End& end, std::size_t i) {
        return "    " + std::string(qualifier) + type_of(parts, tensors, i) + "* " + end.variable + ";  ///< " + which + "_" +
               end.variable + "_count values, " + graph::text_of(end.shape) + "\n";
    });
}

/// "const int8_t* left, int8_t* label"
std::string parameters(const Parts& parts, const std::function<std::string(const End&, bool, std::size_t)>& name) {
    const Emission& e = parts.emission;
    return each(e.inputs, ", ",
                [&](const End& end, std::size_t i) {
                    return "const " + type_of(parts, model_of(parts).inputs, i) + "* " + name(end, true, i);
                }) +
           ", " + each(e.outputs, ", ", [&](const End& end, std::size_t i) {
               return type_of(parts, model_of(parts).outputs, i) + "* " + name(end, false, i);
           });
}

std::string by_name(const End& end, bool, std::size_t) { return end.variable; }
std::string by_number(const End&, bool is_input, std::size_t i) { return (is_input ? "from_" : "to_") + std::to_string(i); }

constexpr std::string_view class_begin = R"(class Model {
  public:
    /// `arena` holds `bytes` >= arena_bytes, aligned to arena_alignment; every call reports when it does not.
    Model(void* arena, size_t bytes);

    /// Places in the arena; fill them all before every run(), which uses their memory for other things. Null when the arena is not sound.
    Inputs inputs();
    /// One inference.
    Status run();
    /// Values in the arena, as run() left them.
    Outputs outputs() const;
    /// The same by number, 0 to input_ends - 1 and output_ends - 1; null for another.
    void* input(int i);
    const void* output(int i) const;

    /// Copies the inputs in, runs, copies the outputs out.
)";

constexpr std::string_view class_rest = R"(    /// What is remembered gets its initial values, as before the first run.
    Status reset();
    /// Runs inputs whose outputs are known and compares bit for bit: run it once on a new board or with new compiler flags. Resets before
    /// and after.
    Status self_test();

)";

constexpr std::string_view functions = R"(inline Status reset() { return mote_model::static_model().reset(); }
inline Status self_test() { return mote_model::static_model().self_test(); }

}  // namespace mote_model

#endif
)";

constexpr std::string_view places = R"(
void* Model::input(int i) {
    return status_ == Status::ok && i >= 0 && i < input_ends ? static_cast<void*>(arena_ + detail::input_offsets[i]) : nullptr;
}

const void* Model::output(int i) const {
    return status_ == Status::ok && i >= 0 && i < output_ends ? static_cast<const void*>(arena_ + detail::output_offsets[i]) : nullptr;
}

Status Model::run() {
    if (status_ != Status::ok) return status_;
    // The last one's call begins the first step.
    for (int i = 0; i < input_ends; ++i)
        MOTE_MODEL_TRACE(i + 1 < input_ends ? -2 : -1, arena_ + detail::input_offsets[i], input_bytes[i]);
    detail::run_model(arena_);
    return Status::ok;
}

)";

constexpr std::string_view self_test = R"(
Status check_golden(const Golden& golden, Model& model) {
    for (int i = 0; i < input_ends; ++i) {
        unsigned char* const place = static_cast<unsigned char*>(model.input(i));
        const unsigned char* const values = static_cast<const unsigned char*>(golden.inputs[i]);
        for (size_t b = 0; b < input_bytes[i]; ++b) place[b] = values[b];
    }
    (void)model.run();
    for (int i = 0; i < output_ends; ++i) {
        const unsigned char* const computed = static_cast<const unsigned char*>(model.output(i));
        const unsigned char* const expected = static_cast<const unsigned char*>(golden.outputs[i]);
        for (size_t b = 0; b < output_bytes[i]; ++b)
            if (computed[b] != expected[b]) return Status::wrong_outputs;
    }
    return Status::ok;
}

}  // namespace
)";

std::string infer_source(const Parts& parts) {
    const Emission& e = parts.emission;
    const auto list = [&](const std::vector<End>& ends, bool is_input) {
        return each(ends, ", ", [&](const End& end, std::size_t i) { return by_number(end, is_input, i); });
    };
    std::string out = "Status Model::infer(" + parameters(parts, by_number) + ") {\n";
    out += "    const void* const from[input_ends] = {" + list(e.inputs, true) + "};\n";
    out += "    void* const to[output_ends] = {" + list(e.outputs, false) + "};\n";
    return out + R"(    Status status = status_;
    for (const void* place : from) status = check(status, place, place);
    for (const void* place : to) status = check(status, place, place);
    if (status != Status::ok) return status;
    for (int i = 0; i < input_ends; ++i) copy(from[i], arena_ + detail::input_offsets[i], input_bytes[i]);
    (void)run();
    for (int i = 0; i < output_ends; ++i) copy(arena_ + detail::output_offsets[i], to[i], output_bytes[i]);
    return Status::ok;
}

}  // namespace mote_model
)";
}

std::string struct_source(const std::vector<End>& ends, const std::vector<int>& tensors, const Parts& parts, const std::string& type,
                          const std::string& method, bool is_input) {
    const std::string qualifier = is_input ? "" : "const ", call = is_input ? "input" : "output";
    return type + " Model::" + method + " {\n    return {" +
           each(ends, ",\n            ",
                [&](const End&, std::size_t i) {
                    return "static_cast<" + qualifier + type_of(parts, tensors, i) + "*>(" + call + "(" + std::to_string(i) + "))";
                }) +
           "};\n}\n\n";
}

}  // namespace

std::string several_model_header(const Parts& parts) {
    const Emission& e = parts.emission;
    const auto &in = model_of(parts).inputs, &out = model_of(parts).outputs;
    std::string text = header_begin(parts) + "// real value = scale * (stored value - zero_point)\n";
    text += sizes_of(e.inputs, in, parts, "input") + sizes_of(e.outputs, out, parts, "output");
    text += common_sizes(parts, "", "inputs and outputs included, beside the stack") + std::string(bare_status().substr(1));
    text += "/// Where the inputs are written.\nstruct Inputs {\n" + pointers(e.inputs, in, parts, "input", "") + "};\n\n";
    text += "/// Where the outputs are read.\nstruct Outputs {\n" + pointers(e.outputs, out, parts, "output", "const ") + "};\n\n";
    const std::string named = "infer(" + parameters(parts, by_name) + ")";
    const auto variable = [](const End& end, std::size_t) { return end.variable; };
    text += model_comment(parts) + std::string(class_begin) + "    Status " + named + ";\n" + std::string(class_rest) + model_end(parts);
    text += "\ninline Status " + named + " {\n    return mote_model::static_model().infer(" + each(e.inputs, ", ", variable) + ", " +
            each(e.outputs, ", ", variable) + ");\n}\n" + std::string(functions);
    return with_name(text, parts);
}

std::string several_internal_header(const Parts& parts) {
    const auto offsets = [](const std::vector<End>& ends) {
        return each(ends, ", ", [](const End& end, std::size_t) { return std::to_string(end.offset); });
    };
    return internal_header(parts, {},
                           "constexpr size_t input_offsets[input_ends] = {" + offsets(parts.emission.inputs) +
                               "};\nconstexpr size_t output_offsets[output_ends] = {" + offsets(parts.emission.outputs) + "};\n\n");
}

std::string several_model_source(const Parts& parts) {
    return calls_source(parts) + construction(parts) + with_name(places, parts) +
           struct_source(parts.emission.inputs, model_of(parts).inputs, parts, "Inputs", "inputs()", true) +
           struct_source(parts.emission.outputs, model_of(parts).outputs, parts, "Outputs", "outputs() const", false) +
           with_name(infer_source(parts), parts);
}

std::string several_self_test_source(const Parts& parts) {
    std::string out = "// Golden inputs and what they must give. A program that never calls self_test() does not link this file.\n";
    out += with_name("#include \"contraction.hpp\"\n\n#include \"internal.hpp\"\n\nnamespace mote_model {\n\nnamespace {\n\n", parts);
    std::string table;
    const auto arrays = [&](const std::vector<End>& ends, const std::vector<int>& tensors, const base::Bytes& values,
                            const std::string& prefix) {
        std::size_t at = 0;
        for (std::size_t i = 0; i < ends.size(); ++i) {
            const graph::Tensor& tensor = model_of(parts).tensors[static_cast<std::size_t>(tensors[i])];
            const auto begin = values.begin() + static_cast<std::ptrdiff_t>(at);
            const base::Bytes own(begin, begin + static_cast<std::ptrdiff_t>(ends[i].size_bytes));
            const std::string name = prefix + "_" + std::to_string(i);
            out += array_definition("const " + type_of_end(tensor), name, value_texts(tensor, own)) + "\n";
            table += (i == 0 ? "{" : ", ") + name;
            at += ends[i].size_bytes;
        }
        table += "}";
    };
    for (std::size_t g = 0; g < parts.goldens.size(); ++g) {
        table += "    {";
        arrays(parts.emission.inputs, model_of(parts).inputs, parts.goldens[g].window, "inputs_" + std::to_string(g));
        table += ", ";
        arrays(parts.emission.outputs, model_of(parts).outputs, parts.goldens[g].outputs, "outputs_" + std::to_string(g));
        table += "},\n";
    }
    out += "struct Golden {\n    const void* inputs[input_ends];\n    const void* outputs[output_ends];\n};\n\n";
    return out + "const Golden goldens[] = {\n" + table + "};\n" +
           with_name(std::string(self_test) + std::string(bare_self_test_method()), parts);
}

}  // namespace mote::codegen
