// A dense network: for features that stand for themselves (statistics, spectral features).
#include "learn/learner_type.hpp"

#include <numeric>

namespace mote::learn::blocks {

namespace {

struct Dense {
    struct Parameters {
        std::string size = "auto";
        std::vector<int> hidden;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("size", &Parameters::size,
                                         "hidden layers of 20 and 10, 48 and 24, or 128 and 64 units; auto: the largest "
                                         "that fits")
                                       .choices("auto|small|medium|large"),
                                   field("hidden", &Parameters::hidden, "units of each hidden layer; in place of size").range(1, 4096));
        }
    };
    static constexpr std::string_view name = "dense";
    static constexpr std::string_view help = "fully connected network; for features without a time axis";

    static const std::vector<int>& asked_layers(const Parameters& p) { return p.hidden; }
    static std::vector<int> layers_of(std::string_view size) {
        if (size == "small") return {20, 10};
        if (size == "medium") return {48, 24};
        return {128, 64};
    }

    static graph::Graph network(const Parameters&, Layers& layers, const std::vector<int>& feature_shape, const std::vector<int>& hidden,
                                int classes) {
        int x = layers.standardise(layers.input());
        const int count = std::accumulate(feature_shape.begin(), feature_shape.end(), 1, std::multiplies<>());
        if (feature_shape.size() != 1) x = layers.reshape(x, {1, count});
        for (const int units : hidden) x = layers.dense(x, units, true);
        return layers.classify(x, classes);
    }
};

}  // namespace

const LearnerType& dense() {
    static const LearnerType type = make_learner_type<Dense>();
    return type;
}

}  // namespace mote::learn::blocks
