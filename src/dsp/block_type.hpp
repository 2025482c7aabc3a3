// From one described struct to a BlockType: what a file in dsp/blocks/ has to give, and everything that follows from it.
#pragma once

#include "dsp/block.hpp"
#include "dsp/tables.hpp"

#include <concepts>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mote::dsp {

/// A block prepared for one input: the configuration that mote::rt::dsp::compute takes, over tables that it points into.
template <class Config>
struct Prepared {
    Config config{};
    Tables tables{};
    FeatureSpec output{};
    /// Whether a row of features depends on its own frames alone; asked only where Config has `frame` (rt::dsp::Framing) and compute_row().
    bool has_rows = false;
};

/// What a block defines:
///   Params      described parameters (base/fields.hpp); their initial values are the defaults
///   Config      plain struct in mote::rt::dsp with scratch_bytes(config) and compute(config, input, features, scratch)
///               beside it; where features grow row by row also compute_row(config, input, index, row, scratch) and finish_rows(config,
///               features, scratch), which is optional
///   name, help  words; header: "mote/rt/dsp/mfe.hpp"; config_name: "MfeConfig"
///   preset_names()      words for the parameter "preset"
///   preset(word)        the parameters under that name
///   prepare(params, input)   checks them against the input and makes the tables; throws base::Error "bad_input"
template <class B>
concept BlockDefinition = base::Described<typename B::Params> &&
    requires(const typename B::Params& params, const InputSpec& input, const typename B::Config& config, float* features, void* scratch) {
    { B::name } -> std::convertible_to<std::string_view>;
    { B::help } -> std::convertible_to<std::string_view>;
    { B::header } -> std::convertible_to<std::string_view>;
    { B::config_name } -> std::convertible_to<std::string_view>;
    { B::preset_names() } -> std::convertible_to<std::vector<std::string>>;
    { B::preset(std::string_view{}) } -> std::same_as<typename B::Params>;
    { B::prepare(params, input) } -> std::same_as<Prepared<typename B::Config>>;
    { scratch_bytes(config) } -> std::convertible_to<std::size_t>;
    compute(config, static_cast<const float*>(nullptr), features, scratch);
};

namespace detail {

/// Throws Error "bad_input" for an input that no block can take: no values, no channels, sizes that do not agree or are beyond reason.
void check_input(std::string_view block, const InputSpec& input);

/// Throws Error "bad_input" when a window's features would be beyond reason.
void check_output(std::string_view block, const FeatureSpec& output);

/// The functions beside a configuration, found by its namespace (a member of the same name would hide them).
template <class Config>
std::size_t scratch_of(const Config& config) {
    return scratch_bytes(config);
}
template <class Config, class T>
void run(const Config& config, const T* input, float* features, void* scratch) {
    compute(config, input, features, scratch);
}

template <class Config>
concept HasRows = requires(const Config& config, const float* input, float* row, void* scratch) {
    compute_row(config, input, 0u, row, scratch);
    config.frame.stride;
};
template <class Config>
concept HasFinish = requires(const Config& config, float* features, void* scratch) {
    finish_rows(config, features, scratch);
};

/// As Block::compute_row and Block::finish_rows; nothing for a configuration without rows.
template <class Config, class T>
void run_row(const Config& config, const T* frames, float* row, void* scratch) {
    if constexpr (HasRows<Config>) compute_row(config, frames, 0u, row, scratch);
}
template <class Config>
void run_finish(const Config& config, float* features, void* scratch) {
    if constexpr (HasFinish<Config>) finish_rows(config, features, scratch);
}

/// Calls use(typed pointer) for values of a type.
template <class Use>
void with_type(store::SampleType type, const void* values, Use use) {
    switch (type) {
        case store::SampleType::i16:
            return use(static_cast<const std::int16_t*>(values));
        case store::SampleType::u8:
            return use(static_cast<const std::uint8_t*>(values));
        case store::SampleType::f32:
            return use(static_cast<const float*>(values));
    }
}

template <BlockDefinition B>
class BlockOf final : public Block {
  public:
    BlockOf(Prepared<typename B::Config> prepared, store::SampleType type) : prepared_(std::move(prepared)), type_(type) {}

    const FeatureSpec& output() const override { return prepared_.output; }
    std::size_t scratch_bytes() const override { return scratch_of(prepared_.config); }

    void compute(const void* window, std::span<float> features, void* scratch) const override {
        with_type(type_, window, [&](const auto* input) { run(prepared_.config, input, features.data(), scratch); });
    }

    std::optional<RowSpec> rows() const override {
        if constexpr (HasRows<typename B::Config>) {
            const auto& frame = prepared_.config.frame;
            if (prepared_.has_rows) return RowSpec{frame.frames, prepared_.output.count() / frame.frames, frame.length, frame.stride};
        }
        return std::nullopt;
    }
    void compute_row(const void* frames, std::span<float> row, void* scratch) const override {
        with_type(type_, frames, [&](const auto* input) { run_row(prepared_.config, input, row.data(), scratch); });
    }
    void finish_rows(std::span<float> features, void* scratch) const override { run_finish(prepared_.config, features.data(), scratch); }

    DeviceCode device_code(std::string_view prefix) const override {
        DeviceCode code;
        code.headers = {std::string(B::header)};
        const std::string config = std::string(prefix) + "config";
        code.definitions = prepared_.tables.definitions(prefix) + "static const mote::rt::dsp::" + std::string(B::config_name) + " " +
                           config + " = " + initialiser(prepared_.config, prepared_.tables, prefix) + ";\n";
        code.call = "mote::rt::dsp::compute(" + config + ", input, features, scratch);";
        if (rows()) {
            code.row_call = "mote::rt::dsp::compute_row(" + config + ", input, 0u, features, scratch);";
            if (HasFinish<typename B::Config>) code.finish_call = "mote::rt::dsp::finish_rows(" + config + ", features, scratch);";
        }
        code.scratch_bytes = scratch_bytes();
        code.table_bytes = prepared_.tables.size_bytes();
        return code;
    }

  private:
    Prepared<typename B::Config> prepared_;
    store::SampleType type_;
};

}  // namespace detail

template <BlockDefinition B>
BlockType make_block_type() {
    using Params = typename B::Params;
    BlockType type;
    type.name = B::name;
    type.help = B::help;
    type.schema = [] { return base::json_schema<Params>(); };
    type.defaults = [] { return base::to_json(Params{}); };
    type.presets = B::preset_names();
    type.preset = [](std::string_view word) { return base::to_json(B::preset(word)); };
    type.check = [](const base::Json& parameters) { return base::to_json(base::from_json<Params>(parameters, B::name)); };
    type.prepare = [](const base::Json& parameters, const InputSpec& input) -> std::unique_ptr<Block> {
        detail::check_input(B::name, input);
        const auto params = base::from_json<Params>(parameters, B::name);
        auto prepared = B::prepare(params, input);
        detail::check_output(B::name, prepared.output);
        return std::make_unique<detail::BlockOf<B>>(std::move(prepared), input.type);
    };
    return type;
}

}  // namespace mote::dsp
