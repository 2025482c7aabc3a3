#include "base/text.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>

namespace mote::base {

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t start = 0;;) {
        const std::size_t end = text.find(separator, start);
        parts.emplace_back(text.substr(start, end - start));
        if (end == std::string_view::npos) return parts;
        start = end + 1;
    }
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i) text += separator;
        text += parts[i];
    }
    return text;
}

std::string join_first(std::span<const std::string> parts, std::size_t most) {
    if (parts.size() <= most) return join(parts, ", ");
    const std::size_t rest = parts.size() - most;
    return join(parts.first(most), ", ") + " and " + std::to_string(rest) + (rest == 1 ? " other" : " others");
}

std::string_view trim(std::string_view text) {
    const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const std::size_t length = lead < 0x80                   ? 1
                                   : lead >= 0xc2 && lead < 0xe0 ? 2
                                   : lead >= 0xe0 && lead < 0xf0 ? 3
                                   : lead >= 0xf0 && lead < 0xf5 ? 4
                                                                 : 0;
        if (length == 0 || i + length > text.size()) return false;
        for (std::size_t k = 1; k < length; ++k)
            if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
        if (length >= 3) {
            const auto second = static_cast<unsigned char>(text[i + 1]);
            if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second >= 0xa0) || (lead == 0xf0 && second < 0x90) ||
                (lead == 0xf4 && second >= 0x90))
                return false;
        }
        i += length;
    }
    return true;
}

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j) {
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    return d[a.size()][b.size()];
}

template <class T>
std::string shortest(T value) {
    char buffer[64];
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
    std::string text(buffer, result.ptr);
    if (text.find_first_of(".einf") == std::string::npos) text += ".0";
    return text;
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> candidates) {
    std::string best;
    if (word.size() > 100) return best;  // no slip of the finger, and the distance takes the square of the length
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto& candidate : candidates) {
        const std::size_t distance = edit_distance(lower(word), lower(candidate));
        if (distance < best_distance) best = candidate, best_distance = distance;
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
    const std::string best = nearest(word, candidates);
    return best.empty() ? "" : "did you mean \"" + best + "\"?";
}

std::string exact(float value) { return shortest(value); }
std::string exact(double value) { return shortest(value); }

namespace {
std::string print(const char* format, double value) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, format, value);
    return buffer;
}
}  // namespace

std::string human_bytes(std::uint64_t bytes) {
    const auto value = static_cast<double>(bytes);
    if (bytes < 1024) return std::to_string(bytes) + " B";
    if (bytes < (1u << 20)) return print("%.1f KB", value / 1024);
    if (bytes < (1u << 30)) return print("%.1f MB", value / (1 << 20));
    return print("%.1f GB", value / (1 << 30));
}

std::string human_count(double count) {
    if (count < 1e4) return print("%.0f", count);
    if (count < 1e6) return print("%.1f k", count / 1e3);
    if (count < 1e9) return print("%.2f M", count / 1e6);
    return print("%.2f G", count / 1e9);
}

std::string human_seconds(double seconds) {
    if (seconds < 1e-3) return print("%.0f us", seconds * 1e6);
    if (seconds < 1) return print("%.1f ms", seconds * 1e3);
    if (seconds < 60) return print("%.1f s", seconds);
    const auto whole = static_cast<long>(seconds + 0.5);
    if (whole < 3600) return std::to_string(whole / 60) + " min " + print("%02.0f s", static_cast<double>(whole % 60));
    return std::to_string(whole / 3600) + " h " + print("%02.0f min", static_cast<double>(whole % 3600 / 60));
}

}  // namespace mote::base
