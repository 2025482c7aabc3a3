// Small files to ingest, made on the spot.
#pragma once

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "store/ingest.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mote::store::test {

namespace fs = std::filesystem;

/// A RIFF/WAVE file of 16-bit mono sound.
inline std::string wav(const std::vector<std::int16_t>& samples, std::uint32_t rate_hz = 16000) {
    std::string text;
    const auto put = [&](std::uint32_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 255);
    };
    const auto size = static_cast<std::uint32_t>(samples.size() * 2);
    text += "RIFF", put(36 + size, 4), text += "WAVEfmt ", put(16, 4), put(1, 2), put(1, 2), put(rate_hz, 4), put(rate_hz * 2, 4),
        put(2, 2);
    put(16, 2), text += "data", put(size, 4);
    for (const std::int16_t s : samples) put(static_cast<std::uint16_t>(s), 2);
    return text;
}

inline std::vector<std::int16_t> noise(std::uint64_t seed, std::size_t frames = 400) {
    base::Random random(seed);
    std::vector<std::int16_t> values(frames);
    for (auto& v : values) v = static_cast<std::int16_t>(static_cast<int>(random.below(20001)) - 10000);
    return values;
}

inline void write(const fs::path& file, const std::string& text) { base::write_file(file, text); }

/// `count` wav files in folders yes/, no/, stop/.
inline void write_words(const fs::path& folder, std::size_t count, std::size_t frames = 400) {
    static const char* const words[] = {"yes", "no", "stop"};
    for (std::size_t i = 0; i < count; ++i)
        write(folder / words[i % 3] / ("clip" + std::to_string(1000 + i) + ".wav"), wav(noise(i, frames)));
}

inline IngestReport take_in(Store& store, const std::vector<fs::path>& paths, const IngestOptions& options = {},
                            const Acknowledge& acknowledge = {}) {
    base::Progress progress;
    const base::Cancel cancel;
    return ingest(store, paths, options, progress, cancel, acknowledge);
}

/// The words of a failure: "code: message | hint", or "accepted".
inline std::string failure_of(const std::function<void()>& body) {
    try {
        body();
    } catch (const base::Error& error) {
        return error.code() + ": " + error.message() + " | " + error.hint();
    }
    return "accepted";
}

inline std::string sha_of_folder(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& item : fs::recursive_directory_iterator(folder))
        if (item.is_regular_file()) files.push_back(item.path());
    std::sort(files.begin(), files.end());
    base::Hasher hasher;
    for (const fs::path& file : files) hasher.update(file.filename().string()).update(base::read_file(file));
    return base::hex(hasher.finish());
}

/// A store in a temporary folder.
struct Fixture : ::testing::Test {
    base::TemporaryFolder folder;
    fs::path data = folder.path() / "data";
    fs::path dot = folder.path() / "project" / ".mote";
};

}  // namespace mote::store::test
