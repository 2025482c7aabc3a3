// Small text helpers: near-miss suggestions, splitting, numbers for people.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::base {

std::vector<std::string> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
/// "a, b, c and 4 others": the first `most` of them.
std::string join_first(std::span<const std::string> parts, std::size_t most = 3);
std::string_view trim(std::string_view text);
std::string lower(std::string_view text);
bool is_utf8(std::string_view text);

/// The candidate nearest to `word` when it is near enough to be a slip of the finger (Damerau-Levenshtein), else "".
std::string nearest(std::string_view word, std::span<const std::string> candidates);
/// `did you mean "x"?`, or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

/// Shortest text that reads back as the same value; always with a '.' or exponent.
std::string exact(float value);
std::string exact(double value);
/// "38.1 KB" (1 KB = 1024 bytes), "1.4 M", "2 min 05 s".
std::string human_bytes(std::uint64_t bytes);
std::string human_count(double count);
std::string human_seconds(double seconds);

}  // namespace mote::base
