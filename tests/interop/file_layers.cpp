#include "interop/file_layers.hpp"

#include "base/random.hpp"

namespace mote::interop {

namespace {

using graph::Quantisation;
using graph::Type;
using graph::testing::TfliteFile;

Quantisation scaled(float scale, int zero_point = 0) { return {{scale}, {zero_point}, -1}; }

std::vector<std::int8_t> weights(std::size_t count, std::uint64_t seed) {
    base::Random random(seed);
    std::vector<std::int8_t> values(count);
    for (std::int8_t& v : values) v = static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
    return values;
}

/// Full integer with uint8 ends: QUANTIZE, FULLY_CONNECTED, QUANTIZE.
FileLayer unsigned_ends() {
    TfliteFile file;
    const int x = file.tensor("x", {1, 24}, Type::u8, scaled(0.05f, 118)), a = file.tensor("a", {1, 24}, Type::i8, scaled(0.05f, -10)),
              b = file.tensor("b", {1, 10}, Type::i8, scaled(0.4f, 7)), y = file.tensor("y", {1, 10}, Type::u8, scaled(0.4f, 135)),
              w = file.constant("w", {10, 24}, Type::i8, weights(240, 1), scaled(0.02f)),
              bias = file.constant("bias", {10}, Type::i32, std::vector<std::int32_t>(10, 100), scaled(0.05f * 0.02f));
    file.op(114, {x}, {a}).version(4).op(9, {a, w, bias}, {b}).version(2).op(114, {b}, {y});
    return {"unsigned_ends_exact", file.bytes({x}, {y})};
}

}  // namespace

std::vector<FileLayer> file_layers() { return {unsigned_ends()}; }

}  // namespace mote::interop
