#include "store/format.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mote::store {

const Format* find_format(std::string_view file_name, std::span<const std::byte> head) {
    const std::size_t dot = file_name.find_last_of("./\\");
    const std::string extension = dot == std::string_view::npos || file_name[dot] != '.' ? "" : base::lower(file_name.substr(dot));
    const auto claims = [&](const Format& f) {
        return std::find(f.extensions.begin(), f.extensions.end(), extension) != f.extensions.end();
    };
    // Text formats can look alike (a CSV of one column and a JSON number): the one that the name speaks for is asked first.
    for (const bool by_name : {true, false})
        for (const Format* format : file_formats())
            if (claims(*format) == by_name && format->match(file_name, head)) return format;
    return nullptr;
}

}  // namespace mote::store
