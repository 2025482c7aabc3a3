// Log-mel filter-bank energies, the usual features of small sound networks.
#include "mote/rt/dsp/mfe.hpp"

#include "dsp/block_type.hpp"
#include "dsp/framing.hpp"

#include "base/error.hpp"

namespace mote::dsp::blocks {

const BlockType& mfe();

namespace {

struct Mfe {
    struct Params {
        double frame_length_s = 0.032;
        double frame_stride_s = 0.02;
        int filters = 40;
        int fft_length = 0;
        double low_hz = 60;
        double high_hz = 0;
        std::string window = "hann";
        double pre_emphasis = 0;
        double noise_floor_db = -80;
        std::string compatible = "none";
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("frame_length_s", &Params::frame_length_s, "length of a frame").range(1e-5, 1000).unit("s"),
                field("frame_stride_s", &Params::frame_stride_s, "from the start of a frame to the next one's").range(1e-5, 1000).unit("s"),
                field("filters", &Params::filters, "number of mel filters").range(2, 256),
                field("fft_length", &Params::fft_length, "points of the Fourier transform, a power of two; 0: the next that holds a frame")
                    .range(0, static_cast<double>(max_fft_size)),
                field("low_hz", &Params::low_hz, "lower edge of the first filter").range(0, 1e6).unit("Hz"),
                field("high_hz", &Params::high_hz, "upper edge of the last filter; 0: half the sampling rate").range(0, 1e6).unit("Hz"),
                field("window", &Params::window, "window function of a frame").choices("none|hann|hamming|blackman"),
                field("pre_emphasis", &Params::pre_emphasis, "each sample minus this times the one before").range(0, 1),
                field("noise_floor_db", &Params::noise_floor_db, "what becomes 0; a sine of full scale becomes about 1")
                    .range(-200, -1)
                    .unit("dB"),
                field("compatible", &Params::compatible, "follow the arithmetic of that studio's block, version 3 or 4")
                    .choices(compatible_choices));
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
        const FramePlan plan = plan_frames(
            {name, params.frame_length_s, params.frame_stride_s, params.fft_length, params.window, params.pre_emphasis, compatible}, input,
            p.tables);
        double high_hz = params.high_hz;
        check_band(name, params.low_hz, high_hz, input.rate_hz);
        const std::size_t size = plan.fft.size, filters = static_cast<std::size_t>(params.filters);
        p.config.frame = plan.frame;
        p.config.fft = plan.fft;
        const double power = 1 / (static_cast<double>(rt::dsp::power_gain) * plan.full_scale * plan.full_scale);
        if (compatible == Compatible::none) {
            p.config.mel = make_mel_bank(filters, size, input.rate_hz, params.low_hz, high_hz, p.tables);
            p.config.scale = make_log_scale(power * 4 / (plan.window_sum * plan.window_sum), params.noise_floor_db, 0);
        } else {
            // Version 3 placed the filters as if the spectrum's bins were the transform's points.
            const std::size_t points = compatible == Compatible::edge_impulse_3 ? size / 2 + 1 : size;
            p.config.mel = make_mel_bank(mel_filters_at_bins(filters, size, points, input.rate_hz, params.low_hz, high_hz), p.tables);
            p.config.scale = make_log_scale(power / static_cast<double>(size), params.noise_floor_db, 12);
            p.config.scale.steps = 256;
            p.config.scale.high = 255.0f / 256.0f;
        }
        const int rows = static_cast<int>(plan.frame.frames);
        p.output.shape = {rows, params.filters * static_cast<int>(input.channels.size())};
        p.can_stream = !plan.frame.wraps;
        return p;
    }
};

}  // namespace

const BlockType& mfe() {
    static const BlockType type = make_block_type<Mfe>();
    return type;
}

}  // namespace mote::dsp::blocks
