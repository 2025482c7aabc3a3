#include "store/delimited.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <map>

namespace mote::store {

namespace {

constexpr std::size_t rows_judged = 64;
constexpr std::size_t bytes_judged = 1 << 16;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trim_blanks(std::string_view field, char delimiter) {
    const auto cut = [delimiter](char c) { return is_blank(c) && c != delimiter; };
    while (!field.empty() && cut(field.front())) field.remove_prefix(1);
    while (!field.empty() && cut(field.back())) field.remove_suffix(1);
    return field;
}

/// The first rows, so that judging costs the same for any size. A row that the cut goes through is left out.
std::string_view first_rows(std::string_view text) {
    if (text.size() <= bytes_judged) return text;
    const std::string_view start = text.substr(0, bytes_judged);
    const std::size_t end = start.find_last_of("\n\r");
    return end == std::string_view::npos ? start : start.substr(0, end + 1);
}

std::vector<std::vector<std::string>> sample_rows(std::string_view text, char delimiter) {
    std::vector<std::vector<std::string>> rows;
    RowReader reader(first_rows(text), delimiter);
    std::vector<std::string_view> fields;
    try {
        while (rows.size() < rows_judged && reader.next(fields)) rows.emplace_back(fields.begin(), fields.end());
    } catch (const base::Error&) {
        // An unclosed quote: the rows before it are judged, and reading names the place.
    }
    return rows;
}

/// Share of rows that have the most common number of fields, and that number.
std::pair<double, std::size_t> agreement(const std::vector<std::vector<std::string>>& rows) {
    std::map<std::size_t, std::size_t> counts;
    for (const auto& row : rows) ++counts[row.size()];
    std::pair<double, std::size_t> best{0, 1};
    for (const auto& [columns, n] : counts)
        if (static_cast<double>(n) / static_cast<double>(rows.size()) > best.first)
            best = {static_cast<double>(n) / static_cast<double>(rows.size()), columns};
    return best;
}

char find_delimiter(std::string_view text) {
    char best = ',';
    double best_share = 0;
    // In this order at equal agreement: a file with decimal commas agrees on commas as well as on its true delimiter.
    for (const char candidate : {'\t', ';', ',', '|'}) {
        const auto [share, columns] = agreement(sample_rows(text, candidate));
        if (columns > 1 && share > best_share) best = candidate, best_share = share;
    }
    if (best_share > 0) return best;
    return agreement(sample_rows(text, ' ')).second > 1 ? ' ' : ',';
}

bool is_decimal_comma(std::string_view field) {
    double value = 0;
    return std::count(field.begin(), field.end(), ',') == 1 && field.find('.') == std::string_view::npos && field.back() != ',' &&
           parse_number(field, true, value);
}

bool find_decimal_comma(const std::vector<std::vector<std::string>>& rows) {
    bool comma = false;
    for (const auto& row : rows)
        for (const auto& field : row) {
            double value = 0;
            if (field.find('.') != std::string::npos && parse_number(field, false, value)) return false;
            comma = comma || is_decimal_comma(field);
        }
    return comma;
}

/// A first row is a header when it holds text above numbers, or nothing but text.
bool find_header(const std::vector<std::vector<std::string>>& rows, bool decimal_comma) {
    if (rows.empty()) return false;
    const auto is_text = [&](const std::string& field) {
        const FieldKind kind = kind_of(field, decimal_comma);
        return kind == FieldKind::text || kind == FieldKind::empty;
    };
    if (std::all_of(rows[0].begin(), rows[0].end(), is_text)) return true;
    if (rows.size() < 2 || rows[0].size() != rows[1].size()) return false;
    for (std::size_t c = 0; c < rows[0].size(); ++c)
        if (kind_of(rows[0][c], decimal_comma) == FieldKind::text && !is_text(rows[1][c])) return true;
    return false;
}

}  // namespace

std::string_view delimited_text(std::string_view bytes) {
    using base::Error;
    if (bytes.empty()) throw Error("bad_input", "is empty", "leave it out, or record it again");
    if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff"))
        throw Error("bad_input", "byte 0: is UTF-16 text", "save it as UTF-8");
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    if (const void* zero = std::memchr(bytes.data(), 0, bytes.size()))
        throw Error("bad_input", "byte " + std::to_string(static_cast<const char*>(zero) - bytes.data()) + ": is not text",
                    "export it as CSV in UTF-8");
    return bytes;
}

Dialect detect_dialect(std::string_view text, char delimiter) {
    Dialect dialect;
    dialect.delimiter = delimiter ? delimiter : find_delimiter(text);
    const auto rows = sample_rows(text, dialect.delimiter);
    dialect.decimal_comma = dialect.delimiter != ',' && find_decimal_comma(rows);
    dialect.has_header = find_header(rows, dialect.decimal_comma);
    return dialect;
}

RowReader::RowReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {
    if (text.find('\n') == std::string_view::npos && text.find('\r') != std::string_view::npos) newline_ = '\r';
}

std::string_view RowReader::take_line() {
    const void* end = std::memchr(text_.data() + at_, newline_, text_.size() - at_);
    const std::size_t stop = end ? static_cast<std::size_t>(static_cast<const char*>(end) - text_.data()) : text_.size();
    std::string_view line = text_.substr(at_, stop - at_);
    at_ = end ? stop + 1 : stop;
    ++line_;
    if (newline_ == '\n' && line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool RowReader::next(std::vector<std::string_view>& fields) {
    fields.clear();
    while (at_ < text_.size()) {
        const std::size_t begin = at_;
        const std::string_view line = take_line();
        row_ = line_;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        if (line[0] == '#' && !begun_) continue;
        begun_ = true;
        if (std::memchr(line.data(), '"', line.size()))
            split_quoted(begin, fields);
        else
            split_plain(line, fields);
        return true;
    }
    return false;
}

void RowReader::split_plain(std::string_view line, std::vector<std::string_view>& fields) const {
    if (delimiter_ == ' ') {
        for (std::size_t at = 0;;) {
            at = line.find_first_not_of(" \t", at);
            if (at == std::string_view::npos) return;
            const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
            fields.push_back(line.substr(at, end - at));
            at = end;
        }
    }
    const char* at = line.data();
    const char* const stop = at + line.size();
    for (;;) {
        const char* end = at;
        while (end != stop && *end != delimiter_) ++end;
        fields.push_back(trim_blanks({at, static_cast<std::size_t>(end - at)}, delimiter_));
        if (end == stop) return;
        at = end + 1;
    }
}

void RowReader::split_quoted(std::size_t begin, std::vector<std::string_view>& fields) {
    unescaped_.clear();
    std::size_t at = begin;
    const auto at_end = [&] {
        return at >= text_.size() || text_[at] == newline_ || (text_[at] == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n');
    };
    for (;;) {
        while (at < text_.size() && is_blank(text_[at]) && text_[at] != delimiter_) ++at;
        if (delimiter_ == ' ')
            while (at < text_.size() && is_blank(text_[at])) ++at;
        if (at < text_.size() && text_[at] == '"') {
            fields.push_back(quoted_field(at));
        } else {
            if (delimiter_ == ' ' && at_end()) break;
            const std::size_t start = at;
            while (!at_end() && text_[at] != delimiter_) ++at;
            fields.push_back(trim_blanks(text_.substr(start, at - start), delimiter_));
        }
        if (at_end()) break;
        if (text_[at] != delimiter_)
            throw base::Error("bad_input", "row " + std::to_string(row_) + ": something stands between a closing quote and the next column",
                              "double the quotes inside quoted text (\"\")");
        ++at;
    }
    // The row may have gone over several lines.
    line_ += static_cast<std::size_t>(
        std::count(text_.begin() + static_cast<std::ptrdiff_t>(begin), text_.begin() + static_cast<std::ptrdiff_t>(at), newline_));
    at_ = std::min(text_.size(), text_.find(newline_, at));
    if (at_ < text_.size()) ++at_;
}

/// Reads from the opening quote at `at` and leaves `at` at the delimiter or end behind it.
std::string_view RowReader::quoted_field(std::size_t& at) {
    const std::size_t start = ++at;
    bool doubled = false;
    for (;;) {
        const std::size_t quote = text_.find('"', at);
        if (quote == std::string_view::npos)
            throw base::Error("bad_input", "row " + std::to_string(row_) + ": a quote is opened and never closed",
                              "close the quote, or remove it");
        at = quote + 1;
        if (at >= text_.size() || text_[at] != '"') break;
        doubled = true;
        ++at;
    }
    std::string_view field = text_.substr(start, at - 1 - start);
    while (at < text_.size() && is_blank(text_[at]) && text_[at] != delimiter_) ++at;
    if (!doubled) return field;
    std::string plain;
    plain.reserve(field.size());
    for (std::size_t i = 0; i < field.size(); ++i) {
        plain += field[i];
        if (field[i] == '"') ++i;
    }
    return unescaped_.emplace_back(std::move(plain));
}

namespace {

template <class T>
bool parse(std::string_view field, bool decimal_comma, T& value) {
    char buffer[64];
    if (decimal_comma && field.find(',') != std::string_view::npos) {
        if (field.size() > sizeof buffer) return false;
        std::replace_copy(field.begin(), field.end(), buffer, ',', '.');
        field = {buffer, field.size()};
    }
    if (field.size() > 1 && field[0] == '+' && field[1] != '-') field.remove_prefix(1);
    const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (end != field.data() + field.size() || field.empty()) return false;
    if (code == std::errc::result_out_of_range) {
        const std::size_t exponent = field.find_first_of("eE");
        const bool tiny =
            exponent != std::string_view::npos ? field.substr(exponent + 1).starts_with('-') : field.find('.') != std::string_view::npos;
        value = tiny ? T{0} : std::numeric_limits<T>::infinity();
        return true;
    }
    return code == std::errc{};
}

/// `count` digits at `at`.
bool digits(std::string_view text, std::size_t at, std::size_t count, int& value) {
    if (at + count > text.size()) return false;
    value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return false;
        value = value * 10 + (text[i] - '0');
    }
    return true;
}

/// Days since 1970 of a Gregorian date (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
long long days_from_civil(int year, int month, int day) {
    const int y = year - (month <= 2);
    const int era = (y >= 0 ? y : y - 399) / 400;
    const int year_of_era = y - era * 400;
    const int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return static_cast<long long>(era) * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

/// "Z", "+01:00", "-0530" or nothing.
bool parse_offset(std::string_view zone, int& offset_s) {
    offset_s = 0;
    if (zone.empty() || zone == "Z" || zone == "z") return true;
    if (zone[0] != '+' && zone[0] != '-') return false;
    int hours = 0, minutes = 0;
    if (!digits(zone, 1, 2, hours)) return false;
    zone.remove_prefix(3);
    if (zone.starts_with(':')) zone.remove_prefix(1);
    if (!zone.empty() && (!digits(zone, 0, 2, minutes) || zone.size() != 2)) return false;
    offset_s = hours * 3600 + minutes * 60;
    return true;
}

}  // namespace

bool parse_number(std::string_view field, bool decimal_comma, float& value) { return parse(field, decimal_comma, value); }
bool parse_number(std::string_view field, bool decimal_comma, double& value) { return parse(field, decimal_comma, value); }

bool parse_date_time(std::string_view field, long long& seconds, double& fraction) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    if (field.size() < 16 || !digits(field, 0, 4, year) || field[4] != '-' || !digits(field, 5, 2, month) || field[7] != '-' ||
        !digits(field, 8, 2, day) || (field[10] != ' ' && field[10] != 'T') || !digits(field, 11, 2, hour) || field[13] != ':' ||
        !digits(field, 14, 2, minute))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59) return false;
    std::size_t at = 16;
    fraction = 0;
    if (at < field.size() && field[at] == ':') {
        if (!digits(field, at + 1, 2, second) || second > 60) return false;
        at += 3;
        if (at < field.size() && (field[at] == '.' || field[at] == ',')) {
            double scale = 0.1;
            for (++at; at < field.size() && field[at] >= '0' && field[at] <= '9'; ++at, scale /= 10) fraction += scale * (field[at] - '0');
        }
    }
    std::string_view zone = field.substr(at);
    const bool west = zone.starts_with('-');
    int offset_s = 0;
    if (!parse_offset(zone, offset_s)) return false;
    seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - (west ? -offset_s : offset_s);
    if (fraction >= 1) fraction = 0, ++seconds;
    return true;
}

FieldKind kind_of(std::string_view field, bool decimal_comma) {
    if (field.empty()) return FieldKind::empty;
    double value = 0, fraction = 0;
    long long seconds = 0;
    if (parse_number(field, decimal_comma, value)) return FieldKind::number;
    return parse_date_time(field, seconds, fraction) ? FieldKind::date_time : FieldKind::text;
}

}  // namespace mote::store
