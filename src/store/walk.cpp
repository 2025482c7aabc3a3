#include "store/walk.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/format.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <set>

#include <dirent.h>
#include <fnmatch.h>
#include <sys/stat.h>

namespace mote::store {

namespace fs = std::filesystem;

namespace {

constexpr int deepest_folder = 64;

bool fits_any(const std::vector<std::string>& patterns, const std::string& name) {
    const std::string last = name.substr(name.find_last_of('/') + 1);
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
        return ::fnmatch(pattern.c_str(), name.c_str(), 0) == 0 || ::fnmatch(pattern.c_str(), last.c_str(), 0) == 0;
    });
}

std::string state_of(const struct stat& status) {
    return std::to_string(status.st_size) + ":" + std::to_string(status.st_mtim.tv_sec) + "." + std::to_string(status.st_mtim.tv_nsec) +
           ":" + std::to_string(status.st_ctim.tv_sec) + "." + std::to_string(status.st_ctim.tv_nsec) + ":" + std::to_string(status.st_ino);
}

class Walker {
  public:
    Walker(const IngestOptions& options, Walk& out) : options_(options), out_(out) {}

    void visit(const std::string& path, const std::string& name, const std::string& root, int depth) {
        struct stat status {};
        if (::lstat(path.c_str(), &status) != 0)
            return refuse(name, std::string("cannot be read: ") + std::strerror(errno), "check its permissions");
        if (S_ISLNK(status.st_mode))
            return refuse(name, "is a symbolic link, and links are not followed", "copy the file, or name what the link points to");
        if (S_ISDIR(status.st_mode)) return enter(path, name, root, depth);
        if (!S_ISREG(status.st_mode)) return refuse(name, "is neither a file nor a folder", "leave it out (--exclude)");
        out_.present.emplace(path, state_of(status));
        if (!options_.include.empty() && !fits_any(options_.include, name)) return;
        WalkedFile file;
        file.path = path, file.name = name, file.root = root;
        file.size = static_cast<std::uint64_t>(status.st_size);
        file.state = state_of(status);
        out_.files.push_back(std::move(file));
    }

    /// A file that was named alone is still read with the files that belong to it.
    void note_companions(const fs::path& path) {
        for (const Format* format : file_formats()) {
            if (!format->companion_names) continue;
            for (const std::string& name : format->companion_names(path.filename().string())) {
                const std::string companion = (path.parent_path() / name).string();
                struct stat status {};
                if (::lstat(companion.c_str(), &status) == 0 && S_ISREG(status.st_mode)) out_.present.emplace(companion, state_of(status));
            }
        }
    }

    void enter(const std::string& path, const std::string& name, const std::string& root, int depth) {
        if (depth > deepest_folder) return refuse(name, "lies more than " + std::to_string(deepest_folder) + " folders deep", "move it up");
        const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(path.c_str()), ::closedir);
        if (!folder) return refuse(name, std::string("cannot be opened: ") + std::strerror(errno), "check its permissions");
        std::vector<std::string> children;
        while (const dirent* item = ::readdir(folder.get()))
            if (item->d_name[0] != '.' && std::strcmp(item->d_name, "mote.toml") != 0) children.emplace_back(item->d_name);
        std::sort(children.begin(), children.end());
        for (const std::string& child : children) {
            const std::string child_name = name.empty() ? child : name + "/" + child;
            if (!base::is_utf8(child))
                refuse(child_name, "its name is not UTF-8", "rename it");
            else if (options_.exclude.empty() || !fits_any(options_.exclude, child_name))
                visit(path + "/" + child, child_name, root, depth + 1);
        }
    }

  private:
    void refuse(const std::string& name, std::string message, std::string hint) {
        out_.bad.push_back({printable(name), std::move(message), std::move(hint)});
    }

    const IngestOptions& options_;
    Walk& out_;
};

}  // namespace

std::string printable(std::string_view text) {
    if (base::is_utf8(text) &&
        std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; }))
        return std::string(text);
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        char buffer[8];
        std::snprintf(buffer, sizeof buffer, byte >= 32 && byte < 127 ? "%c" : "\\x%02x", byte);
        result += buffer;
    }
    return result;
}

Walk walk(std::span<const fs::path> paths, const IngestOptions& options) {
    Walk out;
    Walker walker(options, out);
    std::size_t folders = 0;
    for (const fs::path& path : paths) folders += fs::is_directory(path) ? 1 : 0;
    for (const fs::path& given : paths) {
        std::error_code failure;
        // Resolved once: what a person names may be a link, what lies below it may not.
        const fs::path path = fs::canonical(given, failure);
        if (failure) throw base::Error("not_found", given.string() + ": " + failure.message(), "check the path");
        if (!base::is_utf8(path.string()))
            throw base::Error("bad_input", printable(given.string()) + ": its path is not UTF-8", "rename the file or folder");
        const std::string last = path.filename().string();
        const std::string front = options.prefix.empty() ? "" : options.prefix + "/";
        if (fs::is_directory(path)) {
            out.folders.push_back(path.string());
            const std::string name = front + (folders > 1 ? last : "");
            walker.enter(path.string(), name.ends_with('/') ? name.substr(0, name.size() - 1) : name, last, 0);
        } else {
            out.folders.push_back(path.parent_path().string());
            walker.visit(path.string(), front + last, "", 0);
            walker.note_companions(path);
        }
    }
    // The same file named twice is one file.
    std::set<std::string> seen;
    std::erase_if(out.files, [&](const WalkedFile& file) { return !seen.insert(file.path).second; });
    return out;
}

}  // namespace mote::store
