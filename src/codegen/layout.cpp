#include "codegen/layout.hpp"

#include "base/error.hpp"
#include "codegen/state.hpp"
#include "graph/node_view.hpp"
#include "graph/quantised.hpp"

#include <algorithm>
#include <numeric>

namespace mote::codegen {

namespace {

constexpr std::size_t tensor_alignment = 8;

class Builder {
  public:
    Builder(const graph::Graph& graph, Layout& layout) : graph_(graph), layout_(layout) {
        layout_.want_of_tensor.assign(graph.tensors.size(), -1);
        layout_.want_of_scratch.assign(graph.nodes.size(), -1);
        layout_.step_of_node.assign(graph.nodes.size(), -1);
    }

    int want(std::string name, std::size_t bytes, int first, int last) {
        layout_.wants.push_back({std::move(name), bytes, first, last, tensor_alignment, {}});
        return static_cast<int>(layout_.wants.size()) - 1;
    }

    /// What keeps its value between inferences comes first, and is needed all the time.
    void state(std::span<const graph::KernelPlan> plans) {
        place_of_ = computed_in_variable(graph_, plans);
        std::vector<bool> used(graph_.tensors.size(), false);
        for (const graph::Node& node : graph_.nodes)
            for (const auto& list : {node.inputs, node.outputs})
                for (const int tensor : list)
                    if (tensor >= 0) used[index(tensor)] = true;
        for (const int output : graph_.outputs) used[index(output)] = true;
        for (std::size_t t = 0; t < used.size(); ++t) {
            if (!used[t] || !graph_.tensors[t].is_variable) continue;
            layout_.variables.push_back(static_cast<int>(t));
            layout_.want_of_tensor[t] = want("state " + graph_.tensors[t].name, graph_.tensors[t].size_bytes(), 0, 0);
        }
    }

    void inputs() {
        for (const int input : graph_.inputs) define(input, input_step);
    }

    void features(std::size_t count, std::size_t scratch_bytes) {
        layout_.features = want("features", count * sizeof(float), feature_step, input_step);
        if (scratch_bytes > 0) layout_.feature_scratch = want("scratch of features", scratch_bytes, feature_step, feature_step);
        const int input = graph_.inputs.front();
        if (graph_.tensors[index(input)].type == graph::Type::f32) {
            layout_.want_of_tensor[index(input)] = layout_.features;
            return;
        }
        define(input, input_step);
        // Byte i is written after float i, which begins at or behind it, was read.
        at(input).may_overwrite = {{index(layout_.features), 0}};
    }

    void node(std::size_t n, const graph::KernelPlan& plan) {
        const graph::Node& node = graph_.nodes[n];
        if (plan.is_view) {
            if (graph_.tensors[index(node.outputs.front())].is_variable) return;  // computed in place
            const int viewed = layout_.want_of_tensor[index(node.inputs.front())];
            if (viewed < 0)
                throw base::Error("unsupported", graph::place_of(graph_, node) + " reshapes a constant",
                                  "store the constant in its new shape");
            layout_.want_of_tensor[index(node.outputs.front())] = viewed;
            return;
        }
        const int step = layout_.step_of_node[n] = layout_.step_count++;
        for (const int input : node.inputs)
            if (is_computed(input)) at(input).last_step = step;
        for (const int output : node.outputs) define(output, step);
        for (const std::size_t i : plan.may_overwrite) allow_overwrite(node, i, 0);
        for (const graph::Overlap& o : plan.may_overlap) {
            const std::size_t step_bytes = std::lcm(o.step_bytes, tensor_alignment);
            allow_overwrite(node, o.input, (o.distance_bytes + step_bytes - 1) / step_bytes * step_bytes);
        }
        std::size_t scratch = 0;
        for (const graph::KernelCall& call : plan.calls) scratch = std::max(scratch, call.scratch_bytes);
        if (scratch > 0) layout_.want_of_scratch[n] = want("scratch of " + node.name, scratch, step, step);
    }

    void stream(const RowStream& stream) {
        const graph::Node& last = graph_.nodes[stream.range.last];
        const int step = layout_.step_of_node[stream.range.last] = layout_.step_count++;
        at(stream.input).last_step = step;
        define(last.outputs.front(), step);
        const std::size_t lead = (stream.distance_bytes + tensor_alignment - 1) / tensor_alignment * tensor_alignment;
        if (!is_state(stream.input) && !is_state(last.outputs.front()))
            at(last.outputs.front()).may_overwrite.push_back({index(layout_.want_of_tensor[index(stream.input)]), lead});
        for (const auto& [tensor, bytes] : stream.held)
            layout_.want_of_tensor[index(tensor)] = want("rows of " + graph_.tensors[index(tensor)].name, bytes, step, step);
        if (stream.scratch_bytes > 0)
            layout_.want_of_scratch[stream.range.last] = want("scratch of " + last.name, stream.scratch_bytes, step, step);
    }

    void finish(int first_step) {
        for (const int output : graph_.outputs) {
            if (layout_.want_of_tensor[index(output)] < 0)
                throw base::Error("unsupported", graph::place_of(graph_, output) + " is an output of the model but a constant",
                                  "give the model outputs that depend on its input");
            at(output).last_step = layout_.step_count;
        }
        for (const int variable : layout_.variables) at(variable).first_step = first_step, at(variable).last_step = layout_.step_count;
    }

  private:
    void allow_overwrite(const graph::Node& node, std::size_t input, std::size_t lead_bytes) {
        // State is needed after every step.
        if (is_computed(node.inputs[input]) && !is_state(node.inputs[input]) && !is_state(node.outputs.front()))
            at(node.outputs.front()).may_overwrite.push_back({index(layout_.want_of_tensor[index(node.inputs[input])]), lead_bytes});
    }
    bool is_computed(int tensor) const { return tensor >= 0 && layout_.want_of_tensor[index(tensor)] >= 0; }
    static std::size_t index(int i) { return static_cast<std::size_t>(i); }
    Want& at(int tensor) { return layout_.wants[index(layout_.want_of_tensor[index(tensor)])]; }

    bool is_state(int tensor) const { return layout_.want_of_tensor[index(tensor)] < static_cast<int>(layout_.variables.size()); }

    void define(int tensor, int step) {
        const graph::Tensor& t = graph_.tensors[index(tensor)];
        if (t.is_variable) return;
        if (const int variable = place_of_[index(tensor)]; variable >= 0) {
            layout_.want_of_tensor[index(tensor)] = layout_.want_of_tensor[index(variable)];
            return;
        }
        layout_.want_of_tensor[index(tensor)] = want(t.name, t.size_bytes(), step, step);
    }

    const graph::Graph& graph_;
    Layout& layout_;
    std::vector<int> place_of_;  ///< by tensor: the variable in whose memory it is computed, or -1
};

/// State at the arena's beginning, one variable behind the other; behind it what comes and goes.
void plan_places(Layout& layout, Effort effort) {
    const std::size_t states = layout.variables.size();
    std::vector<Want> passing(layout.wants.begin() + static_cast<std::ptrdiff_t>(states), layout.wants.end());
    for (Want& w : passing)
        for (Overwrite& o : w.may_overwrite) o.want -= states;
    const MemoryPlan behind = plan_memory(passing, effort);
    MemoryPlan& plan = layout.plan;
    for (std::size_t i = 0; i < states; ++i) {
        plan.offsets.push_back(layout.state_bytes);
        plan.overwrites.push_back(-1);
        layout.state_bytes += graph::rounded_up(layout.wants[i].size_bytes, tensor_alignment);
    }
    for (const std::size_t offset : behind.offsets) plan.offsets.push_back(layout.state_bytes + offset);
    for (const int earlier : behind.overwrites) plan.overwrites.push_back(earlier < 0 ? -1 : earlier + static_cast<int>(states));
    plan.total_bytes = layout.state_bytes + behind.total_bytes;
    plan.lower_bound_bytes = layout.state_bytes + behind.lower_bound_bytes;
    check_plan(layout.wants, plan);
}

}  // namespace

const RowStream* Kernels::stream_of(std::size_t node) const {
    const auto found = std::find_if(streams.begin(), streams.end(), [&](const RowStream& s) { return s.holds(node); });
    return found == streams.end() ? nullptr : &*found;
}

Layout lay_out(const graph::Graph& graph, const Kernels& kernels, std::size_t feature_count, std::size_t feature_scratch_bytes,
               Effort effort) {
    Layout layout;
    Builder builder(graph, layout);
    builder.state(kernels.plans);
    if (feature_count > 0)
        builder.features(feature_count, feature_scratch_bytes);
    else
        builder.inputs();
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const RowStream* stream = kernels.stream_of(n);
        if (!stream)
            builder.node(n, kernels.plans[n]);
        else if (n == stream->range.last)
            builder.stream(*stream);
    }
    builder.finish(feature_count > 0 ? feature_step : input_step);
    plan_places(layout, effort);
    return layout;
}

}  // namespace mote::codegen
