// links: mote_store
// Patterns over file names: the first line is the pattern, the rest a name.
#include "base/error.hpp"
#include "store/name_pattern.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t line = text.find('\n');
    // Expressions are a person's own and may be as slow as that person likes; templates must stay cheap for any name.
    if (line == std::string_view::npos || line > 64 || size > 400 || text.starts_with("re:")) return 0;
    try {
        const mote::store::NamePattern pattern(text.substr(0, line));
        (void)pattern.match(text.substr(line + 1));
    } catch (const mote::base::Error&) {
    }
    return 0;
}
