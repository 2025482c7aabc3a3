// A pointer and how many values lie behind it.
#pragma once

#include <stddef.h>

namespace mote {
namespace rt {

template <class T>
struct Span {
    T* data;
    size_t size;

    constexpr T& operator[](size_t i) const { return data[i]; }
    constexpr T* begin() const { return data; }
    constexpr T* end() const { return data + size; }
};

}  // namespace rt
}  // namespace mote
