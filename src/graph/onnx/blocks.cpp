// Blocks of places as channels and back: a reshape, an order and another reshape.
#include "graph/onnx/families.hpp"

#include "graph/node_view.hpp"

namespace mote::graph::onnx {

namespace {

// `split` has the six dimensions that the input's four become; they are put into `order`, and these become `shape`.
Value regrouped(Translator& t, Value x, const std::vector<int>& split, const std::vector<int>& order, const std::vector<int>& shape) {
    x.shape = split;
    x = t.writer().settled(x);
    const std::vector<int> place = inverse(order);
    for (int& d : x.order) d = place[static_cast<std::size_t>(d)];
    x.shape = x.inner = permuted(x.shape, order);
    x.numbers = nullptr;
    x = t.writer().settled(x);
    x.shape = shape;
    return x;
}

int block_size(Translator& t, const Value& x) {
    const std::int64_t size = t.integer("blocksize", 0);
    if (x.shape.size() != 4 || size < 1 || size > 65535)
        t.reject("has input " + graph::text_of(x.shape) + " and blocks of " + std::to_string(size));
    return static_cast<int>(size);
}

}  // namespace

void depth_to_space(Translator& t) {
    const Value x = t.movable(0);
    const int b = block_size(t, x);
    const std::string mode = t.text("mode", "DCR");
    const int n = x.shape[0], c = x.shape[1], h = x.shape[2], w = x.shape[3];
    const std::int64_t square = std::int64_t{b} * b;
    if (c % square != 0) t.reject("makes blocks of " + std::to_string(b) + " from " + std::to_string(c) + " channels");
    const int left = static_cast<int>(c / square);
    const std::vector<int> shape{n, left, h * b, w * b};
    if (mode == "CRD")
        t.set_output(0, regrouped(t, x, {n, left, b, b, h, w}, {0, 1, 4, 2, 5, 3}, shape));
    else
        t.set_output(0, regrouped(t, x, {n, b, b, left, h, w}, {0, 3, 4, 1, 5, 2}, shape));
}

void space_to_depth(Translator& t) {
    const Value x = t.movable(0);
    const int b = block_size(t, x);
    const int n = x.shape[0], c = x.shape[1], h = x.shape[2], w = x.shape[3];
    if (h % b != 0 || w % b != 0) t.reject("has blocks of " + std::to_string(b) + " in " + graph::text_of(x.shape));
    t.set_output(0, regrouped(t, x, {n, c, h / b, b, w / b, b}, {0, 3, 5, 1, 2, 4}, {n, c * b * b, h / b, w / b}));
}

}  // namespace mote::graph::onnx
