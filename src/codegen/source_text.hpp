// Pieces of C++ text that are right whatever the names in a model are.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::codegen {

/// A string literal with its quotes; everything but plain printable ASCII is escaped, so that no encoding or trigraph can change it.
std::string string_literal(std::string_view text);

/// Text for one `//` comment line: control characters and bytes that would end or continue the line are replaced by '?', and what is
/// longer than `limit` is cut.
std::string comment_text(std::string_view text, std::size_t limit = 120);

/// The names of a frame's channels are shown up to this length: enough for every sensor on a board, not for a spectrum's.
constexpr std::size_t channel_names_limit = 1000;

/// A float literal that reads back as the same value ("0.1f"); throws base::Error "bad_input" naming `what` unless it is finite.
std::string float_literal(float value, std::string_view what);

/// `type name[count] = {...};` in lines of at most 120 columns, e.g. array_definition("alignas(4) const int8_t", "w", ...).
std::string array_definition(std::string_view type, std::string_view name, const std::vector<std::string>& values);

template <class T>
std::vector<std::string> decimal(std::span<const T> values) {
    std::vector<std::string> text;
    text.reserve(values.size());
    for (const T v : values) {
        // The least value of a type has no literal of its own: -2147483648 is the negation of a number that int cannot hold.
        const auto wide = static_cast<std::int64_t>(v);
        text.push_back(wide == INT32_MIN ? "-2147483647 - 1" : std::to_string(wide));
    }
    return text;
}

/// Gives each name its own C++ identifier: snake_case of what was asked for, a number behind it when it is taken or reserved.
class Identifiers {
  public:
    std::string make(std::string_view wanted);

  private:
    std::set<std::string, std::less<>> taken_;
};

}  // namespace mote::codegen
