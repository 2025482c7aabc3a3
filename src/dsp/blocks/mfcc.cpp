// Mel-frequency cepstral coefficients: fewer features than mfe, each about a different shape of the spectrum.
#include "mote/rt/dsp/mfcc.hpp"

#include "dsp/block_type.hpp"
#include "dsp/framing.hpp"

#include "base/error.hpp"

#include <cmath>
#include <numbers>

namespace mote::dsp::blocks {

const BlockType& mfcc();

namespace {

struct Mfcc {
    struct Params {
        double frame_length_s = 0.032;
        double frame_stride_s = 0.02;
        int coefficients = 13;
        int filters = 40;
        int fft_length = 0;
        double low_hz = 60;
        double high_hz = 0;
        std::string window = "hann";
        double pre_emphasis = 0;
        double noise_floor_db = -80;
        int lifter = 22;
        int normalise_frames = 0;
        std::string compatible = "none";
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("frame_length_s", &Params::frame_length_s, "length of a frame").range(1e-5, 1000).unit("s"),
                field("frame_stride_s", &Params::frame_stride_s, "from the start of a frame to the next one's").range(1e-5, 1000).unit("s"),
                field("coefficients", &Params::coefficients, "cepstral coefficients kept").range(1, 256),
                field("filters", &Params::filters, "number of mel filters").range(2, 256),
                field("fft_length", &Params::fft_length, "points of the Fourier transform, a power of two; 0: the next that holds a frame")
                    .range(0, static_cast<double>(max_fft_size)),
                field("low_hz", &Params::low_hz, "lower edge of the first filter").range(0, 1e6).unit("Hz"),
                field("high_hz", &Params::high_hz, "upper edge of the last filter; 0: half the sampling rate").range(0, 1e6).unit("Hz"),
                field("window", &Params::window, "window function of a frame").choices("none|hann|hamming|blackman"),
                field("pre_emphasis", &Params::pre_emphasis, "each sample minus this times the one before").range(0, 1),
                field("noise_floor_db", &Params::noise_floor_db, "energies below it count as 0").range(-200, -1).unit("dB"),
                field("lifter", &Params::lifter, "coefficient k is multiplied by 1 + L / 2 sin(pi k / L); 0: by 1").range(0, 256),
                field("normalise_frames", &Params::normalise_frames,
                      "frames (odd) of a sliding mean and deviation that each coefficient is normalised by; 0: none, as streaming needs")
                    .range(0, 1001),
                field("compatible", &Params::compatible, "follow the arithmetic of that studio's block, version 3 or 4")
                    .choices(compatible_choices));
        }
    };
    using Config = rt::dsp::MfccConfig;
    static constexpr std::string_view name = "mfcc";
    static constexpr std::string_view help = "mel-frequency cepstral coefficients of short frames: speech";
    static constexpr std::string_view header = "mote/rt/dsp/mfcc.hpp";
    static constexpr std::string_view config_name = "MfccConfig";

    static std::vector<std::string> preset_names() { return {"edge-impulse"}; }
    static Params preset(std::string_view) {
        Params p;
        p.frame_length_s = p.frame_stride_s = 0.02;
        p.filters = 32, p.fft_length = 256, p.low_hz = 0, p.window = "none", p.pre_emphasis = 0.98;
        p.lifter = 0, p.normalise_frames = 101, p.compatible = "edge-impulse-4";
        return p;
    }

    static void check(const Params& params) {
        if (params.coefficients > params.filters)
            throw base::Error("bad_input",
                              "mfcc: " + std::to_string(params.coefficients) + " coefficients cannot come from " +
                                  std::to_string(params.filters) + " filters",
                              "make coefficients at most filters");
        if (params.normalise_frames > 0 && params.normalise_frames % 2 == 0)
            throw base::Error("bad_input", "mfcc: normalise_frames " + std::to_string(params.normalise_frames) + " is even",
                              "an odd number has a frame in its middle");
    }

    /// Ours: amplitudes of cosine components, lifted, so that all coefficients have about the range of the log-mel values (0 to 1).
    static std::vector<double> row_scales(const Params& params, Compatible compatible) {
        const double n = params.filters, lifter = params.lifter;
        std::vector<double> scales;
        for (int k = 0; k < params.coefficients; ++k) {
            if (compatible != Compatible::none)
                scales.push_back(std::sqrt((k == 0 ? 1 : 2) / n));
            else
                scales.push_back((k == 0 ? 1 : 2) / n * (lifter > 0 ? 1 + lifter / 2 * std::sin(std::numbers::pi * k / lifter) : 1));
        }
        return scales;
    }

    static Prepared<Config> prepare(const Params& params, const InputSpec& input) {
        check(params);
        Prepared<Config> p;
        const Compatible compatible = compatible_from(params.compatible);
        const FramePlan plan = plan_frames(
            {name, params.frame_length_s, params.frame_stride_s, params.fft_length, params.window, params.pre_emphasis, compatible}, input,
            p.tables);
        // The studio's version 4 starts its filters at 0 Hz where 0 is asked for, and so do we.
        double high_hz = params.high_hz;
        check_band(name, params.low_hz, high_hz, input.rate_hz);
        const std::size_t size = plan.fft.size, filters = static_cast<std::size_t>(params.filters);
        auto& c = p.config;
        c.frame = plan.frame;
        c.fft = plan.fft;
        const double gain = 1 / static_cast<double>(rt::dsp::power_gain);
        if (compatible == Compatible::none) {
            c.mel = make_mel_bank(filters, size, input.rate_hz, params.low_hz, high_hz, p.tables);
            c.scale = make_log_scale(gain * 4 / (plan.full_scale * plan.full_scale * plan.window_sum * plan.window_sum),
                                     params.noise_floor_db, 0);
        } else {
            const std::size_t points = compatible == Compatible::edge_impulse_3 ? size / 2 + 1 : size;
            c.mel = make_mel_bank(mel_filters_at_bins(filters, size, points, input.rate_hz, params.low_hz, high_hz), p.tables);
            // Natural logarithm at the scale of 16-bit samples; an energy of 0 counts as 1e-10.
            const double to_i16 = 32768 / plan.full_scale;
            c.scale.slope = 1;
            c.scale.offset = static_cast<float>(std::log(gain * to_i16 * to_i16 / static_cast<double>(size)));
            c.scale.low = static_cast<float>(std::log(1e-10));
            c.scale.high = 1e9f;
            c.energy_first = true;
        }
        c.dct = make_dct(filters, row_scales(params, compatible), p.tables);
        c.normalised = static_cast<std::uint32_t>(params.normalise_frames);
        p.output.shape = {static_cast<int>(plan.frame.frames), params.coefficients * static_cast<int>(input.channels.size())};
        p.can_stream = !plan.frame.wraps && params.normalise_frames == 0;
        return p;
    }
};

}  // namespace

const BlockType& mfcc() {
    static const BlockType type = make_block_type<Mfcc>();
    return type;
}

}  // namespace mote::dsp::blocks
