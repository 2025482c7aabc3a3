// What an operator is: one file in graph/ops/ gives its attributes, its shape rule, its checks and its reference evaluation.
#pragma once

#include "base/fields.hpp"
#include "graph/graph.hpp"
#include "graph/kernel_call.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace mote::graph {

/// Storage of all tensors of one evaluation.
struct Values {
    std::vector<base::Bytes> bytes;  ///< by tensor index; constants are not copied here
    const Graph* graph = nullptr;
    template <class T>
    const T* in(int tensor) const {
        const Tensor& t = graph->tensors[static_cast<std::size_t>(tensor)];
        return reinterpret_cast<const T*>(t.is_constant() ? t.data.data() : bytes[static_cast<std::size_t>(tensor)].data());
    }
    template <class T>
    T* out(int tensor) {
        return reinterpret_cast<T*>(bytes[static_cast<std::size_t>(tensor)].data());
    }
};

/// How an i8 output gets its scale and zero point when a graph is quantised.
enum class ScaleRule : std::uint8_t {
    own,     ///< from the values it takes
    shared,  ///< the same as the inputs': no rescaling happens
    fixed,   ///< the operator's own, whatever the values are
};
struct OutputScale {
    ScaleRule rule = ScaleRule::own;
    float scale = 0;              ///< where it is fixed
    std::int32_t zero_point = 0;  ///< where it is fixed
};
inline constexpr OutputScale shared_scale{ScaleRule::shared, 0, 0};

struct Operator {
    std::string_view name;
    std::string_view help;
    base::Json (*schema)();
    /// Checks attributes, input count, types, shapes and quantisation of the node and that its outputs have the shape and type that
    /// follow. Throws base::Error naming the tensor. Must be safe for any graph whose tensor indices are in range.
    void (*verify)(const Graph& graph, const Node& node);
    /// Shapes of the outputs that follow from inputs and attributes (used by builders and importers).
    std::vector<std::vector<int>> (*infer)(const Graph& graph, const Node& node);
    /// Work done once a graph (multipliers, offsets); returns what runs once an inference. Runs the portable reference kernel.
    std::function<void(Values&)> (*prepare)(const Graph& graph, const Node& node);
    std::uint64_t (*macs)(const Graph& graph, const Node& node);
    /// The kernels of runtime/ that compute an i8 node on the device, with their parameters and packed tables; the same bytes as prepare()
    /// gives. Null where an operator has none (float only).
    KernelPlan (*lower)(const Graph& graph, const Node& node, Isa isa) = nullptr;
    OutputScale output_scale{};
};

/// Operator::macs of one that multiplies nothing with weights.
inline std::uint64_t no_macs(const Graph&, const Node&) { return 0; }

std::span<const Operator* const> operators();
/// nullptr when there is none of that name.
const Operator* find_operator(std::string_view name);

/// Which kernels an evaluation runs on the host; the bytes are the same.
enum class HostKernels : std::uint8_t {
    reference,  ///< the oracle of everything else
    fastest,    ///< those for this machine's vectors where there are any, for many evaluations
};

/// Evaluation on the host. Not thread-safe; make one a thread.
class Evaluator {
  public:
    explicit Evaluator(const Graph& graph, HostKernels kernels = HostKernels::reference);  // keeps a reference
    /// `input` holds the bytes of graph.input(0) (or all inputs concatenated); returns the bytes of output 0 (or all).
    std::span<const std::byte> run(std::span<const std::byte> input);
    /// Float features in, probabilities (or whatever output 0 holds) as reals out, whether input and output are f32, i8 or u8: one of 8
    /// bits takes the features quantised as the device quantises them, such an output is dequantised. One input, one output.
    std::vector<float> run_features(std::span<const float> features);
    /// Variables start anew: at 0 as at the beginning.
    void reset();
    /// After run(): the bytes of any tensor.
    std::span<const std::byte> tensor(int index) const;

  private:
    const Graph& graph_;
    Values values_;
    std::vector<std::function<void(Values&)>> steps_;
    base::Bytes output_;
};

}  // namespace mote::graph
