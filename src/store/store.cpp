#include "store/store.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/parts.hpp"

#include <algorithm>
#include <cstring>
#include <set>

#include <fnmatch.h>

namespace mote::store {

namespace {

const std::string select_samples = std::string("SELECT ") + sample_columns +
                                   " FROM sample s JOIN revision r ON r.id = s.revision JOIN object o ON o.id = s.object "
                                   "JOIN source src ON src.id = s.source ";

bool fits_name(const Sample& sample, const std::string& wanted) {
    return wanted == sample.id || wanted == sample.name || ::fnmatch(wanted.c_str(), sample.name.c_str(), 0) == 0;
}

bool has_label(const Sample& sample, const std::string& label) {
    if (sample.annotation.label == label && (!label.empty() || sample.annotation.spans.empty())) return true;
    return std::any_of(sample.annotation.spans.begin(), sample.annotation.spans.end(),
                       [&](const LabelSpan& s) { return s.label == label; });
}

template <class List, class Test>
bool any_or_empty(const List& list, Test&& test) {
    return list.empty() || std::any_of(list.begin(), list.end(), test);
}

bool fits(const Sample& sample, const SampleFilter& filter) {
    const Annotation& a = sample.annotation;
    if ((a.removed && !filter.with_removed) || (a.excluded && !filter.with_excluded)) return false;
    if (!filter.sensor.empty() && sample.descriptor.sensor() != filter.sensor) return false;
    return any_or_empty(filter.splits, [&](const std::string& split) { return normal_split(split) == a.split; }) &&
           any_or_empty(filter.labels, [&](const std::string& label) { return has_label(sample, label); }) &&
           any_or_empty(filter.names, [&](const std::string& name) { return fits_name(sample, name); });
}

[[noreturn]] void no_such_sample(std::string_view asked, const std::vector<Sample>& all) {
    std::vector<std::string> names;
    names.reserve(all.size());
    for (const Sample& sample : all) names.push_back(sample.name);
    std::string near = names.size() <= 20000 ? base::did_you_mean(asked, names) : "";
    if (near.empty() && names.size() <= 20000) {
        // The folders in front are often left out.
        std::vector<std::string> last;
        for (const std::string& name : names) last.push_back(name.substr(name.find_last_of('/') + 1));
        const std::string best = base::nearest(asked, last);
        if (!best.empty())
            near = "did you mean \"" + names[static_cast<std::size_t>(std::find(last.begin(), last.end(), best) - last.begin())] + "\"?";
    }
    throw base::Error("not_found", "no sample \"" + std::string(asked) + "\" in this project",
                      near.empty() ? "`mote data list` shows the names" : near);
}

/// What `change` makes of an annotation; adds the bits of what it sets to `touched`.
Annotation changed(Annotation a, const Edit& change, int& touched) {
    const auto set = [&](auto& field, const auto& value, int bit) {
        if (value) field = *value, touched |= bit;
    };
    set(a.label, change.label, touched_label);
    if (change.label && !change.spans) a.spans.clear();  // one label for the whole recording
    set(a.group, change.group, touched_group);
    set(a.excluded, change.excluded, touched_excluded);
    set(a.removed, change.removed, touched_removed);
    set(a.spans, change.spans, touched_label);
    if (change.split) a.split = normal_split(*change.split), touched |= touched_split;
    if (change.metadata) {
        for (const auto& [key, value] : change.metadata->items()) a.metadata[key] = value;
        touched |= touched_metadata;
    }
    return a;
}

void check_spans(const Edit& change, const Sample& sample) {
    if (!change.spans) return;
    std::size_t end = 0;
    for (const LabelSpan& span : *change.spans) {
        if (span.begin < end || span.end <= span.begin || span.end > sample.descriptor.frames)
            throw base::Error("bad_input",
                              sample.name + ": label span [" + std::to_string(span.begin) + ", " + std::to_string(span.end) +
                                  ") is out of order or beyond the " + std::to_string(sample.descriptor.frames) + " frames",
                              "give spans in order, without overlap");
        end = span.end;
    }
}

}  // namespace

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

Store Store::open(const std::filesystem::path& folder) { return Store(std::make_unique<Parts>(folder)); }
const std::filesystem::path& Store::folder() const { return parts_->folder; }

base::Hash Store::put(std::span<const std::byte> bytes) {
    const base::Hash hash = base::sha256(bytes);
    if (has(hash)) return hash;
    Writing writing(*parts_);
    writing.put(hash, bytes);
    writing.commit();
    return hash;
}

base::Hash Store::put(std::string_view text) { return put(base::as_bytes(text)); }

bool Store::has(const base::Hash& hash) const {
    const std::lock_guard lock(parts_->lock);
    return parts_->database.integer("SELECT count(*) FROM object WHERE hash = ?", hash) > 0;
}

std::span<const std::byte> Store::get(const base::Hash& hash) const {
    Place place;
    std::int64_t size = 0;
    {
        const std::lock_guard lock(parts_->lock);
        Statement find = parts_->database.prepare("SELECT segment, offset, size FROM object WHERE hash = ?");
        if (!find.bind(hash).step())
            throw base::Error("not_found", "no object " + base::hex(hash) + " in this store", "`mote data check` tells what is damaged");
        place = {find.integer(0), find.integer(1)};
        size = find.integer(2);
    }
    return parts_->segments.view(place, size);
}

std::vector<Sample> Store::samples(const SampleFilter& filter) const {
    const std::lock_guard lock(parts_->lock);
    std::vector<Sample> found;
    Statement rows =
        parts_->database.prepare(select_samples + (filter.with_removed ? "" : "WHERE s.removed = 0 ") + "ORDER BY s.name, s.id");
    while (rows.step()) {
        Sample sample = read_sample(rows);
        if (fits(sample, filter)) found.push_back(std::move(sample));
    }
    return found;
}

std::size_t Store::sample_count() const {
    const std::lock_guard lock(parts_->lock);
    return static_cast<std::size_t>(parts_->database.integer("SELECT count(*) FROM sample WHERE removed = 0"));
}

Sample Store::sample(std::string_view asked) const {
    const std::lock_guard lock(parts_->lock);
    // A live sample of that name comes before one that was removed.
    Statement rows = parts_->database.prepare(select_samples + "WHERE s.key = ?1 OR s.name = ?1 ORDER BY s.removed, s.id DESC LIMIT 1");
    if (rows.bind(asked).step()) return read_sample(rows);
    no_such_sample(asked, samples());
}

SignalView Store::view(const Sample& sample) const {
    SignalView view{sample.descriptor, get(sample.object)};
    if (view.bytes.size() != view.descriptor.size_bytes())
        throw base::Error("bad_input",
                          "the project's store is damaged: " + sample.name + " has " + std::to_string(view.bytes.size()) + " bytes for " +
                              std::to_string(view.descriptor.size_bytes()),
                          "restore .mote from a copy, or move it away and ingest again");
    return view;
}

Signal Store::read(const Sample& sample) const {
    const SignalView v = view(sample);
    Signal signal;
    signal.channels = v.descriptor.channels, signal.rate_hz = v.descriptor.rate_hz, signal.frames = v.descriptor.frames;
    signal.height = v.descriptor.height, signal.width = v.descriptor.width;
    if (v.descriptor.type == SampleType::i16) signal.values = std::vector<std::int16_t>(v.descriptor.value_count());
    if (v.descriptor.type == SampleType::u8) signal.values = std::vector<std::uint8_t>(v.descriptor.value_count());
    if (v.descriptor.type == SampleType::f32) signal.values = std::vector<float>(v.descriptor.value_count());
    std::visit(
        [&](auto& values) {
            if (!v.bytes.empty()) std::memcpy(values.data(), v.bytes.data(), v.bytes.size());
        },
        signal.values);
    signal.labels = sample.annotation.spans;
    return signal;
}

std::size_t Store::edit(const SampleFilter& filter, const Edit& change) {
    Writing writing(*parts_);
    SampleFilter everything;
    everything.with_removed = filter.with_removed;
    const std::vector<Sample> all = samples(everything);
    for (const std::string& name : filter.names)
        if (std::none_of(all.begin(), all.end(), [&](const Sample& s) { return fits_name(s, name); })) no_such_sample(name, all);
    std::set<std::string> groups;
    for (const Sample& sample : all)
        if (change.split && fits(sample, filter) && !sample.annotation.group.empty()) groups.insert(sample.annotation.group);
    Reviser reviser(*parts_);
    std::size_t count = 0;
    for (const Sample& sample : all) {
        int touched = static_cast<int>(parts_->database.integer("SELECT touched FROM revision WHERE id = ?", sample.revision));
        Annotation next = sample.annotation;
        if (fits(sample, filter)) {
            check_spans(change, sample);
            next = changed(next, change, touched);
        } else if (groups.count(sample.annotation.group) > 0) {
            next.split = normal_split(*change.split);  // one group never lies in two splits
            touched |= touched_split;
        }
        if (same(next, sample.annotation)) continue;
        reviser.add(sample.row, next, touched);
        ++count;
    }
    writing.commit();
    return count;
}

std::vector<std::pair<std::string, Annotation>> Store::history(std::string_view asked) const {
    const std::lock_guard lock(parts_->lock);
    const Sample found = sample(asked);
    Statement rows = parts_->database.prepare(std::string("SELECT ") + sample_columns +
                                              ", r.time FROM sample s JOIN revision r ON r.sample = s.id JOIN object o ON o.id = s.object "
                                              "JOIN source src ON src.id = s.source WHERE s.id = ? ORDER BY r.id");
    rows.bind(found.row);
    std::vector<std::pair<std::string, Annotation>> revisions;
    while (rows.step()) revisions.emplace_back(rows.text(16), read_sample(rows).annotation);
    return revisions;
}

}  // namespace mote::store
