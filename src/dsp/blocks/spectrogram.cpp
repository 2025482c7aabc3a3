// Log power spectrum of short frames: where the mel scale of hearing has no meaning.
#include "mote/rt/dsp/spectrogram.hpp"

#include "dsp/block_type.hpp"
#include "dsp/framing.hpp"

namespace mote::dsp::blocks {

const BlockType& spectrogram();

namespace {

struct Spectrogram {
    struct Params {
        double frame_length_s = 0.02;
        double frame_stride_s = 0.01;
        int fft_length = 0;
        std::string window = "hann";
        double noise_floor_db = -80;
        std::string compatible = "none";
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("frame_length_s", &Params::frame_length_s, "length of a frame").range(1e-5, 1000).unit("s"),
                field("frame_stride_s", &Params::frame_stride_s, "from the start of a frame to the next one's").range(1e-5, 1000).unit("s"),
                field("fft_length", &Params::fft_length, "points of the Fourier transform, a power of two; 0: the next that holds a frame")
                    .range(0, static_cast<double>(max_fft_size)),
                field("window", &Params::window, "window function of a frame").choices("none|hann|hamming|blackman"),
                field("noise_floor_db", &Params::noise_floor_db, "what becomes 0; a sine of full scale becomes 1")
                    .range(-200, -1)
                    .unit("dB"),
                field("compatible", &Params::compatible, "follow the arithmetic of that studio's block, version 3 or 4")
                    .choices(compatible_choices));
        }
    };
    using Config = rt::dsp::SpectrogramConfig;
    static constexpr std::string_view name = "spectrogram";
    static constexpr std::string_view help = "log power spectra of short frames: machines, vibration, sound";
    static constexpr std::string_view header = "mote/rt/dsp/spectrogram.hpp";
    static constexpr std::string_view config_name = "SpectrogramConfig";

    static std::vector<std::string> preset_names() { return {"edge-impulse", "edge-impulse-3"}; }
    static Params preset(std::string_view word) {
        return {.frame_length_s = 0.02,
                .frame_stride_s = 0.01,
                .fft_length = 128,
                .window = "none",
                .noise_floor_db = -52,
                .compatible = word == "edge-impulse-3" ? "edge-impulse-3" : "edge-impulse-4"};
    }

    static Prepared<Config> prepare(const Params& params, const InputSpec& input) {
        Prepared<Config> p;
        const Compatible compatible = compatible_from(params.compatible);
        const FramePlan plan = plan_frames(
            {name, params.frame_length_s, params.frame_stride_s, params.fft_length, params.window, 0, compatible}, input, p.tables);
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
        p.can_stream = true;
        return p;
    }
};

}  // namespace

const BlockType& spectrogram() {
    static const BlockType type = make_block_type<Spectrogram>();
    return type;
}

}  // namespace mote::dsp::blocks
