// src/: the calls, the constants and the memory behind them.
#include "base/text.hpp"
#include "codegen/model_text.hpp"
#include "codegen/source_text.hpp"
#include "graph/node_view.hpp"
#include "graph/quantised.hpp"

namespace mote::codegen {

namespace {

std::string includes(const std::set<std::string>& headers) {
    std::string out;
    for (const std::string& header : headers) out += "#include \"" + header + "\"\n";
    return out;
}

std::string indented(const std::string& text) {
    std::string out;
    for (const std::string& line : base::split(text, '\n'))
        if (!line.empty()) out += "    " + line + "\n";
    return out;
}

std::string step_text(const Parts& parts, std::size_t i) {
    const Step& step = parts.steps[i];
    const std::string number = std::to_string(i);
    std::string out = "    // " + number + ": " + step.point.op + " " + comment_text(step.title, 200);
    if (step.point.macs > 0) out += ", " + std::to_string(step.point.macs) + " multiply-accumulates";
    if (!step.left_out.empty()) out += "\n    //    " + step.left_out;
    out += "\n    //    arena: reads " + step.reads + ", writes " + std::to_string(step.offset) + ".." +
           std::to_string(step.offset + step.point.size_bytes - 1) + "\n";
    for (const std::string& held : step.held) out += "    //    holds " + held + "\n";
    out += indented(step.text.calls);
    return out + with_name("    MOTE_MODEL_TRACE(", parts) + number + ", arena + " + std::to_string(step.offset) + ", " +
           std::to_string(step.point.size_bytes) + ");\n";
}

constexpr std::string_view arena_check = R"(
namespace {

void copy(const void* from, void* to, size_t bytes) {
    const unsigned char* source = static_cast<const unsigned char*>(from);
    unsigned char* target = static_cast<unsigned char*>(to);
    for (size_t i = 0; i < bytes; ++i) target[i] = source[i];
}

Status check(Status arena, const void* in, const void* out) {
    return arena != Status::ok ? arena : in == nullptr || out == nullptr ? Status::null_pointer : Status::ok;
}

Status arena_status(const void* arena, size_t bytes) {
    if (arena == nullptr) return Status::null_pointer;
    if (bytes < arena_bytes) return Status::arena_too_small;
    return reinterpret_cast<uintptr_t>(arena) % arena_alignment == 0 ? Status::ok : Status::arena_misaligned;
}

)";

/// Floats are looked at first: one value that is no number would spoil every feature.
std::string window_check(store::SampleType type) {
    std::string out = "Status check_window(Status arena, const Sample* window, const void* out) {\n";
    if (type != store::SampleType::f32) return out + "    return check(arena, window, out);\n}\n\n";
    return out +
           "    const Status status = check(arena, window, out);\n    if (status != Status::ok) return status;\n"
           "    for (size_t i = 0; i < window_samples; ++i)\n"
           "        if (!::mote::rt::is_finite(window[i])) return Status::not_finite;\n    return Status::ok;\n}\n\n";
}

constexpr std::string_view model_methods = R"(void window_to_outputs(const Sample* window, unsigned char* arena) {
    detail::compute_features(window, detail::float_at(arena, detail::features_offset), arena);
    MOTE_MODEL_TRACE(-1, arena + detail::features_offset, feature_count * sizeof(float));
    detail::quantise_features(arena);
    detail::run_model(arena);
}

)";

constexpr std::string_view window_methods = R"(
Status Model::classify(const Sample* window, float* probabilities) {
    const Status status = check_window(status_, window, probabilities);
    if (status != Status::ok) return status;
    window_to_outputs(window, arena_);
    const int8_t* outputs = detail::int8_at(arena_, detail::output_offset);
    for (size_t i = 0; i < class_count; ++i) probabilities[i] = output_scale * static_cast<float>(outputs[i] - output_zero_point);
    return Status::ok;
}

Status Model::classify_int8(const Sample* window, int8_t* outputs) {
    const Status status = check_window(status_, window, outputs);
    if (status != Status::ok) return status;
    window_to_outputs(window, arena_);
    copy(arena_ + detail::output_offset, outputs, class_count);
    return Status::ok;
}

Status Model::features(const Sample* window, float* out) {
    const Status status = check_window(status_, window, out);
    if (status != Status::ok) return status;
    detail::compute_features(window, out, arena_);
    return Status::ok;
}

Status Model::infer(const Input* inputs, int8_t* outputs) {
    const Status status = check(status_, inputs, outputs);
    if (status != Status::ok) return status;
    copy(inputs, arena_ + detail::input_offset, feature_count * sizeof(Input));
    detail::run_model(arena_);
    copy(arena_ + detail::output_offset, outputs, class_count);
    return Status::ok;
}

}  // namespace mote_model
)";

constexpr std::string_view contraction_text =
    R"(// A compiler may fuse a * b + c into one instruction that rounds once where the trainer's code rounded twice; the features would
// then differ in their last bits from those that the model was trained on. Included before everything else, this switches it off for the
// whole file, whatever flags the file is compiled with. Model::self_test() shows whether it worked.
#ifndef MOTE_MODEL_CONTRACTION_HPP
#define MOTE_MODEL_CONTRACTION_HPP

#if defined(__FAST_MATH__)
#error "mote: -ffast-math and -Ofast change the features that the model was trained on; compile these files without them"
#endif

#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#elif defined(_MSC_VER)
#pragma fp_contract(off)
#endif

#endif
)";

constexpr std::string_view arena_text = R"(// The static arena. A program that gives its own memory to Model never links this file.
#include "../include/mote_model/model.hpp"

namespace mote_model {

namespace detail {
alignas(arena_alignment) unsigned char static_arena[arena_bytes];
}  // namespace detail

)";

constexpr std::string_view static_model_text = R"(Model static_model() { return Model(detail::static_arena, arena_bytes); }

}  // namespace mote_model
)";

constexpr std::string_view static_model_with_state = R"(Model static_model() {
    static bool has_state = false;  // the first object gives the arena its initial state
    Model model(detail::static_arena);
    if (!has_state) (void)model.reset();
    has_state = true;
    return model;
}

}  // namespace mote_model
)";

constexpr std::string_view construction_text = R"(}  // namespace

Model::Model(void* arena, size_t bytes) : arena_(static_cast<unsigned char*>(arena)), status_(arena_status(arena, bytes)) { (void)reset(); }

Status Model::reset() {
    if (status_ == Status::ok) detail::reset_state(arena_);
    return status_;
}
)";

std::string reset_loop(std::size_t begin, std::size_t bytes, const std::string& value) {
    return "    for (size_t i = 0; i < " + std::to_string(bytes) + "; ++i) arena[" + std::to_string(begin) + " + i] = " + value + ";\n";
}

/// The variables' initial values: a table where they are not all the same.
std::string reset_source(const Parts& parts) {
    if (parts.layout.state_bytes == 0) return "";
    std::string tables, loops;
    for (const int variable : parts.layout.variables) {
        const graph::Tensor& t = parts.pipeline.model.tensors[static_cast<std::size_t>(variable)];
        const base::Bytes initial = graph::initial_value(t);
        const std::span values(reinterpret_cast<const std::uint8_t*>(initial.data()), initial.size());
        const std::size_t begin = parts.layout.tensor_offset(variable);
        loops += "    // " + comment_text(t.name) + " " + graph::text_of(t.shape) + "\n";
        if (t.initial.empty()) {
            loops += reset_loop(begin, values.size(), std::to_string(values.front()));
        } else {
            const std::string name = "initial_" + std::to_string(begin);
            tables += array_definition("static const unsigned char", name, decimal(values)) + "\n";
            loops += reset_loop(begin, values.size(), name + "[i]");
        }
    }
    return tables + "void reset_state(unsigned char* arena) {\n" + loops + "}\n\n";
}

}  // namespace

std::string contraction_header(const Parts& parts) { return with_name(contraction_text, parts); }
std::string arena_source(const Parts& parts) {
    return with_name(arena_text, parts) + with_name(parts.layout.state_bytes > 0 ? static_model_with_state : static_model_text, parts);
}
std::string construction(const Parts& parts) {
    std::string out(construction_text);
    if (parts.layout.state_bytes > 0) out += "\nModel::Model(unsigned char* arena) : arena_(arena), status_(Status::ok) {}\n";
    return out;
}

std::string internal_header(const Parts& parts, const std::vector<std::pair<std::string_view, std::size_t>>& places,
                            std::string_view declarations) {
    std::string out = with_name(R"(// What the generated files share.
#ifndef MOTE_MODEL_INTERNAL_HPP
#define MOTE_MODEL_INTERNAL_HPP

#include "../include/mote_model/model.hpp"

#if defined(MOTE_TRACE)
/// Defined by whoever traces: step -1 with the float features, then step i with what call i wrote.
extern "C" void mote_model_trace(int step, const void* data, unsigned long bytes);
#define MOTE_MODEL_TRACE(step, data, bytes) mote_model_trace((step), (data), static_cast<unsigned long>(bytes))
#else
#define MOTE_MODEL_TRACE(step, data, bytes) static_cast<void>(0)
#endif

namespace mote_model {
namespace detail {

// Places in the arena.
)",
                                parts);
    for (const auto& [name, place] : places) out += "constexpr size_t " + std::string(name) + " = " + std::to_string(place) + ";\n";
    out += R"(
inline int8_t* int8_at(unsigned char* arena, size_t offset) { return static_cast<int8_t*>(static_cast<void*>(arena + offset)); }
inline uint8_t* uint8_at(unsigned char* arena, size_t offset) { return arena + offset; }
inline int16_t* int16_at(unsigned char* arena, size_t offset) { return static_cast<int16_t*>(static_cast<void*>(arena + offset)); }
inline float* float_at(unsigned char* arena, size_t offset) { return static_cast<float*>(static_cast<void*>(arena + offset)); }

)";
    return out + std::string(declarations) +
           (parts.layout.state_bytes > 0
                ? "/// Initial values for what the arena keeps between calls.\nvoid reset_state(unsigned char* arena);\n"
                : "/// There is nothing that the arena keeps between calls.\ninline void reset_state(unsigned char*) {}\n") +
           with_name(R"(/// The model's calls, from its input in the arena to its output there.
void run_model(unsigned char* arena);

}  // namespace detail
}  // namespace mote_model

#endif
)",
                     parts);
}

constexpr std::string_view row_declarations =
    "/// One row of features from its frames; scratch in the arena.\n"
    "void compute_row(const Sample* frames, float* row, unsigned char* arena);\n"
    "/// What is left to do once the rows of a window stand in the arena.\n"
    "void finish_rows(unsigned char* arena);\n";

std::string internal_header(const Parts& parts) {
    const Layout& layout = parts.layout;
    const graph::Graph& graph = parts.pipeline.model;
    std::string declarations =
        "/// Float features of a window into `out`, with scratch in the arena.\n"
        "void compute_features(const Sample* window, float* out, unsigned char* arena);\n";
    if (!parts.device.row_call.empty()) declarations += row_declarations;
    declarations +=
        parts.takes_int8()
            ? "/// Float features in the arena to the model's int8 input in the arena.\nvoid quantise_features(unsigned char* arena);\n"
            : "/// The model takes float features and quantises them itself.\ninline void quantise_features(unsigned char*) {}\n";
    return internal_header(parts,
                           {{"features_offset", layout.offset(layout.features)},
                            {"scratch_offset", layout.feature_scratch < 0 ? 0 : layout.offset(layout.feature_scratch)},
                            {"input_offset", layout.tensor_offset(graph.inputs.front())},
                            {"output_offset", layout.tensor_offset(graph.outputs.front())}},
                           declarations);
}

std::string weights_header(const Parts& parts) {
    std::string out = with_name(
        "// Constants of the model: weights, biases, multipliers.\n#ifndef MOTE_MODEL_WEIGHTS_HPP\n#define MOTE_MODEL_WEIGHTS_HPP\n\n"
        "#include <stdint.h>\n\nnamespace mote_model {\nnamespace {\n\n",
        parts);
    for (const Step& step : parts.steps)
        if (!step.text.constants.empty()) out += "// " + comment_text(step.title) + "\n" + step.text.constants + "\n";
    return out + with_name("}  // namespace\n}  // namespace mote_model\n\n#endif\n", parts);
}

std::string calls_source(const Parts& parts) {
    std::set<std::string> headers;
    for (const Step& step : parts.steps) headers.insert(step.text.headers.begin(), step.text.headers.end());
    if (parts.block && parts.pipeline.input.type == store::SampleType::f32) headers.insert("mote/rt/core/bits.hpp");
    std::string out = "// The model: " + std::to_string(parts.steps.size()) + " calls over one arena.\n";
    out += "#include \"contraction.hpp\"\n\n#include \"internal.hpp\"\n#include \"weights.hpp\"\n\n" + includes(headers);
    out += with_name("\nnamespace mote_model {\n\nnamespace {\n\n", parts);
    for (const Step& step : parts.steps) out += step.text.parameters.empty() ? "" : step.text.parameters + "\n";
    out += "}  // namespace\n\nnamespace detail {\n\n" + reset_source(parts) + "void run_model(unsigned char* arena) {\n";
    for (std::size_t i = 0; i < parts.steps.size(); ++i) out += step_text(parts, i);
    if (parts.steps.empty()) out += "    static_cast<void>(arena);\n";
    out += "}\n\n}  // namespace detail\n";
    return out + with_name(arena_check, parts);
}

std::string model_source(const Parts& parts) {
    return calls_source(parts) + window_check(parts.pipeline.input.type) + with_name(model_methods, parts) + construction(parts) +
           with_name(window_methods, parts);
}

}  // namespace mote::codegen
