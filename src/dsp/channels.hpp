// What the blocks over whole channels (spectral_analysis, wavelet) share: scale and filter.
#pragma once

#include "dsp/block.hpp"
#include "dsp/tables.hpp"

#include "mote/rt/dsp/channel.hpp"

#include <string>
#include <string_view>

namespace mote::dsp {

struct ChannelRequest {
    std::string_view block;  ///< for messages
    double scale = 1;
    std::string filter = "none";  ///< none|low|high|band
    double cutoff_hz = 0;
    double high_hz = 0;  ///< upper edge of a band
    int order = 0;
};

/// Checks the request against the input and designs the filter. Throws Error "bad_input".
rt::dsp::ChannelSource plan_channels(const ChannelRequest& request, const InputSpec& input, Tables& tables);

}  // namespace mote::dsp
