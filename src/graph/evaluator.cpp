#include "base/error.hpp"
#include "graph/host_kernels.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "graph/variants.hpp"
#include "mote/rt/nn/dequantise/reference.hpp"
#include "mote/rt/nn/quantise/reference.hpp"

#include <cstring>

namespace mote::graph {

namespace {

/// The node computed by a kernel for this machine's vectors; empty where there is none.
std::function<void(Values&)> vector_step(const Graph& graph, const Node& node, const Operator& op) {
    const Isa isa = host_isa();
    const bool is_int8 = !node.inputs.empty() && graph.tensors[static_cast<std::size_t>(node.inputs[0])].type == Type::i8;
    if (isa == Isa::portable || !is_int8 || !has_variant(node.op, isa)) return nullptr;
    KernelPlan plan = op.lower(graph, node, isa);
    if (plan.calls.size() != 1) return nullptr;
    KernelCall& call = plan.calls[0];
    const HostKernel kernel = vector_kernel(call.function);
    if (kernel == nullptr || call.tables.size() != 1) return nullptr;
    std::vector<std::int32_t> parameters;
    for (const auto& [name, value] : call.values) parameters.push_back(value);
    return [kernel, parameters = std::move(parameters), table = std::move(call.tables[0].data), scratch = base::Bytes(call.scratch_bytes),
            has_scratch = call.scratch_bytes > 0, x = call.inputs.at(0), y = node.outputs.at(0)](Values& values) mutable {
        kernel(parameters.data(), values.in<std::int8_t>(x), reinterpret_cast<const std::int8_t*>(table.data()), values.out<std::int8_t>(y),
               has_scratch ? scratch.data() : nullptr);
    };
}

void flip_signs(base::Bytes& values) {
    for (std::byte& v : values) v ^= std::byte{0x80};
}

/// Of an i8 tensor, or of the i8 one with the reals of a u8 one.
std::int32_t signed_zero_point(const Tensor& t) { return zero_point_of(t) - (t.type == Type::u8 ? 128 : 0); }

}  // namespace

Evaluator::Evaluator(const Graph& graph, HostKernels kernels) : graph_(graph) {
    values_.graph = &graph_;
    values_.bytes.resize(graph_.tensors.size());
    for (std::size_t i = 0; i < graph_.tensors.size(); ++i)
        if (!graph_.tensors[i].is_constant()) values_.bytes[i].resize(graph_.tensors[i].size_bytes());
    for (const Node& node : graph_.nodes) {
        const Operator* op = find_operator(node.op);
        if (!op)
            throw base::Error("internal", "the evaluator was given a graph with the unknown operator " + node.op, "verify the graph first");
        auto fast = kernels == HostKernels::fastest ? vector_step(graph_, node, *op) : nullptr;
        steps_.push_back(fast ? std::move(fast) : op->prepare(graph_, node));
    }
    reset();
}

void Evaluator::reset() {
    for (std::size_t i = 0; i < graph_.tensors.size(); ++i)
        if (graph_.tensors[i].is_variable) values_.bytes[i] = initial_value(graph_.tensors[i]);
}

std::span<const std::byte> Evaluator::run(std::span<const std::byte> input) {
    std::size_t expected = 0;
    for (const int i : graph_.inputs) expected += values_.bytes[static_cast<std::size_t>(i)].size();
    if (input.size() != expected)
        throw base::Error(
            "bad_input",
            "graph \"" + graph_.name + "\" takes " + std::to_string(expected) + " bytes of input, not " + std::to_string(input.size()),
            "feed features of the shape and type that the model was made for");
    std::size_t at = 0;
    for (const int i : graph_.inputs) {
        auto& bytes = values_.bytes[static_cast<std::size_t>(i)];
        std::memcpy(bytes.data(), input.data() + at, bytes.size());
        at += bytes.size();
    }
    for (const auto& step : steps_) step(values_);
    if (graph_.outputs.size() == 1) return tensor(graph_.outputs.front());
    output_.clear();
    for (const int o : graph_.outputs) {
        const auto bytes = tensor(o);
        output_.insert(output_.end(), bytes.begin(), bytes.end());
    }
    return output_;
}

std::vector<float> Evaluator::run_features(std::span<const float> features) {
    const Tensor& in = graph_.input();
    if (in.type != Type::i8 && in.type != Type::u8 && in.type != Type::f32)
        throw base::Error(
            "unsupported",
            place_of(graph_, graph_.inputs.front()) + " is " + std::string(name_of(in.type)) + ", features are fed as f32, i8 or u8",
            "give the model an input of one of these types");
    base::Bytes stored;
    std::span<const std::byte> input = std::as_bytes(features);
    if (in.type != Type::f32) {
        stored.resize(features.size());
        const rt::nn::QuantiseParameters parameters{static_cast<std::int32_t>(features.size()), signed_zero_point(in)};
        rt::nn::quantise_reference(parameters, features.data(), in.quantisation.scale.data(),
                                   reinterpret_cast<std::int8_t*>(stored.data()));
        if (in.type == Type::u8) flip_signs(stored);
        input = stored;
    }
    (void)run(input);
    const Tensor& out = graph_.output();
    const std::byte* bytes = tensor(graph_.outputs.front()).data();
    std::vector<float> values(out.count());
    if (out.type == Type::i8 || out.type == Type::u8) {
        base::Bytes answer(bytes, bytes + values.size());
        if (out.type == Type::u8) flip_signs(answer);
        const rt::nn::DequantiseParameters parameters{static_cast<std::int32_t>(values.size()), signed_zero_point(out)};
        rt::nn::dequantise_reference(parameters, reinterpret_cast<const std::int8_t*>(answer.data()), out.quantisation.scale.data(),
                                     values.data());
    } else if (out.type == Type::f32) {
        std::memcpy(values.data(), bytes, values.size() * sizeof(float));
    } else {
        throw base::Error("unsupported", place_of(graph_, graph_.outputs.front()) + " is neither float nor 8 bits wide",
                          "give the model an output of one of these types");
    }
    return values;
}

std::span<const std::byte> Evaluator::tensor(int index) const {
    const Tensor& t = graph_.tensors.at(static_cast<std::size_t>(index));
    if (t.is_constant()) return t.data;
    return values_.bytes[static_cast<std::size_t>(index)];
}

}  // namespace mote::graph
