#include "codegen/source_text.hpp"

#include "codegen/emit.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mote::codegen {

namespace {

constexpr std::size_t column_limit = 120;

bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x7f; }

bool is_letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

// Words that C++14 to C++20 or the emitted code itself use.
constexpr auto reserved = std::to_array<std::string_view>({"alignas",
                                                           "alignof",
                                                           "and",
                                                           "and_eq",
                                                           "arena",
                                                           "asm",
                                                           "auto",
                                                           "bitand",
                                                           "bitor",
                                                           "bool",
                                                           "break",
                                                           "case",
                                                           "catch",
                                                           "char",
                                                           "char16_t",
                                                           "char32_t",
                                                           "char8_t",
                                                           "class",
                                                           "co_await",
                                                           "co_return",
                                                           "co_yield",
                                                           "compl",
                                                           "concept",
                                                           "const",
                                                           "const_cast",
                                                           "consteval",
                                                           "constexpr",
                                                           "constinit",
                                                           "continue",
                                                           "decltype",
                                                           "default",
                                                           "delete",
                                                           "do",
                                                           "double",
                                                           "dynamic_cast",
                                                           "else",
                                                           "enum",
                                                           "explicit",
                                                           "export",
                                                           "extern",
                                                           "false",
                                                           "float",
                                                           "for",
                                                           "friend",
                                                           "goto",
                                                           "if",
                                                           "inline",
                                                           "int",
                                                           "long",
                                                           "main",
                                                           "mote",
                                                           "mutable",
                                                           "namespace",
                                                           "new",
                                                           "nn",
                                                           "noexcept",
                                                           "not",
                                                           "not_eq",
                                                           "nullptr",
                                                           "operator",
                                                           "or",
                                                           "or_eq",
                                                           "private",
                                                           "protected",
                                                           "public",
                                                           "register",
                                                           "reinterpret_cast",
                                                           "requires",
                                                           "return",
                                                           "rt",
                                                           "short",
                                                           "signed",
                                                           "sizeof",
                                                           "static",
                                                           "static_assert",
                                                           "static_cast",
                                                           "struct",
                                                           "switch",
                                                           "template",
                                                           "this",
                                                           "thread_local",
                                                           "throw",
                                                           "true",
                                                           "try",
                                                           "typedef",
                                                           "typeid",
                                                           "typename",
                                                           "union",
                                                           "unsigned",
                                                           "using",
                                                           "virtual",
                                                           "void",
                                                           "volatile",
                                                           "wchar_t",
                                                           "while",
                                                           "xor",
                                                           "xor_eq"});

}  // namespace

std::string string_literal(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\' || c == '?') {
            out += '\\', out += c;
        } else if (is_plain(byte)) {
            out += c;
        } else {
            // Octal escapes end after three digits; hexadecimal ones would swallow the next letters.
            out += '\\';
            out += static_cast<char>('0' + (byte >> 6)), out += static_cast<char>('0' + (byte >> 3 & 7));
            out += static_cast<char>('0' + (byte & 7));
        }
    }
    return out + "\"";
}

std::string comment_text(std::string_view text, std::size_t limit) {
    std::string out;
    for (const char c : text.substr(0, limit)) out += is_plain(static_cast<unsigned char>(c)) && c != '\\' ? c : '?';
    // "??/" is a backslash in C++14, and a backslash at the end of a line would swallow the next one.
    for (std::size_t at = 0; (at = out.find("??", at)) != std::string::npos;) out.replace(at, 2, "?");
    if (text.size() > limit) out += "...";
    return out;
}

std::string float_literal(float value, std::string_view what) {
    if (!std::isfinite(value)) throw base::Error("bad_input", std::string(what) + " is not a finite number", "train the model again");
    return base::exact(value) + "f";
}

std::string array_definition(std::string_view type, std::string_view name, const std::vector<std::string>& values) {
    std::string out = std::string(type) + " " + std::string(name) + "[" + std::to_string(values.size()) + "] = {\n";
    std::string line = "   ";
    for (const std::string& value : values) {
        if (line.size() + value.size() + 2 > column_limit) out += line + "\n", line = "   ";
        line += " " + value + ",";
    }
    return out + line + "\n};\n";
}

std::string short_title(std::string_view title) {
    constexpr std::size_t most = 40;
    const std::size_t shapes = std::min(title.find(" ["), title.size());
    std::string_view name = title.substr(0, shapes);
    name = name.substr(0, name.find(';'));
    for (std::size_t slash; name.size() > most && (slash = name.find('/')) != std::string_view::npos && slash + 1 < name.size();)
        name.remove_prefix(slash + 1);
    return std::string(name.substr(0, most)) + std::string(title.substr(shapes));
}

std::string Identifiers::make(std::string_view wanted) {
    std::string name;
    for (const char c : wanted.substr(0, 48)) {
        const char put = is_letter_or_digit(c) ? c : '_';
        // Two underscores in a row are reserved for the compiler.
        if (put == '_' && (name.empty() || name.back() == '_')) continue;
        name += put;
    }
    name = base::lower(name);
    while (!name.empty() && name.back() == '_') name.pop_back();
    if (name.empty() || (name.front() >= '0' && name.front() <= '9')) name = "layer_" + name;
    while (name.back() == '_') name.pop_back();
    const bool is_reserved = std::find(reserved.begin(), reserved.end(), name) != reserved.end();
    std::string unique = is_reserved ? name + "_layer" : name;
    for (int n = 2; !taken_.insert(unique).second; ++n) unique = name + "_" + std::to_string(n);
    return unique;
}

}  // namespace mote::codegen
