#include "store/name_pattern.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cctype>

namespace mote::store {

namespace {

constexpr std::size_t longest_name = 1024;  // the standard library's expressions recurse over the text

[[noreturn]] void bad_pattern(std::string_view pattern, const std::string& reason) {
    throw base::Error("usage", "name pattern \"" + std::string(pattern) + "\": " + reason,
                      "write a pattern such as {label}.{rest} or {subject}_{run}.csv");
}

bool is_field_name(std::string_view name) {
    return !name.empty() &&
           std::all_of(name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; });
}

}  // namespace

NamePattern::NamePattern(std::string_view pattern) : pattern_(pattern) {
    if (pattern.empty()) return;
    if (pattern.starts_with("re:"))
        parse_regex(pattern);
    else
        parse_template(pattern);
    if (fields_.empty()) bad_pattern(pattern, "has no field");
    for (const std::string& name : fields_)
        if (std::count(fields_.begin(), fields_.end(), name) > 1) bad_pattern(pattern, "names the field \"" + name + "\" twice");
}

void NamePattern::parse_template(std::string_view pattern) {
    std::string expression;
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char c = pattern[at];
        if (c == '{') {
            const std::size_t end = pattern.find('}', at);
            if (end == std::string_view::npos) bad_pattern(pattern, "a '{' is never closed");
            const std::string_view name = pattern.substr(at + 1, end - at - 1);
            if (!is_field_name(name)) bad_pattern(pattern, "\"" + std::string(name) + "\" is no name for a field");
            fields_.emplace_back(name);
            groups_.push_back(fields_.size());
            expression += pattern.find('{', end) == std::string_view::npos ? "([^/]+)" : "([^/]+?)";
            at = end;
        } else if (c == '*') {
            expression += "[^/]*?";
        } else {
            if (c == '/') ++folders_;
            if (!std::isalnum(static_cast<unsigned char>(c)) && c != '/' && c != '_' && c != ' ' && static_cast<unsigned char>(c) < 128)
                expression += '\\';
            expression += c;
        }
    }
    expression_ = std::regex("^" + expression + "$", std::regex::ECMAScript | std::regex::optimize);
}

void NamePattern::parse_regex(std::string_view pattern) {
    // ECMAScript expressions of the standard library have no named groups: the names are taken out and their places kept.
    std::string expression;
    std::size_t group = 0;
    bool in_class = false;
    for (std::size_t at = 3; at < pattern.size(); ++at) {  // behind "re:"
        const char c = pattern[at];
        expression += c;
        if (c == '\\' && at + 1 < pattern.size()) {
            expression += pattern[++at];
        } else if (c == '[' || c == ']') {
            in_class = c == '[';
        } else if (c == '/') {
            ++folders_;
        } else if (c == '(' && !in_class) {
            const std::string_view rest = pattern.substr(at + 1);
            if (!rest.starts_with("?")) {
                ++group;
            } else if (rest.size() > 2 && rest[1] == '<' && rest[2] != '=' && rest[2] != '!') {
                const std::size_t end = rest.find('>');
                if (end == std::string_view::npos || !is_field_name(rest.substr(2, end - 2)))
                    bad_pattern(pattern, "a group's name is missing or never ends");
                fields_.emplace_back(rest.substr(2, end - 2));
                groups_.push_back(++group);
                at += end + 1;
            }
        }
    }
    try {
        expression_ = std::regex(expression, std::regex::ECMAScript | std::regex::optimize);
    } catch (const std::regex_error& error) {
        bad_pattern(pattern, std::string("is not a regular expression: ") + error.what());
    }
}

NameFields NamePattern::match(std::string_view name) const {
    NameFields found;
    if (empty()) return found;
    std::size_t begin = name.size();
    for (std::size_t parts = 0; parts <= folders_ && begin > 0; ++parts) {
        const std::size_t slash = name.find_last_of('/', begin - 1);
        begin = slash == std::string_view::npos ? 0 : parts == folders_ ? slash + 1 : slash;
    }
    const std::string text(name.substr(begin));
    std::smatch match;
    if (text.size() > longest_name || !std::regex_search(text, match, expression_)) return found;
    for (std::size_t i = 0; i < fields_.size(); ++i)
        if (match[groups_[i]].matched) found[fields_[i]] = match[groups_[i]].str();
    return found;
}

}  // namespace mote::store
