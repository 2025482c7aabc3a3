#include "base/json.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

#include <algorithm>
#include <sstream>

// Tables and arrays that are nested deeper are no configuration; the parser calls itself once a level.
#define TOML_MAX_NESTED_VALUES 32
#include <toml++/toml.h>

namespace mote::base {

namespace {

constexpr std::size_t json_depth_max = 256;
constexpr std::size_t key_parts_max = 64;

/// How deep lists and objects are nested at most. Writing a value calls itself once a level, so depth is bounded before anything is built.
std::size_t depth_of(std::string_view text) {
    std::size_t depth = 0, deepest = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '"') quoted = !quoted;
        if (c == '\\' && quoted) ++i;
        if (quoted) continue;
        if (c == '[' || c == '{') deepest = std::max(deepest, ++depth);
        if ((c == ']' || c == '}') && depth > 0) --depth;
    }
    return deepest;
}

/// Most parts of a dotted key (a.b.c has 3), or more where text only looks like one.
std::size_t key_parts_of(std::string_view text) {
    std::size_t parts = 1, most = 1;
    char before = '.';
    for (const char c : text) {
        if (c == ',' || c == '[' || c == ']' || c == '{' || c == '}' || c == '=' || c == '\n') parts = 1;
        if (c == '.' && before != '.') most = std::max(most, ++parts);
        if (c != ' ' && c != '\t') before = c;
    }
    return most;
}

}  // namespace

Json parse_json(std::string_view text, std::string_view where) {
    if (depth_of(text) > json_depth_max)
        throw Error("bad_input", std::string(where) + ": is nested more than " + std::to_string(json_depth_max) + " levels deep",
                    "check the file");
    try {
        return Json::parse(text);
    } catch (const nlohmann::json::out_of_range&) {
        throw Error("bad_input", std::string(where) + ": holds a number too large for a double", "write a number below 1.8e308");
    } catch (const nlohmann::json::parse_error& error) {
        const std::size_t at = std::min<std::size_t>(error.byte, text.size());
        const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        throw Error("bad_input", std::string(where) + ":" + std::to_string(line) + ": not valid JSON",
                    "check the text near byte " + std::to_string(error.byte));
    }
}

std::string canonical_json(const Json& value) {
    // nlohmann::json (not ordered_json) keeps keys in a std::map, so its dump is sorted.
    return nlohmann::json::parse(value.dump()).dump();
}

namespace {

Json convert(const toml::node& node) {
    if (const auto* table = node.as_table()) {
        Json object = Json::object();
        // toml++ keeps tables sorted by key; the source region restores the order in which a person wrote them.
        std::vector<std::pair<std::string, const toml::node*>> items;
        for (const auto& [key, item] : *table) items.emplace_back(std::string(key.str()), &item);
        std::stable_sort(items.begin(), items.end(), [](const auto& a, const auto& b) {
            const auto pa = a.second->source().begin, pb = b.second->source().begin;
            return pa.line != pb.line ? pa.line < pb.line : pa.column < pb.column;
        });
        for (const auto& [key, item] : items) object[key] = convert(*item);
        return object;
    }
    if (const auto* array = node.as_array()) {
        Json list = Json::array();
        for (const auto& item : *array) list.push_back(convert(item));
        return list;
    }
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* whole = node.as_integer()) return whole->get();
    if (const auto* real = node.as_floating_point()) return real->get();
    if (const auto* flag = node.as_boolean()) return flag->get();
    std::ostringstream out;
    node.visit([&](const auto& value) {
        if constexpr (toml::is_date<decltype(value)> || toml::is_time<decltype(value)> || toml::is_date_time<decltype(value)>) out << value;
    });
    return out.str();
}

}  // namespace

Json parse_toml(std::string_view text, std::string_view where) {
    if (key_parts_of(text) > key_parts_max)
        throw Error("bad_input", std::string(where) + ": a key has more than " + std::to_string(key_parts_max) + " parts",
                    "check the file");
    try {
        return convert(toml::parse(text));
    } catch (const toml::parse_error& error) {
        throw Error("bad_input",
                    std::string(where) + ":" + std::to_string(error.source().begin.line) + ":" +
                        std::to_string(error.source().begin.column) + ": not valid TOML: " + std::string(error.description()),
                    "correct that line; see toml.io for the format");
    }
}

Json read_toml(const std::filesystem::path& file) { return parse_toml(read_text(file), file.string()); }

}  // namespace mote::base
