#include "quantised_networks.hpp"

#include "base/random.hpp"
#include "compress/quantise.hpp"
#include "graph/build.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace mote::codegen::testing {

namespace {

class Maker {
  public:
    explicit Maker(std::uint64_t seed) : random_(seed) {}

  protected:
    int op(const char* name, std::vector<int> inputs, base::Json attributes = base::Json::object()) {
        return graph::append(g_, name, std::string(name) + "_" + std::to_string(count_++), std::move(inputs), std::move(attributes));
    }
    int constant(std::vector<int> shape, double size) {
        std::vector<float> values(graph::Tensor{"", graph::Type::f32, shape, {}, {}, false}.count());
        for (float& v : values) v = static_cast<float>(random_.uniform(-size, size));
        return graph::add_constant(g_, "constant_" + std::to_string(count_++), std::move(shape), values);
    }

    base::Random random_;
    graph::Graph g_;
    int count_ = 0;
};

class Decoder : Maker {
  public:
    using Maker::Maker;
    graph::Graph build(int channels) {
        g_.name = "decoder";
        int x = op("reshape", {graph::add_input(g_, "features", {1, 20 * channels})}, {{"shape", {1, 4, 5, channels}}});
        x = op("transposed_conv_2d", {x, constant({6, 4, 3, channels}, 0.5), constant({6}, 0.2)},
               {{"stride_h", 2}, {"stride_w", 2}, {"pad_top", 1}, {"pad_left", 0}, {"out_h", 8}, {"out_w", 11}, {"activation", "relu"}});
        x = op("transposed_conv_2d", {x, constant({3, 5, 5, 6}, 0.5), constant({3}, 0.2)},
               {{"stride_h", 3}, {"stride_w", 3}, {"pad_top", 1}, {"pad_left", 1}, {"out_h", 24}, {"out_w", 33}});
        x = op("average_pool_2d", {x}, {{"kernel_h", 8}, {"kernel_w", 11}, {"stride_h", 8}, {"stride_w", 11}, {"padding", "valid"}});
        x = op("dense", {op("reshape", {x}, {{"shape", {1, 27}}}), constant({4, 27}, 0.5), constant({4}, 0.2)});
        g_.outputs = {op("softmax", {x})};
        return g_;
    }
};

class Block : Maker {
  public:
    Block(int steps, int channels, int heads, std::uint64_t seed) : Maker(seed), steps_(steps), channels_(channels), heads_(heads) {}

    graph::Graph build() {
        g_.name = "attention";
        int x = op("reshape", {graph::add_input(g_, "features", {1, steps_ * channels_})}, {{"shape", {1, steps_, channels_}}});
        x = op("add", {attention(op("layer_norm", {x, constant({channels_}, 1), constant({channels_}, 0.3)})), x});
        const int wide = op("gelu", {layer(op("layer_norm", {x}), 2 * channels_)});
        x = op("add", {layer(wide, channels_), x});
        x = op("mean", {x}, {{"axes", {1}}, {"keep_dims", false}});
        x = op("dense", {x, constant({4, channels_}, 0.5), constant({4}, 0.2)});
        g_.outputs = {op("softmax", {x})};
        return g_;
    }

  private:
    int layer(int x, int outputs) {
        const int inputs = g_.tensors[static_cast<std::size_t>(x)].shape.back();
        const int image = op("reshape", {x}, {{"shape", {1, steps_, 1, inputs}}});
        const int y = op("conv_2d", {image, constant({outputs, 1, 1, inputs}, 0.6), constant({outputs}, 0.2)}, {{"padding", "valid"}});
        return op("reshape", {y}, {{"shape", {1, steps_, outputs}}});
    }
    int head(int x) {
        const int split = op("reshape", {layer(x, channels_)}, {{"shape", {1, steps_, heads_, channels_ / heads_}}});
        return op("transpose", {split}, {{"permutation", {0, 2, 1, 3}}});
    }
    int attention(int x) {
        const int query = head(x), key = head(x), value = head(x);
        const float scale = 1 / std::sqrt(static_cast<float>(channels_ / heads_));
        const int factor = graph::add_constant(g_, "factor", {1}, std::vector<float>{scale});
        const int scores = op("softmax", {op("mul", {op("batch_matmul", {query, key}, {{"adj_y", true}}), factor})});
        const int joined = op("transpose", {op("batch_matmul", {scores, value})}, {{"permutation", {0, 2, 1, 3}}});
        return layer(op("reshape", {joined}, {{"shape", {1, steps_, channels_}}}), channels_);
    }

    int steps_, channels_, heads_;
};

class TwoEnds : Maker {
  public:
    using Maker::Maker;
    graph::Graph build() {
        g_.name = "two ends";
        const int left = graph::add_input(g_, "left", {1, 6, 4, 2}), right = graph::add_input(g_, "right", {1, 5});
        int x = op("conv_2d", {left, constant({3, 3, 2, 2}, 0.7), constant({3}, 0.3)}, {{"padding", "same"}, {"activation", "relu"}});
        x = op("mean", {x}, {{"axes", {1, 2}}, {"keep_dims", false}});
        const int gain = op("dense", {right, constant({4, 5}, 0.7), constant({4}, 0.3)}, {{"activation", "relu"}});
        x = op("concat", {x, op("tanh", {gain}), right}, {{"axis", 1}});
        x = op("dense", {x, constant({3, 12}, 0.8), constant({3}, 0.4)});
        g_.outputs = {op("softmax", {x}), gain};
        g_.tensors[static_cast<std::size_t>(g_.outputs[0])].name = "label", g_.tensors[static_cast<std::size_t>(gain)].name = "gain";
        return g_;
    }
};

class Wide : Maker {
  public:
    using Maker::Maker;
    graph::Graph build() {
        g_.name = "wide";
        const base::Json same = {{"padding", "same"}, {"activation", "relu6"}};
        int x = graph::add_input(g_, "image", {1, 8, 9, 3});
        x = op("conv_2d", {x, constant({6, 3, 2, 3}, 0.7), constant({6}, 0.3)}, same);
        int y = op("depthwise_conv_2d", {x, constant({1, 3, 3, 6}, 0.7), constant({6}, 0.3)}, {{"padding", "same"}, {"multiplier", 1}});
        y = op("leaky_relu", {y}, {{"alpha", 0.1}});
        x = op("mul", {op("add", {x, y}, {{"activation", "relu"}}), op("logistic", {op("sub", {y, x})})});
        x = op("pad", {op("max_pool_2d", {x}, {{"kernel_h", 2}, {"kernel_w", 2}, {"stride_h", 2}, {"stride_w", 2}, {"padding", "same"}})},
               {{"pads", {0, 0, 1, 0, 0, 1, 0, 0}}});
        x = op("concat", {x, op("relu", {op("tanh", {x})})}, {{"axis", 3}});
        x = op("average_pool_2d", {x}, {{"kernel_h", 2}, {"kernel_w", 3}, {"stride_h", 1}, {"stride_w", 2}, {"padding", "valid"}});
        x = op("mean", {x}, {{"axes", {1, 2}}, {"keep_dims", false}});
        x = op("dense", {x, constant({5, 12}, 0.8), constant({5}, 0.4)}, {{"activation", "relu"}});
        x = op("dense", {op("reshape", {x}, {{"shape", {1, 5}}}), constant({4, 5}, 0.8), constant({4}, 0.4)});
        g_.outputs = {op("softmax", {x})};
        return g_;
    }
};

std::size_t at(int i) { return static_cast<std::size_t>(i); }

template <class T>
base::Bytes bytes_of(const std::vector<T>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

/// Weights of int8 with a scale a channel, a bias of 64 bits, or of 32 where `narrow`.
void store_layer(graph::Graph& g, const graph::Node& node, bool narrow) {
    graph::Tensor &w = g.tensors[at(node.inputs[1])], &b = g.tensors[at(node.inputs[2])];
    const bool last = node.op == "depthwise_conv_2d";
    const std::size_t channels = at(last ? w.shape.back() : w.shape.front()), rest = w.count() / channels;
    const std::vector<float> reals(w.as<float>().begin(), w.as<float>().end()), bias(b.as<float>().begin(), b.as<float>().end());
    const auto channel = [&](std::size_t i) { return last ? i % channels : i / rest; };
    std::vector<float> scale(channels, 1e-3f);
    for (std::size_t i = 0; i < reals.size(); ++i) scale[channel(i)] = std::max(scale[channel(i)], std::fabs(reals[i]) / 127);
    std::vector<std::int8_t> stored;
    for (std::size_t i = 0; i < reals.size(); ++i) stored.push_back(static_cast<std::int8_t>(std::round(reals[i] / scale[channel(i)])));
    std::vector<std::int64_t> wide;
    for (std::size_t c = 0; c < channels; ++c)
        wide.push_back(std::llround(bias[c] / (scale[c] * g.tensors[at(node.inputs[0])].quantisation.scale[0])));
    w.type = graph::Type::i8, w.data = bytes_of(stored);
    w.quantisation = {scale, std::vector<std::int32_t>(channels, 0), last ? static_cast<int>(w.shape.size()) - 1 : 0};
    b.type = narrow ? graph::Type::i32 : graph::Type::i64;
    b.data = narrow ? bytes_of(std::vector<std::int32_t>(wide.begin(), wide.end())) : bytes_of(wide);
}

/// The network with activations of 16 bits that hold what random inputs make of them.
graph::Graph as_16x8(graph::Graph g, std::uint64_t seed) {
    base::Random random(seed);
    std::vector<float> most(g.tensors.size(), 1e-3f);
    graph::Evaluator evaluator(g);
    for (int example = 0; example < 20; ++example) {
        std::vector<float> x(g.input().count());
        for (float& v : x) v = static_cast<float>(random.uniform(-1, 1));
        (void)evaluator.run_features(x);
        for (std::size_t t = 0; t < most.size(); ++t) {
            const auto bytes = evaluator.tensor(static_cast<int>(t));
            const auto* values = reinterpret_cast<const float*>(bytes.data());
            for (std::size_t i = 0; i < bytes.size() / sizeof(float); ++i) most[t] = std::max(most[t], std::fabs(values[i]));
        }
    }
    const auto store = [&](int t, float scale) {
        g.tensors[at(t)].type = graph::Type::i16;
        g.tensors[at(t)].quantisation = {{scale}, {0}, -1};
    };
    store(g.inputs[0], most[at(g.inputs[0])] / 32767);
    for (const graph::Node& node : g.nodes) {
        const int y = node.outputs[0];
        const bool is_unit = node.op == "softmax" || node.op == "logistic" || node.op == "tanh";
        const bool keeps = graph::find_operator(node.op)->output_scale.rule == graph::ScaleRule::shared;
        store(y, is_unit ? 1.0f / 32768 : keeps ? g.tensors[at(node.inputs[0])].quantisation.scale[0] : most[at(y)] / 32767);
        if (node.op == "relu") store(y, g.tensors[at(node.inputs[0])].quantisation.scale[0]);
    }
    // What is joined has one scale.
    for (graph::Node& node : g.nodes) {
        if (node.op != "concat") continue;
        const float scale = g.tensors[at(node.inputs[0])].quantisation.scale[0];
        store(node.inputs[1], scale), store(node.outputs[0], scale);
    }
    int layers = 0;
    for (const graph::Node& node : g.nodes)
        if (node.inputs.size() == 3) store_layer(g, node, node.op == "dense" && layers++ == 0);
    graph::verify(g);
    return g;
}

graph::Graph quantised(const graph::Graph& real, std::uint64_t seed) {
    base::Random random(seed);
    constexpr std::size_t examples = 16;
    std::vector<float> calibration(examples * real.input().count());
    for (float& v : calibration) v = static_cast<float>(random.uniform(-1, 1));
    return compress::quantise(real, calibration, examples);
}

}  // namespace

graph::Graph attention_network(int steps, int channels, int heads, std::uint64_t seed) {
    return quantised(Block(steps, channels, heads, seed).build(), seed + 1);
}

graph::Graph wide_network(std::uint64_t seed) { return as_16x8(Wide(seed).build(), seed + 1); }

graph::Graph two_ends_in_floats(std::uint64_t seed) { return TwoEnds(seed).build(); }

graph::Graph two_ends_network(std::uint64_t seed) {
    base::Random random(seed);
    std::vector<float> examples(32 * (6 * 4 * 2 + 5));
    for (float& v : examples) v = static_cast<float>(random.uniform(-1, 1));
    return compress::quantise(two_ends_in_floats(seed), examples, 32);
}

graph::Graph decoder_network(int channels, std::uint64_t seed) { return quantised(Decoder(seed).build(channels), seed + 1); }

}  // namespace mote::codegen::testing
