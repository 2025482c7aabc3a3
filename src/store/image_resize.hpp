// One image at another size, in integer arithmetic: the same bytes on every machine.
#pragma once

#include "store/signal.hpp"

#include <cstddef>
#include <string_view>

namespace mote::store {

/// `image` at height x width. Each output pixel is the mean of the input area under it (weights in 1/65536) when it shrinks, and bilinear
/// interpolation when it grows. fit: "squash" (aspect ratio lost), "crop" (the short side fits, the middle of the long side is kept),
/// "pad" (the long side fits, black beside it). Throws base::Error "bad_input" unless `image` is a u8 image.
Signal resize_image(const Signal& image, std::size_t height, std::size_t width, std::string_view fit);

}  // namespace mote::store
