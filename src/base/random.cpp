#include "base/random.hpp"

#include <bit>
#include <cmath>

namespace mote::base {

namespace {
std::uint64_t split_mix(std::uint64_t& state) {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
}  // namespace

Random::Random(std::uint64_t seed) : seed_(seed) {
    std::uint64_t state = seed;
    for (auto& word : state_) word = split_mix(state);
}

Random Random::fork(std::string_view name, std::uint64_t index) const {
    std::uint64_t mixed = 0xcbf29ce484222325u ^ seed_;  // FNV-1a over the name, then SplitMix64 over seed and index
    for (const char c : name) mixed = (mixed ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    mixed ^= index * 0xd1342543de82ef95u;
    return Random(split_mix(mixed));
}

std::uint64_t Random::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t t = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= t;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

std::uint64_t Random::below(std::uint64_t n) {
    const std::uint64_t threshold = (0 - n) % n;
    for (;;) {
        const std::uint64_t word = next();
        if (word >= threshold) return word % n;
    }
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

double Random::normal() {
    if (has_spare_) {
        has_spare_ = false;
        return spare_;
    }
    for (;;) {
        const double u = 2 * uniform() - 1, v = 2 * uniform() - 1, s = u * u + v * v;
        if (s >= 1 || s == 0) continue;
        const double factor = std::sqrt(-2 * std::log(s) / s);
        spare_ = v * factor;
        has_spare_ = true;
        return u * factor;
    }
}

}  // namespace mote::base
