#include "compress/quantise_rest.hpp"

#include "base/error.hpp"
#include "compress/calibrate.hpp"
#include "graph/build.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace mote::compress {

namespace {

using graph::Graph;
using graph::Node;
using graph::Tensor;
using graph::Type;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

bool is_conversion(const Node& node) { return node.op == "quantise" || node.op == "dequantise"; }

bool is_computed_real(const Graph& graph, int tensor) {
    return tensor >= 0 && graph.tensors[at(tensor)].type == Type::f32 && !graph.tensors[at(tensor)].is_constant();
}

/// A node whose result is real, and is no stored value's.
bool is_float_node(const Graph& graph, const Node& node) {
    return !is_conversion(node) && std::any_of(node.outputs.begin(), node.outputs.end(), [&](int o) { return is_computed_real(graph, o); });
}

const Node* writer_of(const Graph& graph, int tensor) {
    for (const Node& node : graph.nodes)
        if (std::find(node.outputs.begin(), node.outputs.end(), tensor) != node.outputs.end()) return &node;
    return nullptr;
}

/// Float nodes that hang together, in order.
struct Island {
    std::vector<std::size_t> nodes;
    std::set<int> inputs, outputs;  ///< real tensors that come from outside, and that others read
};

class Islands {
  public:
    explicit Islands(const Graph& graph) : graph_(graph), group_(graph.nodes.size()) {
        for (std::size_t n = 0; n < group_.size(); ++n) group_[n] = n;
        std::map<int, std::size_t> first;  // of the island by a real tensor that it reads or writes
        for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
            if (!is_float_node(graph, graph.nodes[n])) continue;
            for (const auto* list : {&graph.nodes[n].inputs, &graph.nodes[n].outputs})
                for (const int t : *list)
                    if (is_computed_real(graph, t)) join(first.try_emplace(t, n).first->second, n);
        }
    }
    std::vector<Island> all() const {
        std::map<std::size_t, Island> by_root;
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
            if (is_float_node(graph_, graph_.nodes[n])) by_root[root(n)].nodes.push_back(n);
        std::vector<Island> list;
        for (auto& [unused, island] : by_root) {
            set_ends(island);
            list.push_back(std::move(island));
        }
        return list;
    }

  private:
    std::size_t root(std::size_t n) const {
        while (group_[n] != n) n = group_[n];
        return n;
    }
    void join(std::size_t a, std::size_t b) { group_[root(b)] = root(a); }

    void set_ends(Island& island) const {
        const std::set<std::size_t> inside(island.nodes.begin(), island.nodes.end());
        std::set<int> written;
        for (const std::size_t n : island.nodes) written.insert(graph_.nodes[n].outputs.begin(), graph_.nodes[n].outputs.end());
        for (const std::size_t n : island.nodes)
            for (const int t : graph_.nodes[n].inputs)
                if (is_computed_real(graph_, t) && written.count(t) == 0) island.inputs.insert(t);
        for (const int t : written) {
            bool is_read = std::count(graph_.outputs.begin(), graph_.outputs.end(), t) > 0;
            for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
                is_read =
                    is_read || (inside.count(n) == 0 && std::count(graph_.nodes[n].inputs.begin(), graph_.nodes[n].inputs.end(), t) > 0);
            if (is_read) island.outputs.insert(t);
        }
    }

    const Graph& graph_;
    std::vector<std::size_t> group_;
};

/// The island alone.
Graph cut_out(const Graph& graph, const Island& island) {
    Graph alone;
    alone.name = graph.name;
    std::map<int, int> index_of;
    const auto take = [&](int tensor) {
        if (tensor < 0) return tensor;
        const auto [found, is_new] = index_of.try_emplace(tensor, static_cast<int>(alone.tensors.size()));
        if (is_new) alone.add_tensor(graph.tensors[at(tensor)]);
        return found->second;
    };
    alone.inputs = {take(*island.inputs.begin())};
    for (const std::size_t n : island.nodes) {
        Node node = graph.nodes[n];
        for (int& t : node.inputs) t = take(t);
        for (int& t : node.outputs) t = take(t);
        alone.nodes.push_back(std::move(node));
    }
    alone.outputs = {take(*island.outputs.begin())};
    return alone;
}

std::vector<float> values_of(const Graph& graph, int tensor, std::span<const float> calibration, std::size_t examples) {
    graph::Evaluator evaluator(graph, graph::HostKernels::fastest);
    const std::size_t width = calibration.size() / examples;
    std::vector<float> rows;
    for (std::size_t e = 0; e < examples; ++e) {
        run_reals(evaluator, graph, calibration.subspan(e * width, width));
        const auto bytes = evaluator.tensor(tensor);
        const auto* values = reinterpret_cast<const float*>(bytes.data());
        rows.insert(rows.end(), values, values + bytes.size() / sizeof(float));
    }
    return rows;
}

/// The graph with the island's quantised form in its place: what reads the stored form of its input, and what it stores itself.
class Replacement {
  public:
    Replacement(const Graph& graph, const Island& island, const Graph& stored) : graph_(graph), island_(island), stored_(stored) {}

    Graph run() {
        const int input = *island_.inputs.begin(), output = *island_.outputs.begin();
        for (const Tensor& t : stored_.tensors) index_.push_back(graph_.add_tensor(t));
        std::vector<Node> nodes;
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n) {
            if (std::find(island_.nodes.begin(), island_.nodes.end(), n) == island_.nodes.end()) nodes.push_back(graph_.nodes[n]);
            if (n == island_.nodes.back()) place(input, nodes);
        }
        graph_.nodes = std::move(nodes);
        read_stored(output);
        std::replace(graph_.outputs.begin(), graph_.outputs.end(), output, index_[at(stored_.outputs[0])]);
        drop_unread();
        graph::remove_unused_tensors(graph_);
        graph::verify(graph_);
        return std::move(graph_);
    }

  private:
    void place(int input, std::vector<Node>& nodes) {
        const int own = index_[at(stored_.inputs[0])];
        const Node* before = writer_of(graph_, input);
        if (graph_.tensors[at(own)].type == Type::f32)
            replaced_[own] = input;
        else if (before && graph_.tensors[at(before->inputs[0])].type == Type::i8)
            replaced_[own] = before->inputs[0];  // a dequantise of the same scale
        else if (before)
            nodes.push_back({"requantise", before->name, {before->inputs[0]}, {own}, base::Json::object()});
        else
            std::replace(graph_.inputs.begin(), graph_.inputs.end(), input, own);
        for (Node node : stored_.nodes) {
            for (int& t : node.inputs)
                if (t >= 0) t = moved(t);
            for (int& t : node.outputs) t = index_[at(t)];
            nodes.push_back(std::move(node));
        }
    }
    int moved(int tensor) const {
        const auto found = replaced_.find(index_[at(tensor)]);
        return found == replaced_.end() ? index_[at(tensor)] : found->second;
    }

    /// What stores the island's output again reads it stored.
    void read_stored(int output) {
        const int stored = index_[at(stored_.outputs[0])];
        for (Node& node : graph_.nodes) {
            if (node.inputs.empty() || node.inputs[0] != output || node.op != "quantise") continue;
            node.op = "requantise";
            node.inputs[0] = stored;
        }
    }

    void drop_unread() {
        for (std::size_t n = graph_.nodes.size(); n-- > 0;) {
            const int o = graph_.nodes[n].outputs.front();
            bool is_read = graph_.tensors[at(o)].is_variable || std::count(graph_.outputs.begin(), graph_.outputs.end(), o) > 0;
            for (const Node& node : graph_.nodes) is_read = is_read || std::count(node.inputs.begin(), node.inputs.end(), o) > 0;
            if (!is_read) graph_.nodes.erase(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n));
        }
    }

    Graph graph_;
    const Island& island_;
    const Graph& stored_;
    std::vector<int> index_;       ///< of the island's tensors in the graph
    std::map<int, int> replaced_;  ///< the island's input
};

void check(const Graph& graph, const Island& island) {
    const Node& first = graph.nodes[island.nodes.front()];
    if (island.inputs.size() == 1 && island.outputs.size() == 1) return;
    throw base::Error("unsupported",
                      place_of(graph, first) + " and what hangs together with it stay float, and read " +
                          std::to_string(island.inputs.size()) + " tensors and give " + std::to_string(island.outputs.size()) +
                          "; what reads one and gives one can be quantised afterwards",
                      "quantise these operators too when the model is made, or import the float model: mote quantises all of it");
}

/// What the standardisation of features in front is made of, which devices compute in floats.
bool is_kept(const Graph& graph, const Island& island) {
    return std::all_of(island.nodes.begin(), island.nodes.end(), [&](std::size_t n) {
        const std::string& op = graph.nodes[n].op;
        return op == "batch_norm" || op == "reshape";
    });
}

std::vector<Island> islands_to_quantise(const Graph& graph) {
    const bool is_quantised = std::any_of(graph.tensors.begin(), graph.tensors.end(), [](const Tensor& t) { return t.type == Type::i8; });
    std::vector<Island> list;
    if (!is_quantised) return list;
    for (Island& island : Islands(graph).all())
        if (!is_kept(graph, island)) list.push_back(std::move(island));
    return list;
}

}  // namespace

bool leaves_floats(const Graph& graph) { return !islands_to_quantise(graph).empty(); }

Graph quantise_rest(const Graph& source, std::span<const float> calibration, std::size_t examples, const QuantiseOptions& options) {
    if (examples == 0)
        throw base::Error("bad_input", "quantising needs calibration examples, there are none", "give examples of the training data");
    Graph graph = source;
    // Each in turn: the others are numbered anew behind it, and those behind it are calibrated with what it gives.
    for (std::vector<Island> islands = islands_to_quantise(graph); !islands.empty(); islands = islands_to_quantise(graph)) {
        const Island& island = islands.front();
        check(graph, island);
        const int input = *island.inputs.begin();
        const Node* before = writer_of(graph, input);
        const Tensor* kept = before ? &graph.tensors[at(before->inputs[0])] : nullptr;
        const graph::Quantisation* own = kept && kept->type == Type::i8 ? &kept->quantisation : nullptr;
        const Graph alone = cut_out(graph, island);
        const Graph stored = quantise(alone, values_of(graph, input, calibration, examples), examples, options, nullptr, own);
        graph = Replacement(graph, island, stored).run();
    }
    return graph;
}

}  // namespace mote::compress
