// Products of two computed matrices, or of computed ones with several constant ones.
#include "graph/onnx/layers.hpp"

#include "graph/node_view.hpp"

#include <algorithm>

namespace mote::graph::onnx {

namespace {

// A side of a product as the operator reads it: plain, or with its last two dimensions the other way round.
struct Side {
    int tensor = -1;
    bool adjoint = false;
};

Side side_of(Translator& t, Value v, bool turned) {
    v = t.writer().settled(v);
    const std::size_t rank = v.shape.size();
    std::vector<int> other = plain_order(rank);
    std::swap(other[rank - 2], other[rank - 1]);
    if (v.order == other) return {v.tensor, !turned};
    return {t.writer().plain_tensor(v), turned};
}

}  // namespace

bool is_computed_product(Translator& t, const Value& x, const Value& weights) {
    if (t.is_constant(x) && t.is_constant(weights)) return false;
    if (!t.is_constant(weights)) return !(t.is_constant(x) && x.shape.size() == 2 && weights.shape.size() == 2);
    // One matrix for all is a layer's weights.
    std::size_t matrices = 1;
    for (std::size_t d = 0; d + 2 < weights.shape.size(); ++d) matrices *= static_cast<std::size_t>(weights.shape[d]);
    return matrices > 1;
}

Value computed_product(Translator& t, Value x, Value y, bool turn_x, bool turn_y, const std::optional<StoredAs>& target) {
    if (x.shape.empty() || y.shape.empty()) t.reject("multiplies a single number");
    const auto can_be_stored = [&](const Value& v) { return v.is_view && t.writer().at(v.tensor).quantisation.axis < 0; };
    const bool is_stored = target && target->scale.scale.size() == 1 && can_be_stored(x) && can_be_stored(y);
    if (!is_stored) x = t.real_value(x), y = t.real_value(y);
    const bool is_row = x.shape.size() == 1, is_column = y.shape.size() == 1;
    if (is_row) x.shape.insert(x.shape.begin(), 1);
    if (is_column) y.shape.push_back(1);
    const Side left = side_of(t, x, turn_x), right = side_of(t, y, turn_y);
    const int product = t.writer().emit("batch_matmul", {left.tensor, right.tensor}, {{"adj_x", left.adjoint}, {"adj_y", right.adjoint}},
                                        is_stored ? &target->scale : nullptr);
    Value result = Value::plain(product, t.writer().at(product).shape);
    result.is_view = is_stored;
    if (is_column) result.shape.pop_back();
    if (is_row) result.shape.erase(result.shape.end() - (is_column ? 1 : 2));
    return result;
}

}  // namespace mote::graph::onnx
