// Operators that give the same values another shape or order, repeat them, or put others around them.
#include "graph/limits.hpp"
#include "graph/node_view.hpp"
#include "graph/tflite/operators.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>

namespace mote::graph::tflite {

void OperatorReader::expect_shape(const std::vector<int>& shape, std::size_t i) const {
    if (output(i).shape != shape)
        buffer_.damaged(place() + " has output \"" + output(i).name + "\" of shape " + text_of(output(i).shape) + ", " + text_of(shape) +
                        " follows from its inputs");
}

int OperatorReader::emit(const char* op, std::vector<int> inputs, std::vector<int> shape, base::Json attributes) {
    const int result = fresh_tensor(inputs.front(), std::move(shape), "/" + std::string(op));
    add_node(op, std::move(inputs), result, std::move(attributes));
    return result;
}

int OperatorReader::whole_constant(const std::string& name, const std::vector<int>& values) {
    budget_.spend(values.size() * sizeof(std::int32_t));
    Tensor list{name, Type::i32, {static_cast<int>(values.size())}, {}, {}, false};
    list.data.resize(values.size() * sizeof(std::int32_t));
    if (!values.empty()) std::memcpy(list.data.data(), values.data(), list.data.size());
    return add_tensor(std::move(list));
}

void OperatorReader::reshape() {
    const bool from_input = has_input(1) && input(1).is_constant();
    std::vector<int> shape;
    if (from_input)
        shape = constant(1);
    else if (!has_input(1) && op_->options)
        shape = op_->options->numbers<std::int32_t>(0);
    else
        shape = output().shape;
    if (shape == std::vector<int>{0}) shape.clear();  // how old converters say that there is one value without dimensions
    const auto count = static_cast<std::int64_t>(input(0).count());
    std::int64_t known = 1;
    for (const int d : shape) known = d < -1 || known > count ? 0 : known * (d == -1 ? 1 : d);
    const auto open = std::count(shape.begin(), shape.end(), -1);
    if (known < 1 || open > 1 || (open == 1 ? count % known != 0 : count != known))
        buffer_.damaged(place() + " gives " + text_of(input(0).shape) + " the shape " + text_of(shape));
    std::replace(shape.begin(), shape.end(), -1, static_cast<int>(count / known));
    expect_shape(shape);
    add_node("reshape", {input_index(0)}, output_index(), {{"shape", shape}});
}

void OperatorReader::squeeze() {
    const std::vector<int> given = op_->options ? op_->options->numbers<std::int32_t>(0) : std::vector<std::int32_t>();
    const std::vector<int> before = input(0).shape;
    std::vector<bool> goes(before.size(), false);
    for (const int a : given) goes[static_cast<std::size_t>(axis(a, before.size()))] = true;
    std::vector<int> shape;
    for (std::size_t d = 0; d < before.size(); ++d) {
        if (goes[d] && before[d] != 1) buffer_.damaged(place() + " squeezes dimension " + std::to_string(d) + " of " + text_of(before));
        if (given.empty() ? before[d] != 1 : !goes[d]) shape.push_back(before[d]);
    }
    expect_shape(shape);
    add_node("reshape", {input_index(0)}, output_index(), {{"shape", shape}});
}

void OperatorReader::expand_dims() {
    const std::vector<int> axes = constant(1);
    if (axes.size() != 1) buffer_.damaged(place() + " has " + std::to_string(axes.size()) + " axes");
    std::vector<int> shape = input(0).shape;
    shape.insert(shape.begin() + axis(axes[0], shape.size() + 1), 1);
    expect_shape(shape);
    add_node("reshape", {input_index(0)}, output_index(), {{"shape", shape}});
}

void OperatorReader::broadcast_to() {
    const std::vector<int> shape = constant(1);
    std::vector<int> before = input(0).shape;
    expect_shape(shape);
    if (before.size() > shape.size()) buffer_.damaged(place() + " repeats " + text_of(before) + " to " + text_of(shape));
    before.insert(before.begin(), shape.size() - before.size(), 1);
    std::vector<int> strides(shape.size(), 1);
    for (std::size_t d = 0; d < shape.size(); ++d) {
        if (before[d] != shape[d] && before[d] != 1)
            buffer_.damaged(place() + " repeats " + text_of(input(0).shape) + " to " + text_of(shape));
        if (before[d] != shape[d]) strides[d] = 0;
    }
    add_slice(reshaped(input_index(0), before), output_index(), std::vector<int>(shape.size(), 0), shape, strides);
}

void OperatorReader::tile() {
    const std::vector<int> times = constant(1), before = input(0).shape;
    if (times.size() != before.size()) buffer_.damaged(place() + " repeats " + text_of(before) + " by " + text_of(times));
    // [n] as [1, n], the 1 repeated.
    std::vector<int> whole, apart, size, strides;
    for (std::size_t d = 0; d < before.size(); ++d) {
        const std::int64_t n = std::int64_t{before[d]} * times[d];
        if (n < 1 || n > limits::dimension) buffer_.damaged(place() + " repeats " + text_of(before) + " by " + text_of(times));
        whole.push_back(static_cast<int>(n));
        if (times[d] > 1) apart.push_back(1), size.push_back(times[d]), strides.push_back(0);
        apart.push_back(before[d]), size.push_back(before[d]), strides.push_back(1);
    }
    expect_shape(whole);
    if (apart.size() > limits::rank) unsupported("repeats along too many dimensions", "repeat along fewer");
    const int x = reshaped(input_index(0), apart);
    const int repeated = emit("slice", {x}, size, {{"begin", std::vector<int>(size.size(), 0)}, {"size", size}, {"strides", strides}});
    add_node("reshape", {repeated}, output_index(), {{"shape", whole}});
}

void OperatorReader::reverse() {
    const std::vector<int> shape = input(0).shape;
    std::vector<int> begin(shape.size(), 0), strides(shape.size(), 1);
    for (const int given : constant(1)) {
        const auto d = static_cast<std::size_t>(axis(given, shape.size()));
        begin[d] = shape[d] - 1, strides[d] = -1;
    }
    expect_shape(shape);
    add_slice(input_index(0), output_index(), begin, shape, strides);
}

void OperatorReader::reorder(int tensor, const std::vector<int>& split, const std::vector<int>& permutation) {
    reorder_to(output_index(), tensor, split, permutation);
}

void OperatorReader::reorder_to(int output, int tensor, const std::vector<int>& split, const std::vector<int>& permutation) {
    std::vector<int> moved;
    for (const int p : permutation) moved.push_back(split[static_cast<std::size_t>(p)]);
    const int ordered = emit("transpose", {reshaped(tensor, split)}, moved, {{"permutation", permutation}});
    add_node("reshape", {ordered}, output, {{"shape", at(output).shape}});
}

// Blocks of b x b places and the channels that hold them.
void OperatorReader::depth_to_space() {
    const std::vector<int> x = input(0).shape;
    const int b = option<std::int32_t>(0);
    if (x.size() != 4 || b < 1 || b > 1024 || x[3] % (b * b) != 0)
        buffer_.damaged(place() + " has input " + text_of(x) + " and blocks of " + std::to_string(b));
    expect_shape({x[0], x[1] * b, x[2] * b, x[3] / (b * b)});
    reorder(input_index(0), {x[0], x[1], x[2], b, b, x[3] / (b * b)}, {0, 1, 3, 2, 4, 5});
}

void OperatorReader::space_to_depth() {
    const std::vector<int> x = input(0).shape;
    const int b = option<std::int32_t>(0);
    if (x.size() != 4 || b < 1 || x[1] % b != 0 || x[2] % b != 0)
        buffer_.damaged(place() + " has input " + text_of(x) + " and blocks of " + std::to_string(b));
    expect_shape({x[0], x[1] / b, x[2] / b, x[3] * b * b});
    reorder(input_index(0), {x[0], x[1] / b, b, x[2] / b, b, x[3]}, {0, 1, 3, 2, 4, 5});
}

void OperatorReader::pad_with_value() {
    const Tensor& given = input(2);
    if (!given.is_constant()) unsupported("pads with \"" + given.name + "\", which is computed", "pad with a constant");
    const std::vector<double> values = values_of(given);
    if (values.size() != 1 || std::isnan(values[0]))
        buffer_.damaged(place() + " pads with \"" + given.name + "\", which is not one number");
    const double value = std::clamp(values[0], -double{FLT_MAX}, double{FLT_MAX});  // infinities stand for the ends of the range
    add_node("pad", {input_index(0)}, output_index(), {{"pads", constant(1)}, {"value", value}});
}

// Values behind the edge are those before it: with the edge once more (symmetric), or without.
void OperatorReader::mirror_pad() {
    const std::vector<int> pads = constant(1), shape = input(0).shape;
    const int from_edge = option<std::int8_t>(0) == 0 ? 1 : 0;
    if (pads.size() != 2 * shape.size()) buffer_.damaged(place() + " has " + std::to_string(pads.size()) + " pads for " + text_of(shape));
    std::vector<int> wanted = shape;
    std::vector<std::size_t> padded;
    for (std::size_t d = 0; d < shape.size(); ++d) {
        for (const int pad : {pads[2 * d], pads[2 * d + 1]})
            if (pad < 0 || pad > shape[d] - from_edge) buffer_.damaged(place() + " pads " + text_of(shape) + " by " + text_of(pads));
        wanted[d] += pads[2 * d] + pads[2 * d + 1];
        if (wanted[d] != shape[d]) padded.push_back(d);
    }
    expect_shape(wanted);
    if (padded.empty()) return add_node("reshape", {input_index(0)}, output_index(), {{"shape", shape}});
    int x = input_index(0);
    for (const std::size_t d : padded) {
        budget_.spend(sizeof(int) * static_cast<std::size_t>(wanted[d]));
        std::vector<int> indices;
        for (int i = -pads[2 * d]; i < shape[d] + pads[2 * d + 1]; ++i)
            indices.push_back(i < 0 ? from_edge - 1 - i : i < shape[d] ? i : 2 * shape[d] - 1 - from_edge - i);
        std::vector<int> next = at(x).shape;
        next[d] = wanted[d];
        const std::vector<int> inputs = {x, whole_constant(output().name + "/indices", indices)};
        if (d == padded.back())
            add_node("gather", inputs, output_index(), {{"axis", static_cast<int>(d)}});
        else
            x = emit("gather", inputs, next, {{"axis", static_cast<int>(d)}});
    }
}

}  // namespace mote::graph::tflite
