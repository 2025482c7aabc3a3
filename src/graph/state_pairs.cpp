#include "graph/state_pairs.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "graph/node_view.hpp"

#include <algorithm>
#include <vector>

namespace mote::graph {

namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

bool same_end(const Tensor& a, const Tensor& b) { return a.shape == b.shape && a.type == b.type; }

int find_end(const Graph& graph, const std::vector<int>& ends, const std::string& name, const std::string& which) {
    std::vector<std::string> names;
    for (const int t : ends) {
        const std::string& own = graph.tensors[at(t)].name;
        if (own == name || short_name(own) == name) return t;
        names.push_back(own);
    }
    const std::string near = base::did_you_mean(name, names);
    throw base::Error("usage", "--state: the model has no " + which + " \"" + name + "\"",
                      near.empty() ? which + "s: " + base::join(names, ", ") : near);
}

class Pair {
  public:
    Pair(Imported& model, int input, int output) : model_(model), graph_(model.graph), input_(input), output_(output) {}

    void keep() {
        std::erase(graph_.inputs, input_);
        graph_.outputs.erase(std::find(graph_.outputs.begin(), graph_.outputs.end(), output_));
        if (layer_keeps_it()) return;
        Tensor& variable = graph_.tensors[at(input_)];
        variable.is_variable = true;
        const Quantisation &own = variable.quantisation, &given = graph_.tensors[at(output_)].quantisation;
        if (own.scale != given.scale || own.zero_point != given.zero_point) rescale();
        graph_.nodes.push_back({"assign", graph_.tensors[at(input_)].name + "/next", {output_}, {input_}, base::Json::object()});
    }

  private:
    void rescale() {
        Tensor copy = graph_.tensors[at(input_)];
        copy.name += "/rescaled";
        copy.is_variable = false;
        const int rescaled = graph_.add_tensor(std::move(copy));
        graph_.nodes.push_back({"requantise", graph_.tensors[at(rescaled)].name, {output_}, {rescaled}, base::Json::object()});
        output_ = rescaled;
    }

    /// An input that only a variable of a recurrent layer takes, and an output that is what the layer leaves in it.
    bool layer_keeps_it() {
        std::vector<std::size_t> way;
        int tensor = input_;
        for (;;) {
            std::size_t readers = 0, reader = 0;
            for (std::size_t n = 0; n < graph_.nodes.size(); ++n)
                if (std::count(graph_.nodes[n].inputs.begin(), graph_.nodes[n].inputs.end(), tensor) > 0) ++readers, reader = n;
            if (readers != 1) return false;
            const Node& node = graph_.nodes[reader];
            if (node.op != "reshape" && node.op != "copy" && node.op != "assign") return false;
            way.push_back(reader);
            tensor = node.outputs.front();
            if (node.op == "assign") break;
        }
        if (!is_what_is_left(tensor)) return false;
        std::sort(way.rbegin(), way.rend());
        for (const std::size_t n : way) {
            std::erase(model_.operator_outputs, graph_.nodes[n].outputs.front());
            graph_.nodes.erase(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n));
        }
        return true;
    }

    /// Whether the output is the variable behind the layer: a copy of it, or the last step of what the layer gives.
    bool is_what_is_left(int variable) const {
        int tensor = output_;
        bool is_last_step = true;
        for (;;) {
            const auto writer =
                std::find_if(graph_.nodes.begin(), graph_.nodes.end(), [&](const Node& n) { return n.outputs.front() == tensor; });
            if (writer == graph_.nodes.end()) return false;
            if (writer->op == "lstm" || writer->op == "gru") {
                const bool is_hidden = writer->inputs.size() > hidden_of(*writer) && writer->inputs[hidden_of(*writer)] == variable;
                return is_hidden && is_last_step;
            }
            if (writer->op == "slice")
                is_last_step = is_last_step && takes_last_step(*writer);
            else if (writer->op != "reshape" && writer->op != "copy")
                return false;
            tensor = writer->inputs.front();
            if (tensor == variable) return is_behind_layer(writer - graph_.nodes.begin(), variable);
        }
    }
    static std::size_t hidden_of(const Node& node) { return node.op == "lstm" ? 13 : node.inputs.size() - 1; }
    bool takes_last_step(const Node& slice) const {
        const Tensor& x = graph_.tensors[at(slice.inputs.front())];
        const auto begin = slice.attributes.value("begin", std::vector<int>()), size = slice.attributes.value("size", std::vector<int>());
        if (begin.size() != x.shape.size() || size.size() != x.shape.size() || begin.size() < 2) return false;
        for (std::size_t d = 0; d < begin.size(); ++d)
            if (d == 1 ? begin[d] != x.shape[d] - 1 || size[d] != 1 : begin[d] != 0 || size[d] != x.shape[d]) return false;
        return true;
    }
    bool is_behind_layer(std::ptrdiff_t place, int variable) const {
        return std::any_of(graph_.nodes.begin(), graph_.nodes.begin() + place, [&](const Node& n) {
            return (n.op == "lstm" || n.op == "gru") && std::count(n.inputs.begin(), n.inputs.end(), variable) > 0;
        });
    }

    Imported& model_;
    Graph& graph_;
    int input_, output_;
};

/// What only an end that is none any more was computed for.
void drop_unread(Imported& model) {
    Graph& graph = model.graph;
    for (std::size_t n = graph.nodes.size(); n-- > 0;) {
        const int o = graph.nodes[n].outputs.front();
        bool is_read = graph.tensors[at(o)].is_variable || std::count(graph.outputs.begin(), graph.outputs.end(), o) > 0;
        for (const Node& node : graph.nodes) is_read = is_read || std::count(node.inputs.begin(), node.inputs.end(), o) > 0;
        if (is_read) continue;
        std::erase(model.operator_outputs, o);
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    }
}

}  // namespace

std::string_view short_name(std::string_view name) {
    constexpr std::string_view prefix = "serving_default_";
    if (name.starts_with(prefix) && name.size() > prefix.size()) name.remove_prefix(prefix.size());
    const std::size_t colon = name.rfind(':');
    if (colon == 0 || colon == std::string_view::npos) return name;
    return name.find_first_not_of("0123456789", colon + 1) == std::string_view::npos ? name.substr(0, colon) : name;
}

void keep_state(Imported& model, const std::map<std::string, std::string>& pairs) {
    for (const auto& [from, to] : pairs) {
        const Graph& graph = model.graph;
        const int input = find_end(graph, graph.inputs, from, "input"), output = find_end(graph, graph.outputs, to, "output");
        const Tensor &in = graph.tensors[at(input)], &out = graph.tensors[at(output)];
        const auto described = [](const Tensor& t) { return std::string(name_of(t.type)) + " " + text_of(t.shape); };
        if (!same_end(in, out))
            throw base::Error("bad_input",
                              "--state " + from + "=" + to + ": the input is " + described(in) + ", the output " + described(out),
                              "a state goes back in as it came out: pair ends of one shape and type");
        if (in.type != Type::f32 && in.type != Type::i8 && in.type != Type::i16)
            throw base::Error("unsupported", "--state " + from + "=" + to + ": a state of " + std::string(name_of(in.type)),
                              "export the model with its state as int8 or float32");
        Pair(model, input, output).keep();
    }
    if (pairs.empty()) return;
    drop_unread(model);
    if (model.graph.outputs.empty() || model.graph.inputs.empty())
        throw base::Error("bad_input", "--state: no input or no output is left beside the state", "leave one pair out");
    verify(model.graph);
}

std::map<std::string, std::string> likely_state(const Graph& graph) {
    std::map<std::string, std::string> pairs;
    if (graph.inputs.size() < 2 || graph.outputs.size() < 2) return pairs;
    const auto alike = [&](const std::vector<int>& ends, const Tensor& like) {
        return std::count_if(ends.begin(), ends.end(), [&](int t) { return same_end(graph.tensors[at(t)], like); });
    };
    for (const int i : graph.inputs)
        for (const int o : graph.outputs) {
            const Tensor &in = graph.tensors[at(i)], &out = graph.tensors[at(o)];
            if (same_end(in, out) && alike(graph.inputs, in) == 1 && alike(graph.outputs, in) == 1) pairs[in.name] = out.name;
        }
    return pairs.size() < graph.outputs.size() && pairs.size() < graph.inputs.size() ? pairs : std::map<std::string, std::string>();
}

}  // namespace mote::graph
