// Arrays for other programs: NumPy's .npy, version 1.0.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

namespace mote::app {

/// Little-endian float32, row-major; `values` fills `shape`.
void write_npy(const std::filesystem::path& file, const std::vector<std::size_t>& shape, std::span<const float> values);
/// The same for int32.
void write_npy(const std::filesystem::path& file, const std::vector<std::size_t>& shape, std::span<const int> values);

}  // namespace mote::app
