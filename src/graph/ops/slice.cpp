#include "graph/limits.hpp"
#include "graph/strided_copy.hpp"

namespace mote::graph::ops {

namespace {

struct SliceAttributes {
    std::vector<int> begin, size, strides;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("begin", &SliceAttributes::begin, "first index along each dimension").range(0, limits::dimension).required(),
            field("size", &SliceAttributes::size, "indices taken along each dimension").range(1, limits::dimension).required(),
            field("strides", &SliceAttributes::strides, "step from one to the next, below 0 to go backwards; none: 1 everywhere")
                .range(-limits::dimension, limits::dimension));
    }
};

struct Slice {
    static constexpr std::string_view name = "slice", help = "a part of a tensor, or every n-th value of it";
    using Attributes = SliceAttributes;
    static StridedRead read(const NodeView& view) {
        auto [begin, size, strides] = view.attributes<Attributes>();
        const auto& shape = view.input(0).shape;
        if (strides.empty()) strides.assign(shape.size(), 1);
        if (begin.size() != shape.size() || size.size() != shape.size() || strides.size() != shape.size())
            view.fail("begin, size and strides have " + std::to_string(begin.size()) + ", " + std::to_string(size.size()) + " and " +
                          std::to_string(strides.size()) + " numbers for shape " + text_of(shape),
                      "give one number a dimension");
        const auto steps = row_major_steps(shape);
        StridedRead read;
        for (std::size_t d = 0; d < shape.size(); ++d) {
            const std::int64_t last = begin[d] + (std::int64_t{size[d]} - 1) * strides[d];
            if (begin[d] >= shape[d] || last < 0 || last >= shape[d])
                view.fail("takes indices " + std::to_string(begin[d]) + " to " + std::to_string(last) + " of dimension " +
                              std::to_string(d) + " of " + text_of(shape),
                          "stay within the input");
            read.shape.push_back(size[d]);
            read.steps.push_back(size[d] == 1 ? 0 : strides[d] * steps[d]);
            read.first += begin[d] * steps[d];
        }
        std::uint64_t count = 1;
        for (const int n : size) {
            count *= static_cast<std::uint64_t>(n);  // a stride of 0 may repeat values
            if (count > (std::uint64_t{1} << 28)) view.fail("gives too many values", "take fewer");
        }
        return read;
    }
};

}  // namespace

const Operator& slice() {
    static const Operator op = StridedCopy<Slice>::describe();
    return op;
}

}  // namespace mote::graph::ops
