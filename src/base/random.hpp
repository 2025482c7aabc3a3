// Random numbers that are the same on every machine: xoshiro256** (Blackman and Vigna, 2018), seeded by SplitMix64.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace mote::base {

class Random {
  public:
    explicit Random(std::uint64_t seed);
    /// An independent stream for `name` (and `index`), so that adding a consumer changes no other consumer's numbers.
    Random fork(std::string_view name, std::uint64_t index = 0) const;

    std::uint64_t next();
    /// Uniform in [0, n); n > 0; without modulo bias.
    std::uint64_t below(std::uint64_t n);
    /// Uniform in [0, 1), 53 bits.
    double uniform();
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Standard normal (Marsaglia's polar method).
    double normal();
    bool chance(double probability) { return uniform() < probability; }

    template <class T>
    void shuffle(std::span<T> items) {
        for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
    }

  private:
    std::uint64_t state_[4];
    std::uint64_t seed_;
    double spare_ = 0;
    bool has_spare_ = false;
};

}  // namespace mote::base
