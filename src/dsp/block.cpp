#include "dsp/block.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "dsp/block_type.hpp"

#include <algorithm>
#include <cmath>

namespace mote::dsp {

namespace {

constexpr std::size_t max_values = std::size_t{1} << 26;  // of one window: 256 MB as floats

/// InputSpec in the words of a file.
struct InputWords {
    std::string type = "f32";
    std::vector<std::string> channels;
    double rate_hz = 0;
    std::uint64_t frames = 0;
    std::uint64_t height = 0;
    std::uint64_t width = 0;
    static constexpr auto fields() {
        using base::field;
        constexpr double most = static_cast<double>(max_values);
        return std::make_tuple(field("type", &InputWords::type, "how a value is kept").choices("i16|u8|f32").required(),
                               field("channels", &InputWords::channels, "their names").required(),
                               field("rate_hz", &InputWords::rate_hz, "frames a second; 0: none").range(0, 1e12).unit("Hz").required(),
                               field("frames", &InputWords::frames, "of a window").range(0, most).required(),
                               field("height", &InputWords::height, "rows of an image; 0: a series").range(0, most),
                               field("width", &InputWords::width, "columns of an image").range(0, most));
    }
};

}  // namespace

base::Json to_json(const InputSpec& spec) {
    return {{"type", store::name_of(spec.type)},
            {"channels", spec.channels},
            {"rate_hz", spec.rate_hz},
            {"frames", spec.frames},
            {"height", spec.height},
            {"width", spec.width}};
}

InputSpec input_spec_from_json(const base::Json& json) {
    const auto words = base::from_json<InputWords>(json, "input");
    InputSpec spec;
    for (const auto type : {store::SampleType::i16, store::SampleType::u8, store::SampleType::f32})
        if (words.type == store::name_of(type)) spec.type = type;
    spec.channels = words.channels;
    spec.rate_hz = words.rate_hz;
    spec.frames = words.frames, spec.height = words.height, spec.width = words.width;
    return spec;
}

const BlockType& find_block_type(std::string_view name) {
    std::vector<std::string> names;
    for (const BlockType* type : block_types()) {
        if (type->name == name) return *type;
        names.emplace_back(type->name);
    }
    const std::string near = base::did_you_mean(name, names);
    throw base::Error("not_found", "there is no signal block \"" + std::string(name) + "\"",
                      near.empty() ? "the blocks are " + base::join(names, ", ") : near);
}

base::Json resolve_parameters(const BlockType& type, const base::Json& given) {
    const std::string place(type.name);
    if (!given.is_object() && !given.is_null())
        throw base::Error("bad_input", place + ": the parameters must be a table, not " + given.type_name());
    base::Json full = type.defaults();
    if (given.contains("preset")) {
        const auto& word = given["preset"];
        const auto known = [&](const std::string& name) {
            return std::find(type.presets.begin(), type.presets.end(), name) != type.presets.end();
        };
        if (!word.is_string() || !known(word.get<std::string>())) {
            const std::string text = word.is_string() ? word.get<std::string>() : word.dump();
            throw base::Error("bad_input", place + ".preset: there is no preset \"" + text + "\"",
                              type.presets.empty() ? "this block has none" : "the presets are " + base::join(type.presets, ", "));
        }
        full = type.preset(word.get<std::string>());
    }
    if (given.is_object())
        for (const auto& [key, value] : given.items())
            if (key != "preset") full[key] = value;
    return type.check(full);
}

void Block::compute_row(const void*, std::span<float>, void*) const {
    throw base::Error("internal", "a block without rows was asked for one", "report this");
}

void Block::finish_rows(std::span<float>, void*) const {}

namespace detail {

void check_input(std::string_view block, const InputSpec& input) {
    const std::string place(block);
    const auto fail = [&](const std::string& what, const std::string& hint) { throw base::Error("bad_input", place + ": " + what, hint); };
    if (input.channels.empty()) fail("the input has no channel", "name at least one");
    if (input.frames == 0) fail("the window has no frame", "make the window longer");
    if (input.channels.size() > 256 || input.frames > max_values / input.channels.size())
        fail("a window of " + std::to_string(input.frames) + " frames of " + std::to_string(input.channels.size()) +
                 " channels is too large",
             "make the window shorter; 256 channels are the most");
    if (!std::isfinite(input.rate_hz) || input.rate_hz < 0) fail("the sampling rate is not a number of Hz", "give 0 or a positive rate_hz");
    if (input.height > 0 && (input.width == 0 || input.frames / input.width != input.height || input.frames % input.width != 0))
        fail("an image of " + std::to_string(input.height) + " x " + std::to_string(input.width) + " pixels does not have " +
                 std::to_string(input.frames) + " of them",
             "frames are height * width");
}

void check_output(std::string_view block, const FeatureSpec& output) {
    std::size_t count = 1;
    for (const int d : output.shape) {
        if (d > 0 && count <= max_values / static_cast<std::size_t>(d)) {
            count *= static_cast<std::size_t>(d);
            continue;
        }
        throw base::Error("bad_input", std::string(block) + ": one window would give more than " + std::to_string(max_values) + " features",
                          "make the window shorter, or the stride between frames longer");
    }
}

}  // namespace detail

}  // namespace mote::dsp
