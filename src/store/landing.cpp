#include "store/landing.hpp"

#include "base/text.hpp"

#include <cmath>
#include <filesystem>

namespace mote::store {

namespace {

using base::Error;

constexpr const char* removed_remark = "was removed from the project and stays out: mote data remove --undo NAME brings it back";
constexpr double rate_tolerance = 0.05;  // clocks of devices differ; another nominal rate differs by more

std::string sample_key(const std::string& name, const base::Hash& object, const std::string& descriptor) {
    return base::hex(base::Hasher().update(name).update(std::string_view("\0", 1)).update(base::hex(object)).update(descriptor).finish())
        .substr(0, 16);
}

std::string origin_of(const Decoded& recording) {
    base::Json json = {{"metadata", recording.metadata}, {"spans", spans_to_json(recording.spans)}};
    if (recording.label) json["label"] = *recording.label;
    return base::canonical_json(json);
}

/// Whether label, split and group are the same; metadata may differ.
bool judged_alike(const Annotation& a, const Annotation& b) {
    return a.label == b.label && a.split == b.split && a.group == b.group && spans_to_json(a.spans) == spans_to_json(b.spans);
}

/// Rules propose; what a person has set stays.
Annotation merged(const Annotation& current, Annotation proposed, int touched) {
    if (touched & touched_label) proposed.label = current.label, proposed.spans = current.spans;
    if (touched & touched_split) proposed.split = current.split;
    if (touched & touched_group) proposed.group = current.group;
    if (touched & touched_metadata) proposed.metadata = current.metadata;
    proposed.excluded = current.excluded;
    proposed.removed = current.removed;
    return proposed;
}

}  // namespace

struct Landing::Statements {
    explicit Statements(Store::Parts& parts)
        : database(parts.database),
          reviser(parts),
          by_name(database.prepare(find + "s.name = ? AND s.removed = 0")),
          by_key(database.prepare(find + "s.key = ?")),
          annotation(database.prepare("SELECT label, split, grp, excluded, removed, spans, metadata FROM revision WHERE id = ?")),
          add_source(
              database.prepare("INSERT INTO source(path, name, state, hash, read_key, rules_key, complete) VALUES(?1, ?2, ?3, ?4, ?5, "
                               "?6, 0) ON CONFLICT(path) DO UPDATE SET name = ?2, state = ?3, hash = ?4, read_key = ?5, "
                               "rules_key = ?6, complete = 0")),
          source_row(database.prepare("SELECT id FROM source WHERE path = ?")),
          end_source(database.prepare("UPDATE source SET complete = ? WHERE id = ?")),
          rules_source(database.prepare("UPDATE source SET rules_key = ? WHERE id = ?")),
          add_sample(database.prepare("INSERT INTO sample(key, name, source, part, object, descriptor, sensor, rate, origin, warnings, "
                                      "revision, removed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)")),
          move_sample(database.prepare("UPDATE sample SET source = ?, part = ?, origin = ?, warnings = ? WHERE id = ?")),
          twin(database.prepare("SELECT 1 FROM sample s JOIN object o ON o.id = s.object WHERE o.hash = ? AND s.removed = 0 LIMIT 1")),
          of_source(database.prepare("SELECT s.id, s.name, s.part, s.origin, s.descriptor, s.revision, r.touched, o.hash, s.warnings "
                                     "FROM sample s JOIN revision r ON r.id = s.revision JOIN object o ON o.id = s.object "
                                     "WHERE s.source = ? AND s.removed = 0 ORDER BY s.id")),
          by_hash(database.prepare("SELECT id, path, complete FROM source WHERE hash = ? AND read_key = ? AND complete > 0 ORDER BY id")) {}

    inline static const std::string find =
        "SELECT s.id, s.source, s.revision, s.key, src.path, s.removed, r.touched FROM sample s JOIN source src ON src.id = s.source "
        "JOIN revision r ON r.id = s.revision WHERE ";
    Database& database;
    Reviser reviser;
    Statement by_name, by_key, annotation, add_source, source_row, end_source, rules_source, add_sample, move_sample, twin, of_source,
        by_hash;
};

Sources read_sources(Store::Parts& parts) {
    const std::lock_guard lock(parts.lock);
    Sources sources;
    Statement rows = parts.database.prepare("SELECT path, id, state, read_key, rules_key, name, complete FROM source");
    while (rows.step())
        sources[rows.text(0)] = {rows.integer(1), rows.text(2), rows.text(3), rows.text(4), rows.text(5), rows.integer(6) > 0};
    return sources;
}

Landing::Landing(Store::Parts& parts, Rules& rules, const IngestOptions& options, IngestReport& report, const Sources& being_read)
    : parts_(parts), rules_(rules), options_(options), report_(report) {
    const std::lock_guard lock(parts.lock);
    Statement rates =
        parts.database.prepare("SELECT sensor, rate, name, min(id) FROM sample WHERE removed = 0 AND rate > 0 GROUP BY sensor");
    while (rates.step()) rates_[rates.text(0)] = {rates.real(1), rates.text(2)};
    // Splits that stand: those of files that are not being judged by other rules, and those that a person has set.
    std::set<std::int64_t> judged;
    for (const auto& [path, source] : being_read)
        if (source.rules_key != rules.key()) judged.insert(source.row);
    Statement groups = parts.database.prepare(
        "SELECT r.grp, r.split, s.source, r.touched FROM sample s JOIN revision r ON r.id = s.revision WHERE s.removed = 0 AND r.grp != '' "
        "ORDER BY s.id");
    while (groups.step())
        if ((groups.integer(3) & touched_split) != 0 || judged.count(groups.integer(2)) == 0)
            rules.know_group(groups.text(0), groups.text(1));
}

Landing::~Landing() = default;

void Landing::begin(Writing& writing) {
    writing_ = &writing;
    sql_ = std::make_unique<Statements>(parts_);
    landed_.clear();
}

std::vector<std::string> Landing::end() {
    sql_.reset();
    writing_ = nullptr;
    return std::move(landed_);
}

void Landing::expect(std::span<const Decoded* const> recordings) {
    std::map<std::string, std::map<double, std::size_t>> seen;
    for (const Decoded* recording : recordings)
        if (recording->descriptor.rate_hz > 0) ++seen[recording->descriptor.sensor()][recording->descriptor.rate_hz];
    for (const auto& [sensor, counts] : seen) {
        if (rates_.count(sensor) > 0) continue;
        const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        rates_[sensor] = {most->first, ""};
    }
}

void Landing::check_rate(const Descriptor& descriptor, const std::string& name) {
    if (descriptor.rate_hz <= 0) return;
    const std::string sensor = descriptor.sensor();
    const auto [at, is_new] = rates_.emplace(sensor, std::pair(descriptor.rate_hz, name));
    const auto& [rate, who] = at->second;
    if (is_new || options_.mixed_rates || std::fabs(descriptor.rate_hz - rate) <= rate_tolerance * rate) {
        if (who.empty()) at->second.second = name;
        return;
    }
    throw Error("bad_input",
                "its rate is " + rate_text(descriptor.rate_hz) + ", sensor \"" + sensor + "\" has " + rate_text(rate) + " in this project" +
                    (who.empty() ? "" : " (" + who + ")"),
                "convert it, or accept mixed rates (mixed_rates) and let windows be resampled to one rate");
}

std::optional<Landing::Existing> Landing::find_by_name(const std::string& name) {
    Statement& s = sql_->by_name;
    if (!s.bind(name).step()) return std::nullopt;
    return Existing{s.integer(0), s.integer(1), s.integer(2), s.text(3), s.text(4), s.integer(5) != 0, static_cast<int>(s.integer(6))};
}

std::optional<Landing::Existing> Landing::find_by_key(const std::string& key) {
    Statement& s = sql_->by_key;
    if (!s.bind(key).step()) return std::nullopt;
    return Existing{s.integer(0), s.integer(1), s.integer(2), s.text(3), s.text(4), s.integer(5) != 0, static_cast<int>(s.integer(6))};
}

Annotation Landing::annotation_of(std::int64_t revision) {
    Statement& s = sql_->annotation;
    Annotation a;
    if (!s.bind(revision).step()) return a;
    a.label = s.text(0), a.split = s.text(1), a.group = s.text(2);
    a.excluded = s.integer(3) != 0, a.removed = s.integer(4) != 0;
    a.spans = spans_from_json(base::Json::parse(s.text(5)));
    a.metadata = base::Json::parse(s.text(6));
    return a;
}

void Landing::open(const WalkedFile& file, const base::Hash& hash) {
    file_ = &file;
    complete_ = true, parts_count_ = 0;
    seen_.clear();
    sql_->add_source.run(file.path, file.name, file.state, hash, read_key(options_), rules_.key());
    if (!sql_->source_row.bind(file.path).step()) throw Error("internal", "a source vanished", "try again");
    source_ = sql_->source_row.integer(0);
    sql_->source_row.reset();
    before_.clear();
    for (Stored& item : stored(source_)) before_.emplace(item.recording.part, std::move(item));
}

void Landing::refuse(const Error& error) {
    complete_ = false;
    report_.bad.push_back({file_->name, error.message(), error.hint()});
}

Facts Landing::facts_of(const WalkedFile& file, const std::string& name, const Decoded& recording) const {
    Facts facts;
    facts.path = file.path, facts.name = name, facts.root = file.root, facts.part = recording.part;
    facts.label = recording.label, facts.spans = recording.spans, facts.metadata = recording.metadata;
    facts.frames = recording.descriptor.frames;
    return facts;
}

/// Another file's sample of the same name gives way only when that file is gone.
void Landing::check_name(const Existing& other, const std::string& name) {
    if (other.source == source_ || !std::filesystem::exists(other.path)) return;
    throw Error("conflict", "the project has another sample \"" + name + "\", from " + other.path,
                "give these files names of their own (prefix), or ingest the folder above both");
}

/// The sample comes from this reading of this file from now on.
void Landing::move(const Existing& sample, const Decoded& recording) {
    seen_.insert(sample.row);
    sql_->move_sample.run(source_, recording.part, origin_of(recording), base::Json(recording.warnings).dump(), sample.row);
}

void Landing::keep(const Existing& sample, const Annotation& proposed) {
    const Annotation current = annotation_of(sample.revision);
    const Annotation next = merged(current, proposed, sample.touched);
    if (same(current, next)) return;
    sql_->reviser.add(sample.row, next, sample.touched);
    if (!judged_alike(current, next)) ++report_.relabelled;
}

/// Gives way to new content; unlike a removal by a person, the same content coming back revives it.
void Landing::retire(const Existing& sample) {
    Annotation annotation = annotation_of(sample.revision);
    annotation.removed = true;
    sql_->reviser.add(sample.row, annotation, sample.touched);
}

/// The same values at the same place of the same file, under the name that they had until now.
std::optional<Landing::Stored> Landing::former_name(const Decoded& recording) {
    const auto at = before_.find(recording.part);
    if (at == before_.end() || at->second.recording.object != recording.object || seen_.count(at->second.sample.row) > 0)
        return std::nullopt;
    return at->second;
}

void Landing::revive(const Existing& sample, const Annotation& proposed) {
    Annotation annotation = merged(annotation_of(sample.revision), proposed, sample.touched);
    annotation.removed = false;
    sql_->reviser.add(sample.row, annotation, sample.touched & ~touched_removed);
}

void Landing::insert(const std::string& name, const std::string& key, const std::string& descriptor, const Decoded& recording,
                     const Annotation& annotation, int touched) {
    if (sql_->twin.bind(recording.object).step()) ++report_.duplicates;
    sql_->twin.reset();
    const std::int64_t object = writing_->put(recording.object, recording.signal.bytes());
    sql_->add_sample.run(key, name, source_, recording.part, object, descriptor, recording.descriptor.sensor(),
                         recording.descriptor.rate_hz, origin_of(recording), base::Json(recording.warnings).dump());
    const std::int64_t row = parts_.database.last_row();
    seen_.insert(row);
    sql_->reviser.add(row, annotation, touched);
    for (const std::string& warning : recording.warnings) report_.warnings.push_back({name, warning, ""});
}

void Landing::add(const Decoded& recording) {
    const std::string name = file_->name + (recording.part.empty() ? "" : "/" + recording.part);
    ++parts_count_;
    try {
        check_rate(recording.descriptor, name);
        const std::string descriptor = base::canonical_json(to_json(recording.descriptor));
        const std::string key = sample_key(name, recording.object, descriptor);
        Annotation annotation = rules_.annotate(facts_of(*file_, name, recording));
        const auto live = find_by_name(name);
        if (live && live->key == key) {
            move(*live, recording);
            keep(*live, annotation);
        } else {
            int touched = 0;
            const auto former = find_by_key(key);
            if (!live && former && (former->touched & touched_removed) != 0) {
                remarks_[removed_remark].push_back(name);  // a person took it out: it stays out
                return;
            }
            const auto renamed = live || former ? std::nullopt : former_name(recording);
            if (live) {
                check_name(*live, name);
                const Annotation current = annotation_of(live->revision);
                touched = live->touched & (current.spans.empty() ? ~0 : ~touched_label);  // spans belong to the old values
                annotation = merged(current, annotation, touched);
                retire(*live);
                ++report_.replaced;
            }
            if (renamed) {
                touched = renamed->sample.touched;
                annotation = merged(annotation_of(renamed->sample.revision), annotation, touched);
                retire(renamed->sample);
                seen_.insert(renamed->sample.row);
            }
            if (former) {
                move(*former, recording);
                revive(*former, annotation);
            } else {
                insert(name, key, descriptor, recording, annotation, touched);
            }
            if (!live) ++(renamed ? report_.renamed : report_.added);
            if (annotation.label.empty() && annotation.spans.empty()) ++unlabelled_;
        }
        landed_.push_back(name);
        for (const std::string& remark : recording.remarks) remarks_[remark].push_back(name);
    } catch (const Error& error) {
        if (error.code() != "bad_input" && error.code() != "conflict") throw;
        complete_ = false;
        report_.bad.push_back({name, error.message(), error.hint()});
    }
}

void Landing::close() {
    if (complete_) {
        std::vector<Existing> gone;
        Statement& rows = sql_->of_source;
        rows.bind(source_);
        while (rows.step())
            if (seen_.count(rows.integer(0)) == 0) {
                Existing sample;
                sample.row = rows.integer(0), sample.revision = rows.integer(5), sample.touched = static_cast<int>(rows.integer(6));
                gone.push_back(sample);
            }
        rows.reset();
        for (const Existing& sample : gone) retire(sample);
        report_.dropped += gone.size();
    }
    sql_->end_source.run(complete_ ? parts_count_ : 0, source_);
    file_ = nullptr;
}

std::vector<Landing::Stored> Landing::stored(std::int64_t source) {
    std::vector<Stored> list;
    Statement& rows = sql_->of_source;
    rows.bind(source);
    while (rows.step()) {
        Stored item;
        item.sample.row = rows.integer(0), item.sample.source = source, item.sample.revision = rows.integer(5);
        item.sample.touched = static_cast<int>(rows.integer(6));
        item.name = rows.text(1);
        Decoded& recording = item.recording;
        recording.part = rows.text(2);
        const base::Json origin = base::Json::parse(rows.text(3));
        if (origin.contains("label")) recording.label = origin["label"].get<std::string>();
        recording.spans = spans_from_json(origin.at("spans"));
        recording.metadata = origin.at("metadata");
        recording.descriptor = descriptor_from_json(base::Json::parse(rows.text(4)));
        recording.object = rows.hash(7);
        recording.warnings = base::Json::parse(rows.text(8)).get<std::vector<std::string>>();
        list.push_back(std::move(item));
    }
    rows.reset();
    return list;
}

void Landing::relabel(const WalkedFile& file, const SourceRow& source) {
    source_ = source.row;
    bool settled = true;
    for (const Stored& item : stored(source.row)) {
        try {
            keep(item.sample, rules_.annotate(facts_of(file, item.name, item.recording)));
        } catch (const Error& error) {
            if (error.code() != "bad_input") throw;
            settled = false;
            report_.bad.push_back({item.name, error.message(), error.hint()});
        }
    }
    if (settled) sql_->rules_source.run(rules_.key(), source.row);
}

void Landing::remark_removed(const std::set<std::int64_t>& sources) {
    const std::lock_guard lock(parts_.lock);
    Statement rows = parts_.database.prepare(
        "SELECT s.source, s.name FROM sample s JOIN revision r ON r.id = s.revision WHERE s.removed = 1 AND (r.touched & ?) != 0 AND NOT "
        "EXISTS(SELECT 1 FROM sample o WHERE o.name = s.name AND o.removed = 0) ORDER BY s.name");
    rows.bind(touched_removed);
    while (rows.step())
        if (sources.count(rows.integer(0)) > 0) remarks_[removed_remark].push_back(rows.text(1));
}

std::optional<std::vector<Decoded>> Landing::known(const WalkedFile& file, const base::Hash& hash) {
    const auto extension = [](std::string_view path) { return base::lower(path.substr(path.find_last_of("./"))); };
    Statement& rows = sql_->by_hash;
    rows.bind(hash, read_key(options_));
    while (rows.step()) {
        if (extension(rows.text(1)) != extension(file.path)) continue;  // another name may mean another format
        std::vector<Stored> items = stored(rows.integer(0));
        if (static_cast<std::int64_t>(items.size()) != rows.integer(2)) continue;
        std::vector<Decoded> recordings;
        recordings.reserve(items.size());
        for (Stored& item : items) recordings.push_back(std::move(item.recording));
        rows.reset();
        return recordings;
    }
    return std::nullopt;
}

}  // namespace mote::store
