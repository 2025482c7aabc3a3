#include "graph/binary.hpp"

namespace mote::graph {

rt::nn::BinaryParameters binary_sizes(const NodeView& view) {
    const Walk<2> w = broadcast_walk(view);
    const auto& [left, right] = w.step;
    return {w.size[0], w.size[1], w.size[2], w.size[3], w.size[4], w.size[5], left[0],  left[1],  left[2], left[3],
            left[4],   left[5],   right[0],  right[1],  right[2],  right[3],  right[4], right[5], 0,       0,
            0,         0,         0,         0,         0,         0,         0,        0,        0,       0};
}

rt::nn::BinaryParameters binary_parameters(const NodeView& view, std::string_view activation) {
    rt::nn::BinaryParameters p = binary_sizes(view);
    p.left_zero_point = zero_point_of(view.input(0));
    p.right_zero_point = zero_point_of(view.input(1));
    p.out_zero_point = zero_point_of(view.output());
    const StoredRange range = stored_range(activation, view.output());
    p.low = range.low, p.high = range.high;
    return p;
}

KernelCall binary_call(const NodeView& view, const std::string& family, const rt::nn::BinaryParameters& parameters) {
    static constexpr std::string_view names[] = {"size_0",
                                                 "size_1",
                                                 "size_2",
                                                 "size_3",
                                                 "size_4",
                                                 "size_5",
                                                 "left_0",
                                                 "left_1",
                                                 "left_2",
                                                 "left_3",
                                                 "left_4",
                                                 "left_5",
                                                 "right_0",
                                                 "right_1",
                                                 "right_2",
                                                 "right_3",
                                                 "right_4",
                                                 "right_5",
                                                 "left_zero_point",
                                                 "left_multiplier",
                                                 "left_shift",
                                                 "right_zero_point",
                                                 "right_multiplier",
                                                 "right_shift",
                                                 "out_zero_point",
                                                 "out_multiplier",
                                                 "out_shift",
                                                 "unit_bits",
                                                 "low",
                                                 "high"};
    return reference_call(family, "BinaryParameters", parameters, names, {view.input_index(0), view.input_index(1)});
}

std::vector<std::size_t> binary_overwrites(const NodeView& view) {
    std::vector<std::size_t> list;
    for (std::size_t i = 0; i < 2; ++i)
        if (view.input(i).count() == view.output().count()) list.push_back(i);
    return list;
}

}  // namespace mote::graph
