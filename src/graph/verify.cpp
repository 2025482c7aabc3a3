#include "base/error.hpp"
#include "graph/graph.hpp"
#include "graph/limits.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace mote::graph {

namespace {

class Verifier {
  public:
    explicit Verifier(const Graph& graph) : graph_(graph) {}

    void run() {
        check_counts();
        for (std::size_t i = 0; i < graph_.tensors.size(); ++i) check_tensor(static_cast<int>(i));
        check_inputs();
        for (const Node& node : graph_.nodes) check_node(node);
        check_outputs();
        for (const Node& node : graph_.nodes) find_operator(node.op)->verify(graph_, node);
    }

  private:
    [[noreturn]] void fail(const std::string& message, const std::string& hint) const {
        throw base::Error("bad_input", "graph \"" + graph_.name + "\": " + message, hint);
    }
    [[noreturn]] void fail(int tensor, const std::string& message, const std::string& hint) const {
        throw base::Error("bad_input", place_of(graph_, tensor) + " " + message, hint);
    }

    void check_counts() const {
        if (!base::is_utf8(graph_.name)) throw base::Error("bad_input", "the graph's name is not UTF-8", "rename it");
        if (graph_.tensors.size() > limits::tensors)
            fail("has more than " + std::to_string(limits::tensors) + " tensors", "split the model");
        if (graph_.nodes.size() > limits::nodes) fail("has more than " + std::to_string(limits::nodes) + " nodes", "split the model");
        if (graph_.inputs.empty()) fail("has no input", "name the tensors that are fed");
        if (graph_.outputs.empty()) fail("has no output", "name the tensors that are wanted");
    }

    void check_index(int tensor, const std::string& where) const {
        if (tensor < 0 || static_cast<std::size_t>(tensor) >= graph_.tensors.size())
            throw base::Error(
                "bad_input", where + " names tensor " + std::to_string(tensor) + ", the graph has " + std::to_string(graph_.tensors.size()),
                "use an index from 0 to the number of tensors less one");
    }

    void check_tensor(int index) {
        const Tensor& t = graph_.tensors[static_cast<std::size_t>(index)];
        if (!base::is_utf8(t.name))
            throw base::Error("bad_input", "tensor " + std::to_string(index) + " has a name that is not UTF-8", "rename it");
        if (static_cast<int>(t.type) > static_cast<int>(Type::i64)) fail(index, "has no known type", "use f32 or i8");
        if (t.shape.size() > limits::rank)
            fail(index, "has " + std::to_string(t.shape.size()) + " dimensions, at most " + std::to_string(limits::rank) + " are allowed",
                 "reshape it");
        std::uint64_t bytes = size_of(t.type);
        for (const int d : t.shape) {
            if (d < 1) fail(index, "has shape " + text_of(t.shape), "every dimension must be at least 1");
            bytes *= static_cast<std::uint64_t>(d);  // at most limits::tensor_bytes * 2^31: no overflow
            if (bytes > limits::tensor_bytes)
                fail(index, "of shape " + text_of(t.shape) + " takes more than " + base::human_bytes(limits::tensor_bytes),
                     "make it smaller");
        }
        if (t.is_variable)
            check_variable(index, t);
        else if (!t.initial.empty())
            fail(index, "has a value to start with and is no variable", "make it a variable, or a constant");
        if (!t.data.empty()) check_constant(index, t, bytes);
        check_quantisation(index, t);
    }

    void check_variable(int index, const Tensor& t) const {
        if (t.type != Type::f32 && t.type != Type::i8 && t.type != Type::i16)
            fail(index, "is a variable of type " + std::string(name_of(t.type)), "variables are f32, i8 or i16");
        if (t.type == Type::i16 && t.quantisation.scale.size() == 1 && t.quantisation.zero_point.size() == 1 &&
            t.quantisation.zero_point[0] != 0)
            fail(index, "is an i16 variable with a zero point", "i16 values have zero point 0");
        if (t.type == Type::i8 && t.quantisation.scale.size() != 1)
            fail(index, "is an i8 variable without one scale", "give it a scale and a zero point");
        if (t.initial.empty()) return;
        if (t.initial.size() != t.size_bytes())
            fail(index,
                 "starts with " + std::to_string(t.initial.size()) + " bytes, shape " + text_of(t.shape) + " takes " +
                     std::to_string(t.size_bytes()),
                 "correct its shape or its values");
        if (t.type == Type::f32) check_finite(index, {reinterpret_cast<const float*>(t.initial.data()), t.count()});
    }

    void check_constant(int index, const Tensor& t, std::uint64_t bytes) const {
        if (t.data.size() != bytes)
            fail(index,
                 "holds " + std::to_string(t.data.size()) + " bytes, shape " + text_of(t.shape) + " of " + std::string(name_of(t.type)) +
                     " takes " + std::to_string(bytes),
                 "correct its shape or its values");
        if (t.is_variable) fail(index, "is a constant and a variable", "give a variable its first values as initial ones");
        if (t.type == Type::f32) check_finite(index, t.as<float>());
    }

    /// Masks hold infinities: sums, comparisons and what only moves values have a meaning for them.
    bool may_be_infinite(int index) const {
        constexpr std::array<std::string_view, 5> with_a_meaning = {"add", "concat", "maximum", "minimum", "sub"};
        return std::all_of(graph_.nodes.begin(), graph_.nodes.end(), [&](const Node& node) {
            return std::find(node.inputs.begin(), node.inputs.end(), index) == node.inputs.end() ||
                   std::find(with_a_meaning.begin(), with_a_meaning.end(), node.op) != with_a_meaning.end();
        });
    }

    void check_finite(int index, std::span<const float> values) const {
        const auto is_wrong = [&](float v) { return !std::isfinite(v) && (std::isnan(v) || !may_be_infinite(index)); };
        for (std::size_t i = 0; i < values.size(); ++i)
            if (is_wrong(values[i]))
                fail(index,
                     "holds " +
                         std::string(std::isnan(values[i]) ? "NaN"
                                     : values[i] < 0       ? "-infinity"
                                                           : "infinity") +
                         " at place " + std::to_string(i),
                     "training has diverged or the file is damaged: train with a lower learning rate");
    }

    void check_quantisation(int index, const Tensor& t) const {
        const Quantisation& q = t.quantisation;
        if (q.zero_point.size() != q.scale.size())
            fail(index, "has " + std::to_string(q.scale.size()) + " scales and " + std::to_string(q.zero_point.size()) + " zero points",
                 "give one zero point a scale");
        if (q.empty()) return;
        if (q.axis < -1 || q.axis >= static_cast<int>(t.shape.size()))
            fail(index, "is quantised along axis " + std::to_string(q.axis) + ", its shape is " + text_of(t.shape),
                 "use an axis of the shape, or -1");
        const std::size_t wanted = q.axis < 0 ? 1 : static_cast<std::size_t>(t.shape[static_cast<std::size_t>(q.axis)]);
        if (q.scale.size() != wanted)
            fail(index,
                 "has " + std::to_string(q.scale.size()) + " scales, axis " + std::to_string(q.axis) + " needs " + std::to_string(wanted),
                 "give one scale for the tensor (axis -1), or one for each index along the axis");
        for (const float s : q.scale)
            if (!std::isfinite(s) || !(s > 0)) fail(index, "has scale " + base::exact(s), "scales are finite and greater than 0");
        const auto [low, high] = zero_point_range(t.type);
        for (const std::int32_t z : q.zero_point)
            if (z < low || z > high)
                fail(index,
                     "has zero point " + std::to_string(z) + ", " + std::string(name_of(t.type)) + " allows " + std::to_string(low) +
                         " to " + std::to_string(high),
                     "correct the zero point");
    }

    static std::pair<std::int32_t, std::int32_t> zero_point_range(Type type) {
        switch (type) {
            case Type::i8:
                return {-128, 127};
            case Type::u8:
                return {0, 255};
            case Type::i16:
                return {-32768, 32767};
            default:
                return {0, 0};
        }
    }

    void check_inputs() {
        available_.assign(graph_.tensors.size(), false);
        produced_.assign(graph_.tensors.size(), nullptr);
        for (std::size_t i = 0; i < graph_.tensors.size(); ++i)
            available_[i] = graph_.tensors[i].is_constant() || graph_.tensors[i].is_variable;
        for (const int i : graph_.inputs) {
            check_index(i, "graph input");
            if (graph_.tensors[static_cast<std::size_t>(i)].is_constant())
                fail(i, "is a graph input and a constant", "make it one of them");
            if (available_[static_cast<std::size_t>(i)]) fail(i, "is a graph input twice, or a variable", "list it once");
            available_[static_cast<std::size_t>(i)] = true;
        }
        std::uint64_t total = 0;
        for (const Tensor& t : graph_.tensors)
            if (!t.is_constant()) total += t.size_bytes();
        if (total > limits::activation_bytes)
            fail("its computed tensors take " + base::human_bytes(total) + ", at most " + base::human_bytes(limits::activation_bytes) +
                     " are allowed",
                 "make the model smaller");
    }

    void check_node(const Node& node) {
        const std::string place = place_of(graph_, node);
        if (!base::is_utf8(node.name) || !base::is_utf8(node.op))
            throw base::Error("bad_input", "a node has a name that is not UTF-8", "rename it");
        if (!find_operator(node.op)) {
            std::vector<std::string> names;
            for (const Operator* op : operators()) names.emplace_back(op->name);
            const std::string near = base::did_you_mean(node.op, names);
            throw base::Error("bad_input", place + ": there is no such operator",
                              near.empty() ? "the operators are " + base::join(names, ", ") : near);
        }
        if (node.attributes.contains("band_pad_top") || node.attributes.contains("band_pad_bottom"))
            throw base::Error("bad_input", place + ": counts rows of padding, which only bands of rows in generated code do",
                              "pad with an operator of its own");
        for (const int i : node.inputs) {
            if (i == -1) continue;
            check_index(i, place + ": an input");
            if (!available_[static_cast<std::size_t>(i)])
                throw base::Error("bad_input", place + ": input " + place_of(graph_, i) + " is not computed before it",
                                  "put the nodes in the order in which they can run; a cycle cannot run at all");
        }
        for (const int o : node.outputs) {
            check_produced(node, place, o);
            if (std::find(node.inputs.begin(), node.inputs.end(), o) != node.inputs.end())
                throw base::Error("bad_input", place + ": writes its own input " + place_of(graph_, o),
                                  "give the node its own output tensor");
        }
    }

    void check_produced(const Node& node, const std::string& place, int tensor) {
        check_index(tensor, place + ": an output");
        const auto i = static_cast<std::size_t>(tensor);
        const Tensor& t = graph_.tensors[i];
        if (produced_[i])
            throw base::Error("bad_input",
                              place + ": " + place_of(graph_, tensor) + " is written by " + place_of(graph_, *produced_[i]) + " too",
                              "give each node its own output tensor");
        if (available_[i] && !t.is_variable)
            throw base::Error("bad_input", place + ": writes " + place_of(graph_, tensor) + ", which is a constant or a graph input",
                              "give the node its own output tensor");
        produced_[i] = &node;
        available_[i] = true;
    }

    void check_outputs() const {
        for (const int o : graph_.outputs) {
            check_index(o, "graph output");
            if (!available_[static_cast<std::size_t>(o)])
                fail(o, "is a graph output and nothing computes it", "add the node that computes it, or drop the output");
        }
    }

    const Graph& graph_;
    std::vector<bool> available_;
    std::vector<const Node*> produced_;
};

}  // namespace

void verify(const Graph& graph) { Verifier(graph).run(); }

}  // namespace mote::graph
