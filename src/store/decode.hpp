// One file to recordings that may be stored: found format, read bytes, checked values.
#pragma once

#include "base/hash.hpp"
#include "store/format.hpp"
#include "store/ingest.hpp"
#include "store/sample.hpp"
#include "store/walk.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mote::store {

/// A recording whose values have been checked and hashed.
struct Decoded {
    std::string part;  ///< inside the file
    Descriptor descriptor;
    base::Hash object{};
    Signal signal;  ///< values; empty when the store has the object already
    std::optional<std::string> label;
    std::vector<LabelSpan> spans;
    base::Json metadata = base::Json::object();
    std::vector<std::string> warnings, remarks;
};

/// A file's bytes, before they are decoded.
struct Loaded {
    enum class Kind { data, skipped, companion };
    Kind kind = Kind::data;
    const Format* format = nullptr;
    base::Bytes bytes;
    std::map<std::string, base::Bytes> companions;
    base::Hash hash{};  ///< of the bytes, those of the companions included
};

/// Reads a file and finds its format. Throws base::Error "bad_input" for what is too big, empty, or not what its name says.
Loaded load(const WalkedFile& file, const Walk& walk, const IngestOptions& options);

/// Decodes to `sink`, recording by recording; what is wrong inside a container goes to `on_bad` and the rest goes on. Throws base::Error
/// "bad_input" for what concerns the whole file.
void decode(const WalkedFile& file, const Loaded& loaded, const IngestOptions& options, const std::function<void(Decoded&&)>& sink,
            const std::function<void(const base::Error&)>& on_bad);

/// Changes when a file would be decoded otherwise: the options that formats see, and the version of the decoders.
std::string read_key(const IngestOptions& options);

/// Adds the state of the files that a format reads with this one, so that a change of theirs is a change of it.
void add_companion_states(Walk& walk);

}  // namespace mote::store
