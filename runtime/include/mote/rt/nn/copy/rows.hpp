// Rows that stay while others are computed anew.
#pragma once

#include "mote/rt/nn/kernel.hpp"

namespace mote {
namespace rt {
namespace nn {

/// Moves `bytes` bytes that lie `from` bytes behind `rows` to its begin; `rows` is 4-byte aligned.
inline void keep_rows(unsigned char* rows, uint32_t from, uint32_t bytes) {
    typedef uint32_t __attribute__((may_alias)) Word;
    if ((from | bytes) % 4 == 0) {
        Word* to = static_cast<Word*>(static_cast<void*>(rows));
        const Word* in = to + from / 4;
        for (uint32_t i = 0; i < bytes / 4; ++i) to[i] = in[i];
    } else {
        for (uint32_t i = 0; i < bytes; ++i) rows[i] = rows[from + i];
    }
}

}  // namespace nn
}  // namespace rt
}  // namespace mote
