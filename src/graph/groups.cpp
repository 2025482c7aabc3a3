#include "graph/groups.hpp"

#include "mote/rt/nn/conv_2d/groups.hpp"

#include <algorithm>

namespace mote::graph {

namespace {

using variants::conv_2d::Layer;

template <class T>
void keep(std::vector<T>& values, std::size_t first, std::size_t count) {
    values.erase(values.begin() + static_cast<std::ptrdiff_t>(first + count), values.end());
    values.erase(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(first));
}

Layer group_of(const Layer& layer, std::size_t group) {
    const auto groups = static_cast<std::size_t>(layer.parameters.groups);
    Layer part{rt::nn::conv_2d_group(layer.parameters), layer.tables};
    const std::size_t weights = layer.tables.weights.size() / groups, channels = layer.tables.bias.size() / groups;
    part.tables.weights = layer.tables.weights.subspan(group * weights, weights);
    keep(part.tables.bias, group * channels, channels);
    if (!part.tables.per_channel) return part;
    keep(part.tables.multiplier, group * channels, channels);
    keep(part.tables.shift, group * channels, channels);
    return part;
}

}  // namespace

bool suits_in_groups(const Layer& layer, bool (*suits)(const Layer& group)) {
    if (layer.parameters.groups < 2) return false;
    for (std::size_t g = 0; g < static_cast<std::size_t>(layer.parameters.groups); ++g)
        if (!suits(group_of(layer, g))) return false;
    return true;
}

void use_groups(const Layer& layer, const std::string& variant, void (*apply)(const Layer& group, KernelPlan& plan), KernelPlan& plan) {
    KernelCall& call = plan.calls[0];
    const KernelCall reference = call;
    call.use("conv_2d", variant);
    call.tables.clear();
    for (std::size_t g = 0; g < static_cast<std::size_t>(layer.parameters.groups); ++g) {
        KernelPlan part{false, {reference}, {}, {}};
        apply(group_of(layer, g), part);
        const auto& tables = part.calls[0].tables;
        if (g == 0) call.tables.assign(tables.size(), {});
        for (std::size_t i = 0; i < tables.size(); ++i) {
            call.tables[i].name = tables[i].name, call.tables[i].type = tables[i].type;
            call.tables[i].data.insert(call.tables[i].data.end(), tables[i].data.begin(), tables[i].data.end());
        }
        call.scratch_bytes = part.calls[0].scratch_bytes;
        call.values = part.calls[0].values;  // the kernel may have parameters of its own
    }
    call.scratch_bytes += static_cast<std::size_t>(rt::nn::conv_2d_groups_bytes(layer.parameters));
    // A group is written before the next one is read.
    plan.may_overlap.clear();
}

}  // namespace mote::graph
