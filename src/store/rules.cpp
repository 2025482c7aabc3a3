#include "store/rules.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <filesystem>

namespace mote::store {

namespace {

constexpr std::uint64_t largest_table_bytes = std::uint64_t{256} << 20;

std::string parent_folder(std::string_view name) {
    const std::size_t slash = name.find_last_of('/');
    if (slash == std::string_view::npos) return "";
    const std::string_view folder = name.substr(0, slash);
    return std::string(folder.substr(folder.find_last_of('/') + 1));  // npos + 1 is 0
}

const std::string* find(const std::map<std::string, std::string>& fields, const std::string& name) {
    const auto at = fields.find(name);
    return at == fields.end() || at->second.empty() ? nullptr : &at->second;
}

bool is_table_name(std::string_view name) {
    const std::string text = base::lower(name);
    return text.ends_with(".csv") || text.ends_with(".tsv");
}

}  // namespace

double hash_position(std::string_view name, std::string_view salt) {
    const base::Hash hash = base::Hasher().update(salt).update("\n").update(name).finish();
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < 8; ++i) word = word << 8 | hash[i];
    return static_cast<double>(word >> 11) * 0x1.0p-53;
}

std::string split_by_hash(std::string_view name, std::string_view salt, double validation_share, double test_share) {
    const double at = hash_position(name, salt);
    return at < test_share ? split_test : at < test_share + validation_share ? split_validation : split_train;
}

Rules::Rules(const IngestOptions& options, Walk& walk, IngestReport& report)
    : options_(options), pattern_(options.name_pattern.empty() && options.label_from == "name" ? "{label}.{rest}" : options.name_pattern) {
    if (options.validation_share + options.test_share > 1)
        throw base::Error("usage", "validation_share and test_share add up to more than 1", "leave something to train on");
    base::Hasher hasher;
    hasher.update(base::canonical_json(base::to_json(options)));
    for (const std::string& given : options.tables) {
        const std::string path = std::filesystem::weakly_canonical(given).string();
        const std::string text = base::read_text(path, largest_table_bytes);
        hasher.update("\n" + path + "\n").update(text);
        try {
            add_table(path, text);
        } catch (const base::Error& error) {
            throw error.at(given);
        }
        std::erase_if(walk.files, [&](const WalkedFile& file) { return file.path == path; });
    }
    std::erase_if(walk.files, [&](const WalkedFile& file) {
        const bool sidecar = is_sidecar(file.file_name());
        if (!sidecar && !looks_like_table(file, walk)) return false;
        try {
            const std::string text = base::read_text(file.path, largest_table_bytes);
            hasher.update("\n" + file.path + "\n").update(text);
            if (sidecar)
                read_sidecar(file.path, text, sidecars_);
            else
                add_table(file.path, text);
        } catch (const base::Error& error) {
            report.bad.push_back({file.name, error.message(), error.hint()});
        }
        return true;
    });
    key_ = base::hex(hasher.finish());
}

/// A CSV at the top of a named folder whose rows name files that exist, or whose first column is a field of the name pattern.
bool Rules::looks_like_table(const WalkedFile& file, const Walk& walk) const {
    if (!is_table_name(file.path) || file.size > largest_table_bytes) return false;
    if (std::find(walk.folders.begin(), walk.folders.end(), file.folder()) == walk.folders.end()) return false;
    try {
        const std::string text = base::read_text(file.path, largest_table_bytes);
        const auto header = SideTable::header_of(text);
        if (!header) return false;
        const auto& fields = pattern_.fields();
        if (std::find(fields.begin(), fields.end(), header->front()) != fields.end()) return true;
        if (std::none_of(header->begin(), header->end(), SideTable::names_files)) return false;
        const SideTable table(file.path, text);
        if (walk.present.count(std::string(file.folder()) + "/" + table.first_key()) > 0) return true;
        // Written for another depth, or without extensions: any file that it knows will do.
        return std::any_of(walk.files.begin(), walk.files.end(),
                           [&](const WalkedFile& other) { return table.find_file(other.path, other.name, "") != nullptr; });
    } catch (const base::Error&) {
        return false;  // read as data, it will be named with its fault
    }
}

void Rules::add_table(const std::string& path, std::string_view text) {
    SideTable table(path, text);
    if (!table.is_by_file()) {
        bool known = std::count(pattern_.fields().begin(), pattern_.fields().end(), table.key_column()) > 0;
        for (const Table& other : tables_)
            known |= std::count(other.table.columns().begin(), other.table.columns().end(), table.key_column()) > 0;
        if (!known)
            throw base::Error("bad_input",
                              "its first column \"" + table.key_column() + "\" is neither a file nor a field of the name pattern",
                              "name the column \"file\", or give --name-pattern with {" + table.key_column() + "}");
    }
    tables_.push_back({std::move(table), {}});
}

void Rules::gather(const Facts& facts, std::map<std::string, std::string>& fields, std::string& group) {
    for (const auto& [key, value] : facts.metadata.items())
        if (value.is_string()) fields[key] = value;
    for (const auto& [key, value] : pattern_.match(facts.name)) fields[key] = value;
    bool has_table = false, found = false;
    for (Table& t : tables_) {
        const SideTable::Row* row = nullptr;
        if (t.table.is_by_file()) {
            row = t.table.find_file(facts.path, facts.name, facts.part);
            has_table = true;
        } else if (const std::string* key = find(fields, t.table.key_column())) {
            row = t.table.find(*key);
            // What a whole subject's row says about splits holds for the subject.
            if (row && row->count("split") > 0) group = *key;
        }
        if (!row) continue;
        found = found || t.table.is_by_file();
        t.used[row->at(t.table.key_column())] = true;
        for (const auto& [column, value] : *row)
            if (!t.table.is_by_file() || column != t.table.key_column()) fields[column] = value;
    }
    if (has_table && !found && without_row_++ == 0) first_without_row_ = facts.name;
}

std::string Rules::folder_label(const Facts& facts) const {
    // In automatic mode only folders below the named one speak; asked for by name, the named one does as well.
    // What lies at the root of an archive lies where the archive does.
    std::string_view file = facts.name;
    if (!facts.part.empty()) file.remove_suffix(facts.part.size() + 1);
    std::string folder = parent_folder(facts.part.find('/') != std::string_view::npos ? facts.part : file);
    const std::string front = options_.prefix.substr(options_.prefix.find_last_of('/') + 1);
    const bool is_prefix = !options_.prefix.empty() && file.size() > options_.prefix.size() &&
                           file.find('/', options_.prefix.size() + 1) == std::string_view::npos && folder == front;
    if (!folder.empty() && !is_prefix) return folder;
    return options_.label_from == "folder" ? std::string(facts.root) : "";
}

void Rules::choose_label(const Facts& facts, const std::map<std::string, std::string>& fields, const SidecarEntry* sidecar,
                         Annotation& out) const {
    if (!options_.label.empty()) {
        out.label = options_.label;
        return;
    }
    const std::string& from = options_.label_from;
    const auto allowed = [&](const char* source) { return from == "auto" || from == source; };
    const std::string* named = find(fields, "label");
    const bool in_table = std::any_of(tables_.begin(), tables_.end(), [](const Table& t) {
        return std::count(t.table.columns().begin(), t.table.columns().end(), "label") > 0;
    });
    if (named && in_table && allowed("table")) {
        out.label = *named;
    } else if (sidecar && sidecar->spans && (allowed("table") || allowed("file"))) {
        out.spans = *sidecar->spans;
    } else if (sidecar && sidecar->label && (allowed("table") || allowed("file"))) {
        out.label = *sidecar->label;
    } else if (allowed("file") && !facts.spans.empty()) {
        out.spans = facts.spans;
    } else if (allowed("file") && facts.label) {
        out.label = *facts.label;
    } else if (named && !in_table && allowed("name")) {
        out.label = *named;
    } else if (allowed("folder")) {
        out.label = folder_label(facts);
    }
    if (!out.spans.empty() && out.spans.back().end > facts.frames)
        throw base::Error(
            "bad_input",
            "a label reaches to frame " + std::to_string(out.spans.back().end) + ", the recording has " + std::to_string(facts.frames),
            "correct the label file");
}

void Rules::choose_split(const Facts& facts, const std::map<std::string, std::string>& fields, const SidecarEntry* sidecar,
                         Annotation& out) {
    const std::string& from = options_.split_from;
    const auto group = out.group.empty() ? groups_.end() : groups_.find(out.group);
    if (from == "none") return;
    const std::string* named = find(fields, "split");
    if (from != "hash" && named)
        out.split = normal_split(*named);
    else if (from != "hash" && sidecar && sidecar->split)
        out.split = *sidecar->split;
    else if (group != groups_.end())
        out.split = group->second;
    else if (from != "table") {
        out.split = split_by_hash(out.group.empty() ? facts.name : std::string_view(out.group), options_.split_salt,
                                  options_.validation_share, options_.test_share);
        if (!out.group.empty()) hashed_groups_.insert(out.group);
    }
    if (group != groups_.end() && group->second != out.split)
        throw base::Error(
            "bad_input",
            "belongs to split \"" + out.split + "\", but others of its group \"" + out.group + "\" are in \"" + group->second + "\"",
            "put a whole group into one split, or group by something else (group_by)");
    if (!out.group.empty()) groups_.emplace(out.group, out.split);
}

Annotation Rules::annotate(const Facts& facts) {
    Annotation out;
    ++annotated_;
    std::map<std::string, std::string> fields;
    std::string group_of_table;
    gather(facts, fields, group_of_table);
    const auto at = sidecars_.find(std::string(facts.path));
    const SidecarEntry* sidecar = at == sidecars_.end() ? nullptr : &at->second;
    out.metadata = facts.metadata;
    if (sidecar)
        for (const auto& [key, value] : sidecar->metadata.items()) {
            out.metadata[key] = value;
            if (value.is_string()) fields.emplace(key, value);
        }
    for (const auto& [key, value] : fields)
        if (key != "label" && key != "split" && !value.empty()) out.metadata[key] = value;
    if (!options_.group_by.empty()) {
        if (const std::string* group = find(fields, options_.group_by))
            out.group = *group;
        else if (without_group_++ == 0)
            first_without_group_ = facts.name;
    } else if (const std::string* group = find(fields, "group")) {
        out.group = *group;
    } else {
        out.group = group_of_table;
    }
    choose_label(facts, fields, sidecar, out);
    choose_split(facts, fields, sidecar, out);
    return out;
}

std::vector<IngestIssue> Rules::doubts() const {
    std::vector<IngestIssue> list;
    for (const Table& t : tables_) {
        const std::string name = t.table.path().substr(t.table.path().find_last_of('/') + 1);
        if (const std::size_t unused = t.table.rows() - t.used.size(); unused > 0)
            list.push_back({name, std::to_string(unused) + " of " + std::to_string(t.table.rows()) + " rows name nothing that was read",
                            "check its column \"" + t.table.key_column() + "\" against the files' names"});
    }
    if (without_row_ > 0)
        list.push_back({first_without_row_, "this and " + std::to_string(without_row_ - 1) + " others have no row in the table",
                        "add rows, or leave the files out (exclude)"});
    if (without_group_ > 0)
        list.push_back({first_without_group_,
                        "this and " + std::to_string(without_group_ - 1) + " others have no \"" + options_.group_by + "\"",
                        "each is a group of its own; check the pattern or the table"});
    return list;
}

}  // namespace mote::store
