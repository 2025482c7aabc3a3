// A file format: one file in store/formats/ that says whether it knows some bytes and reads them.
#pragma once

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "store/signal.hpp"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::store {

/// What a person may say about files that do not say it themselves.
struct ReadOptions {
    double rate_hz = 0;                                  ///< of series without time stamps; 0: must be in the file
    std::vector<std::string> channels;                   ///< names of the columns to read, in order; empty: all numeric ones
    std::string time_column;                             ///< empty: a column named timestamp, time, t or ms is taken
    std::string time_unit = "auto";                      ///< s, ms, us, auto
    std::string label_column;                            ///< empty: a column named label, if there is one
    std::string hmac_key;                                ///< what signed acquisition files must be signed with
    std::uint64_t limit_bytes = std::uint64_t{1} << 30;  ///< decoded size above which a file is refused
    /// Bytes of the files that Format::companion_names() asked for, by name without folder; a name that is absent was not found.
    std::map<std::string, std::span<const std::byte>> companions;
    /// Told of each bad member of an archive (its name is in the message); it does not stop the others. Unset: the first such error is
    /// thrown once every member has been read.
    std::function<void(const base::Error&)> on_bad_member;
};

/// One recording found in a file. A file may hold many (IDX, npz, an archive).
struct Recording {
    std::string name;  ///< path inside the file ("train/00012"), empty when the file is one recording
    Signal signal;
    std::optional<std::string> label;  ///< when the file itself says it
    base::Json metadata = base::Json::object();
    std::vector<std::string> warnings;  ///< stored with the sample and shown ("the time stamps are irregular")
    /// About this reading of it, not about the recording: said once for all files that have the same ("no signature was checked").
    std::vector<std::string> remarks;
};

/// Receives each recording as soon as it is decoded, so that memory stays bounded by one recording.
using Sink = std::function<void(Recording&&)>;

struct Format {
    std::string_view name;  ///< "wav"
    std::string_view help;
    std::vector<std::string> extensions;  ///< lower case, with the dot; a hint only, match() decides
    /// Whether these are such bytes. `head` holds the first 4096 bytes or fewer.
    bool (*match)(std::string_view file_name, std::span<const std::byte> head);
    /// Reads everything. Throws base::Error whose message names the place inside the file (byte, row, column; the caller puts the file's
    /// name before it with Error::at()) and whose hint says what to do. Memory-safe and bounded for any bytes whatever: each format has a
    /// fuzz target.
    void (*read)(std::string_view file_name, std::span<const std::byte> bytes, const ReadOptions& options, const Sink& sink);
    /// Names (without folder) of files that belong to `file_name` and are read with it, such as the labels beside IDX images; null when the
    /// format has none. Who calls read() looks them up in the same folder and passes the bytes of those that exist in
    /// ReadOptions::companions. (An archive does so itself for its members.)
    std::vector<std::string> (*companion_names)(std::string_view file_name) = nullptr;
    /// Names (without folder) of the files that `file_name` may be a companion of (the images of these labels), or none; null when the
    /// format has none. A companion holds no recording of its own: where one of these files exists it is passed over, else read() refuses
    /// it and names what is missing.
    std::vector<std::string> (*companion_of)(std::string_view file_name) = nullptr;
};

/// Every format in store/formats/, by name.
std::span<const Format* const> file_formats();
/// The format of a file, or nullptr.
const Format* find_format(std::string_view file_name, std::span<const std::byte> head);

}  // namespace mote::store
