// src/self_test.cpp: windows whose results are known, to be run on the device.
#include "codegen/model_text.hpp"
#include "codegen/source_text.hpp"

namespace mote::codegen {

namespace {

template <class T>
std::span<const T> values_of(const base::Bytes& bytes) {
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
}

std::vector<std::string> sample_texts(const Parts& parts, const base::Bytes& window) {
    switch (parts.pipeline.input.type) {
        case store::SampleType::i16:
            return decimal(values_of<std::int16_t>(window));
        case store::SampleType::u8:
            return decimal(values_of<std::uint8_t>(window));
        case store::SampleType::f32:
            break;
    }
    std::vector<std::string> texts;
    for (const float v : values_of<float>(window)) texts.push_back(float_literal(v, "a golden window's value"));
    return texts;
}

constexpr std::string_view functions = R"(
/// FNV-1a over the bytes of the features.
uint32_t hash_of(const float* features) {
    const unsigned char* bytes = static_cast<const unsigned char*>(static_cast<const void*>(features));
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < feature_count * sizeof(float); ++i) hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}

Status check_golden(const Golden& golden, unsigned char* arena) {
    float* const features = detail::float_at(arena, detail::features_offset);
    detail::compute_features(golden.window, features, arena);
    if (hash_of(features) != golden.feature_hash) return Status::wrong_features;
    detail::quantise_features(arena);
    detail::run_model(arena);
    const int8_t* outputs = detail::int8_at(arena, detail::output_offset);
    for (size_t i = 0; i < class_count; ++i)
        if (outputs[i] != golden.outputs[i]) return Status::wrong_outputs;
    return Status::ok;
}

}  // namespace

Status Model::self_test() {
    Status status = reset();
    for (const Golden& golden : goldens)
        if (status == Status::ok) status = check_golden(golden, arena_);
    (void)reset();
    return status;
}

}  // namespace mote_model
)";

}  // namespace

std::uint32_t fnv1a(std::span<const std::byte> bytes) {
    std::uint32_t hash = 2166136261u;
    for (const std::byte b : bytes) hash = (hash ^ static_cast<std::uint32_t>(b)) * 16777619u;
    return hash;
}

std::string self_test_source(const Parts& parts) {
    std::string out = "// Golden windows and what they must give. A program that never calls self_test() does not link this file.\n";
    out += with_name("#include \"contraction.hpp\"\n\n#include \"internal.hpp\"\n\nnamespace mote_model {\n\nnamespace {\n\n", parts);
    std::string table;
    for (std::size_t i = 0; i < parts.goldens.size(); ++i) {
        const Golden& golden = parts.goldens[i];
        const std::string number = std::to_string(i);
        out += array_definition("const Sample", "window_" + number, sample_texts(parts, golden.window)) + "\n";
        out += array_definition("const int8_t", "outputs_" + number, decimal(values_of<std::int8_t>(golden.outputs))) + "\n";
        table += "    {window_" + number + ", " + std::to_string(golden.feature_hash) + "u, outputs_" + number + "},\n";
    }
    out += "struct Golden {\n    const Sample* window;\n    uint32_t feature_hash;\n    const int8_t* outputs;\n};\n\n";
    out += "const Golden goldens[] = {\n" + table + "};\n";
    return out + with_name(functions, parts);
}

}  // namespace mote::codegen
