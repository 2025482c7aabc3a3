#include "graph/pairs.hpp"

#include <algorithm>
#include <cstdlib>

namespace mote::graph {

namespace {

constexpr int most_in_block = 255;

int magnitude(std::span<const int> weights) {
    int sum = 0;
    for (const int w : weights) sum += std::abs(w);
    return sum;
}

}  // namespace

LimitedWeights limited_weights(std::span<const std::int8_t> weights, std::size_t block) {
    std::vector<int> kept(weights.begin(), weights.end());
    LimitedWeights result;
    for (std::size_t first = 0; first < kept.size(); first += block) {
        const std::span<int> part(kept.data() + first, block);
        for (int excess = magnitude(part) - most_in_block; excess > 0; excess = magnitude(part) - most_in_block) {
            // From the largest, so that few entries suffice.
            const auto largest = std::max_element(part.begin(), part.end(), [](int a, int b) { return std::abs(a) < std::abs(b); });
            const int taken = std::clamp(*largest, -excess, excess);
            result.taken.push_back({first + static_cast<std::size_t>(largest - part.begin()), taken});
            *largest -= taken;
        }
    }
    for (const int w : kept) result.weights.push_back(static_cast<std::uint8_t>(w + 128));
    return result;
}

}  // namespace mote::graph
