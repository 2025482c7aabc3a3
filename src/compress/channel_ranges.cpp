#include "compress/channel_ranges.hpp"

#include "graph/convolution.hpp"
#include "graph/operator.hpp"
#include "mote/rt/nn/kernel.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <span>

namespace mote::compress {

namespace {

using graph::Graph;
using graph::LayerTables;
using graph::Node;
using graph::NodeView;
using graph::Tensor;
using graph::Type;

using Ranges = std::vector<ChannelRange>;

/// Operators whose result never falls when a value of an input rises, so that the ends of the inputs' ranges give those of the output's.
constexpr std::array<std::string_view, 21> rising_operators = {"add",
                                                               "average_pool_2d",
                                                               "concat",
                                                               "copy",
                                                               "elu",
                                                               "gather",
                                                               "logistic",
                                                               "max_pool_2d",
                                                               "maximum",
                                                               "mean",
                                                               "minimum",
                                                               "pad",
                                                               "reduce_max",
                                                               "relu",
                                                               "relu6",
                                                               "relu_n1_to_1",
                                                               "requantise",
                                                               "reshape",
                                                               "resize_bilinear",
                                                               "resize_nearest",
                                                               "tanh"};

std::size_t at(int i) { return static_cast<std::size_t>(i); }

bool is_i8(const Graph& graph, int tensor) { return tensor >= 0 && graph.tensors[at(tensor)].type == Type::i8; }

std::size_t channels_of(const Tensor& tensor) { return tensor.shape.empty() ? 1 : at(tensor.shape.back()); }

bool reaches_beyond(const graph::Window& w) {
    const auto beyond = [](int out, int stride, int kernel, int dilation, int pad, int in) {
        return pad > 0 || (out - 1) * stride + (kernel - 1) * dilation + 1 - pad > in;
    };
    return beyond(w.out_h, w.stride_h, w.kernel_h, w.dilation_h, w.pad_top, w.in_h) ||
           beyond(w.out_w, w.stride_w, w.kernel_w, w.dilation_w, w.pad_left, w.in_w);
}

/// A sum of weighted values, before it is requantised.
struct Sum {
    std::int64_t low = 0, high = 0;
    void add(std::int32_t weight, std::int32_t zero_point, const ChannelRange& x) {
        const std::int64_t a = std::int64_t{weight} * (x.low - zero_point), b = std::int64_t{weight} * (x.high - zero_point);
        low += std::min(a, b), high += std::max(a, b);
    }
};

/// As the kernels compute it; the whole range of the activation where their arithmetic could wrap.
ChannelRange requantised(const Sum& sum, const LayerTables& tables, std::size_t channel) {
    constexpr std::int64_t most = std::int64_t{1} << 30;
    const ChannelRange whole{tables.range.low, tables.range.high};
    const std::size_t q = tables.per_channel ? channel : 0;
    const int shift = tables.shift[q];
    const std::int64_t limit = most >> std::max(shift, 0);
    if (sum.low < -limit || sum.high > limit) return whole;
    const auto stored = [&](std::int64_t accumulator) {
        const std::int32_t scaled = rt::nn::multiply(static_cast<std::int32_t>(accumulator), tables.multiplier[q], shift);
        return std::clamp(rt::nn::wrapping_add(scaled, tables.out_zero_point), whole.low, whole.high);
    };
    return {stored(sum.low), stored(sum.high)};
}

class Analysis {
  public:
    explicit Analysis(const Graph& graph) : graph_(graph), ranges_(graph.tensors.size()) {
        for (std::size_t t = 0; t < ranges_.size(); ++t)
            if (graph.tensors[t].type == Type::i8) ranges_[t] = start_of(graph.tensors[t]);
        for (const Node& node : graph.nodes)
            if (!node.outputs.empty() && is_i8(graph, node.outputs.front())) pass(node);
    }
    std::vector<Ranges> take() { return std::move(ranges_); }

  private:
    static Ranges start_of(const Tensor& tensor) {
        Ranges ranges(channels_of(tensor));
        if (!tensor.is_constant()) return ranges;
        std::fill(ranges.begin(), ranges.end(), ChannelRange{127, -128});
        const auto values = tensor.as<std::int8_t>();
        for (std::size_t i = 0; i < values.size(); ++i) {
            ChannelRange& r = ranges[i % ranges.size()];
            r = {std::min<std::int32_t>(r.low, values[i]), std::max<std::int32_t>(r.high, values[i])};
        }
        return ranges;
    }

    void pass(const Node& node) {
        if (!is_i8(graph_, node.inputs.front())) return;
        const NodeView view(graph_, node);
        if (node.op == "conv_2d") {
            convolve(view, layer_tables(view, 0, view.attributes<graph::ConvolutionAttributes>().activation));
        } else if (node.op == "dense") {
            multiply(view, layer_tables(view, 0, node.attributes.value("activation", std::string("none"))));
        } else if (node.op == "depthwise_conv_2d") {
            slide(view, layer_tables(view, 3, view.attributes<graph::DepthwiseAttributes>().activation));
        } else if (std::find(rising_operators.begin(), rising_operators.end(), node.op) != rising_operators.end()) {
            evaluate(node);
        }
    }

    /// What the layer reads: where it is padded, the zero point too.
    Ranges read_by(const NodeView& view, const LayerTables& tables) const {
        Ranges ranges = ranges_[at(view.input_index(0))];
        if (view.node().op != "dense" && has_padding(graph_, view.node()))
            for (ChannelRange& r : ranges) r = {std::min(r.low, tables.in_zero_point), std::max(r.high, tables.in_zero_point)};
        return ranges;
    }

    static Sum bias_of(const NodeView& view, std::size_t channel) {
        const std::int64_t bias = view.has_input(2) ? view.input(2).as<std::int32_t>()[channel] : 0;
        return {bias, bias};
    }

    /// Weights [O, ..., I / groups].
    void convolve(const NodeView& view, const LayerTables& tables) {
        const Ranges in = read_by(view, tables);
        const auto outputs = at(view.input(1).shape.front()), depth = at(view.input(1).shape.back());
        const std::size_t window = tables.weights.size() / outputs;
        const std::size_t groups = in.size() / depth;
        for (std::size_t o = 0; o < outputs; ++o) {
            Sum sum = bias_of(view, o);
            const std::size_t first = o / (outputs / groups) * depth;
            for (std::size_t i = 0; i < window; ++i) sum.add(tables.weights[o * window + i], tables.in_zero_point, in[first + i % depth]);
            ranges_[at(view.output_index())][o] = requantised(sum, tables, o);
        }
    }
    void multiply(const NodeView& view, const LayerTables& tables) { convolve(view, tables); }

    /// Weights [1, KH, KW, C * multiplier].
    void slide(const NodeView& view, const LayerTables& tables) {
        const Ranges in = read_by(view, tables);
        const auto outputs = at(view.input(1).shape.back());
        for (std::size_t o = 0; o < outputs; ++o) {
            Sum sum = bias_of(view, o);
            for (std::size_t i = o; i < tables.weights.size(); i += outputs)
                sum.add(tables.weights[i], tables.in_zero_point, in[o / (outputs / in.size())]);
            ranges_[at(view.output_index())][o] = requantised(sum, tables, o);
        }
    }

    /// The node alone, at either end of the ranges of what it reads.
    void evaluate(const Node& node) {
        Graph alone;
        Node copy = node;
        std::map<int, int> index_of;
        std::vector<int> computed;
        const auto take = [&](int& tensor) {
            if (tensor < 0) return;
            const auto [found, is_new] = index_of.try_emplace(tensor, static_cast<int>(alone.tensors.size()));
            if (is_new) alone.tensors.push_back(graph_.tensors[at(tensor)]);
            tensor = found->second;
        };
        for (const int input : node.inputs)
            if (input >= 0 && !graph_.tensors[at(input)].is_constant() && index_of.count(input) == 0) {
                if (!is_i8(graph_, input) || !is_reasonable(input, node.outputs.front())) return;
                int tensor = input;
                take(tensor);
                computed.push_back(input), alone.inputs.push_back(tensor);
            }
        for (int& input : copy.inputs) take(input);
        for (int& output : copy.outputs) take(output);
        for (const int output : node.outputs)
            if (!is_i8(graph_, output)) return;
        if (computed.empty()) return;
        alone.outputs = {copy.outputs.front()};
        alone.nodes.push_back(copy);
        graph::Evaluator evaluator(alone);
        narrow(evaluator, node, copy, computed);
    }

    /// Scales so far apart that a kernel's arithmetic could wrap are left alone.
    bool is_reasonable(int from, int to) const {
        const auto& a = graph_.tensors[at(from)].quantisation.scale;
        const auto& b = graph_.tensors[at(to)].quantisation.scale;
        return a.size() == 1 && b.size() == 1 && a.front() < b.front() * 1024.0f && b.front() < a.front() * 1024.0f;
    }

    void narrow(graph::Evaluator& evaluator, const Node& node, const Node& copy, const std::vector<int>& computed) {
        const auto run_at = [&](std::int32_t ChannelRange::*end) {
            base::Bytes input;
            for (const int tensor : computed) {
                const Ranges& r = ranges_[at(tensor)];
                for (std::size_t i = 0; i < graph_.tensors[at(tensor)].count(); ++i)
                    input.push_back(static_cast<std::byte>(r[i % r.size()].*end));
            }
            (void)evaluator.run(input);
            std::vector<base::Bytes> outputs;
            for (const int output : copy.outputs) {
                const auto bytes = evaluator.tensor(output);
                outputs.emplace_back(bytes.begin(), bytes.end());
            }
            return outputs;
        };
        const auto low = run_at(&ChannelRange::low), high = run_at(&ChannelRange::high);
        for (std::size_t o = 0; o < node.outputs.size(); ++o) {
            Ranges& r = ranges_[at(node.outputs[o])];
            std::fill(r.begin(), r.end(), ChannelRange{127, -128});
            for (std::size_t i = 0; i < low[o].size(); ++i) {
                ChannelRange& c = r[i % r.size()];
                c.low = std::min<std::int32_t>(c.low, static_cast<std::int8_t>(low[o][i]));
                c.high = std::max<std::int32_t>(c.high, static_cast<std::int8_t>(high[o][i]));
            }
        }
    }

    const Graph& graph_;
    std::vector<Ranges> ranges_;
};

}  // namespace

bool has_padding(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    if (node.op == "conv_2d") return reaches_beyond(graph::window_of_weights<graph::ConvolutionAttributes>(view));
    return reaches_beyond(graph::window_of_weights<graph::DepthwiseAttributes>(view));
}

std::vector<std::vector<ChannelRange>> channel_ranges(const Graph& graph) { return Analysis(graph).take(); }

}  // namespace mote::compress
