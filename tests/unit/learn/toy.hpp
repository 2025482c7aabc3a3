// Small problems that a network can learn in seconds.
#pragma once

#include "learn/learner.hpp"

#include <cmath>
#include <string>
#include <vector>

namespace mote::learn::toy {

/// Noisy sines of a frequency that the class decides, of random phase; shape as given, first axis time.
class Sines : public ExampleSource {
  public:
    Sines(std::size_t count, std::vector<int> shape, int classes, std::uint64_t seed)
        : count_(count), shape_(std::move(shape)), classes_(classes), random_(seed) {}
    std::size_t size() const override { return count_; }
    int label(std::size_t index) const override { return static_cast<int>(index % static_cast<std::size_t>(classes_)); }
    void fill(std::size_t index, int epoch, std::span<float> features) const override {
        base::Random random = random_.fork("example", index);
        const double phase = random.uniform(0, 6.28), cycles = 1 + 2 * label(index);
        if (epoch >= 0) random = random.fork("epoch", static_cast<std::uint64_t>(epoch));
        const std::size_t row = features.size() / static_cast<std::size_t>(shape_[0]);
        for (std::size_t i = 0; i < features.size(); ++i) {
            const double t = static_cast<double>(i / row) / shape_[0];
            features[i] = static_cast<float>(5 + 3 * std::sin(phase + 6.2831853 * cycles * t) + 0.3 * random.normal());
        }
    }

  private:
    std::size_t count_;
    std::vector<int> shape_;
    int classes_;
    base::Random random_;
};

/// A feature shape that suits the learner, and one of another kind.
inline std::vector<int> shape_for(std::string_view learner) { return learner == "dense" ? std::vector<int>{24} : std::vector<int>{24, 12}; }

inline graph::Graph build(std::string_view learner, const std::vector<int>& shape, int classes, const base::Json& parameters,
                          std::uint64_t seed = 7) {
    return find_learner_type(learner).build(parameters, shape, classes, {}, base::Random(seed));
}

}  // namespace mote::learn::toy
