#include "store/side_table.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/delimited.hpp"

#include <algorithm>
#include <filesystem>

namespace mote::store {

namespace {

std::string normal_key(std::string_view key) {
    std::string text(key);
    std::replace(text.begin(), text.end(), '\\', '/');
    return std::filesystem::path(text).lexically_normal().string();
}

std::string_view without_extension(std::string_view name) {
    const std::size_t dot = name.find_last_of("./");
    return dot == std::string_view::npos || name[dot] == '/' || dot == 0 ? name : name.substr(0, dot);
}

std::vector<std::string> owned(const std::vector<std::string_view>& fields) { return {fields.begin(), fields.end()}; }

}  // namespace

bool SideTable::names_files(std::string_view column) {
    const std::string name = base::lower(column);
    return name == "file" || name == "path" || name == "filename" || name == "file_name";
}

std::optional<std::vector<std::string>> SideTable::header_of(std::string_view bytes) {
    try {
        const std::string_view text = delimited_text(bytes);
        RowReader reader(text, detect_dialect(text).delimiter);
        std::vector<std::string_view> fields;
        if (!reader.next(fields) || fields.size() < 2) return std::nullopt;
        for (const std::string_view field : fields)
            if (kind_of(field, false) != FieldKind::text || !base::is_utf8(field)) return std::nullopt;
        return owned(fields);
    } catch (const base::Error&) {
        return std::nullopt;  // whatever it is, it is no table of files: its format will say what is wrong
    }
}

SideTable::SideTable(std::string path, std::string_view bytes) : path_(std::move(path)) {
    const std::size_t slash = path_.find_last_of('/');
    folder_ = slash == std::string::npos ? "" : path_.substr(0, slash + 1);
    const std::string_view text = delimited_text(bytes);
    RowReader reader(text, detect_dialect(text).delimiter);
    std::vector<std::string_view> fields;
    if (!reader.next(fields)) throw base::Error("bad_input", "has no header", "name the columns in the first row: file,label,split");
    columns_ = owned(fields);
    std::size_t key = 0;
    for (std::size_t c = 0; c < columns_.size() && !by_file_; ++c)
        if (names_files(columns_[c])) key = c, by_file_ = true;
    key_column_ = columns_[key];
    while (reader.next(fields)) {
        const std::string place = "row " + std::to_string(reader.row());
        if (fields.size() != columns_.size())
            throw base::Error(
                "bad_input",
                place + " has " + std::to_string(fields.size()) + " values, the header names " + std::to_string(columns_.size()),
                "correct the row");
        Row row;
        for (std::size_t c = 0; c < fields.size(); ++c) {
            if (!base::is_utf8(fields[c])) throw base::Error("bad_input", place + " is not UTF-8", "save the file as UTF-8");
            row[columns_[c]] = std::string(fields[c]);
        }
        const std::string name = by_file_ ? normal_key(fields[key]) : std::string(fields[key]);
        const auto [at, is_new] = values_.emplace(name, row);
        if (!is_new && at->second != row)
            throw base::Error("bad_input", place + " says something else about \"" + name + "\" than a row before it", "keep one of them");
    }
    if (values_.empty()) throw base::Error("bad_input", "holds a header but no rows", "add rows, or leave the table out");
}

const SideTable::Row* SideTable::find(std::string_view key) const {
    const auto at = values_.find(key);
    return at == values_.end() ? nullptr : &at->second;
}

const SideTable::Row* SideTable::find_file(std::string_view file_path, std::string_view sample_name, std::string_view part) const {
    const bool inside = !folder_.empty() && file_path.starts_with(folder_);
    const std::string_view below = inside ? file_path.substr(folder_.size()) : file_path;
    for (std::string_view candidate : {part, part.empty() ? below : part, sample_name}) {
        // A table made for the folder or archive may have been written one or more folders further down.
        while (!candidate.empty()) {
            if (const Row* row = find(candidate)) return row;
            if (const Row* row = find(without_extension(candidate))) return row;
            const std::size_t next = candidate.find('/');
            candidate = next == std::string_view::npos ? std::string_view() : candidate.substr(next + 1);
        }
    }
    return nullptr;
}

}  // namespace mote::store
