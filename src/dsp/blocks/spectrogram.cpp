// Log power spectrum of short frames: where the mel scale of hearing has no meaning.
#include "mote/rt/dsp/spectrogram.hpp"

#include "dsp/block_type.hpp"
#include "dsp/framing.hpp"

namespace mote::dsp::blocks {

const BlockType& spectrogram();

namespace {

struct Spectrogram {
    struct Params : FrameParameters {
        Params() { frame_length_s = 0.02, frame_stride_s = 0.01; }
        static constexpr auto fields() {
            return std::make_tuple(frame_fields::length, frame_fields::stride, frame_fields::fft_length, frame_fields::window,
                                   frame_fields::noise_floor("what becomes 0; a sine of full scale becomes 1"), frame_fields::compatible);
        }
    };
    using Config = rt::dsp::SpectrogramConfig;
    static constexpr std::string_view name = "spectrogram";
    static constexpr std::string_view help = "log power spectra of short frames: machines, vibration, sound";
    static constexpr std::string_view header = "mote/rt/dsp/spectrogram.hpp";
    static constexpr std::string_view config_name = "SpectrogramConfig";

    static std::vector<std::string> preset_names() { return {"edge-impulse", "edge-impulse-3"}; }
    static Params preset(std::string_view word) {
        Params p;
        p.fft_length = 128, p.window = "none", p.noise_floor_db = -52;
        p.compatible = word == "edge-impulse-3" ? "edge-impulse-3" : "edge-impulse-4";
        return p;
    }

    static Prepared<Config> prepare(const Params& params, const InputSpec& input) {
        Prepared<Config> p;
        const Compatible compatible = compatible_from(params.compatible);
        const FramePlan plan = plan_frames(name, params, 0, input, p.tables);
        p.config.frame = plan.frame;
        p.config.fft = plan.fft;
        // Version 4 of the studio's block takes the values as they are and has no ceiling.
        const bool scaled = compatible != Compatible::edge_impulse_4;
        const double power = 1 / (static_cast<double>(rt::dsp::power_gain) * (scaled ? plan.full_scale * plan.full_scale : 1));
        if (compatible == Compatible::none) {
            p.config.scale = make_log_scale(power * 4 / (plan.window_sum * plan.window_sum), params.noise_floor_db, 0);
        } else {
            p.config.scale = make_log_scale(power / static_cast<double>(plan.fft.size), params.noise_floor_db, 12);
            if (scaled) p.config.scale.high = 1;
        }
        const int bins = static_cast<int>(plan.fft.size / 2 + 1);
        p.output.shape = {static_cast<int>(plan.frame.frames), bins * static_cast<int>(input.channels.size())};
        p.has_rows = true;
        return p;
    }
};

}  // namespace

const BlockType& spectrogram() {
    static const BlockType type = make_block_type<Spectrogram>();
    return type;
}

}  // namespace mote::dsp::blocks
