// A small two-dimensional residual network (after He et al., 2015, and the ResNet-8 of the MLPerf Tiny benchmark).
#include "learn/budget.hpp"
#include "learn/learner.hpp"
#include "learn/residual.hpp"

namespace mote::learn::blocks {

namespace {
struct Parameters {
    std::string size = "auto";
    std::vector<int> filters;
    int kernel = 3;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("size", &Parameters::size, "stages of 8, 12, 16 filters; 16, 24, 32; or 24, 40, 56; auto: the largest that fits")
                .choices("auto|small|medium|large"),
            field("filters", &Parameters::filters, "filters of each stage; in place of size").range(1, 1024),
            field("kernel", &Parameters::kernel, "side of the kernels").range(1, 15));
    }
};

constexpr int small_side = 32;  // rows and columns of a small image

std::vector<int> filters_of(std::string_view size) {
    if (size == "small") return {8, 12, 16};
    if (size == "medium") return {16, 24, 32};
    return {24, 40, 56};
}

graph::Graph build(const base::Json& parameters, const std::vector<int>& feature_shape, int classes, const Budget& budget,
                   base::Random random) {
    const auto p = base::from_json<Parameters>(parameters, "learner res_cnn");
    check_shape("res_cnn", feature_shape, classes);
    const auto make = [&](std::string_view size) {
        Layers layers("res_cnn", feature_shape, random);
        const std::vector<int> filters = p.filters.empty() ? filters_of(size) : p.filters;
        // A small image keeps its detail until a whole block has looked at it; a larger one is halved at once, which costs a quarter.
        const bool is_small = feature_shape[0] <= small_side && feature_shape[1] <= small_side;
        const int first = is_small ? 1 : 2;
        int x = layers.convolve(image_input(layers, "res_cnn", feature_shape, 4), {3, 3, first, first}, filters[0]);
        for (std::size_t s = 0; s < filters.size(); ++s) {
            const int stride = (s > 0 || is_small) && layers.shape(x)[1] >= 4 && layers.shape(x)[2] >= 4 ? 2 : 1;
            x = residual_block(layers, x, {p.kernel, p.kernel, stride, stride}, filters[s]);
        }
        return layers.classify(layers.mean(x), classes);
    };
    return build_size("res_cnn", p.filters.empty() ? p.size : "small", budget, make);
}
}  // namespace

const LearnerType& res_cnn() {
    static const LearnerType type = {"res_cnn", "small residual network; for spectra over time and images",
                                     [] { return base::json_schema<Parameters>(); }, [] { return base::to_json(Parameters{}); }, build};
    return type;
}

}  // namespace mote::learn::blocks
