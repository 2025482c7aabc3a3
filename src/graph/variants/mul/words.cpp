#include "graph/pairs.hpp"
#include "graph/variants/mul/catalogue.hpp"

namespace mote::graph::variants::mul {

namespace {

bool suits(const Layer& p) { return is_shifted_right(p, 14); }

void apply(const Layer&, KernelPlan& plan) { plan.calls[0].use("mul", "words"); }

}  // namespace

const Variant& words() {
    static const Variant variant{has_words_only, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::mul
