// What the resizing operators share.
#pragma once

#include "base/fields.hpp"
#include "graph/kernel_call.hpp"
#include "graph/node_view.hpp"

namespace mote::graph {

struct ResizeAttributes {
    int height = 1, width = 1;
    bool align_corners = false, half_pixel_centers = false;
    static constexpr auto fields() {
        using base::field;
        using A = ResizeAttributes;
        return std::make_tuple(field("height", &A::height, "of the output").range(1, 65535).required(),
                               field("width", &A::width, "of the output").range(1, 65535).required(),
                               field("align_corners", &A::align_corners, "the centres of the corner pixels stay in place"),
                               field("half_pixel_centers", &A::half_pixel_centers, "pixels have their centres at halves"));
    }
};

/// What a kernel works on, and for each row and column of the output the places that it takes its value from.
template <class Parameters>
struct ResizePlan {
    Parameters parameters;
    std::vector<std::int32_t> rows, columns;
};

/// `places(in, out, attributes)` gives those of one axis.
template <class Parameters, class Places>
ResizePlan<Parameters> resize_plan(const NodeView& view, Places places) {
    const auto attributes = view.attributes<ResizeAttributes>();
    const auto& shape = view.input(0).shape;
    return {{shape[2], shape[3], attributes.height, attributes.width},
            places(shape[1], attributes.height, attributes),
            places(shape[2], attributes.width, attributes)};
}

template <class Parameters>
KernelPlan resize_call(const NodeView& view, const std::string& family, std::string parameters_type, const ResizePlan<Parameters>& plan) {
    KernelCall call =
        reference_call(family, std::move(parameters_type), plan.parameters, {"in_w", "channels", "out_h", "out_w"}, {view.input_index(0)});
    call.tables = {kernel_table("rows", Type::i32, std::span<const std::int32_t>(plan.rows)),
                   kernel_table("columns", Type::i32, std::span<const std::int32_t>(plan.columns))};
    return {false, {std::move(call)}, {}, {}};
}

/// Attributes, input [1, H, W, C] and its type; the output's shape.
std::vector<std::vector<int>> infer_resize(const Graph& graph, const Node& node);
void verify_resize(const Graph& graph, const Node& node);

}  // namespace mote::graph
