// The model as plain data: tensors, nodes, inputs, outputs. Nothing here computes.
#pragma once

#include "base/files.hpp"
#include "base/json.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::graph {

enum class Type : std::uint8_t { f32, i8, i16, i32, u8, boolean, i64 };

std::size_t size_of(Type type);
std::string_view name_of(Type type);
Type type_from_name(std::string_view name);

/// real = scale * (stored - zero_point). One scale, or one for each index along `axis`.
struct Quantisation {
    std::vector<float> scale;
    std::vector<std::int32_t> zero_point;
    int axis = -1;  ///< -1: one scale for the whole tensor
    bool empty() const { return scale.empty(); }
};

/// Shapes include the batch dimension, which is 1 on a device. Images and series are channels-last: [1, H, W, C].
struct Tensor {
    std::string name;
    Type type = Type::f32;
    std::vector<int> shape;
    Quantisation quantisation;
    base::Bytes data;          ///< constant content, little-endian, row-major; empty for a computed tensor
    bool is_variable = false;  ///< keeps its value between inferences
    base::Bytes initial = {};  ///< of a variable: its value before the first inference, as stored; empty: real 0 everywhere

    std::size_t count() const;
    std::size_t size_bytes() const { return count() * size_of(type); }
    bool is_constant() const { return !data.empty(); }
    template <class T>
    std::span<const T> as() const {
        return {reinterpret_cast<const T*>(data.data()), data.size() / sizeof(T)};
    }
    template <class T>
    std::span<T> as() {
        return {reinterpret_cast<T*>(data.data()), data.size() / sizeof(T)};
    }
};

/// Inputs may be -1 where an optional one is absent. `attributes` is read into the operator's own struct.
struct Node {
    std::string op;  ///< "conv_2d": the name of an Operator
    std::string name;
    std::vector<int> inputs;
    std::vector<int> outputs;
    base::Json attributes = base::Json::object();
};

struct Graph {
    std::string name;
    std::vector<Tensor> tensors;
    std::vector<Node> nodes;  ///< in an order in which they can run
    std::vector<int> inputs;
    std::vector<int> outputs;

    int add_tensor(Tensor tensor);
    Node& add_node(Node node);
    const Tensor& input(std::size_t i = 0) const { return tensors.at(static_cast<std::size_t>(inputs.at(i))); }
    const Tensor& output(std::size_t i = 0) const { return tensors.at(static_cast<std::size_t>(outputs.at(i))); }
};

/// Throws base::Error "bad_input" naming tensor, node and what to do, unless every index, shape, type, scale and order is sound.
/// Every importer ends here, every pass keeps it true, and everything after may run blind.
void verify(const Graph& graph);

/// Multiply-accumulate operations of one inference.
std::uint64_t count_macs(const Graph& graph);

/// The product's own model file: a JSON head and the constants behind it. Byte-deterministic.
base::Bytes serialise(const Graph& graph);
/// Checks everything, verify() included; throws base::Error "bad_input" on any malformed file.
Graph deserialise(std::span<const std::byte> bytes, std::string_view where);

}  // namespace mote::graph
