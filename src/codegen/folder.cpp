#include "codegen/folder.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <stdlib.h>

namespace mote::codegen {

namespace fs = std::filesystem;

namespace {

std::map<std::string, std::string> read_manifest(const fs::path& folder) {
    std::map<std::string, std::string> hashes;
    if (!fs::is_regular_file(folder / manifest_name)) return hashes;
    for (const std::string& line : base::split(base::read_text(folder / manifest_name), '\n'))
        if (line.size() > 66) hashes[line.substr(66)] = line.substr(0, 64);
    return hashes;
}

/// Throws unless everything in the folder was generated and is as it was generated.
void check_replaceable(const fs::path& folder) {
    if (!fs::is_directory(folder))
        throw base::Error("conflict", folder.string() + " exists and is not a folder", "choose another folder for the generated code");
    const auto hashes = read_manifest(folder);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_directory() && !entry.is_symlink()) continue;
        const std::string name = entry.path().lexically_relative(folder).generic_string();
        if (name == manifest_name) continue;
        const auto known = hashes.find(name);
        if (known == hashes.end() || !entry.is_regular_file() || entry.is_symlink())
            throw base::Error("conflict", folder.string() + " holds " + name + ", which mote did not generate",
                              "choose another folder, or move that file away");
        if (base::hex(base::sha256(base::read_file(entry.path()))) != known->second)
            throw base::Error("conflict", folder.string() + ": " + name + " was changed after it was generated",
                              "choose another folder, or move that file away");
    }
}

/// A folder that is removed unless keep() was called.
class Staging {
  public:
    explicit Staging(const fs::path& beside) {
        std::string pattern = beside.string() + ".new.XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr)
            throw base::Error("tool_failed", beside.string() + ": cannot make a folder here: " + std::strerror(errno),
                              "choose a folder that you may write to");
        path_ = pattern;
        fs::permissions(path_, fs::perms(0755));
    }
    ~Staging() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    const fs::path& path() const { return path_; }
    void keep() { path_.clear(); }

  private:
    fs::path path_;
};

}  // namespace

std::string manifest_of(const FileTree& files) {
    std::string text;
    for (const auto& [name, content] : files) text += base::hex(base::sha256(content)) + "  " + name + "\n";
    return text;
}

void write_folder(const FileTree& files, const fs::path& where, const std::set<std::string>& executables) {
    fs::path folder = fs::absolute(where).lexically_normal();
    if (!folder.has_filename()) folder = folder.parent_path();
    const bool exists = fs::exists(fs::symlink_status(folder));
    if (exists) check_replaceable(folder);
    std::error_code failed;
    fs::create_directories(folder.parent_path(), failed);
    Staging staging(folder);
    for (const auto& [name, content] : files) base::write_file(staging.path() / name, content);
    for (const std::string& name : executables)
        fs::permissions(staging.path() / name, fs::perms::owner_exec | fs::perms::group_exec | fs::perms::others_exec,
                        fs::perm_options::add);
    base::write_file(staging.path() / manifest_name, manifest_of(files));
    if (exists) {
        // The old folder becomes the staging name's sibling first, so that a failure at any moment leaves one whole folder.
        Staging old(folder);
        fs::rename(folder, old.path(), failed);
        if (!failed) fs::rename(staging.path(), folder, failed);
        if (failed && !fs::exists(folder)) {
            std::error_code ignored;
            fs::rename(old.path(), folder, ignored);
            if (ignored) old.keep();
        }
    } else {
        fs::rename(staging.path(), folder, failed);
    }
    if (failed)
        throw base::Error("tool_failed", folder.string() + ": cannot rename the generated folder: " + failed.message(),
                          "choose another folder");
    staging.keep();
}

}  // namespace mote::codegen
