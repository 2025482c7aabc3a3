#include "graph/pixel_pairs.hpp"
#include "graph/wide_rescale.hpp"

namespace mote::graph::variants::conv_2d {

namespace {

bool suits(const Layer& layer) { return suits_short_pairs(layer); }

void apply(const Layer& layer, KernelPlan& plan) {
    use_short_pairs(layer, "pixel_pairs_short", plan);
    KernelCall& call = plan.calls[0];
    call.tables.push_back(wide_rescale(layer.tables));
}

}  // namespace

const Variant& pixel_pairs_short() {
    static const Variant variant{{Isa::armv7m}, 12, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::conv_2d
