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
    std::string title;       ///< "dense_0 [1, 64] -> [1, 5]"
    std::string reads;       ///< "0..63, 128..191": bytes of the arena
    std::size_t offset = 0;  ///< of the output
    CallText text;
};

/// A golden window: its values, and what they must give.
struct Golden {
    base::Bytes window;
    std::uint32_t feature_hash = 0;  ///< FNV-1a of the float features' bytes
    std::vector<std::int8_t> outputs;
};

struct Parts {
    const Pipeline& pipeline;
    const Layout& layout;
    const dsp::Block& block;
    dsp::DeviceCode device;
    std::vector<Step> steps;
    std::vector<Golden> goldens;
    Emission emission;  ///< sizes, steps and plan filled in

    /// Whether features are quantised before the model, not by it.
    bool takes_int8() const { return pipeline.model.input().type == graph::Type::i8; }
};

/// FNV-1a, 32 bit (Fowler, Noll, Vo): small enough to run in a self-test.
std::uint32_t fnv1a(std::span<const std::byte> bytes);

/// Turns float features into the input of a model that takes int8.
inline constexpr const char* quantise_header = "mote/rt/nn/quantise/reference.hpp";

/// A text of the generator's own, in which the model is called mote_model and MOTE_MODEL, with the pipeline's name.
std::string with_name(std::string_view text, const Parts& parts);

std::string model_header(const Parts& parts);
std::string contraction_header(const Parts& parts);
std::string internal_header(const Parts& parts);
std::string weights_header(const Parts& parts);
std::string model_source(const Parts& parts);
std::string features_source(const Parts& parts);
std::string arena_source(const Parts& parts);
std::string self_test_source(const Parts& parts);
std::string readme(const Parts& parts);
std::string cmake_lists(const Parts& parts);
std::string license_note();

/// "int16_t", "uint8_t" or "float".
std::string_view sample_type(store::SampleType type);

}  // namespace mote::codegen
