// Arithmetic: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", 2018.
// Correction of biases: Nagel et al., "Data-Free Quantization through Weight Equalization and Bias Correction", 2019, with measured means.
#include "compress/quantise.hpp"

#include "base/error.hpp"
#include "compress/calibrate.hpp"
#include "compress/fold.hpp"
#include "compress/infinities.hpp"
#include "compress/quantise_recurrent.hpp"
#include "graph/build.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <span>

namespace mote::compress {

namespace {

using graph::Graph;
using graph::Node;
using graph::Quantisation;
using graph::Tensor;
using graph::Type;

constexpr std::size_t selection_examples = 128;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

bool has_weights(const Node& node) {
    return node.op == "conv_2d" || node.op == "depthwise_conv_2d" || node.op == "dense" || node.op == "transposed_conv_2d";
}

/// Constants that an int8 node takes as weights, or as reals.
bool has_own_constants(const Node& node) { return has_weights(node) || node.op == "layer_norm"; }

graph::OutputScale output_scale(const Node& node) { return graph::find_operator(node.op)->output_scale; }

bool keeps_scale(const Node& node) { return output_scale(node).rule == graph::ScaleRule::shared; }

struct Candidate {
    std::string ranges;
    bool bias_correction;
};

class Quantiser {
  public:
    Quantiser(const Graph& graph, const Calibration& calibration, const Quantisation* input)
        : float_(graph), calibration_(calibration), input_(input) {
        for (std::size_t n = 0; n < float_.nodes.size(); ++n)
            if (standardises_input(float_, n)) prefix_ = n + 1;
    }

    Graph run(const Candidate& candidate) {
        graph_ = float_;
        candidate_ = candidate;
        leave_fixed_scales();
        group_tensors();
        set_scales();
        if (prefix_ > 0) insert_quantise();
        for (std::size_t n = first_node(); n < graph_.nodes.size(); ++n)
            if (has_weights(graph_.nodes[n]))
                quantise_layer(graph_.nodes[n]);
            else if (is_recurrent(graph_.nodes[n]))
                quantise_recurrent(graph_, graph_.nodes[n], calibration_.tensors);
        graph::remove_unused_tensors(graph_);
        graph::verify(graph_);
        return std::move(graph_);
    }

  private:
    // Nodes before it stay float, the quantise node included.
    std::size_t first_node() const { return prefix_ > 0 ? prefix_ + 1 : 0; }

    // Not an index, such as those of gather.
    bool is_real(int tensor) const { return graph_.tensors[at(tensor)].type == Type::f32; }

    /// The node behind nodes that keep their input's scale, if its own scale is fixed.
    const Node* fixed_source(int tensor) const {
        // A variable may lead back to itself.
        std::size_t left = graph_.nodes.size();
        for (const Node* node = writer_of(tensor); node && left > 0; node = writer_of(node->inputs.front()), --left) {
            if (output_scale(*node).rule == graph::ScaleRule::fixed) return node;
            if (!keeps_scale(*node)) return nullptr;
        }
        return nullptr;
    }
    const Node* writer_of(int tensor) const {
        for (std::size_t n = prefix_; n < graph_.nodes.size(); ++n)
            if (graph_.nodes[n].outputs.front() == tensor) return &graph_.nodes[n];
        return nullptr;
    }

    /// What is joined must share one scale. A scale that is fixed, such as a sigmoid's, would cut off all that is larger: it is left
    /// before the values are joined with those of other scales.
    void leave_fixed_scales() {
        rescaled_.clear();
        for (std::size_t n = prefix_; n < graph_.nodes.size(); ++n) {
            const auto joins = [](const graph::OutputScale& a, const graph::OutputScale& b) {
                return a.scale == b.scale && a.zero_point == b.zero_point;
            };
            if (!keeps_scale(graph_.nodes[n])) continue;
            std::vector<int> real;
            for (const int i : graph_.nodes[n].inputs)
                if (i >= 0 && is_real(i)) real.push_back(i);
            if (real.size() < 2) continue;
            const Node* first = fixed_source(real.front());
            const bool alike = first && std::all_of(real.begin(), real.end(), [&](int i) {
                                   const Node* other = fixed_source(i);
                                   return other && joins(output_scale(*other), output_scale(*first));
                               });
            if (alike) continue;
            std::set<int> left;
            for (const int i : real)
                if (fixed_source(i) && left.insert(i).second) n = rescale_before(n, i);
        }
    }
    /// Node `n` reads `tensor` through a node that may change its scale; where node `n` is then.
    std::size_t rescale_before(std::size_t n, int tensor) {
        Tensor copy = graph_.tensors[at(tensor)];
        copy.name += "/rescaled";
        const std::string name = copy.name;
        const int index = graph_.add_tensor(std::move(copy));
        rescaled_[index] = tensor;
        std::replace(graph_.nodes[n].inputs.begin(), graph_.nodes[n].inputs.end(), tensor, index);
        graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(n),
                            Node{"requantise", name, {tensor}, {index}, base::Json::object()});
        return n + 1;
    }

    void group_tensors() {
        group_.resize(graph_.tensors.size());
        std::iota(group_.begin(), group_.end(), 0);
        for (std::size_t n = prefix_; n < graph_.nodes.size(); ++n) {
            const Node& node = graph_.nodes[n];
            if (!keeps_scale(node)) continue;
            for (const int i : node.inputs)
                if (is_real(i)) group_[root(i)] = static_cast<int>(root(node.outputs.front()));
        }
    }
    std::size_t root(int tensor) const {
        while (group_[at(tensor)] != tensor) tensor = group_[at(tensor)];
        return at(tensor);
    }

    // Tensors that become i8: the graph's input (or what leaves the float part), results, and constants that nodes add or join.
    std::vector<int> activations() const {
        std::vector<int> list;
        if (prefix_ == 0)
            list = graph_.inputs;
        else
            list.push_back(graph_.nodes[prefix_ - 1].outputs.front());
        for (std::size_t n = prefix_; n < graph_.nodes.size(); ++n) {
            const Node& node = graph_.nodes[n];
            list.push_back(node.outputs.front());
            for (const int i : node.inputs)
                if (!has_own_constants(node) && !is_recurrent(node) && is_real(i) && graph_.tensors[at(i)].is_constant()) list.push_back(i);
        }
        std::sort(list.begin(), list.end());
        list.erase(std::unique(list.begin(), list.end()), list.end());
        return list;
    }

    Range range_of(int tensor) const {
        if (const auto copy = rescaled_.find(tensor); copy != rescaled_.end()) tensor = copy->second;
        const Tensor& t = float_.tensors[at(tensor)];
        if (t.is_constant()) return range_of(t.as<float>());
        Range range = choose_range(calibration_.tensors[at(tensor)], candidate_.ranges);
        if (!t.initial.empty()) {
            const Range first = range_of(reals(t.initial));
            range = {std::min(range.low, first.low), std::max(range.high, first.high)};
        }
        return range;
    }

    static Range range_of(std::span<const float> values) {
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        return {std::min(*low, 0.0f), std::max(*high, 0.0f)};
    }

    static std::span<const float> reals(const base::Bytes& bytes) {
        return {reinterpret_cast<const float*>(bytes.data()), bytes.size() / sizeof(float)};
    }

    static Quantisation asymmetric(Range range) {
        double scale = (double{range.high} - range.low) / 255;
        if (!(scale > std::numeric_limits<float>::min())) scale = 1.0 / 255;  // all zero
        const double zero = std::round(-128 - range.low / scale);
        return {{static_cast<float>(scale)}, {static_cast<std::int32_t>(std::clamp(zero, -128.0, 127.0))}, -1};
    }

    void set_scales() {
        std::vector<Range> ranges(graph_.tensors.size());
        std::vector<const Node*> fixed(graph_.tensors.size(), nullptr);  ///< by what
        const auto list = activations();
        for (const int t : list) {
            const Range r = range_of(t);
            Range& group = ranges[root(t)];
            group = {std::min(group.low, r.low), std::max(group.high, r.high)};
        }
        for (std::size_t n = prefix_; n < graph_.nodes.size(); ++n)
            if (output_scale(graph_.nodes[n]).rule == graph::ScaleRule::fixed)
                fixed[root(graph_.nodes[n].outputs.front())] = &graph_.nodes[n];
        for (const int t : list) {
            Tensor& tensor = graph_.tensors[at(t)];
            tensor.quantisation = asymmetric(ranges[root(t)]);
            if (const Node* node = fixed[root(t)]) {
                const graph::OutputScale own = output_scale(*node);
                tensor.quantisation = {{own.scale}, {own.zero_point}, -1};
            }
            if (input_ && prefix_ == 0 && root(t) == root(graph_.inputs.front())) tensor.quantisation = *input_;
            if (tensor.is_constant()) tensor.data = stored_reals(tensor.as<float>(), tensor.quantisation);
            if (!tensor.initial.empty()) tensor.initial = stored_reals(reals(tensor.initial), tensor.quantisation);
            tensor.type = Type::i8;
        }
    }

    void insert_quantise() {
        const int real = graph_.nodes[prefix_ - 1].outputs.front();
        Tensor stored = graph_.tensors[at(real)];
        stored.name += "/i8";
        graph_.tensors[at(real)].type = Type::f32;
        graph_.tensors[at(real)].quantisation = {};
        const int index = graph_.add_tensor(std::move(stored));
        for (std::size_t n = prefix_; n < graph_.nodes.size(); ++n)
            std::replace(graph_.nodes[n].inputs.begin(), graph_.nodes[n].inputs.end(), real, index);
        std::replace(graph_.outputs.begin(), graph_.outputs.end(), real, index);
        graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(prefix_),
                            Node{"quantise", "quantise", {real}, {index}, base::Json::object()});
        statistics_of_quantised_ = real;
        quantised_input_ = index;
    }

    const TensorStatistics& statistics_of(int tensor) const {
        return calibration_.tensors[at(prefix_ > 0 && tensor == quantised_input_ ? statistics_of_quantised_ : tensor)];
    }

    void quantise_layer(Node& node) {
        const Tensor& real = graph_.tensors[at(node.inputs[1])];
        const bool last_axis = node.op == "depthwise_conv_2d";
        const auto channels = static_cast<std::size_t>(last_axis ? real.shape.back() : real.shape.front());
        const auto w = real.as<float>();
        const std::size_t rest = w.size() / channels;
        const float in_scale = graph_.tensors[at(node.inputs[0])].quantisation.scale.front();
        const bool biased = node.inputs.size() > 2 && node.inputs[2] >= 0;
        std::vector<float> bias(channels, 0.0f);
        if (biased) std::copy_n(graph_.tensors[at(node.inputs[2])].as<float>().data(), channels, bias.data());

        Tensor weights{real.name, Type::i8, real.shape, {}, {}, false};
        weights.quantisation.axis = last_axis ? static_cast<int>(real.shape.size()) - 1 : 0;
        weights.quantisation.zero_point.assign(channels, 0);
        weights.data.resize(w.size());
        std::vector<double> error(channels, 0.0);
        const auto channel_of = [&](std::size_t i) { return last_axis ? i % channels : i / rest; };
        std::vector<float> most(channels, 0.0f);
        for (std::size_t i = 0; i < w.size(); ++i) most[channel_of(i)] = std::max(most[channel_of(i)], std::fabs(w[i]));
        for (std::size_t c = 0; c < channels; ++c) {
            // A channel of tiny weights and a large bias still needs its bias to fit 32 bits, with room for the sum.
            const float least = std::max(std::fabs(bias[c]) / (in_scale * 16777216.0f), 1e-20f);
            weights.quantisation.scale.push_back(std::max(most[c] / 127, least));
        }
        const auto& means = statistics_of(node.inputs[0]).channel_mean;
        for (std::size_t i = 0; i < w.size(); ++i) {
            const std::size_t c = channel_of(i);
            const float scale = weights.quantisation.scale[c];
            const float q = std::clamp(std::round(w[i] / scale), -127.0f, 127.0f);
            weights.as<std::int8_t>()[i] = static_cast<std::int8_t>(q);
            error[c] += (double{w[i]} - double{q} * scale) * means[input_channel(node, i, c, channels, means.size())];
        }
        // Of a transposed convolution's kernel, each place of the output meets one in so many.
        const double windows =
            node.op == "transposed_conv_2d" ? node.attributes.value("stride_h", 1.0) * node.attributes.value("stride_w", 1.0) : 1.0;
        Tensor stored{node.name + "/bias", Type::i32, {static_cast<int>(channels)}, {}, {}, false};
        stored.quantisation.axis = 0;
        stored.quantisation.zero_point.assign(channels, 0);
        stored.data.resize(channels * sizeof(std::int32_t));
        for (std::size_t c = 0; c < channels; ++c) {
            const double scale = double{in_scale} * weights.quantisation.scale[c];
            const double value = std::round((bias[c] + (candidate_.bias_correction ? error[c] / windows : 0.0)) / scale);
            stored.as<std::int32_t>()[c] = static_cast<std::int32_t>(std::clamp(value, -1073741824.0, 1073741823.0));
            stored.quantisation.scale.push_back(std::max(static_cast<float>(scale), std::numeric_limits<float>::min()));
        }
        const int weights_index = graph_.add_tensor(std::move(weights)), bias_index = graph_.add_tensor(std::move(stored));
        node.inputs.resize(3);
        node.inputs[1] = weights_index;
        node.inputs[2] = bias_index;
    }

    // The input channel that weight i of output channel c multiplies.
    static std::size_t input_channel(const Node& node, std::size_t i, std::size_t c, std::size_t channels, std::size_t inputs) {
        if (node.op == "depthwise_conv_2d") return c / (channels / inputs);
        if (node.op == "dense") return i % inputs;
        const auto groups = static_cast<std::size_t>(node.attributes.value("groups", 1));
        const std::size_t depth = inputs / groups;
        return c / (channels / groups) * depth + i % depth;
    }

    const Graph& float_;
    const Calibration& calibration_;
    const Quantisation* input_;  ///< of the i8 input, where it is given
    Graph graph_;
    Candidate candidate_;
    std::size_t prefix_ = 0;  ///< nodes before it stay float
    std::vector<int> group_;
    std::map<int, int> rescaled_;  ///< copies of tensors, by index: of what
    int statistics_of_quantised_ = -1, quantised_input_ = -1;
};

void check(const Graph& graph, std::span<const float> calibration, std::size_t examples) {
    graph::verify(graph);
    const auto fail = [](const std::string& what, const std::string& hint) { throw base::Error("bad_input", what, hint); };
    if (graph.inputs.empty() || graph.outputs.empty())
        fail("only graphs with inputs and outputs can be quantised", "export the model anew");
    if (examples == 0) fail("quantising needs calibration examples, there are none", "give examples of the training data");
    const std::size_t width = input_count(graph);
    if (calibration.size() != examples * width)
        fail(std::to_string(examples) + " calibration examples of " + std::to_string(width) + " features are " +
                 std::to_string(examples * width) + " values, " + std::to_string(calibration.size()) + " were given",
             "calibrate with the features that the model was trained on");
    for (const Node& node : graph.nodes) {
        if (!is_recurrent(node)) continue;
        for (const Node& other : graph.nodes)
            if (other.op == "assign" && std::count(node.inputs.begin(), node.inputs.end(), other.outputs.front()) > 0)
                throw base::Error(
                    "unsupported", graph::place_of(graph, node) + " starts every inference from a state that is fed, or gives it",
                    "say which output goes back into which input: --state INPUT=OUTPUT, once for each; the layer then keeps it");
    }
    for (const float v : calibration)
        if (!std::isfinite(v)) fail("the calibration examples hold NaN or infinity", "look for the sample whose features are not finite");
    for (const Tensor& t : graph.tensors)
        if (t.type != Type::f32 && !(t.type == Type::i32 && t.is_constant()))
            fail("tensor \"" + t.name + "\" is " + std::string(name_of(t.type)) + " already", "quantise a float graph");
}

void check_foldable(const Graph& graph) {
    for (std::size_t n = 0; n < graph.nodes.size(); ++n)
        if (graph.nodes[n].op == "batch_norm" && !standardises_input(graph, n))
            throw base::Error("bad_input", graph::place_of(graph, graph.nodes[n]) + " is behind no layer that it could be folded into",
                              "put it right behind a convolution or a dense layer that nothing else reads");
}

// Where softmax comes last, its input tells more than its saturated output.
std::vector<int> watched_tensors(const Graph& graph) {
    std::vector<int> watched = graph.outputs;
    for (int& output : watched)
        for (const Node& node : graph.nodes)
            if (node.op == "softmax" && node.outputs.front() == output) {
                output = node.inputs.front();
                break;
            }
    return watched;
}

// Softmax does not see what all logits have in common.
std::vector<double> centred(std::vector<double> values) {
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
    for (double& v : values) v -= mean;
    return values;
}

struct Score {
    double error = 0, agreement = 0;
};

/// One watched tensor, as stored, and what it should be.
Score compare(const Tensor& tensor, std::span<const std::byte> bytes, std::vector<double> wanted) {
    const double scale = tensor.quantisation.scale.front(), zero = tensor.quantisation.zero_point.front();
    const auto* stored = reinterpret_cast<const std::int8_t*>(bytes.data());
    std::vector<double> got;
    for (std::size_t i = 0; i < bytes.size(); ++i) got.push_back(scale * (stored[i] - zero));
    const auto largest = [](const auto& v) { return std::max_element(v.begin(), v.end()) - v.begin(); };
    Score score{0, largest(got) == largest(wanted) ? 1.0 : 0.0};
    if (got.size() > 1) got = centred(std::move(got)), wanted = centred(std::move(wanted));
    for (std::size_t i = 0; i < got.size(); ++i)
        score.error += (got[i] - wanted[i]) * (got[i] - wanted[i]) / static_cast<double>(got.size());
    return score;
}

Score compare(const Graph& quantised, const Calibration& calibration, std::span<const float> features, std::size_t width,
              std::size_t examples) {
    const std::vector<int> watched = watched_tensors(quantised);
    std::vector<Score> parts(examples);
    for_each_chunk(examples, [&](std::size_t, std::size_t first, std::size_t end) {
        graph::Evaluator evaluator(quantised, graph::HostKernels::fastest);
        for (std::size_t e = first; e < end; ++e) {
            run_reals(evaluator, quantised, features.subspan(e * width, width));
            auto real = calibration.outputs[e].begin();
            for (const int t : watched) {
                const Tensor& tensor = quantised.tensors[at(t)];
                const auto end = real + static_cast<std::ptrdiff_t>(tensor.count());
                const Score one = compare(tensor, evaluator.tensor(t), {real, end});
                parts[e].error += one.error / static_cast<double>(watched.size());
                parts[e].agreement += one.agreement / static_cast<double>(watched.size());
                real = end;
            }
        }
    });
    Score total;
    for (const Score& s : parts) total.error += s.error, total.agreement += s.agreement;
    return {std::sqrt(total.error / static_cast<double>(examples)), total.agreement / static_cast<double>(examples)};
}

std::vector<Candidate> candidates_of(const QuantiseOptions& options) {
    std::vector<Candidate> all;
    for (const std::string ranges : {"minmax", "percentile", "mse"})
        for (const bool correction : {false, true}) {
            const bool ranges_fit = options.ranges == "auto" || options.ranges == ranges;
            const bool correction_fits = options.bias_correction == "auto" || options.bias_correction == (correction ? "on" : "off");
            if (ranges_fit && correction_fits) all.push_back({ranges, correction});
        }
    if (all.empty()) throw base::Error("bad_input", "there is no way to quantise as asked", "set ranges and bias_correction to auto");
    return all;
}

// Examples spread evenly over those given.
std::vector<float> spread(std::span<const float> features, std::size_t examples, std::size_t width, std::size_t wanted) {
    std::vector<float> chosen;
    for (std::size_t e = 0; e < wanted; ++e) {
        const auto example = features.subspan(e * examples / wanted * width, width);
        chosen.insert(chosen.end(), example.begin(), example.end());
    }
    return chosen;
}

}  // namespace

Graph quantise(const Graph& graph, std::span<const float> calibration, std::size_t examples, const QuantiseOptions& options,
               QuantiseReport* report, const Quantisation* input) {
    check(graph, calibration, examples);
    const Graph folded = without_infinities(fold(graph), calibration, examples);
    check_foldable(folded);
    const std::size_t width = input_count(folded);
    const std::size_t used = std::min(examples, static_cast<std::size_t>(std::max(options.calibration_examples, 1)));
    const std::vector<float> features = spread(calibration, examples, width, used);
    const Calibration statistics = calibrate(folded, features, used, watched_tensors(folded));

    // Choosing looks at examples spread over all of them, so that a class that comes last counts too.
    const std::size_t judged = std::min(used, selection_examples);
    const std::vector<float> judging = spread(features, used, width, judged);
    Calibration wanted;
    for (std::size_t e = 0; e < judged; ++e) wanted.outputs.push_back(statistics.outputs[e * used / judged]);

    Quantiser quantiser(folded, statistics, input);
    Graph best;
    QuantiseReport found;
    for (const Candidate& candidate : candidates_of(options)) {
        Graph quantised = quantiser.run(candidate);
        const Score score = compare(quantised, wanted, judging, width, judged);
        if (!best.nodes.empty() && score.error >= found.output_error) continue;
        best = std::move(quantised);
        found = {candidate.ranges, candidate.bias_correction, score.error, score.agreement, judged};
    }
    if (report) *report = found;
    return best;
}

}  // namespace mote::compress
