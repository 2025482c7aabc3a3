// The files of a model alone, without signal processing: its input is written straight into the arena and its output read from there.
#include "base/error.hpp"
#include "codegen/model_text.hpp"
#include "codegen/source_text.hpp"
#include "graph/node_view.hpp"

namespace mote::codegen {

namespace {

constexpr std::string_view api = R"(
enum class Status : unsigned char {
    ok,
    null_pointer,
    arena_too_small,
    arena_misaligned,
    wrong_outputs,  ///< self_test(): this build computes other outputs than the host did
};

)";

constexpr std::string_view model_class = R"(class Model {
  public:
    /// `arena` holds `bytes` >= arena_bytes, aligned to arena_alignment; every call reports when it does not.
    Model(void* arena, size_t bytes);

    /// input_count places in the arena; fill them before every run(), which uses their memory for other things. Null when the arena is not
    /// sound.
    Input* input();
    /// One inference.
    Status run();
    /// output_count values in the arena, as run() left them.
    const Output* output() const;

    /// Copies the inputs in, runs, copies the outputs out.
    Status infer(const Input* inputs, Output* outputs);
    /// What is remembered gets its initial values, as before the first run.
    Status reset();
    /// Runs inputs whose outputs are known and compares bit for bit: run it once on a new board or with new compiler flags. Resets before
    /// and after.
    Status self_test();

)";

constexpr std::string_view functions = R"(
inline Status infer(const Input* inputs, Output* outputs) { return static_model().infer(inputs, outputs); }
inline Status reset() { return static_model().reset(); }
inline Status self_test() { return static_model().self_test(); }

}  // namespace mote_model
)";

constexpr std::string_view methods = R"(
Input* Model::input() { return status_ == Status::ok ? static_cast<Input*>(static_cast<void*>(arena_ + detail::input_offset)) : nullptr; }

const Output* Model::output() const {
    return status_ == Status::ok ? static_cast<const Output*>(static_cast<const void*>(arena_ + detail::output_offset)) : nullptr;
}

Status Model::run() {
    if (status_ != Status::ok) return status_;
    MOTE_MODEL_TRACE(-1, arena_ + detail::input_offset, input_count * sizeof(Input));
    detail::run_model(arena_);
    return Status::ok;
}

Status Model::infer(const Input* inputs, Output* outputs) {
    const Status status = check(status_, inputs, outputs);
    if (status != Status::ok) return status;
    copy(inputs, arena_ + detail::input_offset, input_count * sizeof(Input));
    (void)run();
    copy(arena_ + detail::output_offset, outputs, output_count * sizeof(Output));
    return Status::ok;
}

}  // namespace mote_model
)";

constexpr std::string_view self_test = R"(
Status check_golden(const Golden& golden, Model& model) {
    Input* const in = model.input();
    for (size_t i = 0; i < input_count; ++i) in[i] = golden.inputs[i];
    (void)model.run();
    const unsigned char* computed = static_cast<const unsigned char*>(static_cast<const void*>(model.output()));
    const unsigned char* expected = static_cast<const unsigned char*>(static_cast<const void*>(golden.outputs));
    for (size_t i = 0; i < output_count * sizeof(Output); ++i)
        if (computed[i] != expected[i]) return Status::wrong_outputs;
    return Status::ok;
}

}  // namespace
)";

constexpr std::string_view self_test_method = R"(
Status Model::self_test() {
    Status status = reset();
    for (const Golden& golden : goldens)
        if (status == Status::ok) status = check_golden(golden, *this);
    (void)reset();
    return status;
}

}  // namespace mote_model
)";

}  // namespace

std::string_view bare_self_test_method() { return self_test_method; }

std::string type_of_end(const graph::Tensor& tensor) {
    switch (tensor.type) {
        case graph::Type::i8:
            return "int8_t";
        case graph::Type::i16:
            return "int16_t";
        case graph::Type::u8:
            return "uint8_t";
        case graph::Type::f32:
            return "float";
        default:
            throw base::Error("unsupported",
                              "tensor \"" + tensor.name + "\" is " + std::string(graph::name_of(tensor.type)) +
                                  ", which no model's input or output is on the device",
                              "export the model with int8, uint8 or float32 ends");
    }
}

std::vector<std::string> value_texts(const graph::Tensor& tensor, const base::Bytes& bytes) {
    const auto as = [&]<class T>(T) { return std::span(reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)); };
    if (tensor.type == graph::Type::i8) return decimal(as(std::int8_t{}));
    if (tensor.type == graph::Type::u8) return decimal(as(std::uint8_t{}));
    if (tensor.type == graph::Type::i16) return decimal(as(std::int16_t{}));
    std::vector<std::string> texts;
    for (const float v : as(0.0f)) texts.push_back(float_literal(v, "a golden value"));
    return texts;
}

std::string_view bare_status() { return api; }

std::string bare_model_header(const Parts& parts) {
    const graph::Tensor &in = parts.pipeline.model.input(), &out = parts.pipeline.model.output();
    std::string text = header_begin(parts);
    text += "using Input = " + type_of_end(in) + ";\nusing Output = " + type_of_end(out) + ";\n";
    text += "constexpr size_t input_count = " + std::to_string(in.count()) + ";  // " + graph::text_of(in.shape) + "\n";
    text += "constexpr size_t output_count = " + std::to_string(out.count()) + ";  // " + graph::text_of(out.shape) + "\n";
    if (!in.quantisation.empty() || !out.quantisation.empty()) text += "// real value = scale * (stored value - zero_point)\n";
    text += scale_of_end("input", in) + scale_of_end("output", out);
    return text + common_sizes(parts, "output_count", "input and output included, beside the stack") + with_name(api, parts) +
           model_comment(parts) + std::string(model_class) + model_end(parts) + with_name(functions, parts) + "\n#endif\n";
}

std::string bare_internal_header(const Parts& parts) {
    const graph::Graph& graph = parts.pipeline.model;
    return internal_header(parts,
                           {{"input_offset", parts.layout.tensor_offset(graph.inputs.front())},
                            {"output_offset", parts.layout.tensor_offset(graph.outputs.front())}},
                           "");
}

std::string bare_model_source(const Parts& parts) { return calls_source(parts) + construction(parts) + with_name(methods, parts); }

std::string bare_self_test_source(const Parts& parts) {
    const graph::Graph& graph = parts.pipeline.model;
    std::string out = "// Golden inputs and what they must give. A program that never calls self_test() does not link this file.\n";
    out += with_name("#include \"contraction.hpp\"\n\n#include \"internal.hpp\"\n\nnamespace mote_model {\n\nnamespace {\n\n", parts);
    std::string table;
    for (std::size_t i = 0; i < parts.goldens.size(); ++i) {
        const std::string number = std::to_string(i);
        out += array_definition("const Input", "inputs_" + number, value_texts(graph.input(), parts.goldens[i].window)) + "\n";
        out += array_definition("const Output", "outputs_" + number, value_texts(graph.output(), parts.goldens[i].outputs)) + "\n";
        table += "    {inputs_" + number + ", outputs_" + number + "},\n";
    }
    out += "struct Golden {\n    const Input* inputs;\n    const Output* outputs;\n};\n\n";
    return out + "const Golden goldens[] = {\n" + table + "};\n" + with_name(std::string(self_test) + std::string(self_test_method), parts);
}

}  // namespace mote::codegen
