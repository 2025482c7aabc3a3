// A signal-processing block: parameters described once, prepared for one kind of input, computed by the very header the chip compiles.
#pragma once

#include "base/fields.hpp"
#include "base/json.hpp"
#include "store/signal.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::dsp {

/// One window as it enters a block.
struct InputSpec {
    store::SampleType type = store::SampleType::f32;
    std::vector<std::string> channels;
    double rate_hz = 0;
    std::size_t frames = 0;  ///< of the window; height * width for an image
    std::size_t height = 0;
    std::size_t width = 0;

    std::size_t value_count() const { return frames * channels.size(); }
    std::size_t size_bytes() const { return value_count() * size_of(type); }
};
base::Json to_json(const InputSpec& spec);
InputSpec input_spec_from_json(const base::Json& json);

/// What comes out, per window, without a batch dimension. Layout follows networks: [features], [time, features], or [height, width,
/// channels].
struct FeatureSpec {
    std::vector<int> shape;
    std::vector<std::string> names;  ///< one a feature where they have names ("accX rms"), else empty
    std::size_t count() const {
        std::size_t n = 1;
        for (const int d : shape) n *= static_cast<std::size_t>(d);
        return n;
    }
};

/// How the generated firmware calls the block: C++14 text over headers in runtime/include.
struct DeviceCode {
    std::vector<std::string> headers;  ///< "mote/rt/dsp/mfe.hpp"
    std::string definitions;           ///< `static const` tables and the config object, every name starting with the given prefix
    /// An expression statement computing the features: uses `input` (const T*), `features` (float*), `scratch` (void*, 8-byte aligned).
    std::string call;
    /// Likewise for one row of a block that has rows(): `input` is the row's first frame, `features` the row; empty for other blocks.
    std::string row_call;
    /// And what is left to do once a window's rows stand in `features`; mostly empty.
    std::string finish_call;
    std::size_t scratch_bytes = 0;
    std::size_t table_bytes = 0;  ///< flash that the tables of `definitions` take
};

/// Features that grow row by row as samples arrive: the same bytes as those of the window that the rows make.
struct RowSpec {
    std::size_t rows = 0;    ///< of a window
    std::size_t values = 0;  ///< features of a row
    std::size_t span = 0;    ///< frames of the input that a row is computed from
    std::size_t stride = 0;  ///< frames from a row's beginning to the next one's
};

/// A block prepared for one input. Immutable: compute() may run on several threads at once.
class Block {
  public:
    virtual ~Block() = default;
    virtual const FeatureSpec& output() const = 0;
    virtual std::size_t scratch_bytes() const = 0;
    /// `window` points to input.value_count() values of input.type; `features` has output().count() places; scratch is 8-byte aligned.
    virtual void compute(const void* window, std::span<float> features, void* scratch) const = 0;
    virtual DeviceCode device_code(std::string_view prefix) const = 0;
    /// None where a window has to be computed as a whole: its features depend on all of it.
    virtual std::optional<RowSpec> rows() const { return std::nullopt; }
    /// One row of a block that has rows(): `frames` points to its `span` frames.
    virtual void compute_row(const void* frames, std::span<float> row, void* scratch) const;
    /// What is left to do once a window's rows, oldest first, stand in `features`.
    virtual void finish_rows(std::span<float> features, void* scratch) const;
};

/// One file in dsp/blocks/ defines one of these.
struct BlockType {
    std::string_view name;  ///< "mfe"
    std::string_view help;
    base::Json (*schema)();  ///< JSON schema of the parameters
    base::Json (*defaults)();
    /// Named parameter sets; "edge-impulse" reproduces that studio's numbers.
    std::vector<std::string> presets;
    base::Json (*preset)(std::string_view name);
    /// The full set of parameters, each checked and put in its canonical form. Throws base::Error "bad_input".
    base::Json (*check)(const base::Json& parameters);
    /// Checks the parameters against the input and builds the tables. Throws base::Error "bad_input".
    std::unique_ptr<Block> (*prepare)(const base::Json& parameters, const InputSpec& input);
};

std::span<const BlockType* const> block_types();
/// Throws base::Error "not_found" with the nearest name.
const BlockType& find_block_type(std::string_view name);
/// Merges preset (key "preset", if present) and given parameters over the defaults, checks all, and returns the full set.
base::Json resolve_parameters(const BlockType& type, const base::Json& given);

}  // namespace mote::dsp
