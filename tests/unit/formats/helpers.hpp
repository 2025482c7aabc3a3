// What the tests of file formats share: reading bytes into a list, messages, files made in memory, the shared data sets.
#pragma once

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/format.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mote::test {

using base::Bytes;

Bytes to_bytes(std::string_view text);

const store::Format& format_named(std::string_view name);

/// Finds the format by the bytes as the ingester does, and reads every recording.
std::vector<store::Recording> read_all(std::string_view file_name, const Bytes& bytes, const store::ReadOptions& options = {});
/// The one recording of a file.
store::Recording read_one(std::string_view file_name, const Bytes& bytes, const store::ReadOptions& options = {});
/// "message | hint" of the error that reading gives, or "read".
std::string message_of(std::string_view file_name, const Bytes& bytes, const store::ReadOptions& options = {});

/// Every value of a signal as float.
std::vector<float> values_of(const store::Signal& signal);

/// The first member of a shared data set whose path ends with `ending`. Nothing where the shared folder is absent; then the calling test
/// fails under CI, and says elsewhere that it was skipped.
std::optional<Bytes> shared_member(std::string_view data_set, std::string_view ending);

/// Throws unless every prefix of `bytes` and every change of one bit either reads into consistent recordings or gives a base::Error with
/// message and hint.
void expect_robust(std::string_view format, std::string_view file_name, const Bytes& bytes, const store::ReadOptions& options = {});

}  // namespace mote::test
