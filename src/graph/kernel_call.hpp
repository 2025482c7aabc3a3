// What runs on the device for one node: calls of kernels in runtime/, each with compile-time parameters and constant tables. Generated code
// writes them down one by one; nothing in it depends on the operator.
#pragma once

#include "base/files.hpp"
#include "graph/graph.hpp"
#include "graph/isa.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mote::graph {

/// A constant array in flash, 4-byte aligned. Type i8, i16, i32 or f32.
struct KernelTable {
    std::string name;  ///< "weights"
    Type type = Type::i8;
    base::Bytes data;  ///< little-endian
};

template <class T>
KernelTable kernel_table(std::string name, Type type, std::span<const T> values) {
    const auto bytes = std::as_bytes(values);
    return {std::move(name), type, {bytes.begin(), bytes.end()}};
}

/// `function(parameters, inputs..., tables..., output)`, and `scratch` (void*, 8-byte aligned) at the end when scratch_bytes > 0. See
/// runtime/include/mote/rt/nn/kernel.hpp.
struct KernelCall {
    std::string header;                                             ///< "mote/rt/nn/conv_2d/reference.hpp"
    std::string function;                                           ///< "mote::rt::nn::conv_2d_reference"
    std::string parameters;                                         ///< "mote::rt::nn::Conv2dParameters": an aggregate of int32_t
    std::vector<std::pair<std::string_view, std::int32_t>> values;  ///< its members, in order of declaration
    std::vector<int> inputs;                                        ///< tensors, in order; one that is a constant needs an array of its own
    std::vector<KernelTable> tables;
    std::size_t scratch_bytes = 0;

    /// Calls nn/FAMILY/VARIANT.hpp: "conv_2d", "reference".
    void use(const std::string& family, const std::string& variant) {
        header = "mote/rt/nn/" + family + "/" + variant + ".hpp";
        function = "mote::rt::nn::" + family + "_" + variant;
    }
    /// Changes the parameter `name`, which is there.
    void set_value(std::string_view name, std::int32_t value) {
        for (auto& [member, old] : values)
            if (member == name) old = value;
    }
};

/// The call of a family's reference kernel. `names` are all members of `parameters`, in order of declaration.
template <class Parameters, std::size_t members>
KernelCall reference_call(const std::string& family, std::string parameters_type, const Parameters& parameters,
                          const std::string_view (&names)[members], std::vector<int> inputs) {
    static_assert(sizeof(Parameters) == members * sizeof(std::int32_t), "parameters are an aggregate of int32_t, each with a name");
    KernelCall call;
    call.use(family, "reference");
    call.parameters = "mote::rt::nn::" + std::move(parameters_type);
    const auto values = std::bit_cast<std::array<std::int32_t, members>>(parameters);
    for (std::size_t i = 0; i < members; ++i) call.values.emplace_back(names[i], values[i]);
    call.inputs = std::move(inputs);
    return call;
}

/// The output may begin before an input and reach into it: each place is written only after it was read for the last time, when the output
/// begins `distance_bytes`, or more by a multiple of `step_bytes`, before the input.
struct Overlap {
    std::size_t input = 0;  ///< of the node, by position
    std::size_t distance_bytes = 0;
    std::size_t step_bytes = 1;
};

struct KernelPlan {
    bool is_view = false;  ///< the output is the first input under another shape: same memory, no call
    std::vector<KernelCall> calls;
    /// Inputs of the node (by position) at whose address the output may begin, because each place is read before it is written.
    std::vector<std::size_t> may_overwrite;
    std::vector<Overlap> may_overlap;
    /// Other kernels with the same bytes out, the faster ones first: slower than this one, but some need less memory. They have none of
    /// their own.
    std::vector<KernelPlan> slower = {};
};

/// `fastest` without those it carries, then these.
inline std::vector<KernelPlan> every_kernel(KernelPlan fastest) {
    std::vector<KernelPlan> slower = std::move(fastest.slower), all;
    fastest.slower.clear();
    all.reserve(1 + slower.size());
    all.push_back(std::move(fastest));
    for (KernelPlan& plan : slower) all.push_back(std::move(plan));
    return all;
}

}  // namespace mote::graph
