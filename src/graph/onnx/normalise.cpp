// Normalisations and softmax: one needs the channels last, the others their axis.
#include "graph/onnx/families.hpp"

#include "base/text.hpp"
#include "graph/node_view.hpp"

#include <algorithm>
#include <cstdlib>

namespace mote::graph::onnx {

namespace {

// The number that was meant: a float's shortest decimal. Below 1e-12 it changes nothing.
double epsilon_of(Translator& t) { return std::clamp(std::strtod(base::exact(t.real("epsilon", 1e-5f)).c_str(), nullptr), 1e-12, 1.0); }

// Rows of a tensor [..., depth] normalised, on int8 where the result is stored.
Value normalised_rows(Translator& t, const Value& rows, double epsilon, const std::vector<float>& gamma, const std::vector<float>& beta,
                      bool per_row) {
    Writer& w = t.writer();
    const auto target = t.output_storage();
    const bool is_stored = rows.is_view && !t.is_constant(rows) && target;
    const Value x = is_stored ? rows : t.real_value(rows);
    std::vector<int> inputs{x.tensor};
    for (const auto* values : {&gamma, &beta})
        if (!gamma.empty()) inputs.push_back(w.constant({static_cast<int>(values->size())}, *values));
    return x.with(w.emit("layer_norm", inputs, {{"epsilon", epsilon}, {"per_row", per_row}}, is_stored ? &target->scale : nullptr));
}

// As many reals as there are values to scale or to move; one stands for all.
std::vector<float> parameters(Translator& t, std::size_t i, std::size_t count, float otherwise) {
    std::vector<float> values = t.has_input(i) ? t.reals(i) : std::vector<float>(count, otherwise);
    if (values.size() == 1) values.assign(count, values[0]);
    if (values.size() != count) t.reject("has parameters that do not fit its input");
    return values;
}

bool are_all(const std::vector<float>& values, float wanted) {
    return std::all_of(values.begin(), values.end(), [&](float v) { return v == wanted; });
}

// x [N, C, D...] in the order of the file.
Value image_of(Translator& t) {
    const Value x = t.writer().in_plain_order(t.operand(0));
    if (x.shape.size() < 3) t.reject("normalises a tensor of shape " + graph::text_of(x.shape));
    return x;
}

std::vector<float> repeated(const std::vector<float>& values, int times) {
    std::vector<float> all;
    for (int i = 0; i < times; ++i) all.insert(all.end(), values.begin(), values.end());
    return all;
}

// Each image as `parts` rows, each of them normalised, with a factor and an offset for each or none.
Value normalised_image(Translator& t, Value x, int parts, double epsilon, const std::vector<float>& gamma, const std::vector<float>& beta) {
    const std::vector<int> shape = x.shape;
    const int rows = shape[0] * parts;
    x.shape = {rows, static_cast<int>(count_of(shape) / static_cast<std::size_t>(rows))};
    Value y = normalised_rows(t, t.writer().in_plain_order(x), epsilon, repeated(gamma, shape[0]), repeated(beta, shape[0]), true);
    y.shape = shape;
    return y;
}

}  // namespace

void layer_normalisation(Translator& t) {
    (void)t.integer("stash_type", 1);
    Value x = t.operand(0);
    const std::vector<int> shape = x.shape;
    if (shape.empty()) t.reject("has an input without dimensions");
    const int axis = t.axis(t.integer("axis", -1), shape.size());
    const std::size_t depth = count_of({shape.begin() + axis, shape.end()});
    x = t.writer().in_plain_order(x);
    x.shape = {static_cast<int>(count_of(shape) / depth), static_cast<int>(depth)};
    const std::vector<float> gamma = parameters(t, 1, depth, 1), beta = parameters(t, 2, depth, 0);
    const double epsilon = epsilon_of(t);
    const Value rows = t.writer().in_plain_order(x);
    Value y = normalised_rows(t, rows, epsilon, gamma, beta, false);
    y.shape = shape;
    t.set_output(0, y);
    if (!t.has_output(1) && !t.has_output(2)) return;
    // What training keeps: the mean of each row, and the factor that it is divided by.
    Value mean = reduced(t, "mean", t.real_value(rows), {1}, true);
    const auto least = static_cast<float>(epsilon);
    const Value variance = reduced(t, "mean", t.binary("squared_difference", t.real_value(rows), mean), {1}, true);
    Value factor = t.unary("rsqrt", t.binary("add", variance, Value::plain(t.writer().constant({}, std::span(&least, 1)), {})));
    mean.shape = shape;
    std::fill(mean.shape.begin() + axis, mean.shape.end(), 1);
    factor.shape = mean.shape;
    t.set_output(1, mean);
    t.set_output(2, factor);
}

void instance_normalisation(Translator& t) {
    const Value x = image_of(t);
    const int channels = x.shape[1];
    const auto count = static_cast<std::size_t>(channels);
    t.set_output(0, normalised_image(t, x, channels, epsilon_of(t), parameters(t, 1, count, 1), parameters(t, 2, count, 0)));
}

void group_normalisation(Translator& t) {
    (void)t.integer("stash_type", 1);
    const Value x = image_of(t);
    const int channels = x.shape[1];
    const std::int64_t groups = t.integer("num_groups", 0);
    if (groups < 1 || groups > channels || channels % groups != 0)
        t.reject("has " + std::to_string(groups) + " groups for " + std::to_string(channels) + " channels");
    // Until opset 20 there was a factor a group, since then there is one a channel.
    const bool per_group = t.opset() < 21;
    const auto count = static_cast<std::size_t>(per_group ? groups : channels);
    std::vector<float> gamma = parameters(t, 1, count, 1), beta = parameters(t, 2, count, 0);
    if (per_group) return t.set_output(0, normalised_image(t, x, static_cast<int>(groups), epsilon_of(t), gamma, beta));
    Value y = normalised_image(t, t.real_value(x), static_cast<int>(groups), epsilon_of(t), {}, {});
    const std::vector<int> shape{1, channels, 1};
    y.shape = {x.shape[0], channels, static_cast<int>(count_of(x.shape)) / channels / x.shape[0]};
    y = t.writer().in_plain_order(y);
    if (!are_all(gamma, 1)) y = t.binary("mul", y, Value::plain(t.writer().constant(shape, gamma), shape));
    if (!are_all(beta, 0)) y = t.binary("add", y, Value::plain(t.writer().constant(shape, beta), shape));
    y.shape = x.shape;
    t.set_output(0, y);
}

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
    x = x.with(w.emit("batch_norm", inputs, {{"epsilon", epsilon_of(t)}}));
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
