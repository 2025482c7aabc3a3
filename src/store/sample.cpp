#include "store/sample.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/parts.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace mote::store {

std::string Descriptor::sensor() const {
    std::string names;
    for (const Channel& channel : channels) names += (names.empty() ? "" : ",") + channel.name;
    return (is_image() ? "image: " : "") + names;
}

std::string rate_text(double rate_hz) {
    char text[64];
    std::snprintf(text, sizeof text, "%.6g Hz", rate_hz);
    return text;
}

Descriptor describe(const Signal& signal) {
    return {signal.type(), signal.channels, signal.rate_hz, signal.frames, signal.height, signal.width};
}

base::Json to_json(const Descriptor& d) {
    base::Json channels = base::Json::array();
    for (const Channel& channel : d.channels) channels.push_back({{"name", channel.name}, {"unit", channel.unit}});
    base::Json json = {{"type", name_of(d.type)}, {"channels", std::move(channels)}, {"rate_hz", d.rate_hz}, {"frames", d.frames}};
    if (d.is_image()) json["height"] = d.height, json["width"] = d.width;
    return json;
}

Descriptor descriptor_from_json(const base::Json& json) {
    Descriptor d;
    const std::string type = json.at("type");
    d.type = type == "i16" ? SampleType::i16 : type == "u8" ? SampleType::u8 : SampleType::f32;
    for (const auto& channel : json.at("channels")) d.channels.push_back({channel.at("name"), channel.at("unit")});
    d.rate_hz = json.at("rate_hz");
    d.frames = json.at("frames");
    d.height = json.value("height", std::size_t{0});
    d.width = json.value("width", std::size_t{0});
    return d;
}

std::string normal_split(std::string_view word) {
    static constexpr std::array<std::pair<const char*, const char*>, 8> words{{{"val", split_validation},
                                                                               {"valid", split_validation},
                                                                               {"dev", split_validation},
                                                                               {"validation", split_validation},
                                                                               {"training", split_train},
                                                                               {"train", split_train},
                                                                               {"testing", split_test},
                                                                               {"test", split_test}}};
    const std::string given = base::lower(base::trim(word));
    for (const auto& [alias, name] : words)
        if (given == alias) return name;
    return std::string(base::trim(word));
}

base::Json spans_to_json(std::span<const LabelSpan> spans) {
    base::Json json = base::Json::array();
    for (const LabelSpan& span : spans) json.push_back(base::Json::array({span.begin, span.end, span.label}));
    return json;
}

std::vector<LabelSpan> spans_from_json(const base::Json& json) {
    std::vector<LabelSpan> spans;
    for (const auto& item : json) spans.push_back({item.at(0), item.at(1), item.at(2)});
    return spans;
}

bool same(const Annotation& a, const Annotation& b) {
    return a.label == b.label && a.split == b.split && a.group == b.group && a.excluded == b.excluded && a.removed == b.removed &&
           base::canonical_json(a.metadata) == base::canonical_json(b.metadata) && spans_to_json(a.spans) == spans_to_json(b.spans);
}

Sample read_sample(const Statement& row) {
    Sample s;
    s.row = row.integer(0);
    s.id = row.text(1), s.name = row.text(2), s.source = row.text(3);
    s.object = row.hash(5);
    s.revision = row.integer(6);
    Annotation& a = s.annotation;
    a.label = row.text(7), a.split = row.text(8), a.group = row.text(9);
    a.excluded = row.integer(10) != 0, a.removed = row.integer(11) != 0;
    try {
        s.descriptor = descriptor_from_json(base::Json::parse(row.text(4)));
        if (const std::string spans = row.text(12); spans != "[]") a.spans = spans_from_json(base::Json::parse(spans));
        if (const std::string metadata = row.text(13); metadata != "{}") a.metadata = base::Json::parse(metadata);
        if (const std::string warnings = row.text(14); warnings != "[]")
            s.warnings = base::Json::parse(warnings).get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception& error) {
        throw base::Error("bad_input", "the project's store is damaged: sample " + s.id + ": " + error.what(),
                          "restore .mote from a copy, or move it away and ingest again");
    }
    return s;
}

Reviser::Reviser(Store::Parts& parts)
    : parts_(parts),
      insert_(parts.database.prepare("INSERT INTO revision(sample, label, split, grp, excluded, removed, spans, metadata, touched, time) "
                                     "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")),
      update_(parts.database.prepare("UPDATE sample SET revision = ?, removed = ? WHERE id = ?")),
      now_(utc_now()) {}

std::int64_t Reviser::add(std::int64_t sample_row, const Annotation& a, int touched) {
    const std::string spans = a.spans.empty() ? "[]" : spans_to_json(a.spans).dump();
    const std::string metadata = a.metadata.empty() ? "{}" : base::canonical_json(a.metadata);
    insert_.run(sample_row, a.label, a.split, a.group, a.excluded, a.removed, spans, metadata, touched, now_);
    const std::int64_t revision = parts_.database.last_row();
    update_.run(revision, a.removed, sample_row);
    return revision;
}

}  // namespace mote::store
