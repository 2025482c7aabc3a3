// TensorFlow Lite files for tests, written field by field (numbers of schema.fbs, version 3).
#pragma once

#include "graph/flat_file.hpp"
#include "graph/graph.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <span>

namespace mote::graph::testing {

class TfliteFile {
  public:
    /// A tensor without values; returns its index.
    int tensor(const std::string& name, std::vector<int> shape, Type type, const Quantisation& q = {}) {
        return add(name, std::move(shape), type, q, 0);
    }
    /// A constant of reals of 16 bits, by their bits.
    int halves(const std::string& name, std::vector<int> shape, const std::vector<std::uint16_t>& values) {
        const int index = constant(name, std::move(shape), Type::f32, values);
        tensors_.back().numbers[1] = 1;
        return index;
    }
    template <class T>
    int constant(const std::string& name, std::vector<int> shape, Type type, const std::vector<T>& values, const Quantisation& q = {}) {
        FlatTable& buffer = buffers_.emplace_back();
        buffer.bytes[0] = std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
        return add(name, std::move(shape), type, q, static_cast<int>(buffers_.size()) - 1);
    }
    /// Options by field: whole numbers, and reals as the bits they have.
    TfliteFile& op(int code, std::vector<std::int32_t> inputs, std::vector<std::int32_t> outputs,
                   std::map<int, std::int64_t> options = {}) {
        FlatTable& described = options_.emplace_back();
        described.numbers = std::move(options);
        FlatTable& kind = codes_.emplace_back();
        kind.numbers = {{0, std::min(code, 127)}, {2, version_}, {3, code}};
        FlatTable& node = operators_.emplace_back();
        node.numbers = {{0, static_cast<std::int64_t>(codes_.size()) - 1}, {3, options_type(code)}};
        node.lists = {{1, std::move(inputs)}, {2, std::move(outputs)}};
        if (options_type(code) != 0 || !described.numbers.empty()) node.table = {{4, &described}};
        return *this;
    }
    TfliteFile& custom(const std::string& name, std::vector<std::int32_t> inputs, std::vector<std::int32_t> outputs) {
        op(32, std::move(inputs), std::move(outputs));
        codes_.back().bytes[1] = name;
        return *this;
    }
    /// Of the operators that follow: public runtimes look for a kernel of an operator's version.
    TfliteFile& version(int number) {
        version_ = number;
        return *this;
    }
    static std::int64_t bits(float value) { return std::bit_cast<std::int32_t>(value); }

    base::Bytes bytes(const std::vector<std::int32_t>& inputs, const std::vector<std::int32_t>& outputs) const {
        FlatTable graph, model;
        graph.tables = {{0, all(tensors_)}, {3, all(operators_)}};
        graph.lists = {{1, inputs}, {2, outputs}};
        model.numbers = {{0, 3}};
        model.tables = {{1, all(codes_)}, {2, {&graph}}, {4, all(buffers_)}};
        return FlatFile(model, "TFL3").bytes();
    }

  private:
    /// The member of the union BuiltinOptions that an operator's options are; 0: none, or one that no test needs.
    static int options_type(int code) {
        static const std::map<int, int> types = {
            {0, 11},  {1, 5},   {2, 10},  {3, 1},   {4, 2},   {5, 94},  {9, 8},   {11, 12},  {17, 5},   {18, 21},   {22, 17},   {23, 15},
            {25, 9},  {26, 19}, {34, 22}, {36, 23}, {37, 24}, {38, 25}, {39, 26}, {40, 27},  {41, 28},  {42, 29},   {43, 30},   {45, 32},
            {49, 35}, {53, 37}, {55, 39}, {56, 40}, {57, 39}, {60, 43}, {67, 49}, {69, 51},  {70, 52},  {74, 27},   {77, 55},   {79, 57},
            {81, 27}, {82, 27}, {83, 59}, {88, 64}, {89, 27}, {98, 75}, {99, 76}, {100, 77}, {102, 79}, {126, 101}, {130, 104}, {150, 116}};
        const auto found = types.find(code);
        return found == types.end() ? 0 : found->second;
    }
    int add(const std::string& name, std::vector<int> shape, Type type, const Quantisation& q, int buffer) {
        constexpr int codes[] = {0, 9, 7, 2, 3, 6, 4};  // in the order of Type
        FlatTable& t = tensors_.emplace_back();
        t.numbers = {{1, codes[static_cast<std::size_t>(type)]}, {2, buffer}};
        t.lists = {{0, std::move(shape)}};
        t.bytes = {{3, name}};
        if (!q.empty()) {
            FlatTable& scales = scales_.emplace_back();
            for (const float s : q.scale) scales.lists[2].push_back(std::bit_cast<std::int32_t>(s));
            scales.wide_lists[3].assign(q.zero_point.begin(), q.zero_point.end());
            scales.numbers = {{6, q.axis < 0 ? 0 : q.axis}};
            t.table = {{4, &scales}};
        }
        return static_cast<int>(tensors_.size()) - 1;
    }
    static std::vector<const FlatTable*> all(const std::deque<FlatTable>& list) {
        std::vector<const FlatTable*> pointers;
        for (const FlatTable& t : list) pointers.push_back(&t);
        return pointers;
    }

    std::deque<FlatTable> buffers_ = std::deque<FlatTable>(1), codes_, tensors_, operators_, options_, scales_;
    int version_ = 1;
};

}  // namespace mote::graph::testing
