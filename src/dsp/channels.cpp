#include "dsp/channels.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "dsp/filter_design.hpp"

namespace mote::dsp {

rt::dsp::ChannelSource plan_channels(std::string_view block, const ChannelParameters& params, const InputSpec& input, Tables& tables) {
    const auto fail = [&](const std::string& what, const std::string& hint) {
        throw base::Error("bad_input", std::string(block) + ": " + what, hint);
    };
    if (input.height > 0) fail("the input is an image", "this block reads motion and other series with a sampling rate");
    if (!(input.rate_hz > 0)) fail("the input has no sampling rate", "give one when ingesting (rate_hz)");
    rt::dsp::ChannelSource source{};
    source.samples = static_cast<std::uint32_t>(input.frames);
    source.channels = static_cast<std::uint32_t>(input.channels.size());
    source.scale = static_cast<float>(params.scale);
    if (params.filter == "none") return source;

    const double half = input.rate_hz / 2;
    if (!(params.filter_cutoff_hz > 0) || params.filter_cutoff_hz >= half)
        fail("filter_cutoff_hz " + base::exact(params.filter_cutoff_hz) + " is not between 0 and half the sampling rate, " +
                 base::exact(half) + " Hz",
             "choose a frequency in between");
    const bool band = params.filter == "band";
    if (band && !(params.filter_high_hz > params.filter_cutoff_hz && params.filter_high_hz < half))
        fail("filter_high_hz " + base::exact(params.filter_high_hz) + " is not between filter_cutoff_hz and half the sampling rate, " +
                 base::exact(half) + " Hz",
             "choose a frequency in between");
    const FilterKind kind = band ? FilterKind::band_pass : params.filter == "low" ? FilterKind::low_pass : FilterKind::high_pass;
    const auto sections = butterworth(kind, params.filter_order, params.filter_cutoff_hz, params.filter_high_hz, input.rate_hz);
    // Single precision places poles to about 1e-4 when they come this near to the circle.
    if (pole_radius(sections) > 0.9995)
        fail("a filter of order " + std::to_string(params.filter_order) + " at " + base::exact(params.filter_cutoff_hz) +
                 " Hz is not stable in single precision",
             "move filter_cutoff_hz away from 0 and from half the sampling rate, or lower filter_order");
    source.filter = make_cascade(sections, tables);
    return source;
}

}  // namespace mote::dsp
