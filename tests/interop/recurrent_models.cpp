// Writes layers with a state as TensorFlow Lite files, of floats and of int8, for the test against the public runtime.
// usage: recurrent_models FOLDER    prints the name of each file, and how many values an input has
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "compress/quantise.hpp"
#include "graph/build.hpp"
#include "graph/export_format.hpp"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <numeric>

namespace mote {
namespace {

class Layer {
  public:
    Layer(std::vector<int> input, std::uint64_t seed) : random_(seed) { x = graph::add_input(graph_, "x", std::move(input)); }

    int constant(const char* name, std::vector<int> shape, double spread) {
        const auto count = std::accumulate(shape.begin(), shape.end(), std::size_t{1},
                                           [](std::size_t n, int d) { return n * static_cast<std::size_t>(d); });
        std::vector<float> values(count);
        for (float& v : values) v = static_cast<float>(spread * random_.normal());
        return graph::add_constant(graph_, name, std::move(shape), values);
    }
    int variable(const char* name, int count) { return graph_.add_tensor({name, graph::Type::f32, {1, count}, {}, {}, true}); }
    graph::Graph finish(const char* op, std::vector<int> inputs, base::Json attributes) {
        graph_.name = op;
        graph_.outputs = {graph::append(graph_, op, op, std::move(inputs), std::move(attributes))};
        return std::move(graph_);
    }

    int x = -1;

  private:
    graph::Graph graph_;
    base::Random random_;
};

graph::Graph lstm(bool coupled, int steps, int inputs, int units, float cell_limit) {
    Layer layer({1, steps, inputs}, coupled ? 1 : 2);
    std::vector<int> list = {layer.x};
    for (int g = 0; g < 4; ++g) list.push_back(coupled && g == 0 ? -1 : layer.constant("w", {units, inputs}, 1.0 / std::sqrt(inputs)));
    for (int g = 0; g < 4; ++g) list.push_back(coupled && g == 0 ? -1 : layer.constant("u", {units, units}, 1.0 / std::sqrt(units)));
    for (int g = 0; g < 4; ++g) list.push_back(coupled && g == 0 ? -1 : layer.constant("b", {units}, 0.3));
    list.push_back(layer.variable("h", units)), list.push_back(layer.variable("c", units));
    return layer.finish("lstm", list, {{"cell_limit", cell_limit}});
}

graph::Graph svdf(int inputs, int units, int rank, int memory) {
    Layer layer({1, inputs}, 3);
    const int filters = units * rank;
    return layer.finish("svdf",
                        {layer.x, layer.constant("features", {filters, inputs}, 1.0 / std::sqrt(inputs)),
                         layer.constant("time", {filters, memory}, 1.0 / std::sqrt(memory * rank)), layer.constant("bias", {units}, 0.3),
                         layer.variable("memory", filters * memory)},
                        {{"rank", rank}, {"activation", "relu"}});
}

void write(const std::filesystem::path& folder, const std::string& name, const graph::Graph& model) {
    const auto& tflite = graph::export_format_of("model.tflite");
    const auto put = [&](const char* arithmetic, const graph::Graph& graph) {
        const std::filesystem::path file = folder / (name + "_" + arithmetic + ".tflite");
        base::write_file(file, tflite.write(graph));
        std::printf("%s_%s %zu\n", name.c_str(), arithmetic, graph.input().count());
    };
    put("float", model);
    base::Random random(4);
    constexpr std::size_t examples = 64;
    std::vector<float> values(examples * model.input().count());
    for (float& v : values) v = static_cast<float>(random.normal());
    put("int8", compress::quantise(model, values, examples, {"minmax", "off", static_cast<int>(examples)}));
}

}  // namespace
}  // namespace mote

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const std::filesystem::path folder = arguments[1];
    try {
        mote::write(folder, "lstm", mote::lstm(false, 12, 10, 24, 0));
        mote::write(folder, "lstm_step", mote::lstm(false, 1, 6, 16, 0));
        mote::write(folder, "lstm_coupled", mote::lstm(true, 5, 7, 9, 0.75f));
        mote::write(folder, "svdf", mote::svdf(20, 12, 2, 8));
    } catch (const mote::base::Error& error) {
        std::fprintf(stderr, "error: %s\n", error.message().c_str());
        return 1;
    }
    return 0;
}
