// Streaming models whose state is an input and an output: kept by the model, they give what they give when the caller carries it.
#include "base/random.hpp"
#include "compress/quantise.hpp"
#include "graph/import/onnx.hpp"
#include "graph/models.hpp"
#include "graph/onnx_reading.hpp"
#include "graph/operator.hpp"
#include "graph/state_pairs.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mote::graph {
namespace {

using testing::onnx_integer;
using testing::OnnxFile;
using State = std::map<std::string, std::string>;

constexpr int inputs = 3, units = 4;

std::vector<float> random_floats(std::size_t n, std::uint64_t seed) {
    base::Random random(seed);
    return testing::random_values(random, n);
}

/// A recurrent layer of a person's own: h' = tanh(W [x, h]), y = V h'.
OnnxFile plain_stream() {
    return OnnxFile()
        .input("x", {1, inputs})
        .input("h", {1, units})
        .constant("w", {inputs + units, units}, random_floats((inputs + units) * units, 1))
        .constant("v", {units, 2}, random_floats(units * 2, 2))
        .node("Concat", {"x", "h"}, {"both"}, {onnx_integer("axis", 1)})
        .node("MatMul", {"both", "w"}, {"sum"})
        .node("Tanh", {"sum"}, {"next"})
        .node("MatMul", {"next", "v"}, {"y"})
        .output("y", {1, 2})
        .output("next", {1, units});
}

/// A layer of ONNX with its states fed and given, two steps at once, as PyTorch exports it.
OnnxFile layer_stream(const std::string& op, int gates) {
    OnnxFile file(14);
    file.input("x", {2, 1, inputs}).input("h", {1, 1, units});
    if (op == "LSTM") file.input("c", {1, 1, units});
    file.constant("w", {1, gates * units, inputs}, random_floats(static_cast<std::size_t>(gates * units * inputs), 3))
        .constant("r", {1, gates * units, units}, random_floats(static_cast<std::size_t>(gates * units * units), 4))
        .constant("v", {units, 2}, random_floats(units * 2, 5));
    const auto hidden = onnx_integer("hidden_size", units);
    if (op == "LSTM")
        file.node(op, {"x", "w", "r", "", "", "h", "c"}, {"all", "hn", "cn"}, {hidden});
    else
        file.node(op, {"x", "w", "r", "", "", "h"}, {"all", "hn"}, {hidden});
    file.node("MatMul", {"all", "v"}, {"y"}).output("y", {2, 1, 1, 2}).output("hn", {1, 1, units});
    return op == "LSTM" ? file.output("cn", {1, 1, units}) : file;
}

/// What the model gives as output `y` in each step while the caller carries the state.
std::vector<base::Bytes> carried(const Graph& graph, const std::vector<base::Bytes>& steps, const State& pairs) {
    Evaluator evaluator(graph);
    std::map<std::string, base::Bytes> values;
    for (const int i : graph.inputs)
        values[graph.tensors[static_cast<std::size_t>(i)].name].resize(graph.tensors[static_cast<std::size_t>(i)].size_bytes());
    std::vector<base::Bytes> answers;
    for (const base::Bytes& x : steps) {
        base::Bytes fed;
        values["x"] = x;
        for (const int i : graph.inputs) {
            const base::Bytes& one = values.at(graph.tensors[static_cast<std::size_t>(i)].name);
            fed.insert(fed.end(), one.begin(), one.end());
        }
        (void)evaluator.run(fed);
        const auto first = evaluator.tensor(graph.outputs.front());
        answers.emplace_back(first.begin(), first.end());
        for (const int o : graph.outputs)
            for (const auto& [in, out] : pairs)
                if (graph.tensors[static_cast<std::size_t>(o)].name == out) {
                    const auto next = evaluator.tensor(o);
                    values[in].assign(next.begin(), next.end());
                }
    }
    return answers;
}

std::vector<base::Bytes> kept(const Graph& graph, const std::vector<base::Bytes>& steps) {
    Evaluator evaluator(graph);
    std::vector<base::Bytes> answers;
    for (const base::Bytes& x : steps) {
        const auto y = evaluator.run(x);
        answers.emplace_back(y.begin(), y.end());
    }
    return answers;
}

Graph expect_the_same(const OnnxFile& file, const State& pairs) {
    Imported model = import_onnx(file.bytes(), "model.onnx");
    std::vector<base::Bytes> steps;
    for (std::uint64_t s = 0; s < 9; ++s) {
        const auto x = random_floats(model.graph.input().count(), 20 + s);
        const auto bytes = std::as_bytes(std::span(x));
        steps.emplace_back(bytes.begin(), bytes.end());
    }
    const auto wanted = carried(model.graph, steps, pairs);
    keep_state(model, pairs);
    EXPECT_EQ(model.graph.inputs.size(), 1u);
    EXPECT_EQ(model.graph.outputs.size(), 1u);
    EXPECT_EQ(kept(model.graph, steps), wanted);
    EXPECT_NE(wanted.front(), wanted.back());
    return model.graph;
}

std::size_t count(const Graph& graph, const std::string& op) {
    return static_cast<std::size_t>(std::count_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& n) { return n.op == op; }));
}

TEST(OnnxState, AnInputAndAnOutputBecomeAVariable) {
    const Graph graph = expect_the_same(plain_stream(), {{"h", "next"}});
    EXPECT_EQ(count(graph, "assign"), 1u);
}

// The layer's own variables: nothing is copied, and int8 keeps a cell state of 16 bits.
TEST(OnnxState, LayersKeepTheirStatesThemselves) {
    for (const auto& [op, gates, pairs] :
         {std::tuple<const char*, int, State>{"LSTM", 4, {{"h", "hn"}, {"c", "cn"}}}, {"GRU", 3, {{"h", "hn"}}}}) {
        SCOPED_TRACE(op);
        const Graph graph = expect_the_same(layer_stream(op, gates), pairs);
        EXPECT_EQ(count(graph, "assign"), 0u);
        const Graph quantised = compress::quantise(graph, random_floats(graph.input().count() * 40, 7), 40);
        EXPECT_EQ(std::count_if(quantised.tensors.begin(), quantised.tensors.end(),
                                [](const Tensor& t) { return t.is_variable && t.type == Type::i16; }),
                  1);
    }
}

// One state kept and the other fed is still what the file says.
TEST(OnnxState, OneOfTwoStatesMayStayFed) {
    Imported model = import_onnx(layer_stream("LSTM", 4).bytes(), "model.onnx");
    keep_state(model, {{"h", "hn"}});
    EXPECT_EQ(model.graph.inputs.size(), 2u);
    EXPECT_EQ(model.graph.outputs.size(), 2u);
    const auto hint = [&] {
        try {
            (void)compress::quantise(model.graph, random_floats(10 * 40, 7), 40);
        } catch (const base::Error& error) {
            return error.hint();
        }
        return std::string();
    };
    EXPECT_TRUE(hint().starts_with("say which output goes back into which input: --state INPUT=OUTPUT")) << hint();
}

TEST(OnnxState, PairsThatDoNotFitAreNamed) {
    const auto said = [](const State& pairs) {
        Imported model = import_onnx(plain_stream().bytes(), "model.onnx");
        try {
            keep_state(model, pairs);
        } catch (const base::Error& error) {
            return error.code() + ": " + error.message() + " (" + error.hint() + ")";
        }
        return std::string("was accepted");
    };
    EXPECT_EQ(said({{"memory", "next"}}), "usage: --state: the model has no input \"memory\" (inputs: x, h)");
    EXPECT_EQ(said({{"h", "nextt"}}), "usage: --state: the model has no output \"nextt\" (did you mean \"next\"?)");
    EXPECT_EQ(
        said({{"x", "next"}}),
        "bad_input: --state x=next: the input is f32 [1, 3], the output f32 [1, 4] (a state goes back in as it came out: pair ends of one "
        "shape and type)");
}

TEST(OnnxState, PairsThatLookLikeOneAreFound) {
    EXPECT_EQ(likely_state(import_onnx(plain_stream().bytes(), "model.onnx").graph), (State{{"h", "next"}}));
    EXPECT_EQ(likely_state(import_onnx(layer_stream("GRU", 3).bytes(), "model.onnx").graph), (State{{"h", "hn"}}));
    // Two of one shape: nobody but the person knows which is which.
    EXPECT_EQ(likely_state(import_onnx(layer_stream("LSTM", 4).bytes(), "model.onnx").graph), State());
}

TEST(OnnxState, NamesOfTensorFlowAreShort) {
    EXPECT_EQ(short_name("serving_default_left:0"), "left");
    EXPECT_EQ(short_name("a:b"), "a:b");
    EXPECT_EQ(short_name(":0"), ":0");
    EXPECT_EQ(short_name(""), "");
}

}  // namespace
}  // namespace mote::graph
