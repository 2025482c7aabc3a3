#include "graph/lookup.hpp"

#include <cmath>

namespace mote::graph::ops {

namespace {

struct PowerAttributes {
    double exponent = 2;
    static constexpr auto fields() {
        return std::make_tuple(base::field("exponent", &PowerAttributes::exponent, "constant exponent").range(-64, 64));
    }
};

struct Power {
    static constexpr std::string_view name = "power", help = "x to the power of a constant";
    using Attributes = PowerAttributes;
    static constexpr OutputScale output_scale{};
    static void check(const NodeView&) {}
    static std::function<float(float)> real(const NodeView& view) {
        return [exponent = static_cast<float>(view.attributes<Attributes>().exponent)](float x) { return std::pow(x, exponent); };
    }
    static std::function<std::int32_t(std::int32_t)> stored(const NodeView& view) { return rounded_function(view, real(view)); }
};

}  // namespace

const Operator& power() {
    static const Operator op = Lookup<Power>::describe();
    return op;
}

}  // namespace mote::graph::ops
