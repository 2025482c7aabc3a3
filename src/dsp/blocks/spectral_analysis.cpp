// Level, distribution and spectrum of each channel: motion, vibration.
#include "mote/rt/dsp/spectral.hpp"

#include "dsp/block_type.hpp"
#include "dsp/channels.hpp"
#include "dsp/design.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <bit>
#include <cstdio>

namespace mote::dsp::blocks {

const BlockType& spectral_analysis();

namespace {

struct SpectralAnalysis {
    struct Params : ChannelParameters {
        Params() = default;
        int fft_length = 0;
        bool overlap = true;
        std::string window = "hann";
        std::string hold = "mean";
        bool average = true;
        bool logarithm = true;
        static constexpr auto fields() {
            using base::field;
            return std::tuple_cat(
                channel_fields("Butterworth filter before everything but the mean"),
                std::make_tuple(
                    field("fft_length", &Params::fft_length, "samples of a segment, a power of two; 0: half the window or less, 64 at most")
                        .range(0, static_cast<double>(max_fft_size)),
                    field("overlap", &Params::overlap, "segments overlap by half"),
                    field("window", &Params::window, "window function of a segment").choices("none|hann|hamming|blackman"),
                    field("hold", &Params::hold, "each bin's mean over the segments, or its largest value").choices("mean|max"),
                    field("average", &Params::average, "the channel's mean is a feature: which way is down"),
                    field("logarithm", &Params::logarithm, "base 10 of the spectrum's bins")));
        }
    };
    using Config = rt::dsp::SpectralConfig;
    static constexpr std::string_view name = "spectral_analysis";
    static constexpr std::string_view help = "level, distribution and spectrum of each channel: motion, vibration";
    static constexpr std::string_view header = "mote/rt/dsp/spectral.hpp";
    static constexpr std::string_view config_name = "SpectralConfig";

    static std::vector<std::string> preset_names() { return {"edge-impulse"}; }
    static Params preset(std::string_view) {
        Params p;
        p.fft_length = 16, p.window = "none", p.hold = "max", p.average = false;
        return p;
    }

    static std::size_t segment_size(const Params& params, const InputSpec& input) {
        const auto fail = [](const std::string& what, const std::string& hint) {
            throw base::Error("bad_input", "spectral_analysis: " + what, hint);
        };
        if (params.fft_length == 0) {
            if (input.frames < 16) fail("the window has " + std::to_string(input.frames) + " samples", "make it 16 samples long at least");
            return std::min<std::size_t>(64, std::bit_floor(input.frames / 2));
        }
        const auto size = static_cast<std::size_t>(params.fft_length);
        if (!std::has_single_bit(size) || size < 8)
            fail("fft_length " + std::to_string(size) + " is not a power of two from 8 to " + std::to_string(max_fft_size),
                 "0 chooses one");
        if (size > input.frames)
            fail("fft_length " + std::to_string(size) + " is longer than the window of " + std::to_string(input.frames) + " samples",
                 "0 chooses one");
        return size;
    }

    static rt::dsp::SegmentSpectrum plan_spectrum(const Params& params, const InputSpec& input, Tables& tables) {
        const std::size_t size = segment_size(params, input);
        rt::dsp::SegmentSpectrum s{};
        s.fft = make_fft(size, tables);
        s.stride = static_cast<std::uint32_t>(params.overlap ? size / 2 : size);
        const bool plain = params.window == "none";
        // Without a window the tail counts too, filled with zeros; with one, whole segments only.
        const std::size_t end = plain ? input.frames - 1 : input.frames - size;
        s.segments = static_cast<std::uint32_t>(end / s.stride + 1);
        s.hold_maximum = params.hold == "max";
        double energy = 0;
        std::vector<float> window;
        for (const double w : window_function(params.window, size, true)) energy += w * w, window.push_back(static_cast<float>(w));
        if (!plain) s.window = tables.add("window", std::move(window));
        s.gain = static_cast<float>(1 / energy);
        return s;
    }

    static std::string band_name(std::size_t bin, double spacing_hz) {
        char text[64];
        std::snprintf(text, sizeof text, " %.2f-%.2f Hz", (static_cast<double>(bin) - 0.5) * spacing_hz,
                      (static_cast<double>(bin) + 0.5) * spacing_hz);
        return text;
    }

    static Prepared<Config> prepare(const Params& params, const InputSpec& input) {
        Prepared<Config> p;
        auto& c = p.config;
        c.source = plan_channels(name, params, input, p.tables);
        c.spectrum = plan_spectrum(params, input, p.tables);
        c.with_mean = params.average;
        c.logarithm = params.logarithm;
        c.lowest = params.hold == "max" && params.window == "none" ? -60.0f : -10.0f;
        // Bins that the filter leaves; bin 0 is 0, as the mean is gone.
        const double spacing = input.rate_hz / static_cast<double>(c.spectrum.fft.size);
        const bool above = params.filter == "high" || params.filter == "band", below = params.filter == "low" || params.filter == "band";
        const double top = params.filter == "low" ? params.filter_cutoff_hz : params.filter_high_hz;
        c.first_bin = 1, c.last_bin = c.spectrum.fft.size / 2;
        while (above && c.first_bin < c.last_bin && (c.first_bin + 0.5) * spacing < params.filter_cutoff_hz) ++c.first_bin;
        while (below && c.last_bin > c.first_bin && (c.last_bin - 0.5) * spacing > top) --c.last_bin;
        for (const auto& channel : input.channels) {
            if (params.average) p.output.names.push_back(channel + " average");
            for (const char* word : {" rms", " skewness", " kurtosis", " spectral skewness", " spectral kurtosis"})
                p.output.names.push_back(channel + word);
            for (std::size_t bin = c.first_bin; bin <= c.last_bin; ++bin) p.output.names.push_back(channel + band_name(bin, spacing));
        }
        p.output.shape = {static_cast<int>(p.output.names.size())};
        return p;
    }
};

}  // namespace

const BlockType& spectral_analysis() {
    static const BlockType type = make_block_type<SpectralAnalysis>();
    return type;
}

}  // namespace mote::dsp::blocks
