#include "graph/limits.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <cstring>

namespace mote::graph::ops {

namespace {

struct Attributes {
    std::vector<int> shape;
    static constexpr auto fields() {
        return std::make_tuple(base::field("shape", &Attributes::shape, "shape of the output, batch included; one -1 takes what is left")
                                   .range(-1, limits::dimension));
    }
};

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    std::vector<int> shape = view.attributes<Attributes>().shape;
    const auto count = static_cast<std::int64_t>(view.input(0).count());
    std::int64_t known = 1;
    int* open = nullptr;
    for (int& d : shape) {
        if (d == 0 || (d < 0 && open)) view.fail("cannot reshape to " + text_of(shape), "give sizes of at least 1, and -1 at most once");
        if (d < 0) {
            open = &d;
        } else {
            known *= d;
            if (known > count) break;
        }
    }
    if (known > count || count % known != 0 || (!open && known != count))
        view.fail("cannot reshape " + text_of(view.input(0).shape) + " to " + text_of(shape), "keep the number of values");
    if (open) *open = static_cast<int>(count / known);
    return {shape};
}

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(1, 1);
    if (view.require_activation_type(0, 1) != Type::f32) view.require_same_quantisation(0);
    view.require_outputs(infer(graph, node));
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return [x = view.input_index(0), y = view.output_index(), bytes = view.output().size_bytes()](Values& values) {
        std::memcpy(values.out<std::byte>(y), values.in<std::byte>(x), bytes);
    };
}

KernelPlan lower(const Graph&, const Node&, Isa) { return {true, {}, {}}; }

}  // namespace

const Operator& reshape() {
    static const Operator op{
        "reshape", "the same values in another shape", base::json_schema<Attributes>, verify, infer, prepare, no_macs, lower, shared_scale};
    return op;
}

}  // namespace mote::graph::ops
