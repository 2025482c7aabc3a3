#include "app/toml_edit.hpp"

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mote::app {

namespace {

using base::Json;

/// A line without its end, and the end.
struct Line {
    std::string text, end;
};

std::vector<Line> lines_of(std::string_view text) {
    std::vector<Line> lines;
    while (!text.empty()) {
        const std::size_t at = text.find('\n');
        const std::size_t size = at == std::string_view::npos ? text.size() : at + 1;
        std::string_view line = text.substr(0, size);
        const std::size_t content = line.find_last_not_of("\r\n") + 1;
        lines.push_back({std::string(line.substr(0, content)), std::string(line.substr(content))});
        text.remove_prefix(size);
    }
    return lines;
}

/// "[listen]  # words" is the header "listen".
std::string header_of(std::string_view line) {
    line = base::trim(line);
    if (!line.starts_with('[') || line.starts_with("[[")) return "";
    const std::size_t end = line.find(']');
    return end == std::string_view::npos ? "" : std::string(base::trim(line.substr(1, end - 1)));
}

bool is_header(std::string_view line) { return base::trim(line).starts_with('['); }

/// Where a line's value begins and ends when it sets `key`; both 0 when it does not. Good for numbers and words: a value with a # in it
/// is cut short, which the check at the end finds.
std::pair<std::size_t, std::size_t> value_of(const std::string& line, std::string_view key) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || base::trim(std::string_view(line).substr(0, equals)) != key) return {0, 0};
    const std::size_t begin = std::min(line.find_first_not_of(" \t", equals + 1), line.size());
    std::size_t end = std::min(line.find('#', begin), line.size());
    while (end > begin && (line[end - 1] == ' ' || line[end - 1] == '\t')) --end;
    return {begin, end};
}

void replace_value(std::string& line, std::size_t begin, std::size_t end, const std::string& value) {
    const std::size_t comment = line.find('#', end);
    const std::size_t old_size = end - begin;
    std::string gap = comment == std::string::npos ? line.substr(end) : line.substr(end, comment - end);
    // The comment keeps its column where there is room.
    if (comment != std::string::npos && value.size() < old_size) gap += std::string(old_size - value.size(), ' ');
    if (comment != std::string::npos && value.size() > old_size)
        gap = std::string(gap.size() > value.size() - old_size ? gap.size() - (value.size() - old_size) : 1, ' ');
    line = line.substr(0, begin) + value + gap + (comment == std::string::npos ? "" : line.substr(comment));
}

void set(std::vector<Line>& lines, std::string_view section, const std::string& key, const std::string& value) {
    const std::string end = lines.empty() || lines.front().end.empty() ? "\n" : lines.front().end;
    auto header = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return header_of(line.text) == section; });
    if (header == lines.end()) {
        if (!lines.empty() && lines.back().end.empty()) lines.back().end = end;
        if (!lines.empty()) lines.push_back({"", end});
        lines.push_back({"[" + std::string(section) + "]", end}), lines.push_back({key + " = " + value, end});
        return;
    }
    auto last = header;
    for (auto line = header + 1; line != lines.end() && !is_header(line->text); ++line) {
        const auto [from, to] = value_of(line->text, key);
        if (to > from) return replace_value(line->text, from, to, value);
        if (!base::trim(line->text).empty()) last = line;
    }
    if (last->end.empty()) last->end = end;
    lines.insert(last + 1, {key + " = " + value, end});
}

}  // namespace

std::string with_settings(std::string_view text, std::string_view section,
                          const std::vector<std::pair<std::string, std::string>>& settings) {
    Json wanted = base::parse_toml(text, "mote.toml");
    std::vector<Line> lines = lines_of(text);
    std::string by_hand;
    const std::string name(section);
    const bool is_table = !wanted.contains(name) || wanted[name].is_object();
    for (const auto& [key, value] : settings) {
        if (is_table) wanted[name][key] = base::parse_toml("value = " + value, "a setting").at("value");
        set(lines, section, key, value);
        by_hand += (by_hand.empty() ? "" : ", ") + key + " = " + value;
    }
    std::string out;
    for (const Line& line : lines) out += line.text + line.end;
    // What was written must read as the same settings with these changed, whatever the text looked like.
    try {
        if (is_table && base::canonical_json(base::parse_toml(out, "mote.toml")) == base::canonical_json(wanted)) return out;
    } catch (const base::Error&) {
    }
    throw base::Error("conflict", "mote.toml: [" + name + "] is written in a way that cannot be changed by program",
                      "set by hand: " + by_hand);
}

}  // namespace mote::app
