#include "package/zip.hpp"

#include "base/error.hpp"
#include "store/archive_reader.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <memory>

namespace mote::package {

namespace {

la_ssize_t append(archive*, void* bytes, const void* data, std::size_t size) {
    const auto* begin = static_cast<const std::byte*>(data);
    auto& out = *static_cast<base::Bytes*>(bytes);
    out.insert(out.end(), begin, begin + size);
    return static_cast<la_ssize_t>(size);
}

void require(archive* writer, int code) {
    if (code == ARCHIVE_OK) return;
    const char* text = archive_error_string(writer);
    throw base::Error("internal", std::string("packing: ") + (text ? text : "no reason given"), "try again with more memory");
}

}  // namespace

base::Bytes zip_of(const codegen::FileTree& files, const std::set<std::string>& executables, const std::string& root) {
    base::Bytes bytes;
    const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(), archive_write_free);
    require(writer.get(), archive_write_set_format_zip(writer.get()));
    require(writer.get(), archive_write_set_options(writer.get(), "zip:compression=deflate"));
    require(writer.get(), archive_write_set_bytes_in_last_block(writer.get(), 1));
    require(writer.get(), archive_write_open(writer.get(), &bytes, nullptr, append, nullptr));
    for (const auto& [name, content] : files) {
        // An entry without a time has the archive format's earliest one, whatever the time zone.
        const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(), archive_entry_free);
        archive_entry_set_pathname(entry.get(), (root.empty() ? name : root + "/" + name).c_str());
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), executables.count(name) > 0 ? 0755 : 0644);
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(content.size()));
        require(writer.get(), archive_write_header(writer.get(), entry.get()));
        if (archive_write_data(writer.get(), content.data(), content.size()) != static_cast<la_ssize_t>(content.size()))
            require(writer.get(), ARCHIVE_FATAL);
    }
    require(writer.get(), archive_write_close(writer.get()));
    return bytes;
}

codegen::FileTree unzip(std::span<const std::byte> bytes) {
    codegen::FileTree files;
    store::ArchiveReader reader(store::ArchiveReader::Kind::zip, bytes, std::uint64_t{1} << 30);
    while (const auto name = reader.next([](const base::Error& error) { throw error; }))
        files[*name] = std::string(base::as_text(reader.read()));
    return files;
}

}  // namespace mote::package
