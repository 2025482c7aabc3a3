#include "graph/arm_dsp.hpp"
#include "graph/overlap.hpp"
#include "graph/variants/variants.hpp"

namespace mote::graph::variants::conv_2d {

namespace {

/// Values that lie together in a row of the window, and the memory that the windows of four pixels take.
struct Sizes {
    std::size_t run, kernel_h, scratch_bytes;
};

Sizes sizes_of(const rt::nn::Conv2dParameters& p) {
    const auto run = static_cast<std::size_t>(p.kernel_w * p.in_c), kernel_h = static_cast<std::size_t>(p.kernel_h);
    const std::size_t padded_run = rounded_up(run, 4);
    return {run, kernel_h, 8 * kernel_h * padded_run + padded_run};
}

/// Pairs of channels beside each other, values in the order of arm_dsp_order.
std::vector<std::int8_t> packed(std::span<const std::int8_t> weights, std::size_t out_c, std::size_t kernel_h, std::size_t run) {
    std::vector<std::int8_t> packed;
    const auto at = [&](std::size_t channel, std::size_t ky, std::size_t k) {
        return channel < out_c && k < run ? weights[(channel * kernel_h + ky) * run + k] : std::int8_t{0};
    };
    for (std::size_t channel = 0; channel < out_c; channel += 2)
        for (std::size_t ky = 0; ky < kernel_h; ++ky)
            for (std::size_t k = 0; k < rounded_up(run, 4); k += 4)
                for (const std::size_t place : arm_dsp_order)
                    packed.push_back(at(channel, ky, k + place)), packed.push_back(at(channel + 1, ky, k + place));
    return packed;
}

bool suits(const Layer& layer) {
    return layer.parameters.groups == 1 && sizes_of(layer.parameters).scratch_bytes <= most_scratch_bytes &&
           suits_arm_dsp(layer.tables, false);
}

void apply(const Layer& layer, KernelPlan& plan) {
    const auto& p = layer.parameters;
    const Sizes sizes = sizes_of(p);
    const auto weights = packed(layer.tables.weights, static_cast<std::size_t>(p.out_c), sizes.kernel_h, sizes.run);
    KernelCall& call = plan.calls[0];
    call.use("conv_2d", "arm_dsp");
    call.tables = padded(layer.tables, 2).kernel_tables(kernel_table("weights", Type::i8, std::span<const std::int8_t>(weights)));
    call.scratch_bytes = sizes.scratch_bytes;
    // The windows of four pixels are gathered before these are written.
    plan.may_overlap = {window_overlap(p, {4, true})};
}

}  // namespace

const Variant& arm_dsp() {
    static const Variant variant{has_arm_dsp, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::conv_2d
