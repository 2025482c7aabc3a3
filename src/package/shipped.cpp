#include "package/shipped.hpp"

#include "base/error.hpp"
#include "base/files.hpp"

namespace mote::package {

namespace fs = std::filesystem;

codegen::FileTree shipped(std::string_view folder) {
    const fs::path root = base::data_folder() / "packages" / folder;
    if (!fs::is_directory(root))
        throw base::Error("not_found", "the files of packages/" + std::string(folder) + " are missing",
                          "set MOTE_HOME to a complete installation of mote");
    codegen::FileTree files;
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.is_regular_file()) files[entry.path().lexically_relative(root).generic_string()] = base::read_text(entry.path());
    return files;
}

void add_under(codegen::FileTree& to, std::string_view prefix, codegen::FileTree from) {
    for (auto& [name, content] : from) to[std::string(prefix) + name] = std::move(content);
}

}  // namespace mote::package
