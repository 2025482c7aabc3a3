#include "graph/strided_copy.hpp"

#include "graph/by_type.hpp"

namespace mote::graph {

rt::nn::StridedCopyParameters strided_copy_parameters(const NodeView& view, const StridedRead& read) {
    const Walk<1> w = make_walk<1>(view, read.shape, {read.steps});
    const auto& step = w.step[0];
    return {static_cast<std::int32_t>(read.first),
            w.size[0],
            w.size[1],
            w.size[2],
            w.size[3],
            w.size[4],
            w.size[5],
            step[0],
            step[1],
            step[2],
            step[3],
            step[4],
            step[5]};
}

KernelPlan lower_strided_copy(const NodeView& view, const StridedRead& read) {
    const auto p = strided_copy_parameters(view, read);
    // Values that stay one behind the other are the input from some place on; the whole input under another shape is a view.
    if (p.first == 0 && p.size_5 == static_cast<std::int32_t>(view.input(0).count()) && p.step_5 == 1) return {true, {}, {}, {}};
    return {false,
            {reference_call("strided_copy", "StridedCopyParameters", p,
                            {"first", "size_0", "size_1", "size_2", "size_3", "size_4", "size_5", "step_0", "step_1", "step_2", "step_3",
                             "step_4", "step_5"},
                            {view.input_index(0)})},
            {},
            {}};
}

std::function<void(Values&)> prepare_strided_copy(const NodeView& view, const StridedRead& read) {
    return by_type(view.input(0).type, [&](auto value) -> std::function<void(Values&)> {
        using T = decltype(value);
        return [p = strided_copy_parameters(view, read), x = view.input_index(0), y = view.output_index()](Values& values) {
            rt::nn::strided_copy_reference(p, values.in<T>(x), values.out<T>(y));
        };
    });
}

}  // namespace mote::graph
