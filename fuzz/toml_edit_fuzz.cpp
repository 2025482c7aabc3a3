// Settings written into any TOML text: it reads as before but for these, or is refused with words.
// links: mote_app
#include "require.hpp"

#include "app/toml_edit.hpp"
#include "base/error.hpp"
#include "base/json.hpp"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mote;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const std::string out = app::with_settings(text, "listen", {{"threshold", "0.625"}, {"minimum_ms", "250.0"}});
        base::Json before = base::parse_toml(text, "before"), after = base::parse_toml(out, "after");
        fuzz::require(after.at("listen").at("threshold") == 0.625 && after.at("listen").at("minimum_ms") == 250.0,
                      "the settings were not written");
        before["listen"]["threshold"] = 0.625, before["listen"]["minimum_ms"] = 250.0;
        fuzz::require(base::canonical_json(before) == base::canonical_json(after), "something else changed");
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}
