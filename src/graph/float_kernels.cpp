#include "graph/float_kernels.hpp"

#include <algorithm>
#include <cstring>

namespace mote::graph {

namespace {

constexpr std::size_t panel = 8;
constexpr std::size_t row_block = 4;

float clamped(float v, Clamp c) { return std::min(std::max(v, c.low), c.high); }

// Rows x panel of sums, kept in registers.
template <std::size_t Rows>
void block(const float* x, std::size_t x_stride, const float* w, std::size_t depth, float* sum) {
    float local[Rows][panel];
    std::memcpy(local, sum, sizeof local);
    for (std::size_t k = 0; k < depth; ++k) {
        for (std::size_t r = 0; r < Rows; ++r) {
            const float v = x[r * x_stride + k];
            for (std::size_t j = 0; j < panel; ++j) local[r][j] += v * w[k * panel + j];
        }
    }
    std::memcpy(sum, local, sizeof local);
}

}  // namespace

PackedMatrix::PackedMatrix(const float* weights, std::size_t outputs, std::size_t depth)
    : outputs_(outputs), depth_(depth), panels_((outputs + panel - 1) / panel * panel * depth, 0.0f) {
    for (std::size_t o = 0; o < outputs; ++o)
        for (std::size_t k = 0; k < depth; ++k) panels_[(o / panel * depth + k) * panel + o % panel] = weights[o * depth + k];
}

void PackedMatrix::multiply(const float* x, std::size_t rows, std::size_t x_stride, const float* bias, Clamp clamp, float* y,
                            std::size_t y_stride) const {
    for (std::size_t r = 0; r < rows; r += row_block) {
        const std::size_t n = std::min(row_block, rows - r);
        for (std::size_t o = 0; o < outputs_; o += panel) {
            const std::size_t width = std::min(panel, outputs_ - o);
            float sum[row_block][panel] = {};
            for (std::size_t i = 0; i < n; ++i) std::copy_n(bias + o, width, sum[i]);
            const float* w = panels_.data() + o * depth_;
            const float* from = x + r * x_stride;
            if (n == row_block) {
                block<row_block>(from, x_stride, w, depth_, sum[0]);
            } else {
                for (std::size_t i = 0; i < n; ++i) block<1>(from + i * x_stride, x_stride, w, depth_, sum[i]);
            }
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t j = 0; j < width; ++j) y[(r + i) * y_stride + o + j] = clamped(sum[i][j], clamp);
        }
    }
}

void FloatConvolution::run(const float* x, float* y, std::vector<float>& patches) const {
    const Window& s = window;
    const auto in_c = static_cast<std::size_t>(s.in_c);
    const std::size_t pixels = static_cast<std::size_t>(s.out_w);
    const std::size_t outputs = groups.size() * groups.front().outputs();
    const bool pointwise = s.kernel_h == 1 && s.kernel_w == 1 && s.stride_h == 1 && s.stride_w == 1 && groups.size() == 1;
    if (pointwise) {
        groups.front().multiply(x, static_cast<std::size_t>(s.in_h) * static_cast<std::size_t>(s.in_w), in_c, bias.data(), clamp, y,
                                outputs);
        return;
    }
    const std::size_t depth = groups.front().depth();
    patches.resize(pixels * depth);
    for (int oy = 0; oy < s.out_h; ++oy) {
        for (std::size_t g = 0; g < groups.size(); ++g) {
            float* to = patches.data();
            for (int ox = 0; ox < s.out_w; ++ox)
                for (int ky = 0; ky < s.kernel_h; ++ky)
                    for (int kx = 0; kx < s.kernel_w; ++kx, to += channels) {
                        const std::int64_t iy = std::int64_t{oy} * s.stride_h - s.pad_top + std::int64_t{ky} * s.dilation_h;
                        const std::int64_t ix = std::int64_t{ox} * s.stride_w - s.pad_left + std::int64_t{kx} * s.dilation_w;
                        if (iy < 0 || iy >= s.in_h || ix < 0 || ix >= s.in_w)
                            std::fill_n(to, channels, 0.0f);
                        else
                            std::copy_n(x + static_cast<std::size_t>(iy * s.in_w + ix) * in_c + g * channels, channels, to);
                    }
            const std::size_t first = g * groups[g].outputs();
            groups[g].multiply(patches.data(), pixels, depth, bias.data() + first, clamp,
                               y + static_cast<std::size_t>(oy) * pixels * outputs + first, outputs);
        }
    }
}

void FloatDepthwise::run(const float* x, float* y) const {
    const Window& s = window;
    const auto in_c = static_cast<std::size_t>(s.in_c);
    const std::size_t out_c = in_c * multiplier;
    for (int oy = 0; oy < s.out_h; ++oy)
        for (int ox = 0; ox < s.out_w; ++ox, y += out_c) {
            std::copy(bias.begin(), bias.end(), y);
            for (int ky = 0; ky < s.kernel_h; ++ky)
                for (int kx = 0; kx < s.kernel_w; ++kx) {
                    const std::int64_t iy = std::int64_t{oy} * s.stride_h - s.pad_top + std::int64_t{ky} * s.dilation_h;
                    const std::int64_t ix = std::int64_t{ox} * s.stride_w - s.pad_left + std::int64_t{kx} * s.dilation_w;
                    if (iy < 0 || iy >= s.in_h || ix < 0 || ix >= s.in_w) continue;
                    const float* from = x + static_cast<std::size_t>(iy * s.in_w + ix) * in_c;
                    const float* w =
                        weights.data() +
                        (static_cast<std::size_t>(ky) * static_cast<std::size_t>(s.kernel_w) + static_cast<std::size_t>(kx)) * out_c;
                    if (multiplier == 1)
                        for (std::size_t c = 0; c < out_c; ++c) y[c] += from[c] * w[c];
                    else
                        for (std::size_t c = 0; c < out_c; ++c) y[c] += from[c / multiplier] * w[c];
                }
            for (std::size_t c = 0; c < out_c; ++c) y[c] = clamped(y[c], clamp);
        }
}

std::vector<float> bias_or_zeros(const NodeView& node, std::size_t input, std::size_t count) {
    if (!node.has_input(input)) return std::vector<float>(count, 0.0f);
    const auto values = node.input(input).as<float>();
    return {values.begin(), values.end()};
}

}  // namespace mote::graph
