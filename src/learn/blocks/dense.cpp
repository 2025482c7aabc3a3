// A dense network: for features that stand for themselves (statistics, spectral features).
#include "learn/budget.hpp"
#include "learn/learner.hpp"
#include "learn/residual.hpp"

#include <numeric>

namespace mote::learn::blocks {

namespace {
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

std::vector<int> hidden_of(std::string_view size) {
    if (size == "small") return {20, 10};
    if (size == "medium") return {48, 24};
    return {128, 64};
}

graph::Graph build(const base::Json& parameters, const std::vector<int>& feature_shape, int classes, const Budget& budget,
                   base::Random random) {
    const auto p = base::from_json<Parameters>(parameters, "learner dense");
    check_shape("dense", feature_shape, classes);
    const auto make = [&](std::string_view size) {
        Layers layers("dense", feature_shape, random);
        int x = layers.standardise(layers.input());
        const int count = std::accumulate(feature_shape.begin(), feature_shape.end(), 1, std::multiplies<>());
        if (feature_shape.size() != 1) x = layers.reshape(x, {1, count});
        for (const int units : p.hidden.empty() ? hidden_of(size) : p.hidden) x = layers.dense(x, units, true);
        return layers.classify(x, classes);
    };
    return build_size("dense", p.hidden.empty() ? p.size : "small", budget, make);
}
}  // namespace

const LearnerType& dense() {
    static const LearnerType type = {"dense", "fully connected network; for features without a time axis",
                                     [] { return base::json_schema<Parameters>(); }, [] { return base::to_json(Parameters{}); }, build};
    return type;
}

}  // namespace mote::learn::blocks
