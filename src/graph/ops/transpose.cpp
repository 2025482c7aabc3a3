#include "graph/strided_copy.hpp"

#include <algorithm>

namespace mote::graph::ops {

namespace {

struct TransposeAttributes {
    std::vector<int> permutation;
    static constexpr auto fields() {
        return std::make_tuple(
            base::field("permutation", &TransposeAttributes::permutation, "which dimension of the input becomes each of the output")
                .range(0, 7)
                .required());
    }
};

struct Transpose {
    static constexpr std::string_view name = "transpose", help = "dimensions in another order";
    using Attributes = TransposeAttributes;
    static StridedRead read(const NodeView& view) {
        const auto permutation = view.attributes<Attributes>().permutation;
        const auto& shape = view.input(0).shape;
        std::vector<int> sorted = permutation;
        std::sort(sorted.begin(), sorted.end());
        bool sound = sorted.size() == shape.size();
        for (std::size_t d = 0; sound && d < sorted.size(); ++d) sound = sorted[d] == static_cast<int>(d);
        if (!sound) view.fail(text_of(permutation) + " is no order of the dimensions of " + text_of(shape), "name each dimension once");
        const auto steps = row_major_steps(shape);
        StridedRead read;
        for (const int d : permutation) {
            read.shape.push_back(shape[static_cast<std::size_t>(d)]);
            read.steps.push_back(steps[static_cast<std::size_t>(d)]);
        }
        return read;
    }
};

}  // namespace

const Operator& transpose() {
    static const Operator op = StridedCopy<Transpose>::describe();
    return op;
}

}  // namespace mote::graph::ops
