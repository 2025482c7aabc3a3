// Hendrycks and Gimpel, "Gaussian Error Linear Units", 2016. On int8 a table of the real function, as in TensorFlow Lite's gelu.cc.
#include "graph/lookup.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct GeluAttributes {
    bool approximate = false;
    static constexpr auto fields() {
        return std::make_tuple(base::field("approximate", &GeluAttributes::approximate, "by tanh instead of the error function"));
    }
};

struct Gelu {
    static constexpr std::string_view name = "gelu", help = "x times the probability that a standard normal value lies below x";
    using Attributes = GeluAttributes;
    static constexpr OutputScale output_scale{};
    static void check(const NodeView&) {}
    static std::function<float(float)> real(const NodeView& view) {
        if (view.attributes<Attributes>().approximate)
            return [](float x) { return 0.5f * x * (1.0f + std::tanh(0.79788456f * (x + 0.044715f * x * x * x))); };
        return [](float x) { return 0.5f * x * std::erfc(x * -0.70710678f); };
    }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) { return rounded_function(view, real(view)); }
};

}  // namespace

const Operator& gelu() {
    static const Operator op = Lookup<Gelu>::describe();
    return op;
}

}  // namespace mote::graph::ops
