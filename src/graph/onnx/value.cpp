#include "graph/onnx/value.hpp"

#include "base/error.hpp"
#include "graph/fold_constants.hpp"
#include "graph/limits.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"
#include "graph/walk.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace mote::graph::onnx {

namespace {

// What constants alone lead to may take this much more than the file: a model does not grow by computing its constants.
constexpr std::uint64_t folded_bytes_most = std::uint64_t{1} << 26;

// The dimensions that are not 1, in the order in which they lie.
std::vector<int> moving(const std::vector<int>& shape, const std::vector<int>& order) {
    std::vector<int> list;
    for (const int d : order)
        if (shape[static_cast<std::size_t>(d)] != 1) list.push_back(d);
    return list;
}

std::vector<int> without_ones(const std::vector<int>& shape) {
    std::vector<int> list;
    std::copy_if(shape.begin(), shape.end(), std::back_inserter(list), [](int d) { return d != 1; });
    return list;
}

}  // namespace

Value Value::plain(int tensor, std::vector<int> shape) {
    Value value;
    value.tensor = tensor;
    value.inner = shape;
    value.order = plain_order(shape.size());
    value.shape = std::move(shape);
    return value;
}

Value Value::with(int other) const {
    Value value = *this;
    value.tensor = other;
    value.numbers = nullptr;
    return value;
}

std::vector<int> plain_order(std::size_t rank) {
    std::vector<int> order(rank);
    std::iota(order.begin(), order.end(), 0);
    return order;
}

std::vector<int> channels_last(std::size_t rank) {
    std::vector<int> order = plain_order(rank);
    if (rank > 2) std::rotate(order.begin() + 1, order.begin() + 2, order.end());
    return order;
}

std::vector<int> permuted(const std::vector<int>& shape, const std::vector<int>& order) {
    std::vector<int> result;
    result.reserve(order.size());
    for (const int d : order) result.push_back(shape[static_cast<std::size_t>(d)]);
    return result;
}

std::vector<int> inverse(const std::vector<int>& order) {
    std::vector<int> result(order.size());
    for (std::size_t j = 0; j < order.size(); ++j) result[static_cast<std::size_t>(order[j])] = static_cast<int>(j);
    return result;
}

std::size_t count_of(const std::vector<int>& shape) {
    std::size_t count = 1;
    for (const int d : shape) count *= static_cast<std::size_t>(d);
    return count;
}

Tensor transposed(const Tensor& constant, const std::vector<int>& permutation) {
    Tensor result{constant.name, constant.type, permuted(constant.shape, permutation), constant.quantisation, {}, false};
    if (result.quantisation.axis >= 0) result.quantisation.axis = inverse(permutation)[static_cast<std::size_t>(result.quantisation.axis)];
    result.data.resize(constant.data.size());
    const std::size_t size = size_of(constant.type), rank = permutation.size();
    const auto steps = row_major_steps(constant.shape);
    std::vector<int> place(rank, 0);
    std::size_t from = 0;
    for (std::size_t to = 0; to < result.data.size(); to += size) {
        std::memcpy(result.data.data() + to, constant.data.data() + from * size, size);
        for (std::size_t j = rank; j-- > 0;) {
            const auto step = static_cast<std::size_t>(steps[static_cast<std::size_t>(permutation[j])]);
            from += step;
            if (++place[j] < result.shape[j]) break;
            from -= step * static_cast<std::size_t>(result.shape[j]);
            place[j] = 0;
        }
    }
    return result;
}

void Writer::check_shape(const std::vector<int>& shape) const {
    std::uint64_t bytes = sizeof(float);
    if (shape.size() > limits::rank)
        throw base::Error("unsupported",
                          "\"" + name_ + "\" has " + std::to_string(shape.size()) + " dimensions, at most " + std::to_string(limits::rank) +
                              " are allowed",
                          "reshape it");
    for (const int d : shape) {
        bytes *= d < 1 ? limits::tensor_bytes + 1 : static_cast<std::uint64_t>(d);
        if (bytes > limits::tensor_bytes)
            throw base::Error("bad_input", "\"" + name_ + "\" has shape " + graph::text_of(shape),
                              "every dimension must be at least 1, and the tensor fit a small machine");
    }
}

bool Writer::folds(const std::string& op, const std::vector<int>& inputs) const {
    return (op == "batch_matmul" || may_be_computed_ahead(op)) &&
           std::all_of(inputs.begin(), inputs.end(), [&](int i) { return at(i).is_constant(); });
}

int Writer::emit(const std::string& op, std::vector<int> inputs, base::Json attributes, const Quantisation* scale) {
    const Tensor& first = at(inputs.front());
    const Type type = first.type;
    const Quantisation own = scale ? *scale : first.quantisation;
    if (folds(op, inputs)) return fold(op, inputs, attributes, type, own);
    return write(op, std::move(inputs), std::move(attributes), type, own);
}

int Writer::convert(const std::string& op, int input, Type type, const Quantisation& scale) {
    if (folds(op, {input})) return fold(op, {input}, base::Json::object(), type, scale);
    return write(op, {input}, base::Json::object(), type, scale);
}

int Writer::write(const std::string& op, std::vector<int> inputs, base::Json attributes, Type type, const Quantisation& scale) {
    if (graph_.nodes.size() >= limits::nodes) throw base::Error("bad_input", "it needs too many nodes", "give a smaller model");
    Node node{op, name_, std::move(inputs), {}, std::move(attributes)};
    const Operator& entry = *find_operator(op);
    std::vector<int> shape = entry.infer(graph_, node).front();
    check_shape(shape);
    const int output = add({name_, type, std::move(shape), scale, {}, false});
    node.outputs = {output};
    entry.verify(graph_, node);
    writers_[output] = graph_.nodes.size();
    graph_.add_node(std::move(node));
    return output;
}

int Writer::fold(const std::string& op, const std::vector<int>& inputs, const base::Json& attributes, Type type,
                 const Quantisation& scale) {
    Graph graph;
    Node node{op, name_, {}, {}, attributes};
    for (const int i : inputs) {
        node.inputs.push_back(static_cast<int>(graph.tensors.size()));
        graph.add_tensor(at(i));
        folded_bytes_ += at(i).size_bytes();
    }
    const Operator& entry = *find_operator(op);
    std::vector<int> shape = entry.infer(graph, node).front();
    check_shape(shape);
    const int output = graph.add_tensor({name_, type, std::move(shape), scale, {}, false});
    node.outputs = {output};
    graph.outputs = {output};
    folded_bytes_ += graph.output().size_bytes();
    if (folded_bytes_ > folded_bytes_most)
        throw base::Error("bad_input", "what its constants lead to takes more than " + std::to_string(folded_bytes_most >> 20) + " MB",
                          "give a smaller model");
    Tensor result = graph.output();
    result.data = computed_ahead(graph, node);
    return add(std::move(result));
}

int Writer::constant(std::vector<int> shape, std::span<const float> values) {
    Tensor tensor{name_ + "/constant", Type::f32, std::move(shape), {}, {}, false};
    tensor.data.resize(values.size_bytes());
    if (!values.empty()) std::memcpy(tensor.data.data(), values.data(), values.size_bytes());
    return add(std::move(tensor));
}

int Writer::reshaped(int tensor, const std::vector<int>& shape) {
    const Node* before = writer_of(tensor);
    if (before && before->op == "reshape") tensor = before->inputs.front();
    if (at(tensor).shape == shape) return tensor;
    const auto known = reshaped_.find({tensor, shape});
    if (known != reshaped_.end()) return known->second;
    if (at(tensor).quantisation.axis >= 0) throw base::Error("unsupported", "constants with several scales are reshaped", "use one scale");
    const int view = emit("reshape", {tensor}, {{"shape", shape}});
    return reshaped_[{tensor, shape}] = view;
}

Node* Writer::writer_of(int tensor) {
    const auto found = writers_.find(tensor);
    return found == writers_.end() ? nullptr : &graph_.nodes[found->second];
}

Value Writer::settled(const Value& value) {
    if (value.is_settled() || value.tensor < 0) return value;
    Value result = value;
    result.inner = value.shape;
    if (without_ones(value.inner) == without_ones(value.shape)) {
        // Only dimensions of size 1 come or go: the others keep their order, those of size 1 lie in front.
        std::vector<int> names, order;
        for (std::size_t d = 0; d < value.shape.size(); ++d) (value.shape[d] == 1 ? order : names).push_back(static_cast<int>(d));
        const std::vector<int> before = moving(value.inner, plain_order(value.inner.size()));
        for (const int d : moving(value.inner, value.order))
            order.push_back(names[static_cast<std::size_t>(std::find(before.begin(), before.end(), d) - before.begin())]);
        const std::vector<int> kept = moving(value.shape, order);
        result.order = std::is_sorted(kept.begin(), kept.end()) ? plain_order(value.shape.size()) : order;
        result.tensor = reshaped(value.tensor, permuted(value.shape, result.order));
        return result;
    }
    Value before = value;
    before.shape = value.inner;
    result.order = plain_order(value.shape.size());
    result.tensor = reshaped(in_order(before, plain_order(value.inner.size())), value.shape);
    return result;
}

int Writer::in_order(const Value& value, const std::vector<int>& order) {
    const Value v = settled(value);
    if (v.order == order) return v.tensor;
    if (moving(v.shape, v.order) == moving(v.shape, order)) return reshaped(v.tensor, permuted(v.shape, order));
    std::vector<int> permutation;
    permutation.reserve(order.size());
    const std::vector<int> place = inverse(v.order);
    for (const int d : order) permutation.push_back(place[static_cast<std::size_t>(d)]);
    const auto known = transposed_.find({v.tensor, permutation});
    if (known != transposed_.end()) return known->second;
    const int result =
        is_constant(v) ? add(transposed(at(v.tensor), permutation)) : emit("transpose", {v.tensor}, {{"permutation", permutation}});
    return transposed_[{v.tensor, permutation}] = result;
}

Value Writer::with_channels_last(const Value& value) {
    Value result = settled(value);
    const std::vector<int> order = channels_last(result.shape.size());
    result.tensor = in_order(result, order);
    result.order = order;
    return result;
}

Value Writer::in_plain_order(const Value& value) {
    Value result = settled(value);
    result.tensor = in_order(result, plain_order(result.shape.size()));
    result.order = plain_order(result.shape.size());
    return result;
}

}  // namespace mote::graph::onnx
