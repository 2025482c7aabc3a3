#include "store/sidecar.hpp"

#include "base/error.hpp"
#include "store/sample.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

namespace mote::store {

namespace {

using base::Error;
using base::Json;
using Entries = std::map<std::string, SidecarEntry>;

[[noreturn]] void bad(const std::string& place, const std::string& reason) {
    throw Error("bad_input", place + ": " + reason, "correct it, or remove the label file");
}

const Json& member(const Json& object, const char* key, const std::string& place) {
    if (!object.is_object() || !object.contains(key)) bad(place, std::string("has no \"") + key + "\"");
    return object.at(key);
}

std::string text_of(const Json& object, const char* key, const std::string& place) {
    const Json& value = member(object, key, place);
    if (!value.is_string()) bad(place, std::string("\"") + key + "\" is not text");
    return value;
}

std::size_t index_of(const Json& object, const char* key, const std::string& place) {
    const Json& value = member(object, key, place);
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > (std::uint64_t{1} << 40))
        bad(place, std::string("\"") + key + "\" is not an index");
    return value.get<std::size_t>();
}

std::vector<LabelSpan> read_spans(const Json& list, const std::string& place) {
    if (!list.is_array()) bad(place, "is not a list");
    std::vector<LabelSpan> spans;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string here = place + "[" + std::to_string(i) + "]";
        LabelSpan span{index_of(list[i], "startIndex", here), index_of(list[i], "endIndex", here) + 1, text_of(list[i], "label", here)};
        if (span.end <= span.begin) bad(here, "ends before it starts");
        if (!spans.empty() && span.begin < spans.back().end) bad(here, "overlaps the one before it");
        spans.push_back(std::move(span));
    }
    return spans;
}

void read_info(const Json& json, const std::string& folder, const std::string& place, Entries& entries) {
    const Json& files = member(json, "files", place);
    if (!files.is_array()) bad(place, "\"files\" is not a list");
    for (std::size_t i = 0; i < files.size(); ++i) {
        const std::string here = place + ": files[" + std::to_string(i) + "]";
        const std::string path = (std::filesystem::path(folder) / text_of(files[i], "path", here)).lexically_normal().string();
        SidecarEntry& entry = entries[path];
        if (files[i].contains("category")) {
            const std::string category = text_of(files[i], "category", here);
            if (category != "split") entry.split = normal_split(category);
        }
        if (files[i].contains("label")) {
            const Json& label = files[i]["label"];
            const std::string type = text_of(label, "type", here + ".label");
            if (type == "label") entry.label = text_of(label, "label", here + ".label");
            if (type == "unlabeled") entry.label = "";
            if (type == "multi-label") entry.spans = read_spans(member(label, "labels", here + ".label"), here + ".label.labels");
        }
        if (files[i].contains("metadata") && files[i]["metadata"].is_object()) entry.metadata = files[i]["metadata"];
        if (files[i].contains("boundingBoxes") && !files[i]["boundingBoxes"].empty())
            entry.metadata["bounding_boxes"] = files[i]["boundingBoxes"];
    }
}

void read_per_file(const Json& list, const std::string& folder, const std::string& place, Entries& entries, bool boxes) {
    if (!list.is_object()) bad(place, "is not a table of files");
    for (const auto& [name, value] : list.items()) {
        SidecarEntry& entry = entries[(std::filesystem::path(folder) / name).lexically_normal().string()];
        if (boxes)
            entry.metadata["bounding_boxes"] = value;
        else
            entry.spans = read_spans(value, place + ": " + name);
    }
}

}  // namespace

bool is_sidecar(std::string_view file_name) {
    static constexpr std::array<std::string_view, 5> names{"info.labels", "structured_labels.labels", "bounding_boxes.labels",
                                                           "label_map.labels", "attachments.labels"};
    return std::find(names.begin(), names.end(), file_name) != names.end();
}

void read_sidecar(std::string_view path, std::string_view text, Entries& entries) {
    const std::string folder(path.substr(0, path.find_last_of('/')));
    const std::string name(path.substr(path.find_last_of('/') + 1));
    const Json json = base::parse_json(text, name);
    Entries changed = entries;
    if (name == "info.labels") read_info(json, folder, name, changed);
    if (name == "structured_labels.labels") read_per_file(member(json, "structuredLabels", name), folder, name, changed, false);
    if (name == "bounding_boxes.labels") read_per_file(member(json, "boundingBoxes", name), folder, name, changed, true);
    entries = std::move(changed);
}

}  // namespace mote::store
