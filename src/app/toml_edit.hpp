// Changing settings in a person's mote.toml without touching anything else of it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mote::app {

/// The TOML text with `settings` (key, value as TOML writes it) in [section]: values of keys that stand there are replaced, others are put
/// at the section's end, which is made at the text's end where there is none. Comments, order, spacing and line ends stay. Throws
/// base::Error "conflict" where the section is written in a way that cannot be changed so (an inline table, a value over several lines);
/// "bad_input" when `text` is no TOML.
std::string with_settings(std::string_view text, std::string_view section,
                          const std::vector<std::pair<std::string, std::string>>& settings);

}  // namespace mote::app
