// Snapshots: what the samples were at one moment, named by the hash of it.
#include "store/parts.hpp"

#include "base/error.hpp"

#include <map>

namespace mote::store {

namespace {

std::string quoted(const std::string& text) { return base::Json(text).dump(); }

/// Spans, metadata and descriptors are stored as canonical JSON already; keys stand in order here.
std::string canonical_line(const Statement& row) {
    return "{\"descriptor\":" + row.text(2) + ",\"group\":" + quoted(row.text(6)) + ",\"label\":" + quoted(row.text(4)) +
           ",\"metadata\":" + row.text(8) + ",\"name\":" + quoted(row.text(1)) + ",\"spans\":" + row.text(7) +
           ",\"split\":" + quoted(row.text(5)) + ",\"values\":\"" + base::hex(row.hash(3)) + "\"}\n";
}

SnapshotInfo read_info(const Statement& row) { return {row.text(0), row.text(1), row.text(2), static_cast<std::size_t>(row.integer(3))}; }

/// Columns of canonical_line().
constexpr const char* content_columns = "SELECT s.id, s.name, s.descriptor, o.hash, r.label, r.split, r.grp, r.spans, r.metadata, r.id ";

using Entries = std::vector<std::pair<std::int64_t, std::int64_t>>;  ///< rows of sample and revision

std::string content_hash(Statement& rows, Entries& entries) {
    base::Hasher hasher;
    hasher.update("mote snapshot 1\n");
    while (rows.step()) {
        hasher.update(canonical_line(rows));
        entries.emplace_back(rows.integer(0), rows.integer(9));
    }
    rows.reset();
    return base::hex(hasher.finish());
}

std::string dump(const Annotation& a, std::string_view field) {
    return field == "spans" ? spans_to_json(a.spans).dump() : base::canonical_json(a.metadata);
}

void compare(const Sample& before, const Sample& after, std::vector<SnapshotDiff::Change>& out) {
    const auto note = [&](const char* field, const std::string& from, const std::string& to) {
        if (from != to) out.push_back({after.name, field, from, to});
    };
    const Annotation &a = before.annotation, &b = after.annotation;
    note("values", base::hex(before.object), base::hex(after.object));
    note("descriptor", to_json(before.descriptor).dump(), to_json(after.descriptor).dump());
    note("label", a.label, b.label);
    note("split", a.split, b.split);
    note("group", a.group, b.group);
    note("spans", dump(a, "spans"), dump(b, "spans"));
    note("metadata", dump(a, "metadata"), dump(b, "metadata"));
}

}  // namespace

std::string rehash_snapshot(Store::Parts& parts, std::string_view hash) {
    Statement rows = parts.database.prepare(
        std::string(content_columns) +
        "FROM snapshot n JOIN entry e ON e.snapshot = n.id JOIN sample s ON s.id = e.sample JOIN revision r ON r.id = e.revision "
        "JOIN object o ON o.id = s.object WHERE n.hash = ? ORDER BY s.name");
    rows.bind(hash);
    Entries entries;
    return content_hash(rows, entries);
}

SnapshotInfo Store::snapshot(std::string_view note) {
    Writing writing(*parts_);
    Database& database = parts_->database;
    Entries entries;
    Statement rows = database.prepare(std::string(content_columns) +
                                      "FROM sample s JOIN revision r ON r.id = s.revision JOIN object o ON o.id = s.object "
                                      "WHERE s.removed = 0 AND r.excluded = 0 ORDER BY s.name");
    const std::string hash = content_hash(rows, entries);
    if (entries.empty())
        throw base::Error("bad_input", "there are no samples to take a snapshot of", "`mote ingest FOLDER` brings some in");
    {
        Statement known = database.prepare("SELECT hash, time, note, samples FROM snapshot WHERE hash = ?");
        if (known.bind(hash).step()) return read_info(known);
    }
    const SnapshotInfo info{hash, utc_now(), std::string(note), entries.size()};
    database.prepare("INSERT INTO snapshot(hash, time, note, samples) VALUES(?, ?, ?, ?)").run(hash, info.time, note, entries.size());
    const std::int64_t row = database.last_row();
    Statement insert = database.prepare("INSERT INTO entry(snapshot, sample, revision) VALUES(?, ?, ?)");
    for (const auto& [sample, revision] : entries) insert.run(row, sample, revision);
    writing.commit();
    return info;
}

std::vector<SnapshotInfo> Store::snapshots() const {
    const std::lock_guard lock(parts_->lock);
    std::vector<SnapshotInfo> list;
    Statement rows = parts_->database.prepare("SELECT hash, time, note, samples FROM snapshot ORDER BY id DESC");
    while (rows.step()) list.push_back(read_info(rows));
    return list;
}

SnapshotInfo Store::find_snapshot(std::string_view asked) const {
    const std::lock_guard lock(parts_->lock);
    const std::vector<SnapshotInfo> all = snapshots();
    if (asked == "latest") {
        if (!all.empty()) return all.front();
        throw base::Error("not_found", "this project has no snapshot yet", "`mote data snapshot` takes one");
    }
    Statement rows = parts_->database.prepare("SELECT hash FROM snapshot");
    const std::string hash = unique_match(rows, "snapshot", asked);
    for (const SnapshotInfo& info : all)
        if (info.hash == hash) return info;
    throw base::Error("internal", "snapshot " + hash + " vanished", "try again");
}

std::vector<Sample> Store::snapshot_samples(std::string_view asked) const {
    const std::lock_guard lock(parts_->lock);
    const std::string hash = find_snapshot(asked).hash;
    Statement rows = parts_->database.prepare(
        std::string("SELECT ") + sample_columns +
        " FROM snapshot n JOIN entry e ON e.snapshot = n.id JOIN sample s ON s.id = e.sample JOIN revision r ON r.id = e.revision "
        "JOIN object o ON o.id = s.object JOIN source src ON src.id = s.source WHERE n.hash = ? ORDER BY s.name");
    rows.bind(hash);
    std::vector<Sample> list;
    while (rows.step()) list.push_back(read_sample(rows));
    return list;
}

SnapshotDiff Store::diff(std::string_view before, std::string_view after) const {
    std::map<std::string, Sample> old;
    for (Sample& sample : snapshot_samples(before)) old.emplace(sample.name, std::move(sample));
    SnapshotDiff diff;
    for (const Sample& sample : snapshot_samples(after)) {
        const auto found = old.find(sample.name);
        if (found == old.end()) {
            diff.added.push_back(sample.name);
            continue;
        }
        compare(found->second, sample, diff.changed);
        old.erase(found);
    }
    for (const auto& [name, sample] : old) diff.removed.push_back(name);
    return diff;
}

}  // namespace mote::store
