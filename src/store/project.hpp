// A project is a folder with a mote.toml that people edit and a .mote/ store that the program keeps.
#pragma once

#include <filesystem>
#include <string_view>

namespace mote::store {

class Project {
  public:
    /// The project that holds `start`: the nearest folder at or above it with a mote.toml. Throws base::Error "not_found".
    static Project find(const std::filesystem::path& start);
    /// Makes `folder` (and its parents) a project with this mote.toml and an empty store. Throws base::Error "conflict" when it is one.
    static Project create(const std::filesystem::path& folder, std::string_view mote_toml);

    const std::filesystem::path& folder() const { return folder_; }
    std::filesystem::path toml() const { return folder_ / "mote.toml"; }
    std::filesystem::path store_folder() const { return folder_ / ".mote"; }

  private:
    explicit Project(std::filesystem::path folder) : folder_(std::move(folder)) {}
    std::filesystem::path folder_;
};

}  // namespace mote::store
