#include "graph/phases.hpp"

#include "mote/rt/nn/transposed_conv_2d/phases.hpp"

#include <algorithm>
#include <utility>

namespace mote::graph {

namespace {

using rt::nn::TransposedPhase;
using variants::transposed_conv_2d::Layer;

/// Weights [out_c][rows.kernel][columns.kernel][in_c]: those that the phase meets, from the last to the first.
std::vector<std::int8_t> weights_of(const Layer& layer, const TransposedPhase& rows, const TransposedPhase& columns) {
    const auto& p = layer.parameters;
    std::vector<std::int8_t> weights;
    for (std::int32_t o = 0; o < p.out_c; ++o)
        for (std::int32_t y = rows.kernel - 1; y >= 0; --y)
            for (std::int32_t x = columns.kernel - 1; x >= 0; --x) {
                const std::int32_t ky = rows.first + y * p.stride_h, kx = columns.first + x * p.stride_w;
                const auto at = static_cast<std::size_t>(((o * p.kernel_h + ky) * p.kernel_w + kx) * p.in_c);
                const auto place = layer.tables.weights.subspan(at, static_cast<std::size_t>(p.in_c));
                weights.insert(weights.end(), place.begin(), place.end());
            }
    return weights;
}

/// visit(a phase as a layer of conv_2d), in the order of the kernels, while it returns true; whether all did.
template <class Visit>
bool each_phase(const Layer& layer, Visit visit) {
    const auto& p = layer.parameters;
    for (std::int32_t y = 0; y < rt::nn::transposed_phases_h(p); ++y)
        for (std::int32_t x = 0; x < rt::nn::transposed_phases_w(p); ++x) {
            const TransposedPhase rows = rt::nn::transposed_rows(p, y), columns = rt::nn::transposed_columns(p, x);
            const std::vector<std::int8_t> weights = weights_of(layer, rows, columns);
            variants::conv_2d::Layer phase{rt::nn::transposed_layer(p, rows, columns), layer.tables};
            phase.tables.weights = weights;
            const std::size_t depth = weights.size() / static_cast<std::size_t>(p.out_c);
            for (std::size_t i = 0; i < weights.size(); ++i) {
                std::int32_t& bias = phase.tables.bias[i / depth];
                bias = static_cast<std::int32_t>(static_cast<std::uint32_t>(bias) - rt::nn::product(p.in_zero_point, weights[i]));
            }
            if (!visit(phase)) return false;
        }
    return true;
}

}  // namespace

bool suits_in_phases(const Layer& layer, bool (*suits)(const variants::conv_2d::Layer& phase)) {
    const auto& p = layer.parameters;
    if (p.stride_h > p.kernel_h || p.stride_w > p.kernel_w) return false;
    if (static_cast<std::size_t>(rt::nn::transposed_band_bytes(p)) > most_scratch_bytes) return false;
    return each_phase(layer, suits);
}

void use_phases(const Layer& layer, const std::string& variant, void (*apply)(const variants::conv_2d::Layer& phase, KernelPlan& plan),
                KernelPlan& plan) {
    KernelCall& call = plan.calls[0];
    call.use("transposed_conv_2d", variant);
    call.tables.clear();
    std::size_t of_kernel = 0;
    each_phase(layer, [&](const variants::conv_2d::Layer& phase) {
        KernelPlan part{false, {KernelCall{}}, {}, {}};
        apply(phase, part);
        const auto& tables = part.calls[0].tables;
        call.tables.resize(tables.size());
        for (std::size_t i = 0; i < tables.size(); ++i) {
            call.tables[i].name = tables[i].name, call.tables[i].type = tables[i].type;
            call.tables[i].data.insert(call.tables[i].data.end(), tables[i].data.begin(), tables[i].data.end());
        }
        of_kernel = std::max(of_kernel, part.calls[0].scratch_bytes);
        return true;
    });
    call.scratch_bytes = static_cast<std::size_t>(rt::nn::transposed_band_bytes(layer.parameters)) + of_kernel;
    // A phase is written before the next one is read.
    plan.may_overlap.clear();
}

}  // namespace mote::graph
