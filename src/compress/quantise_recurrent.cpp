#include "compress/quantise_recurrent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

namespace mote::compress {

namespace {

using graph::Graph;
using graph::Node;
using graph::Quantisation;
using graph::Tensor;
using graph::Type;

std::size_t at(int i) { return static_cast<std::size_t>(i); }

float largest(std::span<const float> values) {
    float most = 0;
    for (const float v : values) most = std::max(most, std::fabs(v));
    return most;
}

template <class T>
base::Bytes stored_as(std::span<const float> values, const Quantisation& q) {
    base::Bytes bytes(values.size() * sizeof(T));
    auto* out = reinterpret_cast<T*>(bytes.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double value = std::round(double{values[i]} / double{q.scale.front()}) + q.zero_point.front();
        out[i] = static_cast<T>(std::clamp(value, double{std::numeric_limits<T>::min()}, double{std::numeric_limits<T>::max()}));
    }
    return bytes;
}

base::Bytes stored_as(Type type, std::span<const float> values, const Quantisation& q) {
    return type == Type::i8 ? stored_as<std::int8_t>(values, q) : stored_as<std::int16_t>(values, q);
}

class Recurrent {
  public:
    Recurrent(Graph& graph, Node& node, const std::vector<TensorStatistics>& statistics)
        : graph_(graph), node_(node), statistics_(statistics), x_(scale_of(node.inputs[0])), y_(scale_of(node.outputs[0])) {}

    void run() {
        if (node_.op == "lstm") {
            for (std::size_t g = 0; g < 4; ++g) gate(1 + g, 9 + g, x_);
            for (std::size_t g = 0; g < 4; ++g) gate(5 + g, none, y_);
            state(13, Type::i8, graph_.tensors[at(node_.outputs[0])].quantisation);
            state(14, Type::i16, {{cell_scale()}, {0}, -1});
            node_.attributes["functions"] = "interpolated";
        } else if (node_.op == "gru") {
            for (std::size_t g = 0; g < 3; ++g) gate(1 + g, 7 + g, x_);
            for (std::size_t g = 0; g < 3; ++g) gate(4 + g, 10 + g, y_);
            state(13, Type::i16, {{1.0f / 32768}, {0}, -1});
        } else {
            gate(1, none, x_);
            const float memory = std::max(seen(node_.inputs[4]), 1e-6f) / 32767;
            const Tensor time = tensor(2);
            const float scale = std::max(std::max(largest(time.as<float>()), 1e-6f) / 32767, least_scale(3, memory));
            replace(2, time, Type::i16, scale);
            bias(3, memory * scale);
            state(4, Type::i16, {{memory}, {0}, -1});
        }
    }

  private:
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

    float scale_of(int tensor) const { return graph_.tensors[at(tensor)].quantisation.scale.front(); }
    const Tensor& tensor(std::size_t input) const { return graph_.tensors[at(node_.inputs[input])]; }
    bool has(std::size_t input) const { return input != none && node_.inputs[input] >= 0; }

    /// The largest value that a tensor of the float graph took.
    float seen(int index) const {
        const Range range = statistics_[at(index)].extremes;
        const Tensor& t = graph_.tensors[at(index)];
        const std::span<const float> initial(reinterpret_cast<const float*>(t.initial.data()), t.initial.size() / sizeof(float));
        return std::max({std::fabs(range.low), std::fabs(range.high), largest(initial)});
    }

    float cell_scale() const {
        constexpr float coarsest = 1.0f / 2048;
        const int cell = node_.inputs[14];
        if (!graph_.tensors[at(cell)].is_variable) return coarsest;
        // Twice what was seen: a stream may go on for longer than the examples did.
        const float most = std::max(2 * seen(cell), 1.0f);
        return std::clamp(std::exp2(std::ceil(std::log2(most)) - 15), 1.0f / 32768, 1.0f / 512);
    }

    /// A bias must fit 32 bits, with room for the sum.
    float least_scale(std::size_t bias_input, float vector) const {
        if (!has(bias_input)) return 1e-20f;
        return std::max(largest(tensor(bias_input).as<float>()) / (vector * 16777216.0f), 1e-20f);
    }

    // Constants may be shared between nodes, so the stored ones are new tensors.
    void replace(std::size_t input, const Tensor& real, Type type, float scale) {
        Tensor stored{real.name, type, real.shape, {{scale}, {0}, -1}, {}, false};
        stored.data = stored_as(type, real.as<float>(), stored.quantisation);
        node_.inputs[input] = graph_.add_tensor(std::move(stored));
    }

    void gate(std::size_t weights, std::size_t bias_input, float vector) {
        if (!has(weights)) return;
        const Tensor real = tensor(weights);
        const float scale = std::max(largest(real.as<float>()) / 127, least_scale(bias_input, vector));
        replace(weights, real, Type::i8, scale);
        bias(bias_input, vector * scale);
    }

    void bias(std::size_t input, float scale) {
        if (!has(input)) return;
        const Tensor real = tensor(input);
        Tensor stored{real.name, Type::i32, real.shape, {{std::max(scale, std::numeric_limits<float>::min())}, {0}, -1}, {}, false};
        stored.data.resize(real.data.size());
        for (std::size_t i = 0; i < real.count(); ++i) {
            const double value = std::round(double{real.as<float>()[i]} / double{scale});
            stored.as<std::int32_t>()[i] = static_cast<std::int32_t>(std::clamp(value, -1073741824.0, 1073741823.0));
        }
        node_.inputs[input] = graph_.add_tensor(std::move(stored));
    }

    void state(std::size_t input, Type type, Quantisation q) {
        Tensor& t = graph_.tensors[at(node_.inputs[input])];
        if (!t.is_variable) {
            Tensor stored{t.name, type, t.shape, std::move(q), {}, false};
            stored.data = stored_as(type, t.as<float>(), stored.quantisation);
            node_.inputs[input] = graph_.add_tensor(std::move(stored));
            return;
        }
        const base::Bytes initial = t.initial;
        if (!initial.empty())
            t.initial = stored_as(type, {reinterpret_cast<const float*>(initial.data()), initial.size() / sizeof(float)}, q);
        t.type = type, t.quantisation = std::move(q);
    }

    Graph& graph_;
    Node& node_;
    const std::vector<TensorStatistics>& statistics_;
    float x_, y_;
};

}  // namespace

bool is_recurrent(const Node& node) { return node.op == "lstm" || node.op == "gru" || node.op == "svdf"; }

void quantise_recurrent(Graph& graph, Node& node, const std::vector<TensorStatistics>& statistics) {
    Recurrent(graph, node, statistics).run();
}

}  // namespace mote::compress
