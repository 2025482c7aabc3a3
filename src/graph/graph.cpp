#include "graph/graph.hpp"

#include "base/error.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <array>

namespace mote::graph {

namespace {
struct TypeFacts {
    Type type;
    std::string_view name;
    std::size_t size;
};
constexpr std::array<TypeFacts, 7> type_facts = {{
    {Type::f32, "f32", 4},
    {Type::i8, "i8", 1},
    {Type::i16, "i16", 2},
    {Type::i32, "i32", 4},
    {Type::u8, "u8", 1},
    {Type::boolean, "boolean", 1},
    {Type::i64, "i64", 8},
}};

const TypeFacts& facts(Type type) {
    const auto found = std::find_if(type_facts.begin(), type_facts.end(), [&](const TypeFacts& f) { return f.type == type; });
    if (found == type_facts.end())
        throw base::Error("bad_input", "there is no tensor type number " + std::to_string(static_cast<int>(type)), "use f32 or i8");
    return *found;
}
}  // namespace

std::size_t size_of(Type type) { return facts(type).size; }

std::string_view name_of(Type type) { return facts(type).name; }

Type type_from_name(std::string_view name) {
    std::vector<std::string> names;
    for (const auto& f : type_facts) {
        if (f.name == name) return f.type;
        names.emplace_back(f.name);
    }
    throw base::Error("bad_input", "there is no tensor type \"" + std::string(name) + "\"", "the types are " + base::join(names, ", "));
}

std::size_t Tensor::count() const {
    std::size_t n = 1;
    for (const int d : shape) n *= static_cast<std::size_t>(d);
    return n;
}

int Graph::add_tensor(Tensor tensor) {
    tensors.push_back(std::move(tensor));
    return static_cast<int>(tensors.size()) - 1;
}

Node& Graph::add_node(Node node) {
    nodes.push_back(std::move(node));
    return nodes.back();
}

const Operator* find_operator(std::string_view name) {
    for (const Operator* op : operators())
        if (op->name == name) return op;
    return nullptr;
}

std::uint64_t count_macs(const Graph& graph) {
    std::uint64_t total = 0;
    for (const Node& node : graph.nodes)
        if (const Operator* op = find_operator(node.op)) total += op->macs(graph, node);
    return total;
}

}  // namespace mote::graph
