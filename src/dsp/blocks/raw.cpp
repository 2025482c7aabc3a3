// The values themselves: for small networks that learn their own filters.
#include "mote/rt/dsp/raw.hpp"

#include "dsp/block_type.hpp"
#include "dsp/framing.hpp"

namespace mote::dsp::blocks {

const BlockType& raw();

namespace {

struct Raw {
    struct Params {
        double scale = 0;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("scale", &Params::scale,
                      "each value is multiplied by this; 0: full scale becomes 1 (1/32768 for i16, 1/255 for u8, 1 for f32)")
                    .range(-1e9, 1e9));
        }
    };
    using Config = rt::dsp::RawConfig;
    static constexpr std::string_view name = "raw";
    static constexpr std::string_view help = "the values themselves, scaled";
    static constexpr std::string_view header = "mote/rt/dsp/raw.hpp";
    static constexpr std::string_view config_name = "RawConfig";

    static std::vector<std::string> preset_names() { return {"edge-impulse"}; }
    static Params preset(std::string_view) { return {.scale = 1}; }

    static Prepared<Config> prepare(const Params& params, const InputSpec& input) {
        Prepared<Config> p;
        p.config.values = static_cast<std::uint32_t>(input.value_count());
        p.config.scale = static_cast<float>(params.scale == 0 ? 1 / full_scale_of(input.type) : params.scale);
        const int channels = static_cast<int>(input.channels.size());
        if (input.height > 0)
            p.output.shape = {static_cast<int>(input.height), static_cast<int>(input.width), channels};
        else
            p.output.shape = {static_cast<int>(input.frames), channels};
        return p;
    }
};

}  // namespace

const BlockType& raw() {
    static const BlockType type = make_block_type<Raw>();
    return type;
}

}  // namespace mote::dsp::blocks
