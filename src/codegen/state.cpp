#include "codegen/state.hpp"

#include "graph/copy.hpp"

#include <algorithm>

namespace mote::codegen {

namespace {

constexpr int never = -1;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

class StatePlanner {
  public:
    StatePlanner(const graph::Graph& graph, std::span<graph::KernelPlan> plans)
        : graph_(graph),
          plans_(plans),
          producer_(graph.tensors.size(), never),
          last_use_(graph.tensors.size(), never),
          variable_(graph.tensors.size(), never),
          taken_(graph.tensors.size(), false) {
        find_uses();
    }

    void run() {
        for (std::size_t n = 0; n < plans_.size(); ++n)
            if (copies_first_input(n)) plan_copy(n);
        for (std::size_t n = 0; n < plans_.size(); ++n)
            if (graph_.nodes[n].op == "assign" && can_compute_in_place(n)) {
                plans_[n] = {true, {}, {}, {}};
                taken_[index(graph_.nodes[n].inputs.front())] = true;
            }
    }

  private:
    int node_count() const { return static_cast<int>(graph_.nodes.size()); }
    const graph::Tensor& at(int tensor) const { return graph_.tensors[index(tensor)]; }
    bool copies_first_input(std::size_t n) const { return plans_[n].is_view || graph_.nodes[n].op == "copy"; }

    /// Who writes each tensor, and who is the last to read it or what copies it. Graph outputs are read after everything.
    void find_uses() {
        for (const int o : graph_.outputs) last_use_[index(o)] = node_count();
        for (int n = node_count() - 1; n >= 0; --n) {
            const graph::Node& node = graph_.nodes[index(n)];
            for (const int output : node.outputs) producer_[index(output)] = n;
            for (const int input : node.inputs)
                if (input >= 0) last_use_[index(input)] = std::max(last_use_[index(input)], n);
            if (!copies_first_input(index(n))) continue;
            int& first = last_use_[index(node.inputs.front())];
            first = std::max(first, last_use_[index(node.outputs.front())]);
        }
    }

    void plan_copy(std::size_t n) {
        const graph::Node& node = graph_.nodes[n];
        const int from = node.inputs.front(), to = node.outputs.front();
        const int variable = at(from).is_variable ? from : variable_[index(from)];
        if (variable == never && !at(to).is_variable) return;
        const int written = variable == never ? never : producer_[index(variable)], used = last_use_[index(to)];
        // Copied after the assignment, it is the new value, which stays as it is.
        const bool holds =
            !at(to).is_variable && used < node_count() && (written == never || used < written || static_cast<int>(n) > written);
        if (holds) {
            plans_[n] = {true, {}, {}, {}};
            variable_[index(to)] = variable;
        } else if (plans_[n].is_view) {
            plans_[n] = graph::lower_copy(graph_, node, graph::Isa::portable);
        }
    }

    bool can_compute_in_place(std::size_t n) const {
        const graph::Node& node = graph_.nodes[n];
        const int value = node.inputs.front(), variable = node.outputs.front(), from = producer_[index(value)];
        const bool is_own = from != never && !plans_[index(from)].is_view && !at(value).is_variable && !taken_[index(value)] &&
                            last_use_[index(value)] < node_count();
        if (!is_own) return false;
        const auto reads = [&](int first, int last) {
            for (int m = first; m <= last; ++m)
                for (const int input : graph_.nodes[index(m)].inputs)
                    if (input >= 0 && (input == variable || variable_[index(input)] == variable)) return true;
            return false;
        };
        return !reads(from, static_cast<int>(n));
    }

    const graph::Graph& graph_;
    std::span<graph::KernelPlan> plans_;
    std::vector<int> producer_, last_use_;  ///< nodes, by tensor
    std::vector<int> variable_;             ///< by tensor: the variable that it is a view of
    std::vector<bool> taken_;               ///< by tensor: computed in a variable
};

}  // namespace

void plan_state(const graph::Graph& graph, std::span<graph::KernelPlan> plans) {
    const auto is_variable = [](const graph::Tensor& t) { return t.is_variable; };
    if (std::any_of(graph.tensors.begin(), graph.tensors.end(), is_variable)) StatePlanner(graph, plans).run();
}

std::vector<int> computed_in_variable(const graph::Graph& graph, std::span<const graph::KernelPlan> plans) {
    std::vector<int> places(graph.tensors.size(), never);
    for (std::size_t n = 0; n < plans.size(); ++n)
        if (graph.nodes[n].op == "assign" && plans[n].is_view)
            places[index(graph.nodes[n].inputs.front())] = graph.nodes[n].outputs.front();
    return places;
}

}  // namespace mote::codegen
