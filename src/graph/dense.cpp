#include "graph/dense.hpp"

namespace mote::graph {

KernelPlan lower_dense(const NodeView& view, const variants::dense::Layer& layer, Isa isa) {
    KernelPlan plan = reference_plan(view, layer, "dense", "DenseParameters",
                                     {"in_c", "out_c", "out_zero_point", "low", "high", "per_channel", "split_bits", "block"});
    return with_variants(std::move(plan), variants::dense::all(), isa, layer);
}

variants::dense::Layer dense_of(const QuantisedLayer<rt::nn::Conv2dParameters>& layer) {
    const rt::nn::Conv2dParameters& p = layer.parameters;
    variants::dense::Layer dense{{p.in_h * p.in_w * p.in_c, p.out_c, 0, 0, 0, 0}, layer.tables};
    set_arithmetic(dense.parameters, dense.tables);
    return dense;
}

}  // namespace mote::graph
