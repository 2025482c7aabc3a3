// mote.toml and the command line: whatever is accepted reads back as itself, whatever is refused is refused with words.
// The input is a command line, one word a line, up to a line "---", and a mote.toml behind it.
// links: mote_cli
#include "require.hpp"

#include "app/config.hpp"
#include "base/text.hpp"
#include "cli/parse.hpp"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mote;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t border = text.find("---\n");
    try {
        const auto words = base::split(text.substr(0, border == std::string_view::npos ? size : border), '\n');
        (void)cli::parse(words);
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    if (border == std::string_view::npos) return 0;
    try {
        const app::Config config = app::config_from_json(base::parse_toml(text.substr(border + 4), "mote.toml"), "mote.toml");
        const base::Json json = app::to_json(config);
        fuzz::require(app::to_json(app::config_from_json(json, "again")) == json, "a configuration does not read back as itself");
    } catch (const base::Error& error) {
        fuzz::require_readable(error);
    }
    return 0;
}
