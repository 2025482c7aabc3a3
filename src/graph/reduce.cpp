#include "graph/reduce.hpp"

#include "graph/walk.hpp"

#include <array>

namespace mote::graph {

namespace {

std::vector<bool> reduced_axes(const NodeView& view) {
    std::vector<bool> reduced(view.input(0).shape.size(), false);
    const auto axes = view.attributes<ReduceAttributes>().axes;
    if (axes.empty()) view.fail("has no axes", "name the dimensions to reduce");
    for (const int a : axes) reduced[view.axis_of(0, a)] = true;
    return reduced;
}

struct Group {
    std::array<std::int32_t, 3> size{1, 1, 1}, step{0, 0, 0};
    std::size_t used = 0;
};

}  // namespace

std::vector<int> reduced_shape(const NodeView& view) {
    const auto reduced = reduced_axes(view);
    const bool keep = view.attributes<ReduceAttributes>().keep_dims;
    std::vector<int> shape;
    for (std::size_t d = 0; d < reduced.size(); ++d) {
        if (!reduced[d]) shape.push_back(view.input(0).shape[d]);
        if (reduced[d] && keep) shape.push_back(1);
    }
    return shape;
}

rt::nn::ReduceParameters reduce_sizes(const NodeView& view) {
    const auto reduced = reduced_axes(view);
    const auto& shape = view.input(0).shape;
    Group groups[2];
    std::int64_t step = 1;
    int last = -1;  // from the last dimension to the first; neighbours of one kind become one
    for (std::size_t d = shape.size(); d-- > 0;) {
        if (shape[d] == 1) continue;
        const int kind = reduced[d] ? 1 : 0;
        Group& g = groups[kind];
        if (kind == last) {
            g.size[3 - g.used] *= shape[d];
        } else {
            if (g.used == 3) view.fail("reduces dimensions that lie too far apart", "reduce some of them in a node of their own");
            ++g.used;
            g.size[3 - g.used] = shape[d];
            g.step[3 - g.used] = static_cast<std::int32_t>(step);
        }
        last = kind;
        step *= shape[d];
    }
    const auto& [kept, gone] = groups;
    return {kept.size[0],
            kept.size[1],
            kept.size[2],
            kept.step[0],
            kept.step[1],
            kept.step[2],
            gone.size[0],
            gone.size[1],
            gone.size[2],
            gone.step[0],
            gone.step[1],
            gone.step[2],
            0,
            0,
            0,
            0};
}

std::int64_t reduced_count(const rt::nn::ReduceParameters& p) { return std::int64_t{p.reduced_0} * p.reduced_1 * p.reduced_2; }

KernelCall reduce_call(const NodeView& view, const std::string& family, const rt::nn::ReduceParameters& p) {
    return reference_call(family, "ReduceParameters", p,
                          {"kept_0", "kept_1", "kept_2", "kept_step_0", "kept_step_1", "kept_step_2", "reduced_0", "reduced_1", "reduced_2",
                           "reduced_step_0", "reduced_step_1", "reduced_step_2", "in_zero_point", "out_zero_point", "multiplier", "shift"},
                          {view.input_index(0)});
}

}  // namespace mote::graph
