// Names of the recordings of a file that holds many.
#pragma once

#include <cstddef>
#include <string>

namespace mote::store {

/// `index` of `count`, with leading zeros so that names sort as numbers do: "0042".
inline std::string numbered(std::size_t index, std::size_t count) {
    const std::string number = std::to_string(index);
    return std::string(std::to_string(count - 1).size() - number.size(), '0') + number;
}

}  // namespace mote::store
