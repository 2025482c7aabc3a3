// The kernels of svdf beside the reference: NAME.cpp in this folder defines `const Variant& NAME();`.
#pragma once

#include "graph/recurrent.hpp"
#include "graph/variant.hpp"
#include "mote/rt/nn/svdf/reference.hpp"

namespace mote::graph::variants::svdf {

struct Layer {
    rt::nn::SvdfParameters parameters{};
    GateTables features;  ///< one gate, whose factor leads to the memory's steps
    std::vector<std::int16_t> time;
    std::vector<std::int32_t> out_bias;

    /// weights, bias, time, out_bias
    std::vector<KernelTable> kernel_tables(const GateTables& packed) const {
        return {kernel_table("weights", Type::i8, std::span<const std::int8_t>(packed.weights)),
                kernel_table("bias", Type::i32, std::span<const std::int32_t>(packed.bias)),
                kernel_table("time", Type::i16, std::span<const std::int16_t>(time)),
                kernel_table("out_bias", Type::i32, std::span<const std::int32_t>(out_bias))};
    }
};
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();

}  // namespace mote::graph::variants::svdf
