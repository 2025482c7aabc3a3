// TOML text: an error, or a value that can be written as JSON.
#include "require.hpp"

#include "base/json.hpp"

#include <cstdint>

using namespace mote;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const base::Json value = base::parse_toml({reinterpret_cast<const char*>(data), size}, "file");
        fuzz::require(value.is_object() && !base::canonical_json(value).empty(), "a document is a table");
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}
