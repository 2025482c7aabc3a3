#include "base/files.hpp"
#include "base/error.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <random>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mote::base {

namespace fs = std::filesystem;

namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

std::string reason() { return std::strerror(errno); }

void write_all(int fd, std::span<const std::byte> bytes, const fs::path& file) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) throw Error("tool_failed", file.string() + ": cannot write: " + reason(), "free some space or choose another folder");
        done += static_cast<std::size_t>(n);
    }
}

void sync_folder(const fs::path& folder) {
    const Descriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd.get() >= 0) ::fsync(fd.get());
}

}  // namespace

Bytes read_file(const fs::path& file, std::uint64_t limit_bytes) {
    const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.get() < 0) throw Error("not_found", file.string() + ": cannot open: " + reason(), "check the path and its permissions");
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0 || S_ISDIR(status.st_mode))
        throw Error("bad_input", file.string() + ": is not a file", "name a file");
    Bytes bytes;
    bytes.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(static_cast<std::uint64_t>(status.st_size), limit_bytes)));
    std::byte chunk[1 << 16];
    for (;;) {
        const ssize_t n = ::read(fd.get(), chunk, sizeof chunk);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw Error("bad_input", file.string() + ": cannot read: " + reason(), "check the disk");
        if (n == 0) return bytes;
        if (bytes.size() + static_cast<std::size_t>(n) > limit_bytes)
            throw Error("bad_input", file.string() + ": larger than " + std::to_string(limit_bytes) + " bytes", "split the file");
        bytes.insert(bytes.end(), chunk, chunk + n);
    }
}

std::string read_text(const fs::path& file, std::uint64_t limit_bytes) {
    const Bytes bytes = read_file(file, limit_bytes);
    return std::string(as_text(bytes));
}

void write_file(const fs::path& file, std::span<const std::byte> bytes, bool durable) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    std::error_code ignored;
    fs::create_directories(folder, ignored);
    std::string pattern = (folder / ("." + file.filename().string() + ".XXXXXX")).string();
    const Descriptor fd(::mkostemp(pattern.data(), O_CLOEXEC));
    if (fd.get() < 0)
        throw Error("tool_failed", file.string() + ": cannot write: " + reason(), "check that the folder exists and is writable");
    try {
        write_all(fd.get(), bytes, file);
        ::fchmod(fd.get(), 0644);
        if (durable && ::fsync(fd.get()) != 0) throw Error("tool_failed", file.string() + ": cannot sync: " + reason(), "check the disk");
        if (::rename(pattern.c_str(), file.c_str()) != 0)
            throw Error("tool_failed", file.string() + ": cannot rename: " + reason(), "check the folder's permissions");
    } catch (...) {
        ::unlink(pattern.c_str());
        throw;
    }
    if (durable) sync_folder(folder);
}

void write_file(const fs::path& file, std::string_view text, bool durable) { write_file(file, as_bytes(text), durable); }

TemporaryFolder::TemporaryFolder(std::string_view prefix) {
    std::string pattern = (fs::temp_directory_path() / (std::string(prefix) + ".XXXXXX")).string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw Error("tool_failed", "cannot make a temporary folder: " + reason(), "set TMPDIR to a writable folder");
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

fs::path data_folder() {
    if (const char* home = std::getenv("MOTE_HOME")) return home;
    for (const fs::path& candidate : {fs::path(MOTE_SOURCE_FOLDER), fs::path(MOTE_INSTALL_FOLDER)})
        if (fs::exists(candidate / "targets")) return candidate;
    throw Error("not_found", "the files shipped with mote (targets, runtime) are not where it was built",
                "set MOTE_HOME to the folder that holds them");
}

}  // namespace mote::base
