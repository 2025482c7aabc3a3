// Golden data beside the source tree, and running a block on it.
#pragma once

#include "dsp/block.hpp"

#include "base/error.hpp"
#include "base/files.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <vector>

namespace mote::dsp::testing {

/// The folder of golden data; none when it is absent, which is a failure on the build server.
inline std::optional<std::filesystem::path> golden_folder() {
    const char* named = std::getenv("MOTE_SHARED");
    const std::filesystem::path folder =
        (named ? std::filesystem::path(named) : std::filesystem::path(MOTE_SOURCE_FOLDER) / "../shared") / "dsp-golden";
    if (std::filesystem::is_directory(folder)) return folder;
    if (std::getenv("CI")) ADD_FAILURE() << "the golden data are absent: " << folder << " (set MOTE_SHARED)";
    return std::nullopt;
}

#define MOTE_GOLDEN_OR_SKIP(folder)                        \
    const auto folder##_found = golden_folder();           \
    if (!folder##_found) {                                 \
        if (::testing::Test::HasFailure()) return;         \
        GTEST_SKIP() << "the golden data are absent here"; \
    }                                                      \
    const auto& folder = *folder##_found

/// A numpy array of the few kinds that the goldens hold, as doubles in C order.
struct Array {
    std::vector<std::size_t> shape;
    std::vector<double> values;
    bool is_i16 = false;
};

inline Array read_npy(const std::filesystem::path& file) {
    const auto bytes = base::read_file(file);
    const auto* p = reinterpret_cast<const unsigned char*>(bytes.data());
    const std::size_t header_size = static_cast<std::size_t>(p[8] | (p[9] << 8));
    const std::string header(reinterpret_cast<const char*>(p) + 10, header_size);
    Array array;
    array.is_i16 = header.find("'<i2'") != std::string::npos;
    const bool f4 = header.find("'<f4'") != std::string::npos;
    const auto open = header.find('(', header.find("'shape'"));
    std::stringstream dimensions(header.substr(open + 1, header.find(')') - open - 1));
    for (std::string word; std::getline(dimensions, word, ',');)
        if (word.find_first_of("0123456789") != std::string::npos) array.shape.push_back(std::stoul(word));
    std::size_t count = 1;
    for (const std::size_t d : array.shape) count *= d;
    const unsigned char* data = p + 10 + header_size;
    std::vector<double> stored(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (array.is_i16) {
            std::int16_t v;
            std::memcpy(&v, data + 2 * i, 2);
            stored[i] = v;
        } else if (f4) {
            float v;
            std::memcpy(&v, data + 4 * i, 4);
            stored[i] = static_cast<double>(v);
        } else {
            std::memcpy(&stored[i], data + 8 * i, 8);
        }
    }
    array.values = stored;
    if (header.find("'fortran_order': True") != std::string::npos)
        for (std::size_t r = 0; r < array.shape[0]; ++r)
            for (std::size_t c = 0; c < array.shape[1]; ++c) array.values[r * array.shape[1] + c] = stored[c * array.shape[0] + r];
    return array;
}

/// The window's bytes in the block's own sample type.
inline std::vector<std::byte> window_bytes(const std::vector<double>& values, store::SampleType type) {
    std::vector<std::byte> bytes(values.size() * store::size_of(type));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto put = [&](auto v) { std::memcpy(bytes.data() + i * sizeof v, &v, sizeof v); };
        switch (type) {
            case store::SampleType::i16:
                put(static_cast<std::int16_t>(values[i]));
                break;
            case store::SampleType::u8:
                put(static_cast<std::uint8_t>(values[i]));
                break;
            case store::SampleType::f32:
                put(static_cast<float>(values[i]));
                break;
        }
    }
    return bytes;
}

inline std::vector<float> run(const Block& block, const void* window) {
    std::vector<float> features(block.output().count());
    std::vector<double> scratch(block.scratch_bytes() / sizeof(double) + 1);
    block.compute(window, features, scratch.data());
    return features;
}

}  // namespace mote::dsp::testing
