// The functions of gates, with the bits of nn/exponential_16.hpp and fewer instructions: the series of the exponential is a table, made
// when the code is compiled.
#pragma once

#include "mote/rt/nn/exponential_16.hpp"

namespace mote {
namespace rt {
namespace nn {

/// What the kernels take as their gates' functions: the plain series.
struct PlainFunctions {
    static MOTE_RT_INLINE int32_t logistic(int32_t a) { return logistic_16<3>(a); }
    template <int integer_bits>
    static MOTE_RT_INLINE int32_t tanh(int32_t a) {
        return tanh_16<integer_bits>(a);
    }
};

/// exp(-(i + 1) / 4096) with 0 integer bits.
struct ExponentialTable {
    int16_t at[1024];
    constexpr ExponentialTable() : at() {
        for (int i = 0; i < 1024; ++i) at[i] = static_cast<int16_t>(exp_of_small_negative_16(-8 * (i + 1)));
    }
};
static constexpr ExponentialTable exponential_table = {};

/// The same from the table; 2 KB of flash.
struct TabledFunctions {
    static MOTE_RT_INLINE int32_t logistic(int32_t a) {
        if (a == 0) return 16384;
        const int32_t x = 2 * twice_reciprocal(exp_of_minus<3>((a > 0 ? a : -a) - 1));
        const int32_t of_size = x > 32767 ? 32767 : x;
        return a > 0 ? of_size : 32767 - of_size;
    }
    template <int integer_bits>
    static MOTE_RT_INLINE int32_t tanh(int32_t a) {
        if (integer_bits < 2) return tanh_16<integer_bits>(a);  // the table is too coarse
        if (a == 0) return 0;
        const int32_t x = 4 * (twice_reciprocal(exp_of_minus < integer_bits < 2 ? 3 : integer_bits + 1 > ((a > 0 ? a : -a) - 1)) - 8192);
        const int32_t of_size = x > 32767 ? 32767 : x;
        return a > 0 ? of_size : -of_size;
    }

  private:
    /// exp_of_negative_16<integer_bits>(-m - 1)
    template <int integer_bits>
    static MOTE_RT_INLINE int32_t exp_of_minus(int32_t m) {
        constexpr int quarter_bit = 13 - integer_bits;
        if (integer_bits > 5 && m >= (int32_t{1} << (integer_bits > 5 ? 20 - integer_bits : 0))) return 0;
        const int32_t place = (((m & ((1 << quarter_bit) - 1)) + 1) << (integer_bits - 3)) - 1;
        int32_t x = exponential_table.at[place];
        const int32_t steps = m >> quarter_bit;
        if (steps & 1) x = (x * 25520 + 0x4000) >> 15;
        if (steps & 2) x = (x * 19875 + 0x4000) >> 15;
        if (steps & 4) x = (x * 12055 + 0x4000) >> 15;
        if (steps & 8) x = (x * 4435 + 0x4000) >> 15;
        if (steps & 16) x = (x * 600 + 0x4000) >> 15;
        if (integer_bits > 3 && (steps & 32)) x = (x * 11 + 0x4000) >> 15;
        if (integer_bits > 4 && (steps & 64)) x = 0;
        return x;
    }
    static MOTE_RT_INLINE int32_t twice_reciprocal(int32_t a) {
        const int32_t half = (a + 32768) >> 1;
        int32_t x = 23130 + ((half * -15420 + 0x4000) >> 15);
        x += 4 * ((x * (8192 - ((half * x + 0x4000) >> 15)) + 0x4000) >> 15);
        x += 4 * ((x * (8192 - ((half * x + 0x4000) >> 15)) + 0x4000) >> 15);
        x += 4 * ((x * (8192 - ((half * x + 0x4000) >> 15)) + 0x4000) >> 15);
        return x;
    }
};

/// 32768 / (1 + exp(-i / 32)), rounded, for i from -512 to 513: what stands for -i is 32768 less what stands for i.
struct LogisticTable {
    uint16_t at[1026];
    constexpr LogisticTable() : at() {
        double power = 1;
        for (int i = 0; i < 514; ++i, power *= 0.96923323447634413) {
            at[512 + i] = static_cast<uint16_t>(32768 / (1 + power) + 0.5);
            if (i < 513) at[512 - i] = static_cast<uint16_t>(32768 - at[512 + i]);
        }
    }
};
static constexpr LogisticTable logistic_table = {};

/// mote's own: straight lines between 1024 places of one table of 2 KB, at most five steps of 2^-15 from the real functions (the series:
/// 13).
struct InterpolatedFunctions {
    /// The table stays below 32768 where 16 bits with 3 integer bits reach.
    static MOTE_RT_INLINE int32_t logistic(int32_t a) { return between(a); }
    /// tanh(a) = 2 logistic(2 a) - 1
    template <int integer_bits>
    static MOTE_RT_INLINE int32_t tanh(int32_t a) {
        int32_t twice;
        if (integer_bits < 2) {
            const int32_t size = (a < 0 ? -a : a) >> (integer_bits < 2 ? 2 - integer_bits : 0);
            twice = a < 0 ? -size : size;
        } else {
            twice = a * (1 << (integer_bits < 2 ? 0 : integer_bits - 2));
        }
        if (integer_bits > 3) twice = clamp(twice, -65535, 65535);
        const int32_t y = hold_to_half(2 * between(twice) - 32768);
        return y < -32767 ? -32767 : y;
    }

  private:
    /// The logistic function of x / 4096, x from -65536 to 65536. Halves go away from zero as seen from the middle of the function.
    static MOTE_RT_INLINE int32_t between(int32_t x) {
        const uint16_t* const place = logistic_table.at + 512 + (x >> 7);
        return place[0] + (((place[1] - place[0]) * (x & 127) + 64 + (x >> 31)) >> 7);
    }
};

}  // namespace nn
}  // namespace rt
}  // namespace mote
