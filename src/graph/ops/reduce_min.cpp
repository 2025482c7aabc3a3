#include "graph/reduce.hpp"
#include "mote/rt/nn/reduce_min/reference.hpp"

#include <algorithm>
#include <limits>

namespace mote::graph::ops {

namespace {

struct ReduceMin {
    static constexpr std::string_view name = "reduce_min", help = "smallest value over some dimensions", family = "reduce_min";
    static constexpr OutputScale output_scale = shared_scale;
    static float start() { return std::numeric_limits<float>::infinity(); }
    static float next(float a, float b) { return std::min(a, b); }
    static float finish(float sum, float) { return sum; }
    static Multiplier factor(const NodeView&, std::int64_t) { return {}; }
    template <class T>
    static void run(const rt::nn::ReduceParameters& p, const T* x, T* y) {
        rt::nn::reduce_min_reference(p, x, y);
    }
};

}  // namespace

const Operator& reduce_min() {
    static const Operator op = Reduce<ReduceMin>::describe();
    return op;
}

}  // namespace mote::graph::ops
