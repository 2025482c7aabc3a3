// Reductions. Their axes are found where they lie; what is kept keeps its order.
#include "graph/onnx/families.hpp"

#include "graph/node_view.hpp"

#include <algorithm>
#include <set>

namespace mote::graph::onnx {

namespace {

void reduce(Translator& t, const char* op, Value (*before)(Translator&, const Value&)) {
    const Value x = t.movable(0);
    if (x.element != Element::real) t.refuse("reduces whole numbers", "use float32");
    const bool keep = t.integer("keepdims", 1) != 0, does_nothing_without = t.integer("noop_with_empty_axes", 0) != 0;
    std::set<int> axes;
    for (const int a : t.numbers(1, "axes")) axes.insert(t.axis(a, x.shape.size()));
    if (axes.empty() && does_nothing_without) return t.set_output(0, x);
    std::vector<int> list(axes.begin(), axes.end());
    if (list.empty()) list = plain_order(x.shape.size());
    t.set_output(0, reduced(t, op, before ? before(t, x) : x, list, keep));
}

Value square(Translator& t, const Value& x) {
    const Value real = t.real_value(x);
    return t.binary("mul", real, real);
}

Value size(Translator& t, const Value& x) {
    const Value real = t.real_value(x);
    const float minus_one = -1;
    return t.binary("maximum", real, t.binary("mul", real, Value::plain(t.writer().constant({}, std::span(&minus_one, 1)), {})));
}

}  // namespace

Value reduced(Translator& t, const std::string& op, const Value& value, const std::vector<int>& axes, bool keep) {
    Value x = t.writer().settled(value);
    if (axes.empty()) return x;
    const std::vector<int> place = inverse(x.order);
    std::vector<int> lying;
    lying.reserve(axes.size());
    for (const int a : axes) lying.push_back(place[static_cast<std::size_t>(a)]);
    std::sort(lying.begin(), lying.end());
    Value y = t.unary(op, x, {{"axes", lying}, {"keep_dims", true}});
    for (const int a : axes) y.inner[static_cast<std::size_t>(a)] = 1;
    y.shape.clear();
    for (std::size_t d = 0; d < y.inner.size(); ++d)
        if (keep || std::find(axes.begin(), axes.end(), static_cast<int>(d)) == axes.end()) y.shape.push_back(y.inner[d]);
    return y;
}

void reduce_mean(Translator& t) { reduce(t, "mean", nullptr); }
void reduce_sum(Translator& t) { reduce(t, "sum", nullptr); }
void reduce_max(Translator& t) { reduce(t, "reduce_max", nullptr); }
void reduce_min(Translator& t) { reduce(t, "reduce_min", nullptr); }
void reduce_sum_square(Translator& t) { reduce(t, "sum", square); }
void reduce_l1(Translator& t) { reduce(t, "sum", size); }

}  // namespace mote::graph::onnx
