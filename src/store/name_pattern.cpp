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
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char c = pattern[at];
        if (c == '{') {
            const std::size_t end = pattern.find('}', at);
            if (end == std::string_view::npos) bad_pattern(pattern, "a '{' is never closed");
            const std::string_view name = pattern.substr(at + 1, end - at - 1);
            if (!is_field_name(name)) bad_pattern(pattern, "\"" + std::string(name) + "\" is no name for a field");
            fields_.emplace_back(name);
            groups_.push_back(steps_.size());
            steps_.push_back({Step::one});
            steps_.push_back({pattern.find('{', end) == std::string_view::npos ? Step::most : Step::fewest});
            at = end;
        } else if (c == '*') {
            if (steps_.empty() || steps_.back().kind != Step::fewest || pattern[at - 1] != '*') steps_.push_back({Step::fewest});
        } else {
            if (c == '/') ++folders_;
            steps_.push_back({Step::literal, c});
        }
    }
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
    if (name.size() - begin > longest_name) return found;
    if (!steps_.empty()) return match_template(name.substr(begin));
    const std::string text(name.substr(begin));
    std::smatch match;
    if (!std::regex_search(text, match, expression_)) return found;
    for (std::size_t i = 0; i < fields_.size(); ++i)
        if (match[groups_[i]].matched) found[fields_[i]] = match[groups_[i]].str();
    return found;
}

NameFields NamePattern::match_template(std::string_view text) const {
    // A table of which rest of the steps fits which rest of the text, filled from the end: a search that tries and goes back takes
    // exponential time on a pattern of many stars.
    const std::size_t columns = text.size() + 1;
    std::vector<char> fits((steps_.size() + 1) * columns, 0);
    fits.back() = 1;
    for (std::size_t step = steps_.size(); step-- > 0;)
        for (std::size_t at = columns; at-- > 0;) {
            const bool repeats = steps_[step].kind == Step::fewest || steps_[step].kind == Step::most;
            const bool takes = at < text.size() && (steps_[step].kind == Step::literal ? text[at] == steps_[step].letter : text[at] != '/');
            const bool after = takes && fits[(repeats ? step : step + 1) * columns + at + 1] != 0;
            fits[step * columns + at] = after || (repeats && fits[(step + 1) * columns + at] != 0) ? 1 : 0;
        }
    NameFields found;
    if (fits.front() == 0) return found;
    std::vector<std::size_t> begins;  // of the text each step takes
    std::size_t at = 0;
    for (std::size_t step = 0; step < steps_.size(); ++step) {
        begins.push_back(at);
        const char* here = &fits[step * columns];
        const char* next = here + columns;
        if (steps_[step].kind == Step::fewest)
            while (next[at] == 0) ++at;
        else if (steps_[step].kind == Step::most)
            while (at < text.size() && text[at] != '/' && here[at + 1] != 0) ++at;
        else
            ++at;
    }
    begins.push_back(at);
    for (std::size_t i = 0; i < fields_.size(); ++i)
        found[fields_[i]] = text.substr(begins[groups_[i]], begins[groups_[i] + 2] - begins[groups_[i]]);
    return found;
}

}  // namespace mote::store
