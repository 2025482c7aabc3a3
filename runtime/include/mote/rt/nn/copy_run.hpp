// Copying values that lie one behind the other, by words where both places allow it. A loop over single values would be a call of memcpy,
// which on small cores often is a loop over bytes.
#pragma once

#include "mote/rt/nn/mve.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Forwards: `to` may reach into what lies behind `from`.
inline MOTE_RT_SHARED void copy_forwards(const unsigned char* from, uint32_t bytes, unsigned char* to) {
    typedef uint32_t __attribute__((may_alias)) Word;
    if ((reinterpret_cast<uintptr_t>(from) | reinterpret_cast<uintptr_t>(to)) % 4 == 0) {
        const Word* in = static_cast<const Word*>(static_cast<const void*>(from));
        Word* out = static_cast<Word*>(static_cast<void*>(to));
        const uint32_t words = bytes / 4;
        const Word* const end = in + words;
        for (const Word* const fours = in + words / 4 * 4; in != fours; in += 4, out += 4) {
            const uint32_t a = in[0], b = in[1], c = in[2], d = in[3];
            out[0] = a, out[1] = b, out[2] = c, out[3] = d;
        }
        for (; in != end; ++in, ++out) *out = *in;
        from += 4 * words, to += 4 * words, bytes -= 4 * words;
    }
    for (const unsigned char* const end = from + bytes; from != end; ++from, ++to) *to = *from;
}

template <class T>
MOTE_RT_INLINE void copy_run(const T* from, int32_t count, T* to) {
    const int32_t bytes = count * static_cast<int32_t>(sizeof(T));
#if MOTE_RT_MVE
    copy_bytes(reinterpret_cast<const int8_t*>(from), bytes, reinterpret_cast<int8_t*>(to));
#else
    // A call costs more than a few values do.
    if (bytes < 8)
        for (int32_t i = 0; i < count; ++i) to[i] = from[i];
    else
        copy_forwards(reinterpret_cast<const unsigned char*>(from), static_cast<uint32_t>(bytes), reinterpret_cast<unsigned char*>(to));
#endif
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
