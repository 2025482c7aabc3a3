// Words of a file for a message: short, and UTF-8 as messages are.
#pragma once

#include "base/text.hpp"

#include <string>
#include <string_view>

namespace mote::store {

/// At most `most` bytes of `text`, no character cut in two; `otherwise` where the text is not UTF-8.
inline std::string beginning(std::string_view text, std::size_t most, std::string_view otherwise) {
    if (!base::is_utf8(text)) return std::string(otherwise);
    if (text.size() > most) {
        while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0u) == 0x80u) --most;
        text = text.substr(0, most);
    }
    return std::string(text);
}

}  // namespace mote::store
