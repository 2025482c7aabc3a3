#include "recurrent_networks.hpp"

#include "base/random.hpp"
#include "compress/quantise.hpp"
#include "graph/build.hpp"

#include <cmath>
#include <numeric>

namespace mote::codegen::testing {

namespace {

class Network {
  public:
    Network(const std::string& name, std::vector<int> input, std::uint64_t seed) : random_(seed) {
        graph_.name = name;
        last_ = graph::add_input(graph_, "x", std::move(input));
    }
    int constant(std::vector<int> shape, double spread) {
        const auto count = std::accumulate(shape.begin(), shape.end(), std::size_t{1},
                                           [](std::size_t n, int d) { return n * static_cast<std::size_t>(d); });
        std::vector<float> values(count);
        for (float& v : values) v = static_cast<float>(spread * random_.normal());
        return graph::add_constant(graph_, "constant_" + std::to_string(graph_.tensors.size()), std::move(shape), values);
    }
    /// A variable, or a constant below 1.
    int state(int units, bool is_variable) {
        if (!is_variable) return constant({1, units}, 0.2);
        return graph_.add_tensor({"state_" + std::to_string(graph_.tensors.size()), graph::Type::f32, {1, units}, {}, {}, true});
    }
    void add(const std::string& op, std::vector<int> inputs, base::Json attributes = base::Json::object()) {
        inputs.insert(inputs.begin(), last_);
        last_ = graph::append(graph_, op, op + "_" + std::to_string(graph_.nodes.size()), std::move(inputs), std::move(attributes));
    }
    graph::Graph classes(int count) {
        const std::vector<int> shape = graph_.tensors[static_cast<std::size_t>(last_)].shape;
        const int units = shape.back();
        if (shape.size() == 3) {
            add("slice", {}, {{"begin", {0, shape[1] - 1, 0}}, {"size", {1, 1, units}}, {"strides", {1, 1, 1}}});
            add("reshape", {}, {{"shape", {1, units}}});
        }
        add("dense", {constant({count, units}, 1), constant({count}, 0.1)});
        graph_.outputs = {last_};
        std::vector<float> examples(64 * graph_.input().count());
        for (float& v : examples) v = static_cast<float>(random_.normal());
        return compress::quantise(graph_, examples, 64, {"minmax", "off", 64});
    }

  private:
    graph::Graph graph_;
    base::Random random_;
    int last_ = -1;
};

}  // namespace

std::vector<std::string> recurrent_names() { return {"lstm", "lstm_stream", "lstm_coupled", "gru", "gru_before", "gru_stream", "svdf"}; }

graph::Graph recurrent_network(const std::string& name, int steps, int inputs, int units, int classes, std::uint64_t seed) {
    const bool is_svdf = name == "svdf", is_gru = name.starts_with("gru"), is_stream = name.ends_with("stream");
    Network network(name, is_svdf ? std::vector<int>{1, inputs} : std::vector<int>{1, steps, inputs}, seed);
    std::vector<int> list;
    if (is_svdf) {
        constexpr int rank = 2, memory = 5;
        network.add("svdf",
                    {network.constant({units * rank, inputs}, 0.4), network.constant({units * rank, memory}, 0.4),
                     network.constant({units}, 0.2), network.state(units * rank * memory, true)},
                    {{"rank", rank}, {"activation", "relu"}});
        return network.classes(classes);
    }
    const int gates = is_gru ? 3 : 4;
    const bool coupled = name == "lstm_coupled";
    const auto add = [&](const std::vector<int>& shape, double spread) {
        for (int g = 0; g < gates; ++g) list.push_back(coupled && g == 0 ? -1 : network.constant(shape, spread));
    };
    add({units, inputs}, 1 / std::sqrt(inputs));
    add({units, units}, 1 / std::sqrt(units));
    add({units}, 0.3);
    if (is_gru) add({units}, 0.3);
    list.push_back(network.state(units, is_stream));
    if (!is_gru) list.push_back(network.state(units, is_stream));
    network.add(is_gru ? "gru" : "lstm", list,
                is_gru ? base::Json{{"reset_after", name != "gru_before"}} : base::Json{{"cell_limit", coupled ? 0.8 : 0.0}});
    return network.classes(classes);
}

}  // namespace mote::codegen::testing
