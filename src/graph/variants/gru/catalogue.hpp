// The kernels of gru beside the reference: NAME.cpp in this folder defines `const Variant& NAME();`.
#pragma once

#include "graph/recurrent.hpp"
#include "graph/variant.hpp"
#include "mote/rt/nn/gru/reference.hpp"

namespace mote::graph::variants::gru {

struct Layer {
    rt::nn::GruParameters parameters{};
    GateTables input, state;

    std::vector<KernelTable> kernel_tables() const { return recurrent_tables(input, state); }
};
using Variant = graph::Variant<Layer>;
std::span<const Variant* const> all();

}  // namespace mote::graph::variants::gru
