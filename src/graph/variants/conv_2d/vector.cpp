#include "mote/rt/nn/conv_2d/vector.hpp"
#include "graph/overlap.hpp"
#include "graph/variants/conv_2d/catalogue.hpp"
#include "graph/vector.hpp"

namespace mote::graph::variants::conv_2d {

namespace {

/// The windows of two pixels.
std::size_t scratch_bytes_of(const rt::nn::Conv2dParameters& p) { return static_cast<std::size_t>(2 * 16 * rt::nn::conv_2d_chunks(p)); }

bool suits(const Layer& layer) {
    return layer.parameters.groups == 1 && scratch_bytes_of(layer.parameters) <= most_scratch_bytes && suits_vectors(layer.tables);
}

void apply(const Layer& layer, KernelPlan& plan) {
    KernelCall& call = plan.calls[0];
    call.use("conv_2d", "vector");
    call.tables = {vector_rows_table(layer.tables)};
    call.scratch_bytes = scratch_bytes_of(layer.parameters);
    // The windows of two pixels are gathered before these are written.
    plan.may_overlap = {window_overlap(layer.parameters, {2, true})};
}

}  // namespace

const Variant& vector() {
    static const Variant variant{{Isa::helium, Isa::avx2}, 20, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::conv_2d
