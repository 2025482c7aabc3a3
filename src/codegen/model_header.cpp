// include/mote_model/model.hpp: all that a person's firmware sees.
#include "base/text.hpp"
#include "codegen/model_text.hpp"
#include "codegen/source_text.hpp"
#include "graph/node_view.hpp"

namespace mote::codegen {

namespace {

std::string number(std::size_t n) { return std::to_string(n) + ";"; }

std::string sizes(const Parts& parts) {
    const Emission& e = parts.emission;
    std::string out;
    out += "constexpr size_t window_samples = " + number(parts.pipeline.input.value_count()) + "  // " +
           std::to_string(parts.pipeline.input.frames) + " frames of " + std::to_string(parts.pipeline.input.channels.size()) +
           " channel(s), interleaved by frame\n";
    out += "// channels of a frame: " + comment_text(base::join(parts.pipeline.input.channels, ", "), channel_names_limit) + "\n";
    out += "constexpr size_t window_bytes = window_samples * sizeof(Sample);\n";
    out += "constexpr size_t feature_count = " + number(e.feature_count) + "  // " + graph::text_of(parts.block->output().shape) + "\n";
    out += "constexpr size_t class_count = " + number(e.class_count) + "\n";
    out += "// probability = output_scale * (output - output_zero_point)\n";
    return out + scale_of_end("output", parts.pipeline.model.output()) +
           common_sizes(parts, "class_count", "beside the window and the stack");
}

constexpr std::string_view api = R"(
enum class Status : unsigned char {
    ok,
    null_pointer,
    arena_too_small,
    arena_misaligned,
    wrong_features,  ///< self_test(): this build computes other features than the trainer did
    wrong_outputs,   ///< self_test(): this build computes other outputs than the trainer did
    wrong_rate,      ///< check_rate(): the sensor gives frames at another rate than those that the model was trained on
    not_finite,      ///< a window holds a value that is no number (NaN, infinity)
};

)";

constexpr std::string_view model_class = R"(class Model {
  public:
    /// `arena` holds `bytes` >= arena_bytes, aligned to arena_alignment; every call reports when it does not.
    Model(void* arena, size_t bytes);

    /// window: window_samples values; probabilities: class_count places, each in [0, 1].
    Status classify(const Sample* window, float* probabilities);
    /// The same, as the int8 that the model computes.
    Status classify_int8(const Sample* window, int8_t* outputs);
    /// Signal processing alone; features: feature_count places.
    Status features(const Sample* window, float* features);
    /// The network alone; inputs: feature_count values, outputs: class_count places.
    Status infer(const Input* inputs, int8_t* outputs);
    /// What is remembered gets its initial values, as before the first call.
    Status reset();
    /// Runs windows whose results are known and compares bit for bit: run it once on a new board or with new compiler flags. Resets before
    /// and after.
    Status self_test();

)";

constexpr std::string_view functions = R"(
inline Status classify(const Sample* window, float* probabilities) { return static_model().classify(window, probabilities); }
inline Status classify_int8(const Sample* window, int8_t* outputs) { return static_model().classify_int8(window, outputs); }
inline Status features(const Sample* window, float* out) { return static_model().features(window, out); }
inline Status infer(const Input* inputs, int8_t* outputs) { return static_model().infer(inputs, outputs); }
inline Status reset() { return static_model().reset(); }
inline Status self_test() { return static_model().self_test(); }

}  // namespace mote_model
)";

}  // namespace

std::string_view sample_type(store::SampleType type) {
    switch (type) {
        case store::SampleType::i16:
            return "int16_t";
        case store::SampleType::u8:
            return "uint8_t";
        case store::SampleType::f32:
            break;
    }
    return "float";
}

std::string scale_of_end(std::string_view end, const graph::Tensor& tensor) {
    if (tensor.quantisation.empty()) return "";
    const std::string name(end);
    return "constexpr float " + name + "_scale = " + float_literal(tensor.quantisation.scale.front(), "the " + name + "'s scale") +
           ";\nconstexpr int " + name + "_zero_point = " + std::to_string(tensor.quantisation.zero_point.front()) + ";\n";
}

std::string common_sizes(const Parts& parts, std::string_view count, std::string_view beside) {
    const Emission& e = parts.emission;
    std::string out = "constexpr size_t arena_bytes = " + number(e.arena_bytes) + "  // " + std::string(beside) + "\n";
    out += "constexpr size_t arena_alignment = 16;\n";
    out += "constexpr size_t state_bytes = " + number(e.state_bytes) +
           (e.state_bytes > 0 ? "  // of the arena, its first: what the model remembers from one call to the next\n"
                              : "  // the model remembers nothing from one call to the next\n");
    out += "constexpr size_t constant_bytes = " + number(e.constant_bytes) + "  // weights and tables\n";
    out += "constexpr int step_count = " + number(parts.steps.size()) + "\n\n";
    if (count.empty()) return out;
    out += "constexpr const char* labels[" + std::string(count) + "] = {\n";
    for (std::size_t i = 0; i < e.class_count; ++i)
        out += "    " + string_literal(parts.pipeline.labels.empty() ? "output " + std::to_string(i) : parts.pipeline.labels[i]) + ",\n";
    return out + "};\n";
}

std::string model_comment(const Parts& parts) {
    if (parts.emission.state_bytes == 0)
        return "/// The model over memory of the caller's. It keeps nothing between calls, so one object a thread, each with its own "
               "arena, may "
               "run at the\n/// same time. Nothing is allocated, thrown or printed.\n";
    return "/// The model over memory of the caller's. What it remembers from one call to the next lies in the first state_bytes of its "
           "arena: "
           "leave them\n/// alone between calls, give each stream of data an object with an arena of its own (these may run at the same "
           "time), and "
           "reset() where a\n/// stream begins anew. Making an object resets it. Nothing is allocated, thrown or printed.\n";
}

std::string model_end(const Parts& parts) {
    std::string out = "  private:\n";
    if (parts.emission.state_bytes > 0)
        out +=
            "    friend Model static_model();\n    explicit Model(unsigned char* arena);  // finds what it remembers in a sound arena\n\n";
    out +=
        "    unsigned char* arena_;\n    Status status_;\n};\n\n"
        "/// The model over one static arena of arena_bytes, for a program that runs it in one place. The memory is there only when this "
        "is "
        "used.\n";
    if (parts.emission.state_bytes > 0) out += "/// Every object made by it goes on where the one before was left.\n";
    return out + "Model static_model();\n";
}

std::string header_begin(const Parts& parts) {
    std::string out = "// Generated by mote: " + comment_text(parts.pipeline.model.name, 80) + ". Generate it again rather than edit it.\n";
    for (const auto& [key, value] : parts.pipeline.provenance.items())
        out += "// " + comment_text(key) + ": " + comment_text(value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
    return out + with_name(
                     "#ifndef MOTE_MODEL_MODEL_HPP\n#define MOTE_MODEL_MODEL_HPP\n\n#include <stddef.h>\n#include <stdint.h>\n\n"
                     "namespace mote_model {\n\n",
                     parts);
}

std::string model_header(const Parts& parts) {
    std::string out = header_begin(parts) + "using Sample = " + std::string(sample_type(parts.pipeline.input.type)) + ";\n";
    out += parts.takes_int8() ? "using Input = int8_t;  // features, quantised\n" : "using Input = float;  // features\n";
    return out + sizes(parts) + with_name(api, parts) + model_comment(parts) + std::string(model_class) + model_end(parts) +
           with_name(functions, parts) + "\n#endif\n";
}

}  // namespace mote::codegen
