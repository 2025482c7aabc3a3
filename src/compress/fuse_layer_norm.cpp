#include "compress/fuse_layer_norm.hpp"

#include "graph/build.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace mote::compress {

namespace {

using graph::Graph;
using graph::Node;
using graph::Tensor;
using graph::Type;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

struct Norm {
    int x = -1;
    double epsilon = 0;
    std::vector<float> gamma, beta;  ///< none: 1 and 0
};

class Matcher {
  public:
    explicit Matcher(const Graph& graph) : graph_(graph), writers_(graph.tensors.size(), nullptr) {
        for (const Node& node : graph.nodes)
            if (node.outputs.size() == 1) writers_[at(node.outputs[0])] = &node;
    }

    /// What this node's output is the normalisation of, if it is one.
    std::optional<Norm> match(const Node& node) const {
        if (!plain(node)) return std::nullopt;
        if (auto norm = quotient(node)) return norm;
        return shifted(node);
    }

  private:
    static bool plain(const Node& node) {
        return node.outputs.size() == 1 && node.attributes.value("activation", std::string("none")) == "none";
    }
    const Tensor& tensor(int t) const { return graph_.tensors[at(t)]; }
    /// The node of operator `op` that writes a tensor; reshapes that only add or drop dimensions of size 1 are looked through.
    const Node* made_by(int t, std::string_view op) const {
        const Node* node = t < 0 ? nullptr : writers_[at(t)];
        return node && node->op == op && plain(*node) ? node : nullptr;
    }
    bool is_scalar(int t, double& value) const {
        const Tensor& c = tensor(t);
        if (!c.is_constant() || c.type != Type::f32 || c.count() != 1) return false;
        value = c.as<float>()[0];
        return true;
    }
    /// A constant with one value for each place of the last dimension of x, or one for all.
    std::optional<std::vector<float>> row_constant(int t, int x) const {
        const Tensor& c = tensor(t);
        const auto depth = at(tensor(x).shape.back());
        if (!c.is_constant() || c.type != Type::f32) return std::nullopt;
        const auto values = c.as<float>();
        if (values.size() == 1) return std::vector<float>(depth, values[0]);
        if (values.size() != depth || c.shape.empty() || at(c.shape.back()) != depth) return std::nullopt;
        return std::vector<float>(values.begin(), values.end());
    }
    /// mean over the last dimension of `of`, which keeps its dimensions.
    bool is_mean(int t, int of) const {
        const Node* node = made_by(t, "mean");
        return node && node->inputs[0] == of && is_over_rows(*node);
    }
    bool is_over_rows(const Node& mean) const {
        const auto axes = mean.attributes.value("axes", std::vector<int>());
        const int last = static_cast<int>(tensor(mean.inputs[0]).shape.size()) - 1;
        return axes.size() == 1 && (axes[0] == last || axes[0] == -1) && mean.attributes.value("keep_dims", false);
    }
    /// x where t is x - mean(x).
    int centred(int t) const {
        const Node* sub = made_by(t, "sub");
        return sub && tensor(sub->inputs[0]).type == Type::f32 && is_mean(sub->inputs[1], sub->inputs[0]) ? sub->inputs[0] : -1;
    }
    /// x where t is (x - mean(x))^2.
    int squared(int t) const {
        if (const Node* node = made_by(t, "squared_difference"))
            return is_mean(node->inputs[1], node->inputs[0])   ? node->inputs[0]
                   : is_mean(node->inputs[0], node->inputs[1]) ? node->inputs[1]
                                                               : -1;
        if (const Node* node = made_by(t, "square")) return centred(node->inputs[0]);
        if (const Node* node = made_by(t, "power")) return node->attributes.value("exponent", 2.0) == 2.0 ? centred(node->inputs[0]) : -1;
        const Node* node = made_by(t, "mul");
        return node && node->inputs[0] == node->inputs[1] ? centred(node->inputs[0]) : -1;
    }
    /// x and epsilon where t is mean((x - mean(x))^2) + epsilon.
    std::optional<Norm> variance(int t) const {
        const Node* add = made_by(t, "add");
        if (!add) return std::nullopt;
        for (const std::size_t i : {0, 1}) {
            double epsilon = 0;
            const Node* mean = made_by(add->inputs[i], "mean");
            if (!mean || !is_over_rows(*mean) || !is_scalar(add->inputs[1 - i], epsilon)) continue;
            const int x = squared(mean->inputs[0]);
            if (x >= 0 && epsilon >= 1e-12 && epsilon <= 1) return Norm{x, epsilon, {}, {}};
        }
        return std::nullopt;
    }
    std::optional<Norm> root(int t, bool inverse) const {
        const Node* node = made_by(t, inverse ? "rsqrt" : "sqrt");
        return node ? variance(node->inputs[0]) : std::nullopt;
    }

    /// (x - mean) / sqrt(variance), or times rsqrt(variance).
    std::optional<Norm> quotient(const Node& node) const {
        if (node.op != "div" && node.op != "mul") return std::nullopt;
        for (const std::size_t i : {0, 1}) {
            if (node.op == "div" && i == 1) break;
            const int x = centred(node.inputs[i]);
            auto norm = x < 0 ? std::nullopt : root(node.inputs[1 - i], node.op == "mul");
            if (norm && norm->x == x) return norm;
        }
        return std::nullopt;
    }

    /// x * r + (beta - mean(x) * r) with r = rsqrt(variance) * gamma, as TensorFlow writes it.
    std::optional<Norm> shifted(const Node& node) const {
        if (node.op != "add") return std::nullopt;
        for (const std::size_t i : {0, 1}) {
            const Node* product = made_by(node.inputs[i], "mul");
            const Node* rest = made_by(node.inputs[1 - i], "sub");
            const Node* moved = rest ? made_by(rest->inputs[1], "mul") : nullptr;
            if (!product || !moved) continue;
            for (const std::size_t k : {0, 1}) {
                const int x = product->inputs[k], factor = product->inputs[1 - k];
                auto norm = factor_of(factor, x);
                const auto beta = norm ? row_constant(rest->inputs[0], x) : std::nullopt;
                const bool has_mean = (moved->inputs[0] == factor && is_mean(moved->inputs[1], x)) ||
                                      (moved->inputs[1] == factor && is_mean(moved->inputs[0], x));
                if (!norm || norm->x != x || !beta || !has_mean) continue;
                norm->beta = *beta;
                return norm;
            }
        }
        return std::nullopt;
    }
    std::optional<Norm> factor_of(int t, int x) const {
        if (auto norm = root(t, true)) return norm;
        const Node* mul = made_by(t, "mul");
        if (!mul || tensor(x).shape.empty()) return std::nullopt;
        for (const std::size_t i : {0, 1}) {
            auto norm = root(mul->inputs[i], true);
            const auto gamma = norm ? row_constant(mul->inputs[1 - i], x) : std::nullopt;
            if (!norm || !gamma) continue;
            norm->gamma = *gamma;
            return norm;
        }
        return std::nullopt;
    }

    const Graph& graph_;
    std::vector<const Node*> writers_;
};

int readers_of(const Graph& graph, int tensor) {
    int readers = static_cast<int>(std::count(graph.outputs.begin(), graph.outputs.end(), tensor));
    for (const Node& node : graph.nodes) readers += static_cast<int>(std::count(node.inputs.begin(), node.inputs.end(), tensor));
    return readers;
}

/// A constant [C] (or [1, ..., C]) that a layer_norm's only reader multiplies by or adds becomes its gamma or beta.
bool absorb(Graph& graph, std::size_t norm_index) {
    Node& norm = graph.nodes[norm_index];
    const int y = norm.outputs[0];
    if (readers_of(graph, y) != 1) return false;
    for (std::size_t n = norm_index + 1; n < graph.nodes.size(); ++n) {
        Node& next = graph.nodes[n];
        if (std::count(next.inputs.begin(), next.inputs.end(), y) != 1 || (next.op != "mul" && next.op != "add")) continue;
        if (next.attributes.value("activation", std::string("none")) != "none") return false;
        const int other = next.inputs[next.inputs[0] == y ? 1 : 0], depth = graph.tensors[at(y)].shape.back();
        const Tensor& constant = graph.tensors[at(other)];
        const bool fits = constant.is_constant() && constant.type == Type::f32 && constant.count() == at(depth) &&
                          !constant.shape.empty() && constant.shape.back() == depth &&
                          graph.tensors[at(next.outputs[0])].shape == graph.tensors[at(y)].shape;
        if (!fits) return false;
        auto gamma = graph.tensors[at(norm.inputs[1])].as<float>(), beta = graph.tensors[at(norm.inputs[2])].as<float>();
        const auto values = constant.as<float>();
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (next.op == "mul") gamma[i] *= values[i], beta[i] *= values[i];
            if (next.op == "add") beta[i] += values[i];
        }
        norm.outputs = next.outputs;
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
        return true;
    }
    return false;
}

/// Nodes whose results nothing reads.
void drop_unread(Graph& graph) {
    for (std::size_t n = graph.nodes.size(); n-- > 0;) {
        const Node& node = graph.nodes[n];
        const bool is_read = std::any_of(node.outputs.begin(), node.outputs.end(),
                                         [&](int o) { return graph.tensors[at(o)].is_variable || readers_of(graph, o) > 0; });
        if (!is_read) graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(n));
    }
}

}  // namespace

Graph fuse_layer_norm(Graph graph) {
    bool any = false;
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const auto norm = Matcher(graph).match(graph.nodes[n]);
        if (!norm) continue;
        any = true;
        const int depth = graph.tensors[at(norm->x)].shape.back();
        const std::string name = graph.nodes[n].name;
        const auto constant = [&](const char* what, std::vector<float> values, float otherwise) {
            if (values.empty()) values.assign(at(depth), otherwise);
            return graph::add_constant(graph, name + "/" + what, {depth}, values);
        };
        const int gamma = constant("gamma", norm->gamma, 1), beta = constant("beta", norm->beta, 0);
        graph.nodes[n].op = "layer_norm";
        graph.nodes[n].inputs = {norm->x, gamma, beta};
        graph.nodes[n].attributes = {{"epsilon", norm->epsilon}};
        while (absorb(graph, n)) {
        }
    }
    if (any) drop_unread(graph);
    return graph;
}

}  // namespace mote::compress
