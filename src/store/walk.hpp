// Which files there are below what a person named, in an order that does not depend on the file system.
#pragma once

#include "store/ingest.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace mote::store {

struct WalkedFile {
    std::string path;  ///< absolute
    std::string name;  ///< of its sample: below the named folder, '/' between parts; the folder's own name in front when several were named
    std::string root;  ///< last part of the named folder's path, "" for a file that was named itself
    std::uint64_t size = 0;
    std::string state;  ///< size, time of change and inode in one text: while it is the same, the content is taken to be the same

    bool was_named() const { return root.empty(); }
    std::string_view file_name() const { return std::string_view(path).substr(path.find_last_of('/') + 1); }
    std::string_view folder() const { return std::string_view(path).substr(0, path.find_last_of('/')); }
};

struct Walk {
    std::vector<WalkedFile> files;
    std::vector<std::string> folders;  ///< absolute paths of the named folders, and of those that named files lie in
    std::vector<IngestIssue> bad;      ///< symbolic links, sockets, unreadable folders, names that are not UTF-8
    /// State of every file seen by absolute path, those that named files are read with (labels beside images) included.
    std::map<std::string, std::string, std::less<>> present;
};

/// Walks depth first, by name. Hidden files, other projects' stores and mote.toml are passed over. Throws base::Error "not_found" when a
/// named path does not exist.
Walk walk(std::span<const std::filesystem::path> paths, const IngestOptions& options);

/// `text` with bytes that are not UTF-8 or printable written as \xNN.
std::string printable(std::string_view text);

}  // namespace mote::store
