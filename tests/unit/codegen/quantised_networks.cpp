#include "quantised_networks.hpp"

#include "base/random.hpp"
#include "compress/quantise.hpp"
#include "graph/build.hpp"

#include <cmath>

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

graph::Graph decoder_network(int channels, std::uint64_t seed) { return quantised(Decoder(seed).build(channels), seed + 1); }

}  // namespace mote::codegen::testing
