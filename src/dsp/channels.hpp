// What the blocks over whole channels (spectral_analysis, wavelet) share: scale and filter.
#pragma once

#include "base/fields.hpp"
#include "dsp/block.hpp"
#include "dsp/tables.hpp"

#include "mote/rt/dsp/channel.hpp"

#include <string>
#include <string_view>
#include <tuple>

namespace mote::dsp {

/// Their parameters.
struct ChannelParameters {
    double scale = 1;
    std::string filter = "none";
    double filter_cutoff_hz = 3;
    double filter_high_hz = 10;  ///< upper edge of a band
    int filter_order = 6;
};

/// Their fields; what the filter comes before differs.
constexpr auto channel_fields(std::string_view filter_help) {
    using base::field;
    using C = ChannelParameters;
    return std::make_tuple(field("scale", &C::scale, "each value is multiplied by this first").range(-1e9, 1e9),
                           field("filter", &C::filter, filter_help).choices("none|low|high|band"),
                           field("filter_cutoff_hz", &C::filter_cutoff_hz, "its edge; the lower one of a band").range(0, 1e6).unit("Hz"),
                           field("filter_high_hz", &C::filter_high_hz, "upper edge of a band").range(0, 1e6).unit("Hz"),
                           field("filter_order", &C::filter_order, "poles of its prototype").range(1, 12));
}

/// Checks the parameters of `block` (for messages) against the input and designs the filter. Throws Error "bad_input".
rt::dsp::ChannelSource plan_channels(std::string_view block, const ChannelParameters& params, const InputSpec& input, Tables& tables);

}  // namespace mote::dsp
