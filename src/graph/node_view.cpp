#include "graph/node_view.hpp"

#include "base/error.hpp"

#include <functional>

namespace mote::graph {

std::string place_of(const Graph& graph, int tensor) {
    std::string text = "tensor " + std::to_string(tensor);
    if (tensor >= 0 && static_cast<std::size_t>(tensor) < graph.tensors.size())
        text += " \"" + graph.tensors[static_cast<std::size_t>(tensor)].name + "\"";
    return text;
}

std::string place_of(const Graph& graph, const Node& node) {
    std::string index;
    const Node* first = graph.nodes.data();
    const std::less<const Node*> before;
    if (!before(&node, first) && before(&node, first + graph.nodes.size())) index = " " + std::to_string(&node - first);
    return "node" + index + " \"" + node.name + "\" (" + node.op + ")";
}

std::string text_of(const std::vector<int>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

int NodeView::input_index(std::size_t i) const {
    if (!has_input(i)) fail("input " + std::to_string(i) + " is absent", "connect a tensor to it");
    return node_.inputs[i];
}

int NodeView::output_index(std::size_t i) const {
    if (i >= node_.outputs.size()) fail("output " + std::to_string(i) + " is absent", "connect a tensor to it");
    return node_.outputs[i];
}

void NodeView::fail(const std::string& message, const std::string& hint) const {
    throw base::Error("bad_input", place() + ": " + message, hint);
}

void NodeView::fail(int tensor, const std::string& message, const std::string& hint) const {
    fail(place_of(graph_, tensor) + " " + message, hint);
}

void NodeView::require_counts(std::size_t fewest_inputs, std::size_t most_inputs, std::size_t outputs) const {
    const std::size_t n = node_.inputs.size();
    if (n < fewest_inputs || n > most_inputs) {
        const std::string wanted = fewest_inputs == most_inputs ? std::to_string(fewest_inputs)
                                                                : std::to_string(fewest_inputs) + " to " + std::to_string(most_inputs);
        fail("has " + std::to_string(n) + " inputs, it takes " + wanted, "connect the right number of tensors");
    }
    for (std::size_t i = 0; i < fewest_inputs; ++i) (void)input_index(i);
    if (node_.outputs.size() != outputs)
        fail("has " + std::to_string(node_.outputs.size()) + " outputs, it gives " + std::to_string(outputs),
             "connect the right number of tensors");
}

void NodeView::require_rank(std::size_t i, std::size_t rank) const {
    if (input(i).shape.size() != rank)
        fail(input_index(i), "has shape " + text_of(input(i).shape) + ", " + std::to_string(rank) + " dimensions are needed",
             "put a reshape before it");
}

void NodeView::require_shape(std::size_t i, const std::vector<int>& shape, const std::string& why) const {
    if (input(i).shape != shape)
        fail(input_index(i), "has shape " + text_of(input(i).shape) + ", it must be " + text_of(shape) + " (" + why + ")",
             "correct the tensor's shape");
}

void NodeView::require_constant(std::size_t i) const {
    if (!input(i).is_constant()) fail(input_index(i), "is computed, it must be a constant", "give the tensor its values");
}

void NodeView::require_outputs(const std::vector<std::vector<int>>& shapes) const {
    for (std::size_t i = 0; i < shapes.size(); ++i)
        if (output(i).shape != shapes[i])
            fail(output_index(i), "has shape " + text_of(output(i).shape) + ", " + text_of(shapes[i]) + " follows from the inputs",
                 "correct the output's shape");
}

void NodeView::require_activation(int index, Type type, bool i16_allowed) const {
    const Tensor& t = graph_.tensors[static_cast<std::size_t>(index)];
    const bool known = type == Type::f32 || type == Type::i8 || (i16_allowed && type == Type::i16);
    if (!known)
        fail(index, "is " + std::string(name_of(type)) + ", it must be " + (i16_allowed ? "f32, i8 or i16" : "f32 or i8"),
             "put a quantise or dequantise node before it");
    if (t.type != type)
        fail(index, "is " + std::string(name_of(t.type)) + ", it must be " + std::string(name_of(type)) + " as the first input is",
             "put a quantise or dequantise node between them");
    const bool real = type == Type::f32;
    if (!real && t.quantisation.scale.size() != 1)
        fail(index, "is " + std::string(name_of(type)) + " without one scale for the whole tensor", "give it a scale and a zero point");
    if (type == Type::i16 && t.quantisation.zero_point[0] != 0)
        fail(index, "is i16 with a zero point", "i16 activations have zero point 0");
    if (real && !t.quantisation.empty()) fail(index, "is f32 and has a scale", "remove the scale");
}

bool NodeView::require_activations(std::size_t first_input, std::size_t count) const {
    const Type type = input(first_input).type;
    for (std::size_t i = 0; i < count; ++i) require_activation(input_index(first_input + i), type, false);
    for (const int o : node_.outputs) require_activation(o, type, false);
    return type == Type::i8;
}

Type NodeView::require_activation_type(std::size_t first_input, std::size_t count) const {
    const Type type = input(first_input).type;
    for (std::size_t i = 0; i < count; ++i) require_activation(input_index(first_input + i), type, true);
    for (const int o : node_.outputs) require_activation(o, type, true);
    return type;
}

void NodeView::require_type(int tensor, std::initializer_list<Type> allowed) const {
    const Type type = graph_.tensors[static_cast<std::size_t>(tensor)].type;
    std::string names;
    for (const Type t : allowed) {
        if (t == type) return require_activation(tensor, type, true);
        names += (names.empty() ? "" : " or ") + std::string(name_of(t));
    }
    fail(tensor, "is " + std::string(name_of(type)) + ", it must be " + names, "put a conversion between them");
}

std::size_t NodeView::axis_of(std::size_t i, int axis) const {
    const int rank = static_cast<int>(input(i).shape.size());
    if (axis < -rank || axis >= rank)
        fail("axis " + std::to_string(axis) + " is not one of " + text_of(input(i).shape), "use an axis of the input");
    return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

void NodeView::require_weights(std::size_t weights, std::size_t bias, int axis, int channels) const {
    const Type type = require_activation_type(0, 1);
    const bool i8 = type != Type::f32;  // the weights, whether the activations have 8 bits or 16
    const Tensor& w = input(weights);
    const int index = input_index(weights);
    require_constant(weights);
    if (w.type != (i8 ? Type::i8 : Type::f32))
        fail(index, "is " + std::string(name_of(w.type)) + ", the weights of " + (i8 ? "an i8 or i16 node are i8" : "an f32 node are f32"),
             i8 ? "quantise the weights to int8"
                : "convert the model in floats throughout, or to int8 throughout: its weights alone are quantised");
    if (i8) require_symmetric(index, axis);
    if (!i8 && !w.quantisation.empty()) fail(index, "is f32 and has a scale", "remove the scale");
    if (!has_input(bias)) return;
    require_constant(bias);
    require_shape(bias, {channels}, "one value an output channel");
    const Type wanted = i8 ? Type::i32 : Type::f32;
    if (input(bias).type != wanted && !(type == Type::i16 && input(bias).type == Type::i64))
        fail(input_index(bias), "is " + std::string(name_of(input(bias).type)) + ", this bias is " + std::string(name_of(wanted)),
             "convert the bias");
}

void NodeView::require_symmetric(int index, int axis) const {
    const Quantisation& q = graph_.tensors[static_cast<std::size_t>(index)].quantisation;
    if (q.empty()) fail(index, "is i8 without a scale", "give it one scale, or one a channel");
    if (q.axis >= 0 && q.axis != axis)
        fail(index, "has a scale for each index of axis " + std::to_string(q.axis) + ", channels lie along axis " + std::to_string(axis),
             "quantise along axis " + std::to_string(axis));
    for (const std::int32_t z : q.zero_point)
        if (z != 0) fail(index, "has zero point " + std::to_string(z) + ", weights have 0", "quantise the weights symmetrically");
}

void NodeView::require_same_quantisation(std::size_t i) const {
    const Quantisation& a = input(i).quantisation;
    const Quantisation& b = output().quantisation;
    if (a.scale != b.scale || a.zero_point != b.zero_point)
        fail(output_index(), "has another scale or zero point than " + place_of(graph_, input_index(i)), "give both the same");
}

}  // namespace mote::graph
