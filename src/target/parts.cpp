// What occupies an image, told by the names of its symbols.
#include "target/toolchain.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <elf.h>

namespace mote::target {
namespace {

struct Rule {
    std::string_view piece;  ///< of the demangled name
    std::string_view part;
};

// The first rule that fits wins. Emitted tables of the features begin with "features_"; its other constants are the model's.
constexpr std::array code_rules = {
    Rule{"mote_model::detail::compute_features", "signal processing"},
    Rule{"mote::rt::dsp", "signal processing"},
    Rule{"mote_model::detail::", "kernels"},
    Rule{"mote::rt::nn", "kernels"},
    Rule{"mote::rt::", "runtime"},
    Rule{"mote_model::", "runtime"},
    Rule{"mote_", "start-up"},
    Rule{"semihosting::", "start-up"},
    Rule{"(anonymous namespace)::", "start-up"},
};
constexpr std::array data_rules = {
    Rule{"mote_model::detail::static_arena", "arena"},
    Rule{"mote_model::(anonymous namespace)::features_", "signal processing"},
    Rule{"mote::rt::dsp", "signal processing"},
    Rule{"mote::rt::nn", "kernels"},
    Rule{"mote::rt::", "runtime"},
    Rule{"mote_model::", "weights"},
    Rule{"(anonymous namespace)::window", "window"},
    Rule{"(anonymous namespace)::outputs", "window"},
    Rule{"mote_", "start-up"},
    Rule{"(anonymous namespace)::", "start-up"},
};

template <std::size_t N>
std::string_view match(const std::array<Rule, N>& rules, std::string_view name) {
    for (const Rule& rule : rules)
        if (name.find(rule.piece) != std::string_view::npos) return rule.part;
    return "libraries";
}

}  // namespace

std::vector<ImagePart> parts_of(const Image& image) {
    std::map<std::string_view, ImagePart> found;
    std::uint64_t flash = 0, ram = 0;
    std::uint64_t last_end = 0;
    for (const Symbol& symbol : image.symbols) {
        if (symbol.section >= image.sections.size() || symbol.size_bytes == 0 || !(symbol.is_function || symbol.is_object)) continue;
        if (symbol.address < last_end) continue;  // another name of the same bytes
        last_end = std::uint64_t{symbol.address} + symbol.size_bytes;
        const Section& section = image.sections[symbol.section];
        const std::string name = demangle(symbol.name);
        ImagePart& part = found[symbol.is_function ? match(code_rules, name) : match(data_rules, name)];
        const bool in_flash = section.type != SHT_NOBITS, in_ram = section.name == ".data" || section.name == ".bss";
        if (in_flash) part.flash_bytes += symbol.size_bytes, flash += symbol.size_bytes;
        if (in_ram) part.ram_bytes += symbol.size_bytes, ram += symbol.size_bytes;
    }
    std::vector<ImagePart> parts;
    for (auto& [name, part] : found) parts.push_back({std::string(name), part.flash_bytes, part.ram_bytes});
    std::stable_sort(parts.begin(), parts.end(),
                     [](const ImagePart& a, const ImagePart& b) { return a.flash_bytes + a.ram_bytes > b.flash_bytes + b.ram_bytes; });
    // Literal pools have symbols' sizes; strings, tables without a name and padding have none.
    const std::uint64_t all_flash = image.flash_bytes(), all_ram = image.static_ram_bytes();
    parts.push_back({"unnamed and padding", all_flash - std::min(all_flash, flash), all_ram - std::min(all_ram, ram)});
    return parts;
}

}  // namespace mote::target
