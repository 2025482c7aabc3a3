// src/features.cpp: the signal processing of one window, and its quantisation.
#include "base/text.hpp"
#include "codegen/model_text.hpp"
#include "codegen/source_text.hpp"
#include "graph/node_view.hpp"

namespace mote::codegen {

namespace {

std::string quantise_function(const graph::Quantisation& input) {
    std::string out = "void quantise_features(unsigned char* arena) {\n";
    out += "    // In place where both begin at one address: each byte is written after the float that lies there was read.\n";
    out += "    constexpr ::mote::rt::nn::QuantiseParameters parameters = {static_cast<int32_t>(feature_count), " +
           std::to_string(input.zero_point.front()) + "};\n";
    out += "    const float scale = " + float_literal(input.scale.front(), "the input's scale") + ";\n";
    out += "    ::mote::rt::nn::quantise_reference(parameters, float_at(arena, features_offset), &scale, int8_at(arena, input_offset));\n";
    return out + "}\n\n";
}

/// Signal processing row by row, for a listener.
std::string row_functions(const Parts& parts) {
    std::string out = "void compute_row(const Sample* frames, float* row, unsigned char* arena) {\n";
    out += "    const Sample* const input = frames;\n    float* const features = row;\n";
    out += "    void* const scratch = arena + scratch_offset;\n    " + parts.device.row_call + "\n}\n\n";
    if (parts.device.finish_call.empty()) return out + "void finish_rows(unsigned char*) {}\n\n";
    out += "void finish_rows(unsigned char* arena) {\n    float* const features = float_at(arena, features_offset);\n";
    return out + "    void* const scratch = arena + scratch_offset;\n    " + parts.device.finish_call + "\n}\n\n";
}

}  // namespace

std::string features_source(const Parts& parts) {
    std::string out = "// Signal processing: block \"" + comment_text(parts.pipeline.block) + "\", " +
                      std::to_string(parts.pipeline.input.value_count()) + " samples -> features " +
                      graph::text_of(parts.block->output().shape) + ".\n";
    out += "#include \"contraction.hpp\"\n\n#include \"internal.hpp\"\n\n";
    std::set<std::string> headers(parts.device.headers.begin(), parts.device.headers.end());
    if (parts.takes_int8()) headers.insert(quantise_header);
    for (const std::string& header : headers) out += "#include \"" + header + "\"\n";
    out += with_name("\nnamespace mote_model {\n\nnamespace {\n\n", parts) + parts.device.definitions +
           "\n}  // namespace\n\nnamespace detail {\n\n";
    out += "void compute_features(const Sample* window, float* out, unsigned char* arena) {\n";
    out += "    const Sample* const input = window;\n    float* const features = out;\n";
    out += "    void* const scratch = arena + scratch_offset;\n    static_cast<void>(scratch);\n";
    for (const std::string& line : base::split(parts.device.call, '\n')) out += line.empty() ? "" : "    " + line + "\n";
    out += "}\n\n";
    if (!parts.device.row_call.empty()) out += row_functions(parts);
    if (parts.takes_int8()) out += quantise_function(parts.pipeline.model.input().quantisation);
    return out + with_name("}  // namespace detail\n\n}  // namespace mote_model\n", parts);
}

}  // namespace mote::codegen
