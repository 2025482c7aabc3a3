// Cases of operators that read their input in another order than they write their output.
#pragma once

#include "graph/cases.hpp"

#include <numeric>

namespace mote::graph::testing {

/// Index along each dimension of a place, and back.
inline std::vector<int> indices_of(const std::vector<int>& shape, std::size_t place) {
    std::vector<int> at(shape.size());
    for (std::size_t d = shape.size(); d-- > 0;) {
        at[d] = static_cast<int>(place % static_cast<std::size_t>(shape[d]));
        place /= static_cast<std::size_t>(shape[d]);
    }
    return at;
}
inline std::size_t place_at(const std::vector<int>& shape, const std::vector<int>& at) {
    std::size_t place = 0;
    for (std::size_t d = 0; d < shape.size(); ++d) place = place * static_cast<std::size_t>(shape[d]) + static_cast<std::size_t>(at[d]);
    return place;
}

inline std::vector<int> random_shape(base::Random& random, int most_rank, int most) {
    std::vector<int> shape(static_cast<std::size_t>(pick(random, 1, most_rank)));
    for (int& d : shape) d = pick(random, 1, most);
    return shape;
}

inline Graph make_transpose(base::Random& random) {
    Graph g;
    const int x = add_input(g, "x", random_shape(random, 6, 3));
    std::vector<int> permutation(g.input().shape.size());
    std::iota(permutation.begin(), permutation.end(), 0);
    for (std::size_t i = permutation.size(); i > 1; --i) std::swap(permutation[i - 1], permutation[random.below(i)]);
    return finish(g, append(g, "transpose", "transpose", {x}, {{"permutation", permutation}}));
}

inline Graph make_slice(base::Random& random) {
    Graph g;
    const int x = add_input(g, "x", random_shape(random, 6, 5));
    std::vector<int> begin, size, strides;
    for (const int n : g.input().shape) {
        const int stride = random.chance(0.5) ? 1 : pick(random, -2, 2);
        begin.push_back(pick(random, 0, n - 1));
        const int room = stride > 0 ? (n - 1 - begin.back()) / stride : stride < 0 ? begin.back() / -stride : 2;
        size.push_back(1 + pick(random, 0, room));
        strides.push_back(stride);
    }
    return finish(g, append(g, "slice", "slice", {x}, {{"begin", begin}, {"size", size}, {"strides", strides}}));
}

inline Graph make_gather(base::Random& random) {
    Graph g;
    const int x = add_input(g, "x", random_shape(random, 4, 4));
    const int rank = static_cast<int>(g.input().shape.size()), axis = pick(random, -rank, rank - 1);
    Tensor indices{"indices", Type::i32, random_shape(random, 2, 4), {}, {}, false};
    indices.data.resize(indices.size_bytes());
    const int n = g.input().shape[static_cast<std::size_t>(axis < 0 ? axis + rank : axis)];
    for (std::int32_t& i : indices.as<std::int32_t>()) i = pick(random, 0, n - 1);
    return finish(g, append(g, "gather", "gather", {x, g.add_tensor(indices)}, {{"axis", axis}}));
}

inline std::vector<double> naive_order(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const auto& shape = tensor_of(g, node.inputs[0]).shape;
    const auto& out = tensor_of(g, node.outputs[0]).shape;
    const auto numbers = [&](const char* name) { return node.attributes[name].get<std::vector<int>>(); };
    std::vector<double> y(tensor_of(g, node.outputs[0]).count());
    for (std::size_t i = 0; i < y.size(); ++i) {
        const std::vector<int> at = indices_of(out, i);
        std::vector<int> from(shape.size());
        if (node.op == "transpose")
            for (std::size_t d = 0; d < at.size(); ++d) from[static_cast<std::size_t>(numbers("permutation")[d])] = at[d];
        if (node.op == "slice")
            for (std::size_t d = 0; d < at.size(); ++d) from[d] = numbers("begin")[d] + at[d] * numbers("strides")[d];
        if (node.op == "gather") {
            const Tensor& indices = tensor_of(g, node.inputs[1]);
            const int axis = node.attributes["axis"].get<int>();
            const std::size_t first = static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(shape.size()) : axis);
            const auto middle = at.begin() + static_cast<std::ptrdiff_t>(first);
            const auto behind = middle + static_cast<std::ptrdiff_t>(indices.shape.size());
            from.assign(at.begin(), middle);
            from.push_back(indices.as<std::int32_t>()[place_at(indices.shape, {middle, behind})]);
            from.insert(from.end(), behind, at.end());
        }
        y[i] = in[0][place_at(shape, from)];
    }
    return y;
}

inline Graph make_reduction(base::Random& random, const char* op) {
    for (;;) {
        Graph g;
        const int x = add_input(g, "x", random_shape(random, 6, 4));
        const int rank = static_cast<int>(g.input().shape.size());
        std::vector<int> axes;
        for (int d = 0; d < rank; ++d)
            if (random.chance(0.5)) axes.push_back(random.chance(0.5) ? d : d - rank);
        if (axes.empty()) continue;
        return finish(g, append(g, op, op, {x}, {{"axes", axes}, {"keep_dims", random.chance(0.5)}}));
    }
}

inline std::vector<double> naive_reduction(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const auto& shape = tensor_of(g, node.inputs[0]).shape;
    std::vector<int> kept = shape;
    for (const int a : node.attributes["axes"].get<std::vector<int>>())
        kept[static_cast<std::size_t>(a < 0 ? a + static_cast<int>(shape.size()) : a)] = 1;
    const bool sums = node.op == "sum" || node.op == "mean";
    std::vector<double> y(tensor_of(g, node.outputs[0]).count(), sums ? 0.0 : node.op == "reduce_max" ? -1e30 : 1e30);
    for (std::size_t i = 0; i < in[0].size(); ++i) {
        std::vector<int> at = indices_of(shape, i);
        for (std::size_t d = 0; d < at.size(); ++d)
            if (kept[d] == 1) at[d] = 0;
        double& to = y[place_at(kept, at)];
        const double v = in[0][i];
        to = sums ? to + v : node.op == "reduce_max" ? std::max(to, v) : std::min(to, v);
    }
    if (node.op == "mean")
        for (double& v : y) v /= static_cast<double>(in[0].size() / y.size());
    return y;
}

inline Graph make_resize(base::Random& random, const char* op) {
    Graph g;
    const int x = add_input(g, "x", {1, pick(random, 1, 6), pick(random, 1, 6), pick(random, 1, 3)});
    const int kind = pick(random, 0, 2);
    return finish(g, append(g, op, op, {x},
                            {{"height", pick(random, 1, 9)},
                             {"width", pick(random, 1, 9)},
                             {"align_corners", kind == 1},
                             {"half_pixel_centers", kind == 2}}));
}

inline std::vector<double> naive_resize(const Graph& g, const std::vector<std::vector<float>>& in) {
    const Node& node = g.nodes.back();
    const auto& shape = tensor_of(g, node.inputs[0]).shape;
    const auto& out = tensor_of(g, node.outputs[0]).shape;
    const bool align = node.attributes["align_corners"], half = node.attributes["half_pixel_centers"];
    // In the same 32-bit floats: which pixel is the nearest hangs on them.
    const auto place = [&](int i, std::size_t d) {
        const float scale = align && out[d] > 1 ? static_cast<float>(shape[d] - 1) / static_cast<float>(out[d] - 1)
                                                : static_cast<float>(shape[d]) / static_cast<float>(out[d]);
        const float shift = half && node.op == "resize_bilinear" ? -0.5f : 0.0f;
        return (static_cast<float>(i) + (half ? 0.5f : 0.0f)) * scale + shift;
    };
    std::vector<double> y(tensor_of(g, node.outputs[0]).count());
    for (std::size_t i = 0; i < y.size(); ++i) {
        const std::vector<int> at = indices_of(out, i);
        const float row = place(at[1], 1), column = place(at[2], 2);
        const auto value = [&](double r, double c) {
            const int h = std::clamp(static_cast<int>(r), 0, shape[1] - 1), w = std::clamp(static_cast<int>(c), 0, shape[2] - 1);
            return double{in[0][place_at(shape, {0, h, w, at[3]})]};
        };
        if (node.op == "resize_nearest") {
            y[i] = align ? value(std::round(row), std::round(column)) : value(std::floor(row), std::floor(column));
        } else {
            const double r = std::floor(row), c = std::floor(column), u = row - r, v = column - c;
            y[i] = value(r, c) * (1 - u) * (1 - v) + value(r + 1, c) * u * (1 - v) + value(r, c + 1) * (1 - u) * v +
                   value(r + 1, c + 1) * u * v;
        }
    }
    return y;
}

inline std::vector<OperatorCase> order_cases() {
    using R = base::Random;
    return {
        {"transpose", make_transpose, naive_order},
        {"slice", make_slice, naive_order},
        {"gather", make_gather, naive_order},
        {"mean", [](R& r) { return make_reduction(r, "mean"); }, naive_reduction},
        {"sum", [](R& r) { return make_reduction(r, "sum"); }, naive_reduction},
        {"reduce_max", [](R& r) { return make_reduction(r, "reduce_max"); }, naive_reduction},
        {"reduce_min", [](R& r) { return make_reduction(r, "reduce_min"); }, naive_reduction},
        {"resize_nearest", [](R& r) { return make_resize(r, "resize_nearest"); }, naive_resize},
        {"resize_bilinear", [](R& r) { return make_resize(r, "resize_bilinear"); }, naive_resize, 3},  // places in 1/1024 of a pixel
    };
}

}  // namespace mote::graph::testing
