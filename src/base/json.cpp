#include "base/json.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

#include <algorithm>
#include <sstream>

#include <toml++/toml.h>

namespace mote::base {

Json parse_json(std::string_view text, std::string_view where) {
    try {
        return Json::parse(text);
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
