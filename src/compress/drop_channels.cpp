#include "compress/drop_channels.hpp"

#include "compress/channel_ranges.hpp"
#include "graph/node_view.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <numeric>
#include <span>
#include <string_view>

namespace mote::compress {

namespace {

using graph::Graph;
using graph::Node;
using graph::NodeView;
using graph::Tensor;
using graph::Type;

/// Operators whose channel c depends on channel c of each input, which has as many.
constexpr std::array<std::string_view, 15> channelwise_operators = {"add",
                                                                    "average_pool_2d",
                                                                    "max_pool_2d",
                                                                    "copy",
                                                                    "elu",
                                                                    "hard_swish",
                                                                    "leaky_relu",
                                                                    "logistic",
                                                                    "relu",
                                                                    "relu6",
                                                                    "relu_n1_to_1",
                                                                    "requantise",
                                                                    "resize_nearest",
                                                                    "resize_bilinear",
                                                                    "tanh"};

std::size_t at(int i) { return static_cast<std::size_t>(i); }

std::size_t channels_of(const Tensor& tensor) { return tensor.shape.empty() ? 1 : at(tensor.shape.back()); }

/// Channels that must go together or stay together: `output` of a node's result and `input` of what it reads.
struct Tie {
    int tensor;
    std::size_t input, output;
};

class Dropper {
  public:
    explicit Dropper(const Graph& graph) : graph_(graph), ranges_(channel_ranges(graph)), goes_(graph.tensors.size()) {
        for (std::size_t t = 0; t < goes_.size(); ++t) goes_[t].assign(channels_of(graph.tensors[t]), false);
        for (const Node& node : graph.nodes)
            for (const int output : node.outputs) may_go(output);
        for (const int output : graph.outputs) keep_all(output);
        settle();
        while (keep_one_each()) settle();
    }

    SlimGraph run() const {
        SlimGraph slim{graph_, std::vector<std::vector<int>>(graph_.tensors.size()), {}};
        for (const Node& node : graph_.nodes)
            for (const int t : node.outputs) {
                const auto gone = std::count(goes_[at(t)].begin(), goes_[at(t)].end(), true);
                if (gone == 0) continue;
                slim.channels[at(t)] = kept(t);
                slim.graph.tensors[at(t)].shape.back() -= static_cast<int>(gone);
                slim.dropped.push_back(
                    {t, node.name, node.op, static_cast<int>(gone), static_cast<int>(channels_of(graph_.tensors[at(t)]))});
            }
        for (std::size_t n = 0; n < graph_.nodes.size(); ++n) shrink(slim.graph, n);
        graph::verify(slim.graph);
        return slim;
    }

  private:
    using Goes = std::vector<bool>;

    void may_go(int tensor) {
        const Tensor& t = graph_.tensors[at(tensor)];
        if (t.type == Type::i8 && !t.is_variable && !t.is_constant()) goes_[at(tensor)].assign(channels_of(t), true);
    }
    void keep(int tensor, std::size_t channel) {
        if (!goes_[at(tensor)][channel]) return;
        goes_[at(tensor)][channel] = false;
        changed_ = true;
    }
    void keep_all(int tensor) {
        for (std::size_t c = 0; tensor >= 0 && c < goes_[at(tensor)].size(); ++c) keep(tensor, c);
    }
    /// No tensor goes altogether.
    bool keep_one_each() {
        changed_ = false;
        for (const Node& node : graph_.nodes)
            for (const int t : node.outputs)
                if (std::find(goes_[at(t)].begin(), goes_[at(t)].end(), false) == goes_[at(t)].end()) keep(t, 0);
        return changed_;
    }
    std::vector<int> kept(int tensor) const {
        std::vector<int> channels;
        for (std::size_t c = 0; c < goes_[at(tensor)].size(); ++c)
            if (!goes_[at(tensor)][c]) channels.push_back(static_cast<int>(c));
        return channels;
    }

    /// The most channels that may go: all but those that something keeps, until nothing changes.
    void settle() {
        do {
            changed_ = false;
            for (auto node = graph_.nodes.rbegin(); node != graph_.nodes.rend(); ++node) restrict_by(*node);
        } while (changed_);
    }

    void restrict_by(const Node& node) {
        if (node.inputs.empty() || node.outputs.empty()) return;
        if (mixes_channels(node)) return keep_what_matters(node);
        const std::vector<Tie> ties = ties_of(node);
        if (ties.empty()) {
            for (const int t : node.inputs) keep_all(t);
            for (const int t : node.outputs) keep_all(t);
        }
        const int output = node.outputs.front();
        for (const Tie& tie : ties) {
            if (!goes_[at(tie.tensor)][tie.input]) keep(output, tie.output);
            if (!goes_[at(output)][tie.output]) keep(tie.tensor, tie.input);
        }
    }

    bool is_i8(int tensor) const { return tensor >= 0 && graph_.tensors[at(tensor)].type == Type::i8; }

    bool mixes_channels(const Node& node) const {
        if (!is_i8(node.inputs.front())) return false;
        return node.op == "dense" || (node.op == "conv_2d" && node.attributes.value("groups", 1) == 1);
    }

    /// Of a layer's input those channels that it can do without: constants, and what only zeros multiply.
    void keep_what_matters(const Node& node) {
        const NodeView view(graph_, node);
        const int x = node.inputs.front();
        const bool is_padded = node.op == "conv_2d" && has_padding(graph_, node);
        const std::int32_t zero_point = view.input(0).quantisation.zero_point.front();
        const auto weights = view.input(1).as<std::int8_t>();
        const std::size_t depth = goes_[at(x)].size(), window = weights.size() / goes_[at(node.outputs.front())].size();
        std::vector<bool> is_read(depth, false);
        for (std::size_t i = 0; i < weights.size(); ++i)
            if (weights[i] != 0 && !goes_[at(node.outputs.front())][i / window]) is_read[i % depth] = true;
        for (std::size_t c = 0; c < depth; ++c) {
            const ChannelRange& r = ranges_[at(x)][c];
            if (is_read[c] && !(r.is_constant() && (!is_padded || r.low == zero_point))) keep(x, c);
        }
    }

    /// Empty for a node that may do anything with its inputs.
    std::vector<Tie> ties_of(const Node& node) const {
        std::vector<Tie> ties;
        const auto size = [&](int tensor) { return goes_[at(tensor)].size(); };
        const auto is_computed = [&](int t) {
            return t >= 0 && is_i8(t) && !graph_.tensors[at(t)].is_constant() && !graph_.tensors[at(t)].is_variable;
        };
        const int x = node.inputs.front(), y = node.outputs.front();
        if (!is_computed(x) || !is_computed(y) || node.outputs.size() != 1) return {};
        const bool is_channelwise =
            std::find(channelwise_operators.begin(), channelwise_operators.end(), node.op) != channelwise_operators.end();
        if (node.op == "depthwise_conv_2d") {
            for (std::size_t c = 0; c < size(y); ++c) ties.push_back({x, c / (size(y) / size(x)), c});
        } else if (node.op == "reshape" && (size(y) % size(x) == 0 || size(x) % size(y) == 0)) {
            for (std::size_t i = 0; i < std::max(size(x), size(y)); ++i) ties.push_back({x, i % size(x), i % size(y)});
        } else if (node.op == "concat" || is_channelwise || keeps_channels(node)) {
            std::size_t before = 0;
            for (const int input : node.inputs) {
                if (!is_computed(input) || (node.op == "add" && graph_.tensors[at(input)].shape != graph_.tensors[at(y)].shape)) return {};
                if (!joins_channels(node) && size(input) != size(y)) return {};
                for (std::size_t c = 0; c < size(input); ++c) ties.push_back({input, c, before + c});
                if (joins_channels(node)) before += size(input);
            }
        }
        return ties;
    }

    bool joins_channels(const Node& node) const {
        if (node.op != "concat") return false;
        const NodeView view(graph_, node);
        return view.axis_of(0, node.attributes.value("axis", -1)) + 1 == view.input(0).shape.size();
    }

    /// A mean or a padding that leaves the last dimension alone.
    bool keeps_channels(const Node& node) const {
        const NodeView view(graph_, node);
        const std::size_t last = view.input(0).shape.size() - 1;
        if (node.op == "pad") {
            const auto pads = node.attributes.at("pads").get<std::vector<int>>();
            return pads[2 * last] == 0 && pads[2 * last + 1] == 0;
        }
        if (node.op != "mean") return false;
        const auto axes = node.attributes.at("axes").get<std::vector<int>>();
        return last > 0 && std::none_of(axes.begin(), axes.end(), [&](int axis) { return view.axis_of(0, axis) == last; });
    }

    void shrink(Graph& slim, std::size_t n) const {
        const Node& node = graph_.nodes[n];
        if (node.inputs.empty() || node.outputs.empty() || node.inputs.front() < 0) return;
        const int x = node.inputs.front(), y = node.outputs.front();
        const auto touched = [&](int t) { return std::find(goes_[at(t)].begin(), goes_[at(t)].end(), true) != goes_[at(t)].end(); };
        if (node.op == "reshape" && touched(y)) slim.nodes[n].attributes["shape"] = slim.tensors[at(y)].shape;
        if (!touched(x) && !touched(y)) return;
        if (node.op == "depthwise_conv_2d") {
            replace_constant(slim, slim.nodes[n], 1, {kept(y), 3});
            if (NodeView(graph_, node).has_input(2)) replace_constant(slim, slim.nodes[n], 2, {kept(y), 0});
        } else if (mixes_channels(node)) {
            const std::vector<std::int32_t> bias = bias_with_constants(node);
            const std::size_t last = NodeView(graph_, node).input(1).shape.size() - 1;
            if (touched(x)) replace_constant(slim, slim.nodes[n], 1, {kept(x), last});
            if (touched(y)) replace_constant(slim, slim.nodes[n], 1, {kept(y), 0});
            replace_bias(slim, slim.nodes[n], bias);
            if (touched(y)) replace_constant(slim, slim.nodes[n], 2, {kept(y), 0});
        }
    }

    /// The layer's bias with what the channels that go have given to each sum. It wraps as the sums do.
    std::vector<std::int32_t> bias_with_constants(const Node& node) const {
        const NodeView view(graph_, node);
        const int x = node.inputs.front();
        const auto weights = view.input(1).as<std::int8_t>();
        const std::size_t depth = goes_[at(x)].size(), outputs = goes_[at(node.outputs.front())].size();
        const std::size_t window = weights.size() / outputs;
        const std::int32_t zero_point = view.input(0).quantisation.zero_point.front();
        std::vector<std::int32_t> bias(outputs, 0);
        if (view.has_input(2)) std::copy_n(view.input(2).as<std::int32_t>().data(), outputs, bias.data());
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const std::size_t c = i % depth;
            if (!goes_[at(x)][c] || !ranges_[at(x)][c].is_constant()) continue;
            const auto given = static_cast<std::uint32_t>(weights[i] * (ranges_[at(x)][c].low - zero_point));
            bias[i / window] = static_cast<std::int32_t>(static_cast<std::uint32_t>(bias[i / window]) + given);
        }
        return bias;
    }

    static void replace_bias(Graph& slim, Node& node, const std::vector<std::int32_t>& values) {
        const bool is_there = node.inputs.size() > 2 && node.inputs[2] >= 0;
        Tensor bias{node.name + "/bias", Type::i32, {static_cast<int>(values.size())}, {}, {}, false};
        if (is_there) bias.name = slim.tensors[at(node.inputs[2])].name, bias.quantisation = slim.tensors[at(node.inputs[2])].quantisation;
        bias.data.resize(values.size() * sizeof(std::int32_t));
        std::memcpy(bias.data.data(), values.data(), bias.data.size());
        node.inputs.resize(3);
        node.inputs[2] = slim.add_tensor(std::move(bias));
    }

    struct Selection {
        std::vector<int> indices;
        std::size_t axis;
    };

    /// Input i with the selected indices alone, in a tensor of its own, because others may read the old one.
    static void replace_constant(Graph& slim, Node& node, std::size_t i, const Selection& selection) {
        const Tensor& old = slim.tensors[at(node.inputs[i])];
        Tensor tensor{old.name, old.type, old.shape, old.quantisation, {}, false};
        std::size_t outer = 1, inner = graph::size_of(old.type);
        for (std::size_t d = 0; d < selection.axis; ++d) outer *= at(old.shape[d]);
        for (std::size_t d = selection.axis + 1; d < old.shape.size(); ++d) inner *= at(old.shape[d]);
        const std::size_t size = at(old.shape[selection.axis]);
        for (std::size_t o = 0; o < outer; ++o)
            for (const int index : selection.indices) {
                const auto begin = old.data.begin() + static_cast<std::ptrdiff_t>((o * size + at(index)) * inner);
                tensor.data.insert(tensor.data.end(), begin, begin + static_cast<std::ptrdiff_t>(inner));
            }
        tensor.shape[selection.axis] = static_cast<int>(selection.indices.size());
        if (tensor.quantisation.axis == static_cast<int>(selection.axis)) {
            const graph::Quantisation& q = old.quantisation;
            const auto select = [&](const auto& from, auto& to) {
                if (from.size() != size) return;
                to.clear();
                for (const int index : selection.indices) to.push_back(from[at(index)]);
            };
            select(q.scale, tensor.quantisation.scale);
            select(q.zero_point, tensor.quantisation.zero_point);
        }
        node.inputs[i] = slim.add_tensor(std::move(tensor));
    }

    const Graph& graph_;
    std::vector<std::vector<ChannelRange>> ranges_;
    std::vector<Goes> goes_;  ///< by tensor and channel
    bool changed_ = false;
};

}  // namespace

SlimGraph drop_channels(const Graph& graph) { return Dropper(graph).run(); }

}  // namespace mote::compress
