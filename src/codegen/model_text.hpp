// The texts of an emitted folder, file by file.
#pragma once

#include "codegen/call_text.hpp"
#include "codegen/emit.hpp"
#include "codegen/folder.hpp"
#include "codegen/layout.hpp"

#include <string>
#include <vector>

namespace mote::codegen {

/// One call of the model, ready to be written.
struct Step {
    TracePoint point;
    std::string title;              ///< "dense_0 [1, 64] -> [1, 5]"
    std::string reads;              ///< "0..63, 128..191": bytes of the arena
    std::size_t offset = 0;         ///< of the output
    std::vector<std::string> held;  ///< "3 rows of [1, 48, 48, 8] at 27648..28799": what lies between the layers of a stream
    std::string left_out;           ///< "3 of 12 channels left out: no output depends on them", or empty
    CallText text;
};

/// A golden window: its values, and what they must give.
struct Golden {
    base::Bytes window;
    std::uint32_t feature_hash = 0;  ///< FNV-1a of the float features' bytes; 0 without features
    base::Bytes outputs;
};

struct Parts {
    const Pipeline& pipeline;
    const Layout& layout;
    const dsp::Block* block;  ///< null for a model alone
    dsp::DeviceCode device;
    ListenPlan listen;  ///< of a pipeline with a block
    std::vector<Step> steps;
    std::vector<Golden> goldens;
    Emission emission;  ///< sizes, steps and plan filled in

    /// Whether features are quantised before the model, not by it.
    bool takes_int8() const { return pipeline.model.input().type == graph::Type::i8; }
};

/// FNV-1a, 32 bit (Fowler, Noll, Vo): small enough to run in a self-test.
std::uint32_t fnv1a(std::span<const std::byte> bytes);

/// Continuous inference, and the name of the header that it is made of.
inline constexpr const char* listener_runtime_header = "mote/rt/stream/listener.hpp";
std::string listener_header(const Parts& parts);
std::string listener_source(const Parts& parts);
std::string static_listener_source(const Parts& parts);

/// The same for programs in C.
std::string c_header(const Parts& parts);
std::string c_source(const Parts& parts);
/// The names of Edge Impulse's library over the listener: headers under include/, and two sources.
FileTree edge_impulse_files(const Parts& parts);

/// Turns float features into the input of a model that takes int8.
inline constexpr const char* quantise_header = "mote/rt/nn/quantise/reference.hpp";

/// A text of the generator's own, in which the model is called mote_model and MOTE_MODEL, with the pipeline's name.
std::string with_name(std::string_view text, const Parts& parts);

/// The beginning of model.hpp: what it was made from, the guard, the namespace.
std::string header_begin(const Parts& parts);
/// arena_bytes (`beside` says what it holds), constant_bytes, step_count, and `labels` of `count` outputs (none where it is empty).
std::string common_sizes(const Parts& parts, std::string_view count, std::string_view beside);
/// What is said before `class Model`, which depends on whether the model remembers anything.
std::string model_comment(const Parts& parts);
/// The private end of `class Model`, and static_model().
std::string model_end(const Parts& parts);
/// END_scale and END_zero_point of a quantised tensor, "" of another.
std::string scale_of_end(std::string_view end, const graph::Tensor& tensor);
std::string model_header(const Parts& parts);
std::string contraction_header(const Parts& parts);
std::string internal_header(const Parts& parts);
std::string weights_header(const Parts& parts);
/// model.cpp as far as its methods, in an open unnamed namespace.
std::string calls_source(const Parts& parts);
/// The end of that namespace, constructors and reset().
std::string construction(const Parts& parts);
std::string model_source(const Parts& parts);
std::string features_source(const Parts& parts);
std::string arena_source(const Parts& parts);
std::string self_test_source(const Parts& parts);
/// The same files of a model alone.
std::string bare_model_header(const Parts& parts);
std::string bare_internal_header(const Parts& parts);
std::string bare_model_source(const Parts& parts);
std::string bare_self_test_source(const Parts& parts);
/// The same files of a model alone that has several inputs or outputs.
std::string several_model_header(const Parts& parts);
std::string several_internal_header(const Parts& parts);
std::string several_model_source(const Parts& parts);
std::string several_self_test_source(const Parts& parts);
/// Model::self_test() of a model alone, by its goldens and check_golden(), with the end of the namespace.
std::string_view bare_self_test_method();
/// enum Status of a model alone.
std::string_view bare_status();
/// "int8_t": what an input or output of a model alone holds. Throws base::Error "unsupported" for a type that none has on the device.
std::string type_of_end(const graph::Tensor& tensor);
/// Literals of a tensor's values, as stored.
std::vector<std::string> value_texts(const graph::Tensor& tensor, const base::Bytes& bytes);

/// The header with `places` in the arena as constants and further declarations.
std::string internal_header(const Parts& parts, const std::vector<std::pair<std::string_view, std::size_t>>& places,
                            std::string_view declarations);
std::string readme(const Parts& parts);
/// Its parts, in Markdown.
std::string size_table(const Parts& parts);
std::string usage_text(const Parts& parts);
std::string state_text(const Parts& parts);
std::string plan_table(const Parts& parts);
std::string cmake_lists(const Parts& parts);
std::string license_note();

/// "int16_t", "uint8_t" or "float".
std::string_view sample_type(store::SampleType type);

}  // namespace mote::codegen
