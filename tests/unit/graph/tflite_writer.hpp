// TensorFlow Lite files for tests, written field by field (numbers of schema.fbs, version 3).
#pragma once

#include "graph/flat_file.hpp"
#include "graph/graph.hpp"

#include <bit>
#include <span>

namespace mote::graph::testing {

class TfliteFile {
  public:
    /// A tensor without values; returns its index.
    int tensor(const std::string& name, std::vector<int> shape, Type type, const Quantisation& q = {}) {
        return add(name, std::move(shape), type, q, 0);
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
        kind.numbers = {{3, code}};
        FlatTable& node = operators_.emplace_back();
        node.numbers = {{0, static_cast<std::int64_t>(codes_.size()) - 1}};
        node.lists = {{1, std::move(inputs)}, {2, std::move(outputs)}};
        node.table = {{4, &described}};
        return *this;
    }
    static std::int64_t bits(float value) { return std::bit_cast<std::int32_t>(value); }

    base::Bytes bytes(const std::vector<std::int32_t>& inputs, const std::vector<std::int32_t>& outputs) const {
        FlatTable graph, model;
        graph.tables = {{0, all(tensors_)}, {3, all(operators_)}};
        graph.lists = {{1, inputs}, {2, outputs}};
        model.tables = {{1, all(codes_)}, {2, {&graph}}, {4, all(buffers_)}};
        return FlatFile(model, "TFL3").bytes();
    }

  private:
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
};

}  // namespace mote::graph::testing
