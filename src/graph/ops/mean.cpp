#include "graph/reduce.hpp"
#include "mote/rt/nn/reduce_sum/reference.hpp"

#include <algorithm>
#include <limits>

namespace mote::graph::ops {

namespace {

struct Mean {
    static constexpr std::string_view name = "mean", help = "mean over some dimensions", family = "reduce_sum";
    static constexpr OutputScale output_scale{};
    static float start() { return 0; }
    static float next(float a, float b) { return a + b; }
    static float finish(float sum, float count) { return sum / count; }
    // QuantizedMeanOrSum of TensorFlow Lite's reference/reduce.h: the count joins the multiplier, with as many bits as there is room for.
    static Multiplier factor(const NodeView& view, std::int64_t count) {
        Multiplier m = multiplier_of(double{scale_of(view.input(0))} / double{scale_of(view.output())});
        int bits = 0;
        while (count >> (bits + 1) != 0) ++bits;
        bits = std::min({bits, 32, 31 + m.shift});
        m.value = static_cast<std::int32_t>((std::int64_t{m.value} << bits) / count);
        m.shift -= bits;
        return m;
    }
    template <class T>
    static void run(const rt::nn::ReduceParameters& p, const T* x, T* y) {
        rt::nn::reduce_sum_reference(p, x, y);
    }
};

}  // namespace

const Operator& mean() {
    static const Operator op = Reduce<Mean>::describe();
    return op;
}

}  // namespace mote::graph::ops
