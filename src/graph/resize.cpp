#include "graph/resize.hpp"

namespace mote::graph {

std::vector<std::vector<int>> infer_resize(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const auto attributes = view.attributes<ResizeAttributes>();
    view.require_rank(0, 4);
    const auto& shape = view.input(0).shape;
    if (shape[0] != 1) view.fail(view.input_index(0), "has a batch of " + std::to_string(shape[0]), "a batch is 1 on a device");
    if (shape[1] > 65535 || shape[2] > 65535) view.fail(view.input_index(0), "is larger than 65535", "resize a smaller image");
    return {{1, attributes.height, attributes.width, shape[3]}};
}

void verify_resize(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    const auto shapes = infer_resize(graph, node);
    const auto attributes = view.attributes<ResizeAttributes>();
    if (attributes.align_corners && attributes.half_pixel_centers) view.fail("has align_corners and half_pixel_centers", "use one of them");
    if (view.require_activation_type(0, 1) != Type::f32) view.require_same_quantisation(0);
    view.require_outputs(shapes);
}

}  // namespace mote::graph
