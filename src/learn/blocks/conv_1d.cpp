// A one-dimensional residual network over time: for motion and other series of several channels.
#include "learn/learner_type.hpp"

namespace mote::learn::blocks {

namespace {

struct Conv1d {
    struct Parameters {
        std::string size = "auto";
        std::vector<int> filters;
        int kernel = 5;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("size", &Parameters::size, "stages of 12, 16, 20 filters; 20, 28, 36; or 32, 48, 64; auto: the largest that fits")
                    .choices("auto|small|medium|large"),
                field("filters", &Parameters::filters, "filters of each stage; in place of size").range(1, 1024),
                field("kernel", &Parameters::kernel, "steps of time that a kernel spans").range(1, 63));
        }
    };
    static constexpr std::string_view name = "conv_1d";
    static constexpr std::string_view help = "one-dimensional residual network over time; for motion and other series";

    static const std::vector<int>& asked_layers(const Parameters& p) { return p.filters; }
    static std::vector<int> layers_of(std::string_view size) {
        if (size == "small") return {12, 16, 20};
        if (size == "medium") return {20, 28, 36};
        return {32, 48, 64};
    }

    static graph::Graph network(const Parameters& p, Layers& layers, const std::vector<int>& feature_shape, const std::vector<int>& filters,
                                int classes) {
        if (feature_shape.size() != 2 || feature_shape[0] < 4)
            throw base::Error(
                "bad_input",
                "learner conv_1d needs features of shape [time, channels] with at least 4 steps, got " + shape_text(feature_shape),
                "take the feature block raw, mfe or mfcc, or the learner dense");
        int x = layers.reshape(layers.standardise(layers.input()), {1, feature_shape[0], 1, feature_shape[1]});
        x = layers.convolve(x, {p.kernel + 2, 1, feature_shape[0] >= 32 ? 2 : 1, 1}, filters[0]);
        for (std::size_t s = 0; s < filters.size(); ++s) {
            const int stride = s > 0 && layers.shape(x)[1] >= 4 ? 2 : 1;
            x = residual_block(layers, x, {p.kernel, 1, stride, 1}, filters[s]);
        }
        return layers.classify(layers.mean(x), classes);
    }
};

}  // namespace

const LearnerType& conv_1d() {
    static const LearnerType type = make_learner_type<Conv1d>();
    return type;
}

}  // namespace mote::learn::blocks
