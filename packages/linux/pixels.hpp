// Frames of a camera as images that the model takes.
#pragma once

#include "engine.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace runner {

enum class PixelFormat { rgb24, yuyv, grey };

/// Throws Failure for another name than rgb24, yuyv or grey.
PixelFormat pixel_format(const std::string& name);
std::size_t frame_bytes(PixelFormat format, std::size_t width, std::size_t height);

/// The size that the model takes, by the arithmetic that trained it: appends facts.window_values() values from 0 to 255. A row of the frame
/// is `row_bytes` long, which may be more than its pixels take.
void append_image(const std::uint8_t* frame, PixelFormat format, std::size_t width, std::size_t height, std::size_t row_bytes,
                  const Facts& facts, std::vector<float>& values);

}  // namespace runner
