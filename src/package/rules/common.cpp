#include "base/text.hpp"
#include "package/rules/rules.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

namespace mote::package::rules {

namespace {

bool is_source(std::string_view name) {
    for (const std::string_view end : {".cpp", ".hpp", ".c", ".h", ".ino", ".cc"})
        if (name.ends_with(end)) return true;
    return false;
}

/// The file named by `#include "..."`, or "" for any other line.
std::string quoted_include(std::string_view line) {
    line = base::trim(line);
    if (!line.starts_with("#")) return {};
    line = base::trim(line.substr(1));
    if (!line.starts_with("include")) return {};
    line = base::trim(line.substr(7));
    const std::size_t end = line.size() < 2 ? std::string_view::npos : line.find('"', 1);
    return line.starts_with('"') && end != std::string_view::npos ? std::string(line.substr(1, end - 1)) : std::string();
}

/// Folders that a build puts on its include path.
std::set<std::filesystem::path> include_roots(const codegen::FileTree& files) {
    std::set<std::filesystem::path> roots = {"src"};
    for (const auto& [name, text] : files)
        for (std::filesystem::path folder = std::filesystem::path(name).parent_path(); !folder.empty(); folder = folder.parent_path())
            if (folder.filename() == "include" || folder.filename() == "Inc") roots.insert(folder);
    return roots;
}

}  // namespace

bool is_version(std::string_view text) {
    const auto numbers = base::split(text, '.');
    return numbers.size() == 3 && std::all_of(numbers.begin(), numbers.end(), [](const std::string& n) {
               return !n.empty() && n.size() <= 9 && (n == "0" || n.front() != '0') &&
                      std::all_of(n.begin(), n.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
           });
}

bool is_url(std::string_view text) {
    const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
    return scheme > 0 && text.size() > scheme &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 32 && c < 127 && c != '"' && c != '<' && c != '>'; });
}

Faults missing_includes(const codegen::FileTree& files) {
    const std::set<std::filesystem::path> roots = include_roots(files);
    Faults faults;
    for (const auto& [name, text] : files) {
        if (!is_source(name)) continue;
        for (const std::string& line : base::split(text, '\n')) {
            const std::string target = quoted_include(line);
            if (target.empty()) continue;
            const auto exists = [&](const std::filesystem::path& folder) {
                return files.contains((folder / target).lexically_normal().generic_string());
            };
            if (exists(std::filesystem::path(name).parent_path()) || std::any_of(roots.begin(), roots.end(), exists)) continue;
            faults.push_back(name + ": includes \"" + target + "\", which is not in the package");
        }
    }
    return faults;
}

}  // namespace mote::package::rules
