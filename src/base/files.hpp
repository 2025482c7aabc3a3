// Reading and writing files so that nothing half-written is ever seen under its final name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::base {

using Bytes = std::vector<std::byte>;

/// Whole file; throws Error "not_found", or "bad_input" when it is larger than `limit_bytes`.
Bytes read_file(const std::filesystem::path& file, std::uint64_t limit_bytes = std::uint64_t{1} << 32);
std::string read_text(const std::filesystem::path& file, std::uint64_t limit_bytes = std::uint64_t{1} << 28);

/// Writes to a temporary name in the same folder, syncs, renames. Creates missing folders. Throws Error "tool_failed" and removes
/// the temporary file when anything fails (disk full, no permission).
void write_file(const std::filesystem::path& file, std::span<const std::byte> bytes, bool durable = false);
void write_file(const std::filesystem::path& file, std::string_view text, bool durable = false);

/// A folder under the system's temporary folder, removed with everything in it by the destructor.
class TemporaryFolder {
  public:
    explicit TemporaryFolder(std::string_view prefix = "mote");
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// Where the files shipped beside the program lie (targets/, runtime/, firmware/): MOTE_HOME, else the source tree or the install
/// prefix that the program was built with. Throws Error "not_found" naming MOTE_HOME.
std::filesystem::path data_folder();

inline std::span<const std::byte> as_bytes(std::string_view text) { return {reinterpret_cast<const std::byte*>(text.data()), text.size()}; }
inline std::string_view as_text(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace mote::base
