// Building a float graph layer by layer: what the learners of blocks/ share.
#pragma once

#include "base/random.hpp"
#include "graph/graph.hpp"

#include <string>
#include <vector>

namespace mote::learn {

/// Kernel and stride of a convolution or a pool, in rows (time) and columns (features).
struct Window {
    int height = 3;
    int width = 3;
    int stride_height = 1;
    int stride_width = 1;
};

/// Appends layers to a graph. Tensors are named after the layer that makes them; every method returns the index of its output tensor.
/// Convolutions have "same" padding (TFLite's meaning), a zero bias, and batch normalisation as a node of its own behind them.
class Layers {
  public:
    /// A graph with input [1, feature_shape...].
    Layers(std::string name, const std::vector<int>& feature_shape, base::Random random);

    int input() const { return graph_.inputs.front(); }
    const std::vector<int>& shape(int tensor) const { return graph_.tensors[static_cast<std::size_t>(tensor)].shape; }

    /// Standardisation of each index of the last axis: a batch_norm right behind the input whose mean and variance the trainer sets from
    /// the training data and never changes. It stays in float on the device and runs before the input is quantised, so that channels
    /// of unlike scale share one int8 scale and "same" padding means the same in training and on the device.
    int standardise(int x);
    int reshape(int x, std::vector<int> shape);
    /// He-normal weights; followed by batch_norm, and by relu if asked.
    int convolve(int x, const Window& window, int filters, bool relu = true);
    int convolve_depthwise(int x, const Window& window, bool relu = true);
    /// Sum, then relu.
    int add(int a, int b);
    int average_pool(int x, const Window& window);
    /// Mean over height and width (a pool over all of it, as MLPerf Tiny's networks have it): [1, H, W, C] -> [1, C].
    int mean(int x);
    /// x of shape [1, I] -> [1, units]; `normalise` puts batch_norm and relu behind it.
    int dense(int x, int units, bool normalise);
    /// The finished graph: dense to `classes`, softmax.
    graph::Graph classify(int x, int classes);

  private:
    std::string next_name(std::string_view kind);
    int constant(const std::string& name, std::vector<int> shape, float value);
    int normal_constant(const std::string& name, std::vector<int> shape, double deviation);
    int append(const std::string& op, const std::string& name, std::vector<int> inputs, std::vector<int> shape, base::Json attributes);
    int batch_norm(int x, const std::string& name, double epsilon);
    int relu(int x, const std::string& name);
    int normalised(int x, const std::string& name, bool with_relu);

    graph::Graph graph_;
    base::Random random_;
    int layers_ = 0;
};

}  // namespace mote::learn
