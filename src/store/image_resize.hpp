// One image at another size, in integer arithmetic: the same bytes on every machine.
#pragma once

#include "store/signal.hpp"

#include <cstddef>
#include <string_view>

namespace mote::store {

/// `image` at height x width. Along an axis that shrinks, an output pixel is the mean of the input under it; along one that grows, it is
/// interpolated between the two nearest (centres aligned, edges repeated). All weights are exact fractions and only the final value is
/// rounded. fit: "squash" (aspect ratio lost), "crop" (the short side fits, the middle of the long side is kept), "pad" (the long side
/// fits, black beside it). Throws base::Error "bad_input" unless `image` is a u8 image and both sizes are in 1 .. 8192.
Signal resize_image(const Signal& image, std::size_t height, std::size_t width, std::string_view fit);

}  // namespace mote::store
