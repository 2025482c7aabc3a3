#include "graph/pairs.hpp"
#include "graph/variants/batch_matmul/catalogue.hpp"

namespace mote::graph::variants::batch_matmul {

namespace {

/// Four rows in words.
std::size_t scratch_bytes(const Layer& p) { return static_cast<std::size_t>(p.depth) * 4 * sizeof(std::int32_t); }

bool suits(const Layer& p) {
    return scratch_bytes(p) <= most_scratch_bytes && p.shift <= -1 && p.shift >= -14 && p.multiplier >= std::int32_t{1} << 30;
}

void apply(const Layer& p, KernelPlan& plan) {
    plan.calls[0].use("batch_matmul", "words");
    plan.calls[0].scratch_bytes = scratch_bytes(p);
}

}  // namespace

const Variant& words() {
    static const Variant variant{has_words_only, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::batch_matmul
