// A small two-dimensional residual network (after He et al., 2015, and the ResNet-8 of the MLPerf Tiny benchmark).
#include "learn/learner_type.hpp"

namespace mote::learn::blocks {

namespace {

constexpr int small_side = 32;  // rows and columns of a small image

struct ResCnn {
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
    static constexpr std::string_view name = "res_cnn";
    static constexpr std::string_view help = "small residual network; for spectra over time and images";

    static const std::vector<int>& asked_layers(const Parameters& p) { return p.filters; }
    static std::vector<int> layers_of(std::string_view size) {
        if (size == "small") return {8, 12, 16};
        if (size == "medium") return {16, 24, 32};
        return {24, 40, 56};
    }

    static graph::Graph network(const Parameters& p, Layers& layers, const std::vector<int>& feature_shape, const std::vector<int>& filters,
                                int classes) {
        const int image = image_input(layers, "res_cnn", feature_shape, 4);
        // A small image keeps its detail until a whole block has looked at it; a larger one is halved at once, which costs a quarter.
        const bool is_small = layers.shape(image)[1] <= small_side && layers.shape(image)[2] <= small_side;
        const int first = is_small ? 1 : 2;
        int x = layers.convolve(image, {3, 3, first, first}, filters[0]);
        for (std::size_t s = 0; s < filters.size(); ++s) {
            const int stride = (s > 0 || is_small) && layers.shape(x)[1] >= 4 && layers.shape(x)[2] >= 4 ? 2 : 1;
            x = residual_block(layers, x, {p.kernel, p.kernel, stride, stride}, filters[s]);
        }
        return layers.classify(layers.mean(x), classes);
    }
};

}  // namespace

const LearnerType& res_cnn() {
    static const LearnerType type = make_learner_type<ResCnn>();
    return type;
}

}  // namespace mote::learn::blocks
