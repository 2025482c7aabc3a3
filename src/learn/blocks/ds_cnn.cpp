// A depthwise-separable two-dimensional network (Zhang et al., Hello Edge: keyword spotting on microcontrollers, 2017; shortcuts are ours).
#include "learn/learner_type.hpp"

#include <algorithm>

namespace mote::learn::blocks {

namespace {

// The first layer halves time and brings the features down to at most 20, so that activations stay small.
int stem(Layers& layers, int x, int filters) {
    const int width = layers.shape(x)[2];
    const int stride = width > 40 ? 4 : width > 10 ? 2 : 1;
    return layers.convolve(x, {layers.shape(x)[1] > 10 ? 5 : 3, std::max(3, stride + 1), 2, stride}, filters);
}

struct DsCnn {
    struct Parameters {
        std::string size = "auto";
        std::vector<int> filters;
        int kernel = 3;
        bool shortcuts = true;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("size", &Parameters::size, "3 blocks of 32 filters, 4 of 64, or 5 of 96; auto: the largest that fits")
                    .choices("auto|small|medium|large"),
                field("filters", &Parameters::filters, "filters of the first layer and of each block; in place of size").range(1, 1024),
                field("kernel", &Parameters::kernel, "side of the depthwise kernels").range(1, 15),
                field("shortcuts", &Parameters::shortcuts, "add a block's input to its output where the shape does not change"));
        }
    };
    static constexpr std::string_view name = "ds_cnn";
    static constexpr std::string_view help = "depthwise-separable convolutions; for spectra over time and images";

    static const std::vector<int>& asked_layers(const Parameters& p) { return p.filters; }
    static std::vector<int> layers_of(std::string_view size) {
        if (size == "small") return {32, 32, 32, 32};
        if (size == "medium") return {64, 64, 64, 64, 64};
        return {96, 96, 96, 96, 96, 96};
    }

    static graph::Graph network(const Parameters& p, Layers& layers, const std::vector<int>& feature_shape, const std::vector<int>& filters,
                                int classes) {
        int x = stem(layers, image_input(layers, "ds_cnn", feature_shape, 4), filters[0]);
        for (std::size_t b = 1; b < filters.size(); ++b) {
            // The first block halves again while both sides are long; later ones keep the resolution.
            const bool halve = b == 1 && layers.shape(x)[1] >= 12 && layers.shape(x)[2] >= 12;
            x = separable_block(layers, x, {p.kernel, p.kernel, halve ? 2 : 1, halve ? 2 : 1}, filters[b], p.shortcuts);
        }
        return layers.classify(layers.mean(x), classes);
    }
};

}  // namespace

const LearnerType& ds_cnn() {
    static const LearnerType type = make_learner_type<DsCnn>();
    return type;
}

}  // namespace mote::learn::blocks
