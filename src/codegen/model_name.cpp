// What a model is called in generated code, and how that name gets there.
#include "base/error.hpp"
#include "base/text.hpp"
#include "codegen/emit.hpp"
#include "codegen/model_text.hpp"
#include "codegen/source_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace mote::codegen {

namespace {

// Names that the headers of generated code bring in, and the namespace that is not ours to open.
constexpr auto taken = std::to_array<std::string_view>({"std", "size_t", "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t",
                                                        "uint32_t", "uint64_t", "intptr_t", "uintptr_t", "ptrdiff_t", "max_align_t"});

void replace_all(std::string& text, std::string_view old, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += with.size()) text.replace(at, old.size(), with);
}

}  // namespace

void check_name(std::string_view name) {
    if (Identifiers().make(name) == name && std::find(taken.begin(), taken.end(), name) == taken.end()) return;
    throw base::Error("bad_input", "a model in generated code cannot be called \"" + comment_text(name, 60) + "\"",
                      "lower-case letters, digits and single underscores, and no word of C++: " + name_for(name));
}

std::string name_for(std::string_view title) {
    constexpr std::string_view ending = "_model";
    const bool has_letters = std::any_of(title.begin(), title.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
    if (!has_letters) return "mote_model";
    const bool digit_first = std::isdigit(static_cast<unsigned char>(title.front())) != 0;
    const std::string name = Identifiers().make((digit_first ? "mote " : "") + std::string(title.substr(0, 36)) + " model");
    // "wake word model" is called so once.
    return name.ends_with("_model_model") ? name.substr(0, name.size() - ending.size()) : name;
}

std::string with_name(std::string_view text, const Parts& parts) {
    const std::string& name = parts.pipeline.name;
    std::string capitals = name, out(text);
    for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    replace_all(out, "mote_model", name);
    replace_all(out, "MOTE_MODEL", capitals);
    return out;
}

}  // namespace mote::codegen
