// The README of a package: what the model detects, how well, at what cost, and how to wire it in.
#pragma once

#include "package/format.hpp"

#include <string>
#include <string_view>

namespace mote::package {

/// Programs that show how to call the model.
struct Uses {
    std::string listen;    ///< continuously; "" where there is no stream
    std::string classify;  ///< one window; "" for a package that is used without a line of code
    std::string c = {};    ///< continuously, in C; "" for none
};

/// `install`: Markdown of the format's own steps, from a "## " heading on, in which mote_model stands for the package's name.
std::string readme(const Package& package, std::string_view install, const Uses& uses = {});

/// One paragraph, in plain text and one line: "Tells apart yes, no and noise in 1 s of sound (16 kHz)."
std::string what_it_detects(const Package& package);

/// Names of a frame's channels, for a comment.
std::string channels_text(const Package& package);

/// Text in which the model is called mote_model and MOTE_MODEL, with the package's name.
std::string with_name(std::string text, const Package& package);

}  // namespace mote::package
