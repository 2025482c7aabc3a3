#include "store/project.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "store/store.hpp"

namespace mote::store {

namespace fs = std::filesystem;

Project Project::find(const fs::path& start) {
    std::error_code failure;
    fs::path folder = fs::weakly_canonical(fs::absolute(start), failure);
    if (failure) folder = fs::absolute(start);
    for (fs::path at = folder;; at = at.parent_path()) {
        if (fs::is_regular_file(at / "mote.toml", failure)) return Project(at);
        if (at == at.parent_path()) break;
    }
    throw base::Error("not_found", folder.string() + ": no project here or above (no mote.toml)", "`mote init` makes one");
}

Project Project::create(const fs::path& folder, std::string_view mote_toml) {
    const Project project(fs::absolute(folder));
    if (fs::exists(project.toml()))
        throw base::Error("conflict", project.toml().string() + ": is there already", "work in it, or choose another folder");
    Store::open(project.store_folder());
    base::write_file(project.toml(), mote_toml, true);
    return project;
}

}  // namespace mote::store
