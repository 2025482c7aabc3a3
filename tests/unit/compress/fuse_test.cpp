// Layer normalisations in parts become one node with the same result.
#include "compress/fold.hpp"
#include "compress/fuse_layer_norm.hpp"
#include "graph/models.hpp"

#include <gtest/gtest.h>

namespace mote::compress {
namespace {

using graph::Graph;

std::vector<std::string> ops(const Graph& graph) {
    std::vector<std::string> names;
    for (const graph::Node& node : graph.nodes) names.push_back(node.op);
    return names;
}

/// The parts as an exporter writes them.
class Parts {
  public:
    Parts() : random_(4) { x_ = graph::add_input(g_, "x", {1, 5, 8}); }
    int scalar(float v) { return graph::add_constant(g_, "scalar", {}, std::vector<float>{v}); }
    int row() { return graph::testing::random_constant(g_, random_, "row", {8}); }
    int mean(int t) { return graph::append(g_, "mean", "mean", {t}, {{"axes", {2}}, {"keep_dims", true}}); }
    int op(const char* name, std::vector<int> inputs, base::Json attributes = base::Json::object()) {
        return graph::append(g_, name, name, std::move(inputs), std::move(attributes));
    }
    int x() const { return x_; }
    Graph finish(int y) {
        g_.outputs = {y};
        graph::verify(g_);
        return g_;
    }

  private:
    Graph g_;
    base::Random random_;
    int x_;
};

// ReduceMean, Sub, Pow, ReduceMean, Add, Sqrt, Div, Mul, Add.
Graph as_pytorch(const char* square) {
    Parts p;
    const int centred = p.op("sub", {p.x(), p.mean(p.x())});
    const int squared = std::string_view(square) == "mul"     ? p.op("mul", {centred, centred})
                        : std::string_view(square) == "power" ? p.op("power", {centred}, {{"exponent", 2}})
                                                              : p.op(square, {centred});
    const int root = p.op("sqrt", {p.op("add", {p.mean(squared), p.scalar(1e-5f)})});
    const int normal = p.op("div", {centred, root});
    return p.finish(p.op("add", {p.op("mul", {normal, p.row()}), p.row()}));
}

// x * r + (beta - mean * r) with r = rsqrt(variance + epsilon) * gamma.
Graph as_keras(bool scaled) {
    Parts p;
    const int mean = p.mean(p.x());
    const int root = p.op("rsqrt", {p.op("add", {p.mean(p.op("squared_difference", {p.x(), mean})), p.scalar(1e-3f)})});
    const int factor = scaled ? p.op("mul", {root, p.row()}) : root;
    return p.finish(p.op("add", {p.op("mul", {p.x(), factor}), p.op("sub", {p.row(), p.op("mul", {mean, factor})})}));
}

void expect_one_norm(const Graph& parts) {
    const Graph fused = fuse_layer_norm(parts);
    graph::verify(fused);
    EXPECT_EQ(ops(fused), (std::vector<std::string>{"layer_norm"}));
    base::Random random(9);
    const auto x = graph::testing::random_values(random, 40, 3.0);
    const auto expected = graph::Evaluator(parts).run_features(x), got = graph::Evaluator(fused).run_features(x);
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-5) << i;
}

TEST(FuseLayerNorm, PartsFromPyTorchBecomeOneNode) {
    for (const char* square : {"mul", "square", "power"}) expect_one_norm(as_pytorch(square));
}

TEST(FuseLayerNorm, PartsFromKerasBecomeOneNode) {
    for (const bool scaled : {false, true}) expect_one_norm(as_keras(scaled));
    EXPECT_EQ(ops(fold(as_keras(true))), (std::vector<std::string>{"layer_norm"}));
}

TEST(FuseLayerNorm, WhatIsNoneStays) {
    for (int way = 0; way < 4; ++way) {
        Parts p;
        const int mean = way == 0 ? p.op("mean", {p.x()}, {{"axes", {1}}, {"keep_dims", true}}) : p.mean(p.x());
        const int centred = p.op("sub", {p.x(), mean});
        const int squared = p.op("mul", {centred, way == 1 ? p.x() : centred});
        const int variance = way == 2 ? p.op("add", {p.mean(squared), p.mean(squared)}) : p.op("add", {p.mean(squared), p.scalar(1e-5f)});
        const int root = p.op(way == 3 ? "rsqrt" : "sqrt", {variance});
        const Graph parts = p.finish(p.op("div", {centred, root}));
        EXPECT_EQ(ops(fuse_layer_norm(parts)), ops(parts)) << way;
    }
}

// A result on the way that something else reads is still computed.
TEST(FuseLayerNorm, WhatElseIsReadStays) {
    Parts p;
    const int centred = p.op("sub", {p.x(), p.mean(p.x())});
    const int root = p.op("sqrt", {p.op("add", {p.mean(p.op("square", {centred})), p.scalar(1e-5f)})});
    const int normal = p.op("div", {centred, root});
    const Graph parts = p.finish(p.op("add", {normal, centred}));
    EXPECT_EQ(ops(fuse_layer_norm(parts)), (std::vector<std::string>{"mean", "sub", "layer_norm", "add"}));
}

}  // namespace
}  // namespace mote::compress
