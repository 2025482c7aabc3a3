// Small files of each format, made by the libraries that others make them with.
#pragma once

#include "helpers.hpp"

#include <cstdint>

namespace mote::test {

/// Sound through libsndfile; `format` as SF_INFO has it. Samples are interleaved, 16 bit.
Bytes make_sound(int format, int rate_hz, int channels, const std::vector<std::int16_t>& samples);
/// The same from floats, full scale 1.0.
Bytes make_sound(int format, int rate_hz, int channels, const std::vector<float>& samples);
std::vector<std::int16_t> tone(std::size_t frames, int channels = 1);

/// PNG through libpng; colour type and bit depth as libpng names them; `rows` holds packed rows one after the other.
Bytes make_png(unsigned width, unsigned height, int colour_type, int depth, const Bytes& rows);
/// JPEG through libjpeg-turbo from grey (1) or RGB (3).
Bytes make_jpeg(int width, int height, int channels, const std::vector<std::uint8_t>& pixels);

Bytes make_gzip(const Bytes& bytes);
/// An array file, version 1: `descr` "<f4", `shape` "(3, 2)".
Bytes make_npy(std::string_view descr, bool fortran, std::string_view shape, const Bytes& data);

struct Entry {
    std::string name;
    Bytes bytes;
    std::string link;  ///< target of a symbolic link; empty: a file
    std::string hard_link;
};
/// zip, or tar with a filter: "zip", "tar", "tar.gz", "tar.xz", "tar.zst", "tar.bz2".
Bytes make_archive(std::string_view kind, const std::vector<Entry>& entries);

/// IDX file of unsigned bytes.
Bytes make_idx(const std::vector<std::uint32_t>& sizes, const std::vector<std::uint8_t>& values);

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

}  // namespace mote::test
