// Pixels as features, in grey or colour.
#include "mote/rt/dsp/image.hpp"

#include "dsp/block_type.hpp"
#include "dsp/framing.hpp"

#include "base/error.hpp"

namespace mote::dsp::blocks {

const BlockType& image();

namespace {

struct Image {
    struct Params {
        std::string channels = "same";
        std::string range = "zero_to_one";
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("channels", &Params::channels, "grey (the luma of ITU-R BT.601), rgb, or those of the input")
                                       .choices("same|grey|rgb"),
                                   field("range", &Params::range, "what black and white become: 0 and 1, or -1 and 1")
                                       .choices("zero_to_one|minus_one_to_one"));
        }
    };
    using Config = rt::dsp::ImageConfig;
    static constexpr std::string_view name = "image";
    static constexpr std::string_view help = "pixels, grey or in colour";
    static constexpr std::string_view header = "mote/rt/dsp/image.hpp";
    static constexpr std::string_view config_name = "ImageConfig";

    static std::vector<std::string> preset_names() { return {"edge-impulse"}; }
    static Params preset(std::string_view) { return {.channels = "rgb", .range = "zero_to_one"}; }

    static Prepared<Config> prepare(const Params& params, const InputSpec& input) {
        if (input.height == 0) throw base::Error("bad_input", "image: the input is a series", "this block reads images (png, jpeg, IDX)");
        const std::size_t channels = input.channels.size();
        if (channels != 1 && channels != 3)
            throw base::Error("bad_input", "image: the input has " + std::to_string(channels) + " channels",
                              "images have 1 (grey) or 3 (red, green, blue)");
        Prepared<Config> p;
        p.config.pixels = static_cast<std::uint32_t>(input.frames);
        p.config.input_channels = static_cast<std::uint32_t>(channels);
        p.config.output_channels = params.channels == "same" ? p.config.input_channels : params.channels == "grey" ? 1 : 3;
        const bool centred = params.range == "minus_one_to_one";
        p.config.scale = static_cast<float>((centred ? 2 : 1) / full_scale_of(input.type));
        p.config.offset = centred ? -1.0f : 0.0f;
        p.output.shape = {static_cast<int>(input.height), static_cast<int>(input.width), static_cast<int>(p.config.output_channels)};
        return p;
    }
};

}  // namespace

const BlockType& image() {
    static const BlockType type = make_block_type<Image>();
    return type;
}

}  // namespace mote::dsp::blocks
