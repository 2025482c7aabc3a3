#include "graph/row_pairs.hpp"
#include "graph/wide_rescale.hpp"

namespace mote::graph::variants::depthwise_conv_2d {

namespace {

bool suits(const Layer& layer) { return suits_row_pairs(layer); }

void apply(const Layer& layer, KernelPlan& plan) {
    use_row_pairs(layer, "row_pairs_wide", plan);
    KernelCall& call = plan.calls[0];
    call.tables.push_back(wide_rescale(layer.tables));
}

}  // namespace

const Variant& row_pairs_wide() {
    static const Variant variant{{Isa::armv7m}, 11, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::depthwise_conv_2d
