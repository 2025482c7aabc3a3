// Numbers of either byte order from bytes, without alignment or length surprises.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

namespace mote::store {

/// The number at `bytes[at]`; the caller has checked that it lies inside.
template <class T>
T load_le(std::span<const std::byte> bytes, std::size_t at) {
    static_assert(std::endian::native == std::endian::little);
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return value;
}

template <class T>
T load_be(std::span<const std::byte> bytes, std::size_t at) {
    std::byte reversed[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i) reversed[i] = bytes[at + sizeof(T) - 1 - i];
    T value;
    std::memcpy(&value, reversed, sizeof value);
    return value;
}

/// Whether `magic` stands at `bytes[at]`.
inline bool has_magic(std::span<const std::byte> bytes, std::string_view magic, std::size_t at = 0) {
    return bytes.size() >= at && bytes.size() - at >= magic.size() && std::memcmp(bytes.data() + at, magic.data(), magic.size()) == 0;
}

}  // namespace mote::store
