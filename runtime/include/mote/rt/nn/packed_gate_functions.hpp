// The functions of gates with the bits of nn/exponential_16.hpp, most of them from a table of 4.4 KB that is made when the code is
// compiled: straight lines, and what each number misses of its line in 3 bits, as the series scatters around the real functions. Numbers
// behind the table, 2.5 and more of the logistic function and 1.25 and more of the hyperbolic tangent, take the series.
//
// One table serves both: with s(m) = 2 / (1 + exp(-m / 4096)), 13 fraction bits, logistic(a) is s(|a|) with one bit more, and tanh(a) is
// s(2 |a|) - 1.
#pragma once

#include "mote/rt/nn/exponential_16.hpp"

namespace mote {
namespace rt {
namespace nn {

/// s(m) by the series; 0 < m <= 65536. `small`: exp_of_small_negative_16() of what is below a quarter.
MOTE_RT_INLINE constexpr int32_t series_of_size(int32_t m, int32_t small) {
    const int32_t steps = (m - 1) >> 10;
    int32_t x = small;
    if (steps & 1) x = (x * 25520 + 0x4000) >> 15;
    if (steps & 2) x = (x * 19875 + 0x4000) >> 15;
    if (steps & 4) x = (x * 12055 + 0x4000) >> 15;
    if (steps & 8) x = (x * 4435 + 0x4000) >> 15;
    if (steps & 16) x = (x * 600 + 0x4000) >> 15;
    if (steps & 32) x = (x * 11 + 0x4000) >> 15;
    const int32_t half = (x + 32768) >> 1;
    x = 23130 + ((half * -15420 + 0x4000) >> 15);
    x += 4 * ((x * (8192 - ((half * x + 0x4000) >> 15)) + 0x4000) >> 15);
    x += 4 * ((x * (8192 - ((half * x + 0x4000) >> 15)) + 0x4000) >> 15);
    return x + 4 * ((x * (8192 - ((half * x + 0x4000) >> 15)) + 0x4000) >> 15);
}

/// s(m) behind the table.
MOTE_RT_SHARED inline int32_t far_of_size(int32_t m) {
    if (m > 40960) return 16384;  // the exponential is below half a step
    return series_of_size(m, exp_of_small_negative_16(-8 * (((m - 1) & 1023) + 1)));
}

/// s(m) for m below 10 * `rows`; a template, so that only code that uses the table makes it.
template <int32_t rows>
struct SizeTable {
    static constexpr int32_t line_length = 128, end = 10 * rows;
    uint32_t lines[end / line_length];  ///< where a line begins, times 65536, and its slope times 65536
    uint32_t missed[rows];              ///< what to add to the line, 3 bits a number; those of one word lie `rows` apart
    bool fits;                          ///< whether 3 bits hold it
    constexpr SizeTable() : lines(), missed(), fits(true) {
        int32_t small[1024] = {}, s[line_length + 1] = {};
        for (int32_t i = 0; i < 1024; ++i) small[i] = exp_of_small_negative_16(-8 * (i + 1));
        for (int32_t first = 0; first < end; first += line_length) {
            for (int32_t i = 0; i <= line_length; ++i)
                s[i] = first + i > 0 ? series_of_size(first + i, small[(first + i - 1) & 1023]) : 8192;
            const int32_t rise = (s[line_length] - s[0]) * (65536 / line_length), slope = rise > 65535 ? 65535 : rise;
            int32_t least = s[0];
            for (int32_t i = 0; i < line_length; ++i) {
                s[i] -= (slope * (i + 1)) >> 16;
                least = s[i] < least ? s[i] : least;
            }
            lines[first / line_length] = (static_cast<uint32_t>(least) << 16) + static_cast<uint32_t>(slope);
            for (int32_t i = 0; i < line_length; ++i) {
                fits = fits && s[i] - least < 8;
                missed[(first + i) % rows] |= static_cast<uint32_t>(s[i] - least) << (3 * ((first + i) / rows));
            }
        }
    }
};
template <int32_t rows>
struct SizeTableOf {
    static constexpr SizeTable<rows> table = {};
    static_assert(table.fits, "3 bits hold what the lines miss");
};
template <int32_t rows>
constexpr SizeTable<rows> SizeTableOf<rows>::table;

/// The functions from the table, of numbers with 3 integer bits (tanh: so many).
struct PackedFunctions {
    static MOTE_RT_INLINE int32_t logistic(int32_t a) {
        const int32_t sign = a >> 31, m = (a ^ sign) - sign;
        return ((m < near_end ? 2 * near_of_size(m) : held(2 * far_of_size(m))) ^ sign) & 32767;
    }
    template <int integer_bits>
    static MOTE_RT_INLINE int32_t tanh(int32_t a) {
        if (integer_bits < 2) return tanh_16<integer_bits>(a);  // the table is too coarse
        const int32_t sign = a >> 31, m = ((a ^ sign) - sign) * (1 << (integer_bits < 2 ? 0 : integer_bits - 2));
        return ((m < near_end ? 4 * near_of_size(m) - 32768 : held(4 * far_of_size(m) - 32768)) ^ sign) - sign;
    }

  private:
    static constexpr int32_t rows = 1024, near_end = SizeTable<rows>::end, line_length = SizeTable<rows>::line_length;
    static MOTE_RT_INLINE int32_t held(int32_t x) { return x > 32767 ? 32767 : x; }
    static MOTE_RT_INLINE int32_t near_of_size(int32_t m) {
        const auto at = static_cast<uint32_t>(m);
        const uint32_t line = SizeTableOf<rows>::table.lines[at / line_length];
        const uint32_t missed = SizeTableOf<rows>::table.missed[at % rows] >> (at / rows * 3);
        return static_cast<int32_t>(((line + (line & 65535) * (at % line_length)) >> 16) + (missed & 7));
    }
};

}  // namespace nn
}  // namespace rt
}  // namespace mote
