// What the resizing operators share.
#pragma once

#include "base/fields.hpp"
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

/// Attributes, input [1, H, W, C] and its type; the output's shape.
std::vector<std::vector<int>> infer_resize(const Graph& graph, const Node& node);
void verify_resize(const Graph& graph, const Node& node);

}  // namespace mote::graph
