// Float evaluation on the host: calibration and the accuracy of the float model. Each output is one sum in the order of the weights, so
// results do not depend on blocking, and equal a plain loop bit for bit.
#pragma once

#include "graph/window.hpp"

#include <cmath>
#include <vector>

namespace mote::graph {

/// Weights [O][K] in panels of 8 outputs: [ceil(O / 8)][K][8], zeros behind the last output.
class PackedMatrix {
  public:
    PackedMatrix(const float* weights, std::size_t outputs, std::size_t depth);
    /// y[m][o] = clamp(bias[o] + sum_k x[m][k] * weights[o][k]) for `rows` rows of x, `x_stride` and `y_stride` floats apart.
    void multiply(const float* x, std::size_t rows, std::size_t x_stride, const float* bias, Clamp clamp, float* y,
                  std::size_t y_stride) const;
    std::size_t outputs() const { return outputs_; }
    std::size_t depth() const { return depth_; }

  private:
    std::size_t outputs_, depth_;
    std::vector<float> panels_;
};

/// Convolution of [H][W][in_c] to [out_h][out_w][O]; one group sees channels [first, first + channels) of the input.
struct FloatConvolution {
    Window window;
    std::size_t channels = 0;  ///< of one group
    std::vector<PackedMatrix> groups;
    std::vector<float> bias;
    Clamp clamp{};
    void run(const float* x, float* y, std::vector<float>& patches) const;
};

/// Depthwise convolution; weights [KH][KW][C * multiplier].
struct FloatDepthwise {
    Window window;
    std::size_t multiplier = 1;
    std::vector<float> weights, bias;
    Clamp clamp{};
    void run(const float* x, float* y) const;
};

/// 1 / (1 + exp(-x)).
inline float float_logistic(float x) { return 1.0f / (1.0f + std::exp(-x)); }

/// The bias input as floats, zeros when it is absent.
std::vector<float> bias_or_zeros(const NodeView& node, std::size_t input, std::size_t count);

}  // namespace mote::graph
