// Instructions of single layers of many shapes on each core, in the emulator: where a kernel falls off a cliff that no model shows. Marks
// what costs more than a layer of its kind should, and compares every byte with the reference while it counts.
//
// bench_sweep [--core NAME] [--only TEXT]: TEXT is part of a layer's name, such as "conv_2d 5x5".
#include "app/measurement.hpp"
#include "app/profile.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "codegen/emit.hpp"
#include "compress/quantise.hpp"
#include "cores.hpp"
#include "graph/build.hpp"
#include "graph/operator.hpp"
#include "target/measure.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace mote;

/// One layer: input [1, h, w, c]. `out` are output channels of conv_2d and dense, or the multiplier of depthwise_conv_2d.
struct Case {
    const char* op;
    int h, w, c, out;
    int kh = 1, kw = 1, sh = 1, sw = 1, dh = 1, dw = 1, groups = 1;
};

constexpr Case cases[] = {
    // 1-D: both ways in which a series may lie, small channels, strides, dilation.
    {"conv_2d", 128, 1, 1, 16, 9, 1, 2, 1},
    {"conv_2d", 128, 1, 3, 16, 5, 1},
    {"conv_2d", 1, 128, 3, 16, 1, 5},
    {"conv_2d", 128, 1, 6, 32, 5, 1},
    {"conv_2d", 1, 128, 6, 32, 1, 5},
    {"conv_2d", 60, 1, 32, 32, 3, 1},
    {"conv_2d", 1, 60, 32, 32, 1, 3},
    {"conv_2d", 60, 1, 24, 24, 3, 1, 1, 1, 4, 1},
    {"conv_2d", 1, 60, 24, 24, 1, 3, 1, 1, 1, 4},
    {"conv_2d", 50, 1, 5, 7, 7, 1, 2, 1},
    {"depthwise_conv_2d", 60, 1, 16, 1, 3, 1},
    {"depthwise_conv_2d", 1, 60, 16, 1, 1, 3},
    {"depthwise_conv_2d", 60, 1, 16, 1, 5, 1, 2, 1},
    {"depthwise_conv_2d", 1, 60, 16, 1, 1, 5},
    {"depthwise_conv_2d", 60, 1, 16, 1, 7, 1},
    {"depthwise_conv_2d", 60, 1, 16, 1, 9, 1},
    {"depthwise_conv_2d", 60, 1, 6, 4, 5, 1},
    {"depthwise_conv_2d", 60, 1, 16, 1, 3, 1, 1, 1, 4, 1},
    // 2-D.
    {"conv_2d", 24, 24, 1, 8, 3, 3, 2, 2},
    {"conv_2d", 24, 24, 3, 8, 3, 3, 2, 2},
    {"conv_2d", 24, 24, 3, 16, 5, 5, 2, 2},
    {"conv_2d", 12, 12, 8, 8, 5, 5},
    {"conv_2d", 25, 10, 1, 16, 10, 4, 2, 2},
    {"conv_2d", 10, 20, 2, 8, 1, 7},
    {"conv_2d", 12, 12, 5, 7, 3, 3},
    {"conv_2d", 12, 12, 8, 16, 1, 1},
    {"conv_2d", 12, 12, 13, 19, 1, 1},
    {"conv_2d", 12, 12, 16, 16, 1, 1, 2, 2},
    {"conv_2d", 12, 12, 8, 8, 3, 3, 1, 1, 2, 2},
    {"conv_2d", 12, 12, 16, 16, 3, 3, 1, 1, 1, 1, 4},
    {"conv_2d", 12, 12, 12, 18, 1, 1, 1, 1, 1, 1, 3},
    {"depthwise_conv_2d", 12, 12, 8, 1, 3, 3},
    {"depthwise_conv_2d", 13, 13, 6, 1, 3, 3, 2, 2},
    {"depthwise_conv_2d", 12, 12, 8, 1, 5, 5},
    {"depthwise_conv_2d", 12, 12, 8, 1, 5, 5, 2, 2},
    {"depthwise_conv_2d", 12, 12, 8, 1, 7, 7},
    {"depthwise_conv_2d", 12, 12, 4, 2, 3, 3},
    {"depthwise_conv_2d", 25, 20, 1, 8, 10, 8, 2, 2},
    {"depthwise_conv_2d", 12, 12, 8, 1, 3, 3, 1, 1, 2, 2},
    {"depthwise_conv_2d", 6, 6, 20, 1, 3, 3},
    {"transposed_conv_2d", 8, 8, 16, 16, 4, 4, 2, 2},
    {"transposed_conv_2d", 8, 8, 16, 8, 3, 3, 2, 2},
    {"transposed_conv_2d", 8, 8, 32, 16, 2, 2, 2, 2},
    {"transposed_conv_2d", 10, 10, 3, 5, 5, 5, 3, 3},
    {"transposed_conv_2d", 64, 1, 12, 8, 4, 1, 2, 1},
    {"batch_matmul", 1, 16, 16, 0},
    {"batch_matmul", 1, 48, 32, 0},
    {"batch_matmul", 1, 30, 13, 0},
    {"dense", 1, 1, 16, 3},
    {"dense", 1, 1, 33, 5},
    {"dense", 1, 1, 64, 10},
    {"dense", 1, 1, 250, 64},
    {"average_pool_2d", 32, 1, 64, 0, 32, 1},
    {"average_pool_2d", 8, 8, 32, 0, 8, 8},
    {"average_pool_2d", 12, 12, 10, 0, 2, 2, 2, 2},
    {"max_pool_2d", 1, 64, 32, 0, 1, 2, 1, 2},
    {"max_pool_2d", 12, 12, 10, 0, 2, 2, 2, 2},
    {"max_pool_2d", 12, 12, 16, 0, 3, 3, 2, 2},
    {"mean", 32, 1, 64, 0},
    {"mean", 8, 8, 30, 0},
    {"add", 10, 10, 16, 0},
    {"add", 1, 1, 33, 0},
    {"concat", 10, 10, 8, 0},
};

std::string name_of(const Case& c) {
    std::string name = std::string(c.op) + " ";
    if (c.kh * c.kw > 1 || std::string_view(c.op).find("2d") != std::string_view::npos)
        name += std::to_string(c.kh) + "x" + std::to_string(c.kw) + " ";
    if (c.sh * c.sw > 1) name += "stride " + std::to_string(c.sh) + "x" + std::to_string(c.sw) + " ";
    if (c.dh * c.dw > 1) name += "dilation " + std::to_string(c.dh) + "x" + std::to_string(c.dw) + " ";
    if (c.groups > 1) name += "groups " + std::to_string(c.groups) + " ";
    name += "[" + std::to_string(c.h) + ", " + std::to_string(c.w) + ", " + std::to_string(c.c) + "]";
    if (c.out > 0) name += (std::string_view(c.op) == "depthwise_conv_2d" ? " x " : " -> ") + std::to_string(c.out);
    return name;
}

/// What a layer may cost before it is called a cliff: instructions a MAC, or a value read.
double limit_of(const Case& c, graph::Isa isa) {
    const bool dsp = isa == graph::Isa::arm_dsp, helium = isa == graph::Isa::helium, m0 = isa == graph::Isa::armv6m;
    const std::string_view op = c.op;
    const double finish = (helium ? 5 : dsp ? 9 : m0 ? 24 : 12);  // of one output
    if (op == "conv_2d" || op == "transposed_conv_2d") {
        const double depth = c.kh * c.kw * c.c / c.groups / (op == "conv_2d" ? 1 : c.sh * c.sw);
        return (helium ? 0.25 : dsp ? 1.2 : m0 ? 3.2 : 1.9) * 1.25 + 1.5 * finish / depth;
    }
    if (op == "depthwise_conv_2d") return (helium ? 0.5 : dsp ? 1.5 : m0 ? 6 : 4) + 1.5 * finish / (c.kh * c.kw);
    if (op == "batch_matmul") return (helium ? 0.6 : dsp ? 1.5 : m0 ? 3.2 : 2.3) * 1.25 + 2 * finish / c.c;
    if (op == "dense") return (helium ? 0.3 : dsp ? 1.6 : m0 ? 5 : 3.5) + 40.0 / c.c;
    return helium ? 1.5 : dsp ? 3 : m0 ? 6 : 5;
}

int random_constant(graph::Graph& g, base::Random& random, std::vector<int> shape, double fan_in) {
    std::size_t count = 1;
    for (const int d : shape) count *= static_cast<std::size_t>(d);
    std::vector<float> values(count);
    for (float& v : values) v = static_cast<float>(random.normal() / std::sqrt(fan_in));
    return graph::add_constant(g, "constant_" + std::to_string(g.tensors.size()), std::move(shape), values);
}

int append_layer(graph::Graph& g, base::Random& random, const Case& c, int x) {
    const std::string op = c.op, name = "layer_" + std::to_string(g.nodes.size());
    const auto window = [&](bool dilated) {
        base::Json a = {{"stride_h", c.sh}, {"stride_w", c.sw}, {"padding", dilated ? "same" : "valid"}};
        if (!dilated) a["kernel_h"] = c.kh, a["kernel_w"] = c.kw;
        if (dilated) a["dilation_h"] = c.dh, a["dilation_w"] = c.dw, a["activation"] = "relu";
        return a;
    };
    if (op == "conv_2d") {
        const int depth = c.c / c.groups;
        base::Json attributes = window(true);
        attributes["groups"] = c.groups;
        const int w = random_constant(g, random, {c.out, c.kh, c.kw, depth}, c.kh * c.kw * depth);
        return graph::append(g, op, name, {x, w, random_constant(g, random, {c.out}, 100)}, attributes);
    }
    if (op == "depthwise_conv_2d") {
        base::Json attributes = window(true);
        attributes["multiplier"] = c.out;
        const int w = random_constant(g, random, {1, c.kh, c.kw, c.c * c.out}, c.kh * c.kw);
        return graph::append(g, op, name, {x, w, random_constant(g, random, {c.c * c.out}, 100)}, attributes);
    }
    if (op == "dense") {
        const int w = random_constant(g, random, {c.out, c.c}, c.c);
        const int flat = graph::append(g, "reshape", name + "_flat", {x}, {{"shape", {1, c.c}}});
        return graph::append(g, op, name, {flat, w, random_constant(g, random, {c.out}, 100)});
    }
    if (op == "transposed_conv_2d") {
        const int w = random_constant(g, random, {c.out, c.kh, c.kw, c.c}, c.kh * c.kw * c.c / c.sh / c.sw);
        return graph::append(g, op, name, {x, w, random_constant(g, random, {c.out}, 100)},
                             {{"stride_h", c.sh},
                              {"stride_w", c.sw},
                              {"pad_top", (c.kh - c.sh) / 2},
                              {"pad_left", (c.kw - c.sw) / 2},
                              {"out_h", c.h * c.sh},
                              {"out_w", c.w * c.sw},
                              {"activation", "relu"}});
    }
    if (op == "batch_matmul") {  // by itself, transposed
        const int rows = graph::append(g, "reshape", name + "_rows", {x}, {{"shape", {c.h * c.w, c.c}}});
        const int other = graph::append(g, "relu", name + "_other", {rows});
        return graph::append(g, op, name, {rows, other}, {{"adj_x", c.c % 2 != 0}, {"adj_y", c.c % 2 == 0}});
    }
    if (op == "mean") return graph::append(g, op, name, {x}, {{"axes", {1, 2}}});
    if (op == "add" || op == "concat") {
        const int other = graph::append(g, "relu", name + "_other", {x});
        return graph::append(g, op, name, {x, other}, op == "add" ? base::Json::object() : base::Json{{"axis", 3}});
    }
    return graph::append(g, op, name, {x}, window(false));
}

/// All cases side by side, each on the beginning of the one input.
graph::Graph graph_of(const std::vector<Case>& list) {
    graph::Graph g;
    base::Random random(1);
    int most = 0;
    for (const Case& c : list) most = std::max(most, c.h * c.w * c.c);
    const int input = graph::add_input(g, "input", {1, most});
    std::vector<int> outputs;
    for (const Case& c : list) {
        const std::string name = "part_" + std::to_string(g.nodes.size());
        const int part = graph::append(g, "slice", name, {input}, {{"begin", {0, 0}}, {"size", {1, c.h * c.w * c.c}}});
        const int x = graph::append(g, "reshape", name + "_x", {part}, {{"shape", {1, c.h, c.w, c.c}}});
        const int y = append_layer(g, random, c, x), count = static_cast<int>(g.tensors[static_cast<std::size_t>(y)].count());
        // With a scale of its own for each layer, as in a network, not one for all that are put together.
        const int own = graph::append(g, "logistic", name + "_y", {y});
        outputs.push_back(graph::append(g, "reshape", name + "_flat", {own}, {{"shape", {1, count}}}));
    }
    g.outputs = {graph::append(g, "concat", "all", outputs, {{"axis", 1}})};
    std::vector<float> examples(4 * g.input().count());
    for (float& v : examples) v = static_cast<float>(random.normal());
    return compress::quantise(g, examples, 4, {"minmax", "off", 4});
}

void print(const std::string& core, const Case& c, const target::LayerCount& layer, std::uint64_t macs) {
    const double per = macs > 0 ? static_cast<double>(macs) : c.h * c.w * c.c * (std::string_view(c.op) == "add" ? 2 : 1);
    const double cost = static_cast<double>(layer.instructions) / per;
    const bool cliff = cost > limit_of(c, graph::isa_of_core(core));
    std::printf("%-13s %-62s %9.0f  %6.2f a %s%s\n", core.c_str(), name_of(c).c_str(), static_cast<double>(layer.instructions), cost,
                macs > 0 ? "MAC" : "value", cliff ? "  CLIFF" : "");
}

/// True when every byte is right.
bool measure(const std::string& core, const std::string& board_name, const std::vector<Case>& list) {
    codegen::Pipeline pipeline;
    pipeline.model = graph_of(list);
    pipeline.core = core;
    base::Random random(2);
    base::Bytes in;
    for (std::size_t k = 0; k < pipeline.model.input().count(); ++k) in.push_back(static_cast<std::byte>(random.below(256)));
    target::RunOptions options;
    const base::TemporaryFolder temporary("mote-sweep");
    const auto measured = app::measure_pipeline(pipeline, board::find_board(board_name), in, options, temporary.path() / "model");
    const auto& run = measured.run;
    std::size_t next = 0;
    for (const Case& c : list) {
        while (measured.emission.trace.at(next).op != c.op) ++next;
        print(core, c, run.by_layer.at(next + 1), measured.emission.trace[next].macs);
        ++next;
    }
    graph::Evaluator evaluator(pipeline.model);
    const std::size_t wrong = app::count_differences(std::as_bytes(std::span(run.outputs)), evaluator.run(in));
    if (wrong > 0) std::printf("%-13s %zu bytes differ from the reference\n", core.c_str(), wrong);
    std::fflush(stdout);
    return wrong == 0;
}

int run(int argc, char** argv) {
    std::string only_core, only;
    for (int i = 1; i + 1 < argc; i += 2) (std::string_view(argv[i]) == "--core" ? only_core : only) = argv[i + 1];
    bool good = true;
    for (const auto& [core, board] : bench::cores) {
        if (!only_core.empty() && only_core != core) continue;
        std::vector<Case> list;
        for (const Case& c : cases)
            if (name_of(c).find(only) != std::string::npos) list.push_back(c);
        if (!list.empty()) good &= measure(core, board, list);
    }
    return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const mote::base::Error& error) {
        std::fprintf(stderr, "error: %s\n  try: %s\n", error.message().c_str(), error.hint().c_str());
        return 2;
    }
}
