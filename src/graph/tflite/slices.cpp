// Operators that take parts of tensors, and those that put tensors together along a new dimension.
#include "graph/node_view.hpp"
#include "graph/tflite/operators.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace mote::graph::tflite {

void OperatorReader::add_slice(int tensor, int output, std::vector<int> begin, std::vector<int> size, std::vector<int> strides) {
    const bool same = at(output).shape == size;
    const int part = same ? output : fresh_tensor(output, size, "/part");
    add_node("slice", {tensor}, part, {{"begin", std::move(begin)}, {"size", std::move(size)}, {"strides", std::move(strides)}});
    if (!same) add_node("reshape", {part}, output, {{"shape", at(output).shape}});
}

void OperatorReader::slice() {
    const std::vector<int> begin = constant(1);
    std::vector<int> size = constant(2);
    const auto& shape = input(0).shape;
    if (begin.size() != shape.size() || size.size() != shape.size()) buffer_.damaged(place() + " does not fit shape " + text_of(shape));
    for (std::size_t d = 0; d < size.size(); ++d)
        if (size[d] == -1) {  // all that is left
            if (begin[d] < 0 || begin[d] > shape[d]) buffer_.damaged(place() + " begins outside of shape " + text_of(shape));
            size[d] = shape[d] - begin[d];
        }
    expect_shape(size);
    add_slice(input_index(0), output_index(), begin, size, std::vector<int>(shape.size(), 1));
}

void OperatorReader::strided_slice() {
    const std::vector<int> begin = constant(1), end = constant(2), strides = constant(3);
    const auto& shape = input(0).shape;
    const auto begin_mask = option<std::int32_t>(0), end_mask = option<std::int32_t>(1), shrink_mask = option<std::int32_t>(4);
    if (option<std::int32_t>(2) != 0) unsupported("has an ellipsis", "export it with one range for each dimension");
    if (option<std::int32_t>(3) != 0) unsupported("adds a dimension", "put a reshape behind it");
    const std::size_t ranges = begin.size();
    if (end.size() != ranges || strides.size() != ranges || ranges > shape.size() || ranges > 30)
        buffer_.damaged(place() + " does not fit shape " + text_of(shape));
    std::vector<int> kept, first(shape.size(), 0), size = shape, step(shape.size(), 1);
    for (std::size_t d = 0; d < ranges; ++d) {
        const std::int64_t n = shape[d], stride = strides[d];
        if (n < 1) buffer_.damaged(place() + " does not fit shape " + text_of(shape));
        if (stride == 0 || stride < -limits::dimension || stride > limits::dimension)
            buffer_.damaged(place() + " has a stride of " + std::to_string(stride));
        const auto has = [&](std::int32_t mask) { return (mask >> d & 1) != 0; };
        const auto held = [&](std::int64_t i) {
            if (i < 0) i += n;
            return stride > 0 ? std::clamp<std::int64_t>(i, 0, n) : std::clamp<std::int64_t>(i, -1, n - 1);
        };
        std::int64_t from = has(begin_mask) ? (stride > 0 ? 0 : n - 1) : held(begin[d]);
        std::int64_t to = has(end_mask) ? (stride > 0 ? n : -1) : held(end[d]);
        if (has(shrink_mask)) to = from + (stride > 0 ? 1 : -1);
        const std::int64_t span = stride > 0 ? to - from : from - to, length = stride > 0 ? stride : -stride;
        if (span <= 0) unsupported("takes nothing of dimension " + std::to_string(d), "drop it");
        first[d] = static_cast<int>(from);
        size[d] = static_cast<int>((span + length - 1) / length);
        step[d] = size[d] == 1 ? 1 : static_cast<int>(stride);
    }
    for (std::size_t d = 0; d < shape.size(); ++d)
        if (d >= ranges || (shrink_mask >> d & 1) == 0) kept.push_back(size[d]);
    expect_shape(kept);
    add_slice(input_index(0), output_index(), first, size, step);
}

// One of them may be -1: what is left.
std::vector<int> OperatorReader::split_sizes(int whole) const {
    std::vector<int> sizes = constant(1, op_->outputs.size());
    std::int64_t known = 0;
    for (const int s : sizes) known += s == -1 ? 0 : s;
    if (std::count(sizes.begin(), sizes.end(), -1) == 1 && known < whole)
        std::replace(sizes.begin(), sizes.end(), -1, static_cast<int>(whole - known));
    for (const int s : sizes)
        if (s < 1) buffer_.damaged(place() + " gives parts of " + text_of(sizes));
    return sizes;
}

void OperatorReader::split() {
    const bool sized = op_->code == 102;  // SPLIT_V: value, sizes, axis; SPLIT: axis, value
    const int x = input_index(sized ? 0 : 1);
    const std::vector<int> axes = constant(sized ? 2 : 0);
    const std::vector<int> shape = at(x).shape;
    if (axes.size() != 1) buffer_.damaged(place() + " has no axis");
    const auto d = static_cast<std::size_t>(axis(axes[0], shape.size()));
    std::vector<int> begin(shape.size(), 0);
    const std::vector<int> sizes =
        sized ? split_sizes(shape[d])
              : std::vector<int>(op_->outputs.size(), shape[d] / std::max(1, static_cast<int>(op_->outputs.size())));
    if (sizes.size() != op_->outputs.size() || std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}) != shape[d])
        buffer_.damaged(place() + " splits " + text_of(shape) + " along dimension " + std::to_string(d) + " into " +
                        std::to_string(op_->outputs.size()) + " parts" + (sized ? " of " + text_of(sizes) : " of the same size"));
    for (std::size_t i = 0; i < op_->outputs.size(); ++i) {
        std::vector<int> size = shape;
        size[d] = sizes[i];
        expect_shape(size, i);
        add_slice(x, output_index(i), begin, size, std::vector<int>(shape.size(), 1));
        begin[d] += size[d];
    }
}

void OperatorReader::pack() {
    std::vector<int> shape = input(0).shape;
    const int d = axis(option<std::int32_t>(1), shape.size() + 1);
    shape.insert(shape.begin() + d, static_cast<int>(op_->inputs.size()));
    expect_shape(shape);
    std::vector<int> part = shape;
    part[static_cast<std::size_t>(d)] = 1;
    std::vector<int> parts;
    for (std::size_t i = 0; i < op_->inputs.size(); ++i) parts.push_back(reshaped(input_index(i), part));
    add_node("concat", parts, output_index(), {{"axis", d}});
}

void OperatorReader::unpack() {
    const std::vector<int> shape = input(0).shape;
    if (shape.empty()) buffer_.damaged(place() + " has an input without dimensions");
    const auto d = static_cast<std::size_t>(axis(option<std::int32_t>(1), shape.size()));
    if (op_->outputs.size() != static_cast<std::size_t>(shape[d]))
        buffer_.damaged(place() + " does not give each part of " + text_of(shape));
    std::vector<int> rest = shape;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(d));
    std::vector<int> begin(shape.size(), 0), size = shape;
    size[d] = 1;
    for (std::size_t i = 0; i < op_->outputs.size(); ++i) {
        begin[d] = static_cast<int>(i);
        expect_shape(rest, i);
        add_slice(input_index(0), output_index(i), begin, size, std::vector<int>(shape.size(), 1));
    }
}

}  // namespace mote::graph::tflite
