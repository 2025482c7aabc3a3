#include "graph/pairs.hpp"
#include "graph/variants/add/catalogue.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

namespace mote::graph::variants::add {

namespace {

/// What kernels of one input's value add up to, exactly.
struct Operands {
    std::vector<std::int32_t> left, right;
};

Operands operands_of(const Layer& p) {
    Operands operands;
    for (std::int32_t value = -128; value < 128; ++value) {
        operands.left.push_back(rt::nn::multiply((value - p.left_zero_point) * (1 << 20), p.left_multiplier, p.left_shift));
        operands.right.push_back(rt::nn::multiply((value - p.right_zero_point) * (1 << 20), p.right_multiplier, p.right_shift));
    }
    return operands;
}

struct Tables {
    int places = 0;
    std::vector<std::int32_t> left, right;
};

bool gives_the_reference(const Layer& p, const Operands& operands, const Tables& tables) {
    for (std::size_t l = 0; l < 256; ++l)
        for (std::size_t r = 0; r < 256; ++r) {
            const std::int32_t sum = operands.left[l] + operands.right[r];
            const std::int32_t expected =
                std::clamp(rt::nn::multiply(sum, p.out_multiplier, p.out_shift) + p.out_zero_point, p.low, p.high);
            const std::int32_t got = std::clamp((tables.left[l] + tables.right[r]) >> tables.places, p.low, p.high);
            if (got != expected) return false;
        }
    return true;
}

Tables tables_with(const Layer& p, const Operands& operands, int places, int offset) {
    const double unit = std::ldexp(static_cast<double>(p.out_multiplier), p.out_shift - 31 + places);
    Tables tables{places, {}, {}};
    for (const std::int32_t x : operands.left)
        tables.left.push_back(static_cast<std::int32_t>(std::llround(x * unit)) + (2 * p.out_zero_point + 1) * (1 << (places - 1)) +
                              offset);
    for (const std::int32_t x : operands.right) tables.right.push_back(static_cast<std::int32_t>(std::llround(x * unit)));
    return tables;
}

std::optional<Tables> find_tables(const Layer& p) {
    const auto within = [](std::int32_t shift, std::int32_t most) { return shift >= -22 && shift <= most; };
    if (!within(p.left_shift, 0) || !within(p.right_shift, 0) || !within(p.out_shift, -1)) return {};
    const Operands operands = operands_of(p);
    const auto largest = [](const std::vector<std::int32_t>& v) {
        return std::max(std::abs(std::int64_t{v.front()}), std::abs(std::int64_t{v.back()}));
    };
    const double unit = std::ldexp(static_cast<double>(p.out_multiplier), p.out_shift - 31);
    const double most = static_cast<double>(largest(operands.left) + largest(operands.right)) * unit + 256;
    const int places = 30 - std::ilogb(most);
    if (places < 12) return {};
    // Halves are rounded away from zero, and twice: a little more or less than a half may be what gives every pair.
    for (const int offset : {0, 1, -1, 2, -2, 4, -4, 8, -8}) {
        Tables tables = tables_with(p, operands, places, offset);
        if (gives_the_reference(p, operands, tables)) return tables;
    }
    return {};
}

// Two tables of 1 KiB are too much for a few values.
bool suits(const Layer& p) { return p.count >= 32 && find_tables(p).has_value(); }

void apply(const Layer& p, KernelPlan& plan) {
    const Tables tables = *find_tables(p);
    KernelCall& call = plan.calls[0];
    call.use("add", "tables");
    call.set_value("out_shift", -tables.places);
    call.tables = {kernel_table("left", Type::i32, std::span<const std::int32_t>(tables.left)),
                   kernel_table("right", Type::i32, std::span<const std::int32_t>(tables.right))};
}

}  // namespace

const Variant& tables() {
    static const Variant variant{has_words_only, 10, suits, apply};
    return variant;
}

}  // namespace mote::graph::variants::add
