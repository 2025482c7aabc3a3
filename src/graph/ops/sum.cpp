#include "graph/reduce.hpp"
#include "mote/rt/nn/reduce_sum/reference.hpp"

#include <algorithm>
#include <limits>

namespace mote::graph::ops {

namespace {

struct Sum {
    static constexpr std::string_view name = "sum", help = "sum over some dimensions", family = "reduce_sum";
    static constexpr OutputScale output_scale{};
    static float start() { return 0; }
    static float next(float a, float b) { return a + b; }
    static float finish(float sum, float) { return sum; }
    static Multiplier factor(const NodeView& view, std::int64_t) {
        return multiplier_of(double{scale_of(view.input(0))} / double{scale_of(view.output())});
    }
    template <class T>
    static void run(const rt::nn::ReduceParameters& p, const T* x, T* y) {
        rt::nn::reduce_sum_reference(p, x, y);
    }
};

}  // namespace

const Operator& sum() {
    static const Operator op = Reduce<Sum>::describe();
    return op;
}

}  // namespace mote::graph::ops
