// Batch normalisation and softmax: one needs the channels last, the other its axis.
#include "graph/onnx/families.hpp"

#include "base/text.hpp"
#include "graph/node_view.hpp"

#include <algorithm>
#include <cstdlib>

namespace mote::graph::onnx {

void batch_normalisation(Translator& t) {
    if (t.integer("training_mode", 0) != 0) t.refuse("is in training mode", "export the model for inference (model.eval())");
    (void)t.real("momentum", 0.9f), (void)t.integer("is_test", 1);
    if (t.integer("spatial", 1) != 1) t.refuse("normalises each place by itself", "use spatial = 1");
    Writer& w = t.writer();
    Value x = t.real_operand(0);
    if (x.shape.size() < 2) t.reject("normalises a tensor of shape " + graph::text_of(x.shape));
    const bool is_series = x.shape.size() == 3;
    if (is_series) x.shape.push_back(1);  // as convolutions of series leave it
    x = w.with_channels_last(x);
    std::vector<int> inputs{x.tensor};
    for (std::size_t i = 1; i < 5; ++i) {
        const std::vector<float> values = t.reals(i);
        if (values.size() != static_cast<std::size_t>(x.shape[1])) t.reject("has parameters that do not fit " + graph::text_of(x.shape));
        inputs.push_back(w.constant({x.shape[1]}, values));
    }
    // The number that was meant: a float's shortest decimal. Below 1e-12 it changes nothing.
    const double epsilon = std::max(std::strtod(base::exact(t.real("epsilon", 1e-5f)).c_str(), nullptr), 1e-12);
    x = x.with(w.emit("batch_norm", inputs, {{"epsilon", epsilon}}));
    if (is_series) x.shape.pop_back();
    t.set_output(0, x);
}

void softmax(Translator& t) {
    const bool flattens = t.opset() < 13;  // before, all dimensions from the axis on are one
    Value x = t.operand(0);
    const std::vector<int> shape = x.shape;
    if (shape.empty()) t.reject("has an input without dimensions");
    const int axis = t.axis(t.integer("axis", flattens ? 1 : -1), shape.size());
    if (flattens) {
        const std::vector<int> front(shape.begin(), shape.begin() + axis), rest(shape.begin() + axis, shape.end());
        x.shape = {static_cast<int>(count_of(front)), static_cast<int>(count_of(rest))};
    }
    x = t.writer().settled(x);
    const int last = flattens ? 1 : axis;
    if (x.order.back() != last) {
        std::vector<int> order = x.order;
        order.erase(std::find(order.begin(), order.end(), last));
        order.push_back(last);
        x.tensor = t.writer().in_order(x, order);
        x.order = order;
    }
    x = t.unary("softmax", x);
    x.shape = shape;
    t.set_output(0, x);
}

}  // namespace mote::graph::onnx
