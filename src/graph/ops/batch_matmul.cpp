// Products of pairs of matrices that are both computed: attention (Vaswani et al., "Attention Is All You Need", 2017). The int8 arithmetic
// is that of TensorFlow Lite's reference/batch_matmul.h.
#include "graph/operator.hpp"
#include "graph/quantised.hpp"
#include "graph/variants/batch_matmul/catalogue.hpp"
#include "graph/walk.hpp"
#include "mote/rt/nn/batch_matmul/reference.hpp"

#include <algorithm>

namespace mote::graph::ops {

namespace {

struct Attributes {
    bool adj_x = false, adj_y = false;
    static constexpr auto fields() {
        return std::make_tuple(base::field("adj_x", &Attributes::adj_x, "the left matrices are transposed first"),
                               base::field("adj_y", &Attributes::adj_y, "the right matrices are transposed first"));
    }
};

constexpr std::size_t most_batches = 4;

/// One side as the product sees it.
struct Side {
    std::vector<int> batches;
    std::vector<std::int64_t> steps;
    int rows = 1, columns = 1;
    std::int32_t row_step = 1, column_step = 1;
};

Side side_of(const NodeView& view, std::size_t i, bool adjoint) {
    const std::vector<int>& shape = view.input(i).shape;
    if (shape.size() < 2 || shape.size() > 2 + most_batches)
        view.fail(view.input_index(i), "has shape " + text_of(shape), "matrices have 2 dimensions and at most 4 in front of them");
    Side side;
    const std::vector<std::int64_t> steps = row_major_steps(shape);
    side.batches.assign(shape.begin(), shape.end() - 2);
    side.steps.assign(steps.begin(), steps.end() - 2);
    side.rows = shape[shape.size() - 2], side.columns = shape.back();
    side.row_step = side.columns;
    if (adjoint) std::swap(side.rows, side.columns), std::swap(side.row_step, side.column_step);
    return side;
}

struct Product {
    Side left, right;
    std::vector<int> shape;
    rt::nn::BatchMatmulParameters parameters{};
};

Product product_of(const NodeView& view) {
    const auto attributes = view.attributes<Attributes>();
    Product p{side_of(view, 0, attributes.adj_x), side_of(view, 1, attributes.adj_y), {}, {}};
    const auto refuse = [&] {
        view.fail("multiplies " + text_of(view.input(0).shape) + " by " + text_of(view.input(1).shape),
                  "the columns of the left matrices must be as many as the rows of the right ones, and batches equal or 1");
    };
    if (p.left.columns != p.right.rows) refuse();
    std::array<std::int32_t, most_batches> size, left, right;
    size.fill(1), left.fill(0), right.fill(0);
    const std::size_t rank = std::max(p.left.batches.size(), p.right.batches.size());
    std::uint64_t count = static_cast<std::uint64_t>(p.left.rows) * static_cast<std::uint64_t>(p.right.columns);
    for (std::size_t back = 1; back <= rank; ++back) {
        const auto of = [&](const Side& s) { return back > s.batches.size() ? 1 : s.batches[s.batches.size() - back]; };
        const auto step = [&](const Side& s) { return of(s) == 1 ? 0 : static_cast<std::int32_t>(s.steps[s.steps.size() - back]); };
        const int a = of(p.left), b = of(p.right);
        if (a != b && a != 1 && b != 1) refuse();
        size[most_batches - back] = std::max(a, b);
        left[most_batches - back] = step(p.left), right[most_batches - back] = step(p.right);
        p.shape.insert(p.shape.begin(), std::max(a, b));
        count *= static_cast<std::uint64_t>(std::max(a, b));
        if (count > std::uint64_t{1} << 28) view.fail("gives too many values", "make the inputs smaller");
    }
    p.shape.push_back(p.left.rows), p.shape.push_back(p.right.columns);
    p.parameters = {size[0],
                    size[1],
                    size[2],
                    size[3],
                    left[0],
                    left[1],
                    left[2],
                    left[3],
                    right[0],
                    right[1],
                    right[2],
                    right[3],
                    p.left.rows,
                    p.right.columns,
                    p.left.columns,
                    p.left.row_step,
                    p.left.column_step,
                    p.right.column_step,
                    p.right.row_step,
                    0,
                    0,
                    0,
                    0,
                    0};
    return p;
}

rt::nn::BatchMatmulParameters parameters(const NodeView& view) {
    rt::nn::BatchMatmulParameters p = product_of(view).parameters;
    p.left_zero_point = zero_point_of(view.input(0)), p.right_zero_point = zero_point_of(view.input(1));
    p.out_zero_point = zero_point_of(view.output());
    // The product of the scales in 32-bit floats, as TensorFlow Lite computes it here.
    const Multiplier m = multiplier_of(double{scale_of(view.input(0)) * scale_of(view.input(1))} / double{scale_of(view.output())});
    p.multiplier = m.value, p.shift = m.shift;
    return p;
}

std::vector<std::vector<int>> infer(const Graph& graph, const Node& node) { return {product_of(NodeView(graph, node)).shape}; }

void verify(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    view.require_counts(2, 2);
    const auto shapes = infer(graph, node);
    (void)view.require_activations(0, 2);
    view.require_outputs(shapes);
}

std::function<void(Values&)> prepare(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    const int left = view.input_index(0), right = view.input_index(1), out = view.output_index();
    if (view.input(0).type == Type::i8)
        return [p = parameters(view), left, right, out](Values& values) {
            rt::nn::batch_matmul_reference(p, values.in<std::int8_t>(left), values.in<std::int8_t>(right), values.out<std::int8_t>(out));
        };
    return [p = product_of(view).parameters, left, right, out](Values& values) {
        const float* a = values.in<float>(left);
        const float* b = values.in<float>(right);
        float* y = values.out<float>(out);
        rt::nn::each_matrix_pair(p, [&](std::int32_t l, std::int32_t r) {
            for (std::int32_t row = 0; row < p.rows; ++row)
                for (std::int32_t column = 0; column < p.columns; ++column) {
                    float sum = 0;
                    for (std::int32_t k = 0; k < p.depth; ++k)
                        sum += a[l + row * p.left_row + k * p.left_depth] * b[r + column * p.right_column + k * p.right_depth];
                    *y++ = sum;
                }
        });
    };
}

KernelPlan lower(const Graph& graph, const Node& node, Isa isa) {
    static constexpr std::string_view names[] = {"batch_0",          "batch_1",        "batch_2",      "batch_3",     "left_0",
                                                 "left_1",           "left_2",         "left_3",       "right_0",     "right_1",
                                                 "right_2",          "right_3",        "rows",         "columns",     "depth",
                                                 "left_row",         "left_depth",     "right_column", "right_depth", "left_zero_point",
                                                 "right_zero_point", "out_zero_point", "multiplier",   "shift"};
    const NodeView view(graph, node);
    const rt::nn::BatchMatmulParameters p = parameters(view);
    KernelPlan plan;
    plan.calls.push_back(reference_call("batch_matmul", "BatchMatmulParameters", p, names, {view.input_index(0), view.input_index(1)}));
    return with_variants(std::move(plan), variants::batch_matmul::all(), isa, p);
}

std::uint64_t macs(const Graph& graph, const Node& node) {
    const NodeView view(graph, node);
    return view.output().count() * static_cast<std::uint64_t>(product_of(view).left.columns);
}

}  // namespace

const Operator& batch_matmul() {
    static const Operator op{"batch_matmul",
                             "products of pairs of matrices: x [..., M, K], y [..., K, N], leading dimensions of size 1 repeated",
                             base::json_schema<Attributes>,
                             verify,
                             infer,
                             prepare,
                             macs,
                             lower};
    return op;
}

}  // namespace mote::graph::ops
