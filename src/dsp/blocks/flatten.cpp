// A window as a few numbers a channel: slow sensors, trees, tiny networks.
#include "mote/rt/dsp/statistics.hpp"

#include "dsp/block_type.hpp"

#include "base/error.hpp"

#include <string>
#include <utility>

namespace mote::dsp::blocks {

const BlockType& flatten();

namespace {

struct Flatten {
    struct Params {
        double scale = 1;
        bool average = true;
        bool minimum = true;
        bool maximum = true;
        bool rms = true;
        bool stdev = true;
        bool skewness = true;
        bool kurtosis = true;
        bool crossings = true;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("scale", &Params::scale, "each value is multiplied by this first").range(-1e9, 1e9),
                                   field("average", &Params::average, "mean"), field("minimum", &Params::minimum, "smallest value"),
                                   field("maximum", &Params::maximum, "largest value"),
                                   field("rms", &Params::rms, "root of the mean square"),
                                   field("stdev", &Params::stdev, "standard deviation (of the population)"),
                                   field("skewness", &Params::skewness, "third standardised moment; 0 for a constant signal"),
                                   field("kurtosis", &Params::kurtosis, "fourth standardised moment minus 3; 0 for a constant signal"),
                                   field("crossings", &Params::crossings, "crossings of the mean over the number of samples"));
        }
    };
    using Config = rt::dsp::StatisticsConfig;
    static constexpr std::string_view name = "flatten";
    static constexpr std::string_view help = "statistics of each channel over the window: slow sensors";
    static constexpr std::string_view header = "mote/rt/dsp/statistics.hpp";
    static constexpr std::string_view config_name = "StatisticsConfig";

    static std::vector<std::string> preset_names() { return {"edge-impulse"}; }
    static Params preset(std::string_view) {
        Params p;
        p.crossings = false;
        return p;
    }

    static Prepared<Config> prepare(const Params& params, const InputSpec& input) {
        using namespace rt::dsp;
        const std::pair<bool, std::pair<std::uint32_t, const char*>> all[] = {
            {params.average, {statistic_mean, "average"}},       {params.minimum, {statistic_minimum, "minimum"}},
            {params.maximum, {statistic_maximum, "maximum"}},    {params.rms, {statistic_rms, "rms"}},
            {params.stdev, {statistic_deviation, "stdev"}},      {params.skewness, {statistic_skewness, "skewness"}},
            {params.kurtosis, {statistic_kurtosis, "kurtosis"}}, {params.crossings, {statistic_crossings, "crossings"}},
        };
        Prepared<Config> p;
        p.config.samples = static_cast<std::uint32_t>(input.frames);
        p.config.channels = static_cast<std::uint32_t>(input.channels.size());
        p.config.scale = static_cast<float>(params.scale);
        for (const auto& channel : input.channels)
            for (const auto& [chosen, statistic] : all)
                if (chosen) p.output.names.push_back(channel + " " + statistic.second);
        for (const auto& [chosen, statistic] : all)
            if (chosen) p.config.chosen |= statistic.first;
        if (p.config.chosen == 0)
            throw base::Error("bad_input", "flatten: no statistic is chosen", "set at least one of average, minimum, ... to true");
        p.output.shape = {static_cast<int>(p.output.names.size())};
        return p;
    }
};

}  // namespace

const BlockType& flatten() {
    static const BlockType type = make_block_type<Flatten>();
    return type;
}

}  // namespace mote::dsp::blocks
