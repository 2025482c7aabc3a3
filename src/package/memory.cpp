#include "package/memory.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace mote::package {

namespace {

std::uint64_t missing(std::uint64_t needed, std::uint64_t has) { return has > 0 && needed > has ? needed - has : 0; }

struct Need {
    std::uint64_t flash_bytes, ram_bytes;
    bool fits(const Destination& d) const { return missing(flash_bytes, d.flash_bytes) == 0 && missing(ram_bytes, d.ram_bytes) == 0; }
};

/// Names of what has room, small ones first, systems without a limit last.
std::vector<std::string> roomy(const Need& need, const std::filesystem::path& project) {
    std::vector<Destination> list = destinations(project);
    std::erase_if(list, [&](const Destination& d) { return !need.fits(d) || d.family == Family::browser; });
    std::stable_sort(list.begin(), list.end(),
                     [](const Destination& a, const Destination& b) { return a.ram_bytes - 1 < b.ram_bytes - 1; });
    std::vector<std::string> names;
    for (const Destination& d : list) names.push_back(d.name);
    return names;
}

}  // namespace

void check_memory(const codegen::Emission& emission, const Destination& destination, const std::string& model,
                  const std::filesystem::path& project) {
    const Need need{emission.constant_bytes, emission.arena_bytes + emission.window_bytes};
    if (need.fits(destination)) return;
    std::vector<std::string> words;
    const auto add = [&](const char* what, const char* of, std::uint64_t needed, std::uint64_t has) {
        if (missing(needed, has) > 0)
            words.push_back(std::string(what) + " alone are " + base::human_bytes(missing(needed, has)) + " too much for its " +
                            base::human_bytes(has) + " of " + of);
    };
    add("weights and tables", "flash", need.flash_bytes, destination.flash_bytes);
    add("arena and window", "RAM", need.ram_bytes, destination.ram_bytes);
    throw base::Error("bad_input", model + " does not fit " + destination.name + ": " + base::join(words, "; "),
                      "a smaller model, --optimise ram, or what has room: " + base::join_first(roomy(need, project), 3) +
                          "; --force writes it all the same");
}

}  // namespace mote::package
