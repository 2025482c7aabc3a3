// What the image formats share: the check of declared sizes before anything is decoded, and the recording they give.
#pragma once

#include "store/format.hpp"

#include <cstdint>
#include <vector>

namespace mote::store {

/// Throws base::Error "bad_input" for an image without pixels, a side over 32768, or more than `limit_bytes` decoded.
void check_image_size(std::uint64_t width, std::uint64_t height, std::uint64_t channels, std::uint64_t limit_bytes);

/// Grey (1 channel) or red, green, blue (3) from `pixels`, shape [height, width, channels].
Recording image_recording(std::size_t width, std::size_t height, std::size_t channels, std::vector<std::uint8_t>&& pixels);

}  // namespace mote::store
