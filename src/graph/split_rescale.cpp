#include "graph/split_rescale.hpp"

#include "mote/rt/nn/split_rescale.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace mote::graph {

namespace {

/// The staircase of one channel, or of all channels together.
struct Staircase {
    std::int32_t multiplier = 0;
    int shift = 0;
    std::int32_t zero_point = 0;
    StoredRange range;

    std::int32_t value(std::int32_t sum) const {
        return std::clamp(rt::nn::multiply(sum, multiplier, shift) + zero_point, range.low, range.high);
    }
    /// The least sum whose output is at least `output`, in [-2^30, 2^30]; 2^30 where there is none.
    std::int64_t first_of(std::int32_t output) const {
        std::int64_t below = -(std::int64_t{1} << 30) - 1, at = std::int64_t{1} << 30;
        while (at - below > 1) {
            const std::int64_t middle = below + (at - below) / 2;
            (value(static_cast<std::int32_t>(middle)) >= output ? at : below) = middle;
        }
        return at;
    }
};

/// Where each step above the lowest output begins, counted from the last sum of the lowest.
struct Steps {
    std::int64_t origin = 0;
    std::vector<std::int64_t> first;
    std::int64_t span() const { return first.back(); }
};

std::optional<Steps> steps_of(const Staircase& stairs) {
    Steps steps;
    for (std::int32_t output = stairs.range.low + 1; output <= stairs.range.high; ++output) {
        const std::int64_t first = stairs.first_of(output);
        constexpr std::int64_t most = std::int64_t{1} << 28;
        if (first <= -most || first >= most) return {};
        if (steps.first.empty()) steps.origin = first - 1;
        steps.first.push_back(first - steps.origin);
    }
    if (steps.first.empty()) return {};
    return steps;
}

std::optional<rt::nn::SplitFactors> line_through(const Staircase& stairs, const Steps& steps, int split_bits, bool ties) {
    const double factor = std::ldexp(static_cast<double>(stairs.multiplier), stairs.shift - 31);
    const auto nearest = static_cast<std::uint64_t>(std::llround(std::ldexp(factor, 24 + split_bits)));
    const std::int64_t zero = ties ? std::max<std::int64_t>(-steps.origin, 0) : 0, step = ties ? std::int64_t{1} << (24 + stairs.shift) : 0;
    for (const std::uint64_t multiplier : {nearest, nearest + 1, nearest - 1}) {
        const auto height = [&](std::int64_t sum) {
            return static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) * multiplier >> split_bits) - (sum < zero ? step : 0);
        };
        // What the offset must be at least, and at most.
        std::int64_t least = -height(0), most = (static_cast<std::int64_t>(steps.first.size() + 1) << 24) - 1 - height(steps.span());
        for (std::size_t i = 0; i < steps.first.size(); ++i) {
            const std::int64_t level = static_cast<std::int64_t>(i + 1) << 24;
            least = std::max(least, level - height(steps.first[i]));
            most = std::min(most, level - 1 - height(steps.first[i] - 1));
        }
        if (least > most) continue;
        const std::int64_t offset = least + (most - least) / 2 + (std::int64_t{stairs.range.low} << 24);
        return rt::nn::SplitFactors{static_cast<std::uint32_t>(multiplier >> split_bits),
                                    static_cast<std::uint32_t>(multiplier & ((std::uint64_t{1} << split_bits) - 1)),
                                    static_cast<std::uint32_t>(offset),
                                    static_cast<std::uint32_t>(steps.span()),
                                    static_cast<std::uint32_t>(zero),
                                    static_cast<std::uint32_t>(step)};
    }
    return {};
}

}  // namespace

std::optional<SplitRescale> split_rescale(const LayerTables& tables) {
    const bool ties = tables.range.low < tables.out_zero_point;
    std::vector<Staircase> stairs;
    std::vector<Steps> steps;
    SplitRescale result;
    result.split_bits = 20;
    for (std::size_t q = 0; q < tables.multiplier.size(); ++q) {
        const int shift = tables.shift[q];
        if (shift >= 0 || shift < -22 || tables.multiplier[q] <= 0) return {};
        stairs.push_back({tables.multiplier[q], shift, tables.out_zero_point, tables.range});
        auto found = steps_of(stairs.back());
        if (!found) return {};
        steps.push_back(std::move(*found));
        // span * 2^split_bits fits 32 bits.
        result.split_bits =
            std::min(result.split_bits, 32 - static_cast<int>(std::bit_width(static_cast<std::uint64_t>(steps.back().span()))));
    }
    for (std::size_t q = 0; q < stairs.size(); ++q) {
        const auto f = line_through(stairs[q], steps[q], result.split_bits, ties);
        if (!f) return {};
        const std::uint32_t entry[] = {f->high, f->low, f->offset, f->span, f->zero, f->step};
        for (int i = 0; i < rt::nn::split_words(ties); ++i) result.factors.push_back(static_cast<std::int32_t>(entry[i]));
    }
    for (std::size_t c = 0; c < tables.bias.size(); ++c)
        result.bias.push_back(static_cast<std::int32_t>(tables.bias[c] - steps[tables.per_channel ? c : 0].origin));
    return result;
}

}  // namespace mote::graph
