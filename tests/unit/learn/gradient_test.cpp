// What training rests on, held against the graph's own evaluator: outputs, and gradients by finite differences.
#include "graph/operator.hpp"
#include "learn/learner.hpp"
#include "toy.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>

#ifdef MOTE_TORCH_LIBRARY

namespace mote::learn {
namespace {

/// A graph of one node: its input, its constants, its output.
class OneNode {
  public:
    OneNode(std::string op, std::vector<int> input, std::vector<std::vector<int>> constants, base::Json attributes) {
        graph_.name = op;
        add("x", std::move(input), false);
        graph_.inputs = {0};
        graph::Node node{op, op, {0}, {}, std::move(attributes)};
        for (auto& shape : constants) node.inputs.push_back(add("constant", std::move(shape), true));
        if (op == "batch_norm")  // a mean near 0, a variance near 1
            for (float& v : graph_.tensors[4].as<float>()) v = std::fabs(v) + 0.5f;
        graph_.nodes.push_back(node);
        const auto shape = graph::find_operator(op)->infer(graph_, node)[0];
        graph_.nodes[0].outputs = {add("y", shape, false)};
        graph_.outputs = graph_.nodes[0].outputs;
    }
    const graph::Graph& graph() const { return graph_; }

  private:
    int add(std::string name, std::vector<int> shape, bool constant) {
        graph::Tensor tensor;
        tensor.name = name + std::to_string(graph_.tensors.size());
        tensor.shape = std::move(shape);
        if (constant) {
            tensor.data.resize(tensor.count() * sizeof(float));
            for (float& v : tensor.as<float>()) v = draw();
        }
        graph_.tensors.push_back(std::move(tensor));
        return static_cast<int>(graph_.tensors.size()) - 1;
    }
    float draw() { return static_cast<float>(random_.uniform(-1, 1)); }
    graph::Graph graph_;
    base::Random random_{3};
};

std::vector<graph::Graph> cases_of(const std::string& op) {
    const std::vector<int> image = {1, 5, 6, 4};
    const auto window = [](const char* padding, int stride, const char* activation) {
        return base::Json{{"kernel_h", 3}, {"kernel_w", 2},      {"stride_h", stride},
                          {"stride_w", 1}, {"padding", padding}, {"activation", activation}};
    };
    std::vector<OneNode> nodes;
    if (op == "add") nodes = {{op, {1, 7}, {{1, 7}}, {{"activation", "none"}}}, {op, {1, 7}, {{1, 7}}, {{"activation", "relu6"}}}};
    if (op == "average_pool_2d" || op == "max_pool_2d")
        nodes = {{op, image, {}, window("same", 2, "none")}, {op, image, {}, window("valid", 1, "relu")}};
    if (op == "batch_norm") nodes = {{op, {1, 3, 4}, {{4}, {4}, {4}, {4}}, {{"epsilon", 1e-3}}}};
    if (op == "concat") nodes = {{op, {1, 3, 4}, {{1, 3, 2}}, {{"axis", 2}}}};
    if (op == "conv_2d") {
        for (const char* padding : {"same", "valid"})
            for (const int stride : {1, 2}) {
                base::Json attributes = window(padding, stride, "none");
                attributes.erase("kernel_h"), attributes.erase("kernel_w");
                nodes.push_back({op, image, {{3, 3, 2, 4}, {3}}, attributes});
            }
        nodes.push_back({op, image, {{3, 3, 2, 4}, {3}}, {{"padding", "same"}, {"activation", "relu"}}});
        nodes.push_back({op, image, {{3, 2, 2, 4}, {3}}, {{"padding", "valid"}, {"dilation_h", 2}, {"dilation_w", 2}}});
        nodes.push_back({op, image, {{4, 3, 3, 2}, {4}}, {{"padding", "same"}, {"groups", 2}}});
    }
    if (op == "depthwise_conv_2d") {
        nodes.push_back({op, image, {{1, 3, 3, 4}, {4}}, {{"padding", "same"}, {"stride_h", 2}, {"multiplier", 1}}});
        nodes.push_back({op, image, {{1, 2, 3, 8}, {8}}, {{"padding", "valid"}, {"multiplier", 2}, {"activation", "relu6"}}});
    }
    if (op == "dense")
        nodes = {{op, {1, 7}, {{5, 7}, {5}}, {{"activation", "none"}}}, {op, {1, 7}, {{5, 7}, {5}}, {{"activation", "relu"}}}};
    if (op == "mean")
        nodes = {{op, image, {}, {{"axes", {1, 2}}, {"keep_dims", false}}}, {op, image, {}, {{"axes", {2}}, {"keep_dims", true}}}};
    if (op == "relu" || op == "relu6" || op == "softmax") nodes = {{op, {1, 9}, {}, base::Json::object()}};
    if (op == "reshape") nodes = {{op, {1, 3, 4}, {}, {{"shape", {1, 12}}}}};
    std::vector<graph::Graph> graphs;
    for (const OneNode& node : nodes) graphs.push_back(node.graph());
    return graphs;
}

std::vector<float> evaluate(const graph::Graph& graph, const std::vector<float>& x) {
    graph::Evaluator evaluator(graph);
    const auto bytes = evaluator.run(std::as_bytes(std::span(x)));
    const auto* y = reinterpret_cast<const float*>(bytes.data());
    return {y, y + bytes.size() / sizeof(float)};
}

double loss_of(const graph::Graph& graph, const std::vector<float>& x, const std::vector<float>& cotangent) {
    const std::vector<float> y = evaluate(graph, x);
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += static_cast<double>(y[i]) * static_cast<double>(cotangent[i]);
    return sum;
}

std::vector<float> random_values(std::size_t count, base::Random random) {
    std::vector<float> values(count);
    for (float& v : values) v = static_cast<float>(random.uniform(-1, 1));
    return values;
}

// Central differences. Where the slopes to both sides disagree, a kink (relu, a maximum) lies near, and there is no gradient to compare.
void compare(const std::function<double(float)>& loss, float at, float gradient, const std::string& place, int& compared) {
    const float h = 0.01f;
    const double here = loss(at), above = loss(at + h), below = loss(at - h);
    const double right = (above - here) / static_cast<double>(h), left = (here - below) / static_cast<double>(h),
                 slope = (right + left) / 2;
    if (std::fabs(right - left) > 0.02 * (1 + std::fabs(slope))) return;
    ++compared;
    EXPECT_NEAR(static_cast<double>(gradient), slope, 0.012 * (1 + std::fabs(slope))) << place;
}

void check_gradients(const graph::Graph& graph, const std::string& place) {
    graph::verify(graph);
    const std::vector<float> x = random_values(graph.input().count(), base::Random(11));
    const std::vector<float> cotangent = random_values(graph.output().count(), base::Random(12));
    const auto gradients = trainer().gradients(graph, x, cotangent);
    int compared = 0, values = 0;
    for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
        for (std::size_t i = 0; i < gradients[t].size(); ++i) {
            ++values;
            const auto loss = [&](float value) {
                graph::Graph changed = graph;
                std::vector<float> input = x;
                (static_cast<int>(t) == graph.inputs[0] ? std::span<float>(input) : changed.tensors[t].as<float>())[i] = value;
                return loss_of(changed, input, cotangent);
            };
            const float at = static_cast<int>(t) == graph.inputs[0] ? x[i] : graph.tensors[t].as<float>()[i];
            compare(loss, at, gradients[t][i], place + ": " + graph.tensors[t].name + "[" + std::to_string(i) + "]", compared);
        }
    }
    EXPECT_GT(compared, values * 7 / 10) << place << ": too few places without a kink";
}

class Gradients : public ::testing::Test {
  protected:
    static void SetUpTestSuite() { ::setenv("MOTE_TORCH_BACKEND", MOTE_TORCH_LIBRARY, 1); }
};

TEST_F(Gradients, EveryOperatorAgreesWithFiniteDifferences) {
    const auto names = trainer().operators();
    ASSERT_GT(names.size(), 10u);
    for (const std::string& op : names) {
        if (!graph::find_operator(op)) continue;  // the graph's catalogue does not have it
        const auto graphs = cases_of(op);
        EXPECT_FALSE(graphs.empty()) << "no case for " << op;
        for (std::size_t c = 0; c < graphs.size(); ++c) check_gradients(graphs[c], op + " case " + std::to_string(c));
    }
}

TEST_F(Gradients, OutputsOfEveryLearnerAgreeWithTheEvaluator) {
    for (const LearnerType* type : learner_types()) {
        const auto shape = toy::shape_for(type->name);
        graph::Graph graph = toy::build(type->name, shape, 4, {{"size", "small"}});
        base::Random random(5);
        for (const graph::Node& node : graph.nodes) {
            if (node.op != "batch_norm") continue;
            for (std::size_t i = 1; i < 5; ++i)
                for (float& v : graph.tensors[static_cast<std::size_t>(node.inputs[i])].as<float>())
                    v = static_cast<float>(i == 1 || i == 4 ? random.uniform(0.5, 1.5) : random.uniform(-0.3, 0.3));
        }
        const std::size_t count = graph.input().count();
        const std::vector<float> inputs = random_values(count * 3, base::Random(6));
        const std::vector<float> outputs = trainer().run(graph, inputs);
        ASSERT_EQ(outputs.size(), 12u);
        for (std::size_t n = 0; n < 3; ++n) {
            const auto expected = evaluate(graph, {inputs.begin() + static_cast<std::ptrdiff_t>(n * count),
                                                   inputs.begin() + static_cast<std::ptrdiff_t>((n + 1) * count)});
            for (std::size_t c = 0; c < 4; ++c) EXPECT_NEAR(outputs[n * 4 + c], expected[c], 1e-4) << type->name;
        }
    }
}

TEST_F(Gradients, UnknownOperatorIsNamed) {
    graph::Graph graph = toy::build("dense", {8}, 3, {{"size", "small"}});
    graph.nodes[2].op = "fold_space";
    const std::vector<float> x(8);
    try {
        trainer().run(graph, x);
        FAIL() << "an unknown operator was run";
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "unsupported");
        EXPECT_NE(error.message().find("fold_space"), std::string::npos) << error.message();
    }
}

}  // namespace
}  // namespace mote::learn

#endif
