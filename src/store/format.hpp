// A file format: one file in store/formats/ that says whether it knows some bytes and reads them.
#pragma once

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "store/signal.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mote::store {

/// What a person may say about files that do not say it themselves.
struct ReadOptions {
    double rate_hz = 0;                                  ///< of series without time stamps; 0: must be in the file
    std::vector<std::string> channels;                   ///< names of the columns to read, in order; empty: all numeric ones
    std::string time_column;                             ///< empty: a column named timestamp, time, t or ms is taken
    std::string time_unit = "auto";                      ///< s, ms, us, auto
    std::string label_column;                            ///< empty: a column named label, if there is one
    std::string hmac_key;                                ///< checks signed acquisition files
    std::uint64_t limit_bytes = std::uint64_t{1} << 30;  ///< decoded size above which a file is refused
};

/// One recording found in a file. A file may hold many (IDX, npz, an archive).
struct Recording {
    std::string name;  ///< path inside the file ("train/00012"), empty when the file is one recording
    Signal signal;
    std::optional<std::string> label;  ///< when the file itself says it
    base::Json metadata = base::Json::object();
    std::vector<std::string> warnings;  ///< stored with the sample and shown ("signature does not match")
};

/// Receives each recording as soon as it is decoded, so that memory stays bounded by one recording.
using Sink = std::function<void(Recording&&)>;

struct Format {
    std::string_view name;  ///< "wav"
    std::string_view help;
    std::vector<std::string> extensions;  ///< lower case, with the dot; a hint only, match() decides
    /// Whether these are such bytes. `head` holds the first 4096 bytes or fewer.
    bool (*match)(std::string_view file_name, std::span<const std::byte> head);
    /// Reads everything. Throws base::Error whose message names the place (byte, row, column) and whose hint says what to do. Must be
    /// memory-safe and bounded for any bytes whatever: each format has a fuzz target.
    void (*read)(std::string_view file_name, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink);
};

/// Every format in store/formats/, by name.
std::span<const Format* const> file_formats();
/// The format of a file, or nullptr.
const Format* find_format(std::string_view file_name, std::span<const std::byte> head);

}  // namespace mote::store
