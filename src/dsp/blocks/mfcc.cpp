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
    struct Params : MelParameters {
        int coefficients = 13;
        int lifter = 22;
        int normalise_frames = 0;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                frame_fields::length, frame_fields::stride,
                field("coefficients", &Params::coefficients, "cepstral coefficients kept").range(1, 256), mel_fields::filters,
                frame_fields::fft_length, mel_fields::low, mel_fields::high, frame_fields::window, mel_fields::pre_emphasis,
                frame_fields::noise_floor("energies below it count as 0"),
                field("lifter", &Params::lifter, "coefficient k is multiplied by 1 + L / 2 sin(pi k / L); 0: by 1").range(0, 256),
                field("normalise_frames", &Params::normalise_frames,
                      "frames (odd) of a sliding mean and deviation that each coefficient is normalised by; 0: none, as streaming needs")
                    .range(0, 1001),
                frame_fields::compatible);
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
        const FramePlan plan = plan_frames(name, params, params.pre_emphasis, input, p.tables);
        auto& c = p.config;
        c.frame = plan.frame;
        c.fft = plan.fft;
        const double gain = 1 / static_cast<double>(rt::dsp::power_gain);
        c.mel = plan_mel_bank(name, params, plan, input.rate_hz, p.tables);
        if (compatible == Compatible::none) {
            c.scale = make_log_scale(gain * 4 / (plan.full_scale * plan.full_scale * plan.window_sum * plan.window_sum),
                                     params.noise_floor_db, 0);
        } else {
            // Natural logarithm at the scale of 16-bit samples; an energy of 0 counts as 1e-10.
            const double to_i16 = 32768 / plan.full_scale;
            c.scale.slope = 1;
            c.scale.offset = static_cast<float>(std::log(gain * to_i16 * to_i16 / static_cast<double>(plan.fft.size)));
            c.scale.low = static_cast<float>(std::log(1e-10));
            c.scale.high = 1e9f;
            c.energy_first = true;
        }
        c.dct = make_dct(static_cast<std::size_t>(params.filters), row_scales(params, compatible), p.tables);
        c.normalised = static_cast<std::uint32_t>(params.normalise_frames);
        p.output.shape = {static_cast<int>(plan.frame.frames), params.coefficients * static_cast<int>(input.channels.size())};
        p.has_rows = !plan.frame.wraps;
        return p;
    }
};

}  // namespace

const BlockType& mfcc() {
    static const BlockType type = make_block_type<Mfcc>();
    return type;
}

}  // namespace mote::dsp::blocks
