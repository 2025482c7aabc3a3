// Statistics of wavelet bands: short events in motion, vibration, heart signals.
#include "mote/rt/dsp/wavelet.hpp"

#include "dsp/block_type.hpp"
#include "dsp/channels.hpp"
#include "dsp/filter_design.hpp"

#include "base/error.hpp"

namespace mote::dsp::blocks {

const BlockType& wavelet();

namespace {

struct WaveletBands {
    struct Params : ChannelParameters {
        Params() = default;
        std::string wavelet = "db4";
        int levels = 2;
        static constexpr auto fields() {
            using base::field;
            return std::tuple_cat(
                channel_fields("Butterworth filter before everything"),
                std::make_tuple(
                    field("wavelet", &Params::wavelet, "Daubechies' wavelets").choices("haar|db1|db2|db3|db4|db5|db6|db7|db8|db9|db10"),
                    field("levels", &Params::levels, "how often the low band is divided").range(1, 12)));
        }
    };
    using Config = rt::dsp::WaveletConfig;
    static constexpr std::string_view name = "wavelet";
    static constexpr std::string_view help = "statistics of wavelet bands of each channel: short events";
    static constexpr std::string_view header = "mote/rt/dsp/wavelet.hpp";
    static constexpr std::string_view config_name = "WaveletConfig";

    static std::vector<std::string> preset_names() { return {"edge-impulse"}; }
    static Params preset(std::string_view) {
        Params p;
        p.levels = 1;
        return p;
    }

    static Prepared<Config> prepare(const Params& params, const InputSpec& input) {
        const std::size_t least = std::size_t{32} << params.levels;
        if (input.frames < least)
            throw base::Error("bad_input",
                              "wavelet: " + std::to_string(params.levels) + " levels need " + std::to_string(least) +
                                  " samples, and the window has " + std::to_string(input.frames),
                              "make the window longer or levels fewer");
        Prepared<Config> p;
        p.config.source = plan_channels(name, params, input, p.tables);
        p.config.wavelet = make_wavelet(params.wavelet, p.tables);
        p.config.levels = static_cast<std::uint32_t>(params.levels);
        for (const auto& channel : input.channels)
            for (int band = 0; band <= params.levels; ++band)
                for (const char* word : {"entropy", "zero crossings", "mean crossings", "n5", "n25", "n75", "n95", "median", "mean",
                                         "stdev", "variance", "rms", "skewness", "kurtosis"})
                    p.output.names.push_back(channel + " band " + std::to_string(band) + " " + word);
        p.output.shape = {static_cast<int>(p.output.names.size())};
        return p;
    }
};

}  // namespace

const BlockType& wavelet() {
    static const BlockType type = make_block_type<WaveletBands>();
    return type;
}

}  // namespace mote::dsp::blocks
