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

/// Members of a shared data set whose path ends with one of `names`, in the order of the archive. Empty (and says so) where the shared
/// folder is absent; then the calling test fails under CI and is skipped elsewhere.
std::vector<std::pair<std::string, Bytes>> shared_members(std::string_view data_set, const std::function<bool(std::string_view)>& wanted);

/// Throws unless every prefix of `bytes` and every change of one bit either reads into consistent recordings or gives a base::Error with
/// message and hint.
void expect_robust(std::string_view format, std::string_view file_name, const Bytes& bytes, const store::ReadOptions& options = {});

}  // namespace mote::test
