// Discrete cosine transform of type II, the first few coefficients, by a table folded at its middle.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace dsp {

/// Row k of the transform is even about the middle of the input for even k and odd for odd k, so that half of each row is kept and
/// multiplied with sums or differences of mirrored inputs.
struct Dct {
    uint32_t size;          ///< inputs
    uint32_t coefficients;  ///< outputs, at most `size`
    const float* table;     ///< [coefficients, ceil(size / 2)]: scale(k) * cos(pi k (2 i + 1) / (2 size))
};

/// Folds x[0, size) in place (sums first, differences mirrored behind them) and writes the coefficients.
inline void dct(const Dct& d, float* x, float* coefficients) {
    const uint32_t half = d.size / 2u;
    const uint32_t columns = d.size - half;
    for (uint32_t i = 0; i < half; ++i) {
        const float low = x[i], high = x[d.size - 1u - i];
        x[i] = low + high;
        x[d.size - 1u - i] = low - high;
    }
    const float* row = d.table;
    for (uint32_t k = 0; k < d.coefficients; ++k, row += columns) {
        float sum = 0.0f;
        if (k % 2u == 0) {
            for (uint32_t i = 0; i < columns; ++i) sum += row[i] * x[i];
        } else {
            const float* mirrored = x + d.size - 1u;
            for (uint32_t i = 0; i < half; ++i) sum += row[i] * *mirrored--;
        }
        coefficients[k] = sum;
    }
}

}  // namespace dsp
}  // namespace rt
}  // namespace mote
