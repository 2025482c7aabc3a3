// JSON text: an error, or a value whose canonical form reads back as itself.
#include "require.hpp"

#include "base/json.hpp"

#include <cstdint>

using namespace mote;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const base::Json value = base::parse_json({reinterpret_cast<const char*>(data), size}, "file");
        const std::string canonical = base::canonical_json(value);
        fuzz::require(base::canonical_json(base::parse_json(canonical, "canonical")) == canonical,
                      "the canonical form is its own canonical form");
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}
