// Log-mel filter-bank energies, the usual features of small sound networks.
#include "mote/rt/dsp/mfe.hpp"

#include "dsp/block_type.hpp"
#include "dsp/framing.hpp"

#include "base/error.hpp"

namespace mote::dsp::blocks {

const BlockType& mfe();

namespace {

struct Mfe {
    struct Params : MelParameters {
        static constexpr auto fields() {
            return std::make_tuple(frame_fields::length, frame_fields::stride, mel_fields::filters, frame_fields::fft_length,
                                   mel_fields::low, mel_fields::high, frame_fields::window, mel_fields::pre_emphasis,
                                   frame_fields::noise_floor("what becomes 0; a sine of full scale becomes about 1"),
                                   frame_fields::compatible);
        }
    };
    using Config = rt::dsp::MfeConfig;
    static constexpr std::string_view name = "mfe";
    static constexpr std::string_view help = "log-mel filter-bank energies of short frames: sound, vibration";
    static constexpr std::string_view header = "mote/rt/dsp/mfe.hpp";
    static constexpr std::string_view config_name = "MfeConfig";

    static std::vector<std::string> preset_names() { return {"edge-impulse", "edge-impulse-3"}; }
    static Params preset(std::string_view word) {
        Params p;
        p.frame_length_s = 0.02, p.frame_stride_s = 0.01, p.fft_length = 256;
        p.low_hz = word == "edge-impulse-3" ? 300 : 0;
        p.window = "none", p.pre_emphasis = 0.98, p.noise_floor_db = -52;
        p.compatible = word == "edge-impulse-3" ? "edge-impulse-3" : "edge-impulse-4";
        return p;
    }

    static Prepared<Config> prepare(const Params& params, const InputSpec& input) {
        Prepared<Config> p;
        const Compatible compatible = compatible_from(params.compatible);
        const FramePlan plan = plan_frames(name, params, params.pre_emphasis, input, p.tables);
        p.config.frame = plan.frame;
        p.config.fft = plan.fft;
        const double power = 1 / (static_cast<double>(rt::dsp::power_gain) * plan.full_scale * plan.full_scale);
        p.config.mel = plan_mel_bank(name, params, plan, input.rate_hz, p.tables);
        if (compatible == Compatible::none) {
            p.config.scale = make_log_scale(power * 4 / (plan.window_sum * plan.window_sum), params.noise_floor_db, 0);
        } else {
            p.config.scale = make_log_scale(power / static_cast<double>(plan.fft.size), params.noise_floor_db, 12);
            p.config.scale.steps = 256;
            p.config.scale.high = 255.0f / 256.0f;
        }
        const int rows = static_cast<int>(plan.frame.frames);
        p.output.shape = {rows, params.filters * static_cast<int>(input.channels.size())};
        p.has_rows = !plan.frame.wraps;
        return p;
    }
};

}  // namespace

const BlockType& mfe() {
    static const BlockType type = make_block_type<Mfe>();
    return type;
}

}  // namespace mote::dsp::blocks
