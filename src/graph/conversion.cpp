#include "graph/conversion.hpp"

namespace mote::graph {

void verify_conversion(const Graph& graph, const Node& node, Type from, Type to) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    (void)view.attributes<NoAttributes>();
    const auto require = [&](const Tensor& tensor, int index, Type type, const char* verb) {
        if (tensor.type != type)
            view.fail(index, "is " + std::string(name_of(tensor.type)), node.op + " " + verb + " " + std::string(name_of(type)));
    };
    require(view.input(0), view.input_index(0), from, "takes");
    require(view.output(), view.output_index(), to, "gives");
    const bool stored_first = from == Type::i8;
    if ((stored_first ? view.input(0) : view.output()).quantisation.scale.size() != 1)
        view.fail(stored_first ? view.input_index(0) : view.output_index(), "has no single scale", "give it a scale and a zero point");
    view.require_outputs(infer_same_shape(graph, node));
}

}  // namespace mote::graph
