// A package onto the disk.
#include "package/format.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "package/zip.hpp"

namespace mote::package {

namespace fs = std::filesystem;
using base::Error;

namespace {

/// Whether an archive is one that write() made, unchanged.
bool is_generated(const fs::path& file) {
    try {
        codegen::FileTree files = unzip(base::read_file(file));
        std::string root;
        if (!files.contains(codegen::manifest_name)) {
            if (files.empty()) return false;
            const std::string& first = files.begin()->first;
            root = first.substr(0, first.find('/') + 1);
        }
        codegen::FileTree inside;
        for (auto& [name, content] : files) {
            if (!name.starts_with(root)) return false;
            inside[name.substr(root.size())] = std::move(content);
        }
        const auto manifest = inside.extract(codegen::manifest_name);
        return !manifest.empty() && manifest.mapped() == codegen::manifest_of(inside);
    } catch (const Error&) {
        return false;  // no archive at all
    }
}

/// Throws unless an archive is called as its format wants it.
void check_name(const Format& format, const Package& package, const fs::path& out) {
    if (!format.file_name || out.filename() == format.file_name(package)) return;
    const std::string name = format.file_name(package);
    const fs::path folder = out.extension() == format.extension ? out.parent_path() : out;
    throw Error("usage", "a package for " + std::string(format.name) + " is called " + name + ", not " + out.filename().string(),
                "--out " + (folder / name).string());
}

}  // namespace

void check_place(const Format& format, const fs::path& out) {
    if (format.shape == Shape::folder) {
        if (out.extension() == ".zip")
            throw Error("usage", "--out " + out.string() + " is named like an archive, and " + std::string(format.name) + " makes a folder",
                        "--out " + fs::path(out).replace_extension().string());
        return;
    }
    if (out.extension() != format.extension && format.file_name) return;  // write() says what it must be called
    if (out.extension() != format.extension)
        throw Error("usage",
                    "--out " + out.string() + " does not end in " + std::string(format.extension) + ", as a package for " +
                        std::string(format.name) + " must",
                    "--out " + (out.has_filename() ? out : out.parent_path()).string() + std::string(format.extension));
    if (fs::exists(fs::symlink_status(out)) && !(fs::is_regular_file(fs::symlink_status(out)) && is_generated(out)))
        throw Error("conflict", out.string() + " exists and is no package that mote made, or was changed afterwards",
                    "choose another name, or move that file away");
}

std::string write(const Format& format, const Package& package, const fs::path& out) {
    check_name(format, package, out);
    check_place(format, out);
    Contents contents = make(format, package);
    if (format.shape == Shape::archive) {
        base::write_file(out, zip_of(contents.files, contents.executables, contents.root));
    } else {
        contents.files.erase(codegen::manifest_name);  // write_folder adds it
        codegen::write_folder(contents.files, out, contents.executables);
    }
    return contents.use;
}

}  // namespace mote::package
