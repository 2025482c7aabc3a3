#include "interop/file_layers.hpp"

#include "base/random.hpp"

#include <cmath>

namespace mote::interop {

namespace {

using graph::Quantisation;
using graph::Type;
using graph::testing::TfliteFile;
using Shape = std::vector<int>;
using Ints = std::vector<std::int32_t>;

Quantisation scaled(float scale, int zero_point = 0) { return {{scale}, {zero_point}, -1}; }

std::vector<std::int8_t> weights(std::size_t count, std::uint64_t seed) {
    base::Random random(seed);
    std::vector<std::int8_t> values(count);
    for (std::int8_t& v : values) v = static_cast<std::int8_t>(static_cast<int>(random.below(255)) - 127);
    return values;
}

std::vector<float> reals(std::size_t count, std::uint64_t seed) {
    base::Random random(seed);
    std::vector<float> values(count);
    for (float& v : values) v = static_cast<float>(random.normal());
    return values;
}

/// A file of one operator between x and y, on floats or on int8 of one scale, and what it reads beside x.
class One {
  public:
    One(bool is_real, const Shape& in, const Shape& out, const Quantisation& q = scaled(0.05f, 3)) : One(is_real, in, out, q, q) {}
    One(bool is_real, const Shape& in, const Shape& out, const Quantisation& from, const Quantisation& to) : is_real_(is_real) {
        const Quantisation none;
        x = file.tensor("x", in, is_real ? Type::f32 : Type::i8, is_real ? none : from);
        y = file.tensor("y", out, is_real ? Type::f32 : Type::i8, is_real ? none : to);
    }
    int list(const Ints& values, Shape shape = {}) {
        if (shape.empty()) shape = {static_cast<int>(values.size())};
        return file.constant("list" + std::to_string(constants_++), shape, Type::i32, values);
    }
    FileLayer done(const std::string& name, int code, const Ints& beside, std::map<int, std::int64_t> options = {}) {
        Ints inputs{x};
        inputs.insert(inputs.end(), beside.begin(), beside.end());
        file.op(code, inputs, {y}, std::move(options));
        return as(name);
    }
    FileLayer as(const std::string& name) const { return {name + (is_real_ ? "_float" : ""), file.bytes({x}, {y})}; }

    TfliteFile file;
    int x, y;

  private:
    bool is_real_;
    int constants_ = 0;
};

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

/// The same with two inputs of other scales.
FileLayer unsigned_maximum() {
    TfliteFile file;
    const Quantisation inner = scaled(0.05f, -10);
    const int x = file.tensor("x", {1, 9}, Type::u8, scaled(0.05f, 118)), z = file.tensor("z", {1, 9}, Type::u8, scaled(0.1f, 100)),
              a = file.tensor("a", {1, 9}, Type::i8, inner), b = file.tensor("b", {1, 9}, Type::i8, inner),
              c = file.tensor("c", {1, 9}, Type::i8, inner), y = file.tensor("y", {1, 9}, Type::u8, scaled(0.05f, 118));
    file.version(2).op(114, {x}, {a}).op(114, {z}, {b}).op(55, {a, b}, {c}).op(114, {c}, {y});
    return {"unsigned_maximum_exact", file.bytes({x, z}, {y})};
}

void add_moves(std::vector<FileLayer>& layers, bool is_real) {
    const auto one = [&](const Shape& in, const Shape& out) { return One(is_real, in, out); };
    const auto add = [&](FileLayer layer) { layers.push_back(std::move(layer)); };
    One broadcast = one({1, 3, 1}, {2, 1, 3, 4}), tile = one({2, 3}, {4, 9}), reverse = one({2, 3, 4}, {2, 3, 4});
    broadcast.file.version(2);
    add(broadcast.done("broadcast_to", 130, {broadcast.list({2, 1, 3, 4})}));
    add(tile.done("tile", 69, {tile.list({2, 3})}));
    add(reverse.done("reverse", 105, {reverse.list({1})}));
    One value = one({1, 2, 3, 2}, {1, 5, 4, 2});
    const int fill = is_real ? value.file.constant<float>("fill", {1}, Type::f32, {-1.5f})
                             : value.file.constant<std::int8_t>("fill", {1}, Type::i8, {-27}, scaled(0.05f, 3));
    add(value.done("pad_with_value", 60, {value.list({0, 0, 1, 2, 0, 1, 0, 0}, {4, 2}), fill}));
    for (const int mode : {0, 1}) {
        One mirror = one({1, 4, 3, 2}, {1, 7, 6, 2});
        add(mirror.done("mirror_pad", 100, {mirror.list({0, 0, 1, 2, 2, 1, 0, 0}, {4, 2})}, {{0, mode}}));
    }
    add(one({1, 4, 6, 3}, {1, 2, 3, 12}).done("space_to_depth", 26, {}, {{0, 2}}));
    add(one({1, 2, 3, 12}, {1, 4, 6, 3}).done("depth_to_space", 5, {}, {{0, 2}}));
    One spread = one({1, 5, 6, 2}, {6, 3, 2, 2}), joined = one({6, 3, 2, 2}, {1, 5, 5, 2});
    add(spread.done("space_to_batch", 38, {spread.list({2, 3}), spread.list({1, 0, 0, 0}, {2, 2})}));
    add(joined.done("batch_to_space", 37, {joined.list({2, 3}), joined.list({0, 1, 1, 0}, {2, 2})}));
    One parts = one({1, 3, 4}, {3, 4});
    const Quantisation q = is_real ? Quantisation() : scaled(0.05f, 3);
    const Type type = is_real ? Type::f32 : Type::i8;
    Ints unpacked;
    for (const char* name : {"a", "b", "c"}) unpacked.push_back(parts.file.tensor(name, {1, 4}, type, q));
    const int packed = parts.file.tensor("packed", {1, 4, 3}, type, q);
    parts.file.op(88, {parts.x}, unpacked, {{0, 3}, {1, 1}}).op(83, unpacked, {packed}, {{0, 3}, {1, 2}});
    parts.file.op(22, {packed, parts.list({3, -1})}, {parts.y});
    add(parts.as("unpack_and_pack"));
}

/// A convolution between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: `same` with the pads that keep the size.
FileLayer dilated(bool is_real, bool depthwise, bool same) {
    constexpr int h = 7, w = 6, in_c = 3, out_c = 4, k = 3, b = 2;
    const int rows = same ? h : h - 4, columns = same ? w : w - 4, channels = depthwise ? in_c : out_c;
    const Quantisation from = scaled(0.05f, 3), to = scaled(0.6f, -2);
    One layer(is_real, {1, h, w, in_c}, {1, rows, columns, channels}, from, to);
    const int add_h = same ? 5 : 1, add_w = same ? 4 : 0, high = (h + add_h) / b, wide = (w + add_w) / b;
    const Type type = is_real ? Type::f32 : Type::i8;
    const int spread = layer.file.tensor("spread", {4, high, wide, in_c}, type, is_real ? Quantisation() : from),
              sums = layer.file.tensor("sums", {4, high - 2, wide - 2, channels}, type, is_real ? Quantisation() : to);
    const Shape kernel = depthwise ? Shape{1, k, k, in_c} : Shape{out_c, k, k, in_c};
    const std::size_t count = static_cast<std::size_t>(k * k * in_c * (depthwise ? 1 : out_c)), n = static_cast<std::size_t>(channels);
    std::vector<float> scales(n, 0.02f);
    scales[1] = 0.013f;
    std::vector<float> biases;
    for (const float s : scales) biases.push_back(s * 0.05f);
    const int weight =
        is_real ? layer.file.constant("w", kernel, Type::f32, reals(count, 5))
                : layer.file.constant("w", kernel, Type::i8, weights(count, 6), {scales, std::vector<int>(n, 0), depthwise ? 3 : 0});
    const int bias = is_real ? layer.file.constant("b", {channels}, Type::f32, reals(n, 7))
                             : layer.file.constant("b", {channels}, Type::i32, Ints(n, 500), {biases, std::vector<int>(n, 0), 0});
    const int block = layer.list({b, b}), pads = layer.list(same ? Ints{2, 3, 2, 2} : Ints{0, 1, 0, 0}, {2, 2}),
              crops = layer.list(same ? Ints{0, 1, 0, 0} : Ints{0, 1, 0, 0}, {2, 2});
    layer.file.op(38, {layer.x, block, pads}, {spread});
    if (depthwise)
        layer.file.op(4, {spread, weight, bias}, {sums}, {{0, 1}, {1, 1}, {2, 1}, {3, 1}, {5, 1}, {6, 1}});
    else
        layer.file.op(3, {spread, weight, bias}, {sums}, {{0, 1}, {1, 1}, {2, 1}, {4, 1}, {5, 1}});
    layer.file.op(37, {sums, block, crops}, {layer.y});
    return layer.as(depthwise ? "dilated_depthwise" : "dilated_convolution");
}

void add_composed(std::vector<FileLayer>& layers) {
    for (const bool is_real : {true, false}) {
        for (const float beta : {0.5f, 3.0f})
            layers.push_back(One(is_real, {2, 7}, {2, 7}, scaled(0.05f, 3), scaled(1.0f / 256, -128))
                                 .done("softmax_beta", 25, {}, {{0, TfliteFile::bits(beta)}}));
        layers.push_back(One(is_real, {1, 3, 8}, {1, 3, 8}, scaled(0.05f, 3), scaled(1.0f / 128)).done("l2_normalisation", 11, {}));
    }
    layers.push_back(One(true, {2, 5}, {2, 5}).done("relu_0_to_1", 152, {}));
    One sum(true, {2, 5}, {2, 5});
    layers.push_back(sum.done("add_n", 106, {sum.x, sum.file.constant("c", {2, 5}, Type::f32, reals(10, 3))}));
    for (const auto& [code, name] : std::map<int, std::string>{{8, "floor"},
                                                               {47, "exp"},
                                                               {59, "neg"},
                                                               {66, "sin"},
                                                               {92, "square"},
                                                               {101, "abs"},
                                                               {104, "ceil"},
                                                               {108, "cos"},
                                                               {116, "round"}})
        layers.push_back(One(true, {2, 50}, {2, 50}).done(name, code, {}));
    for (const auto& [code, name] : std::map<int, std::string>{{73, "log"}, {75, "sqrt"}, {76, "rsqrt"}}) {
        One above(true, {2, 50}, {2, 50});
        const int squares = above.file.tensor("squares", {2, 50}, Type::f32);
        above.file.op(92, {above.x}, {squares}).op(code, {squares}, {above.y});
        layers.push_back(above.as(name));
    }
}

/// uint8 pixels into a float model.
FileLayer cast_pixels() {
    TfliteFile file;
    const int x = file.tensor("x", {1, 4, 4, 3}, Type::u8), real = file.tensor("real", {1, 4, 4, 3}, Type::f32),
              y = file.tensor("y", {1, 4, 4, 2}, Type::f32), w = file.constant("w", {2, 3, 3, 3}, Type::f32, reals(54, 8)),
              b = file.constant("b", {2}, Type::f32, reals(2, 9));
    file.op(53, {x}, {real}, {{0, 3}, {1, 0}}).op(3, {real, w, b}, {y}, {{0, 0}, {1, 1}, {2, 1}, {4, 1}, {5, 1}});
    return {"cast_float", file.bytes({x}, {y})};
}

/// Weights of 16 bits, and a shape that follows from another through SHAPE, STRIDED_SLICE, MUL and PACK.
FileLayer constants() {
    One layer(true, {1, 3, 4}, {2, 6});
    TfliteFile& file = layer.file;
    const int whole = file.tensor("whole", {3}, Type::i32), rows = file.tensor("rows", {}, Type::i32),
              twice = file.tensor("twice", {}, Type::i32), shape = file.tensor("shape", {2}, Type::i32),
              two = file.constant<std::int32_t>("two", {}, Type::i32, {2}), begin = layer.list({1}), end = layer.list({2}),
              step = layer.list({1}),
              half =
                  file.halves("half", {2, 6}, {0x3c00, 0xc000, 0x3800, 0x0001, 0x7bff, 0, 0x3555, 0x4248, 0xb800, 0x2e66, 0x5640, 0x8000}),
              real = file.tensor("real", {2, 6}, Type::f32), view = file.tensor("view", {2, 6}, Type::f32);
    file.op(77, {layer.x}, {whole}, {{0, 2}}).op(45, {whole, begin, end, step}, {rows}, {{4, 1}});
    file.op(18, {rows, two}, {twice}).op(83, {two, twice}, {shape}, {{0, 2}, {1, 0}});
    file.op(22, {layer.x, shape}, {view}).op(6, {half}, {real}).op(0, {view, real}, {layer.y});
    return layer.as("constants");
}

/// Weights of 8 bits alone, with a scale a channel, in a model of floats.
FileLayer weights_of_8_bits() {
    One layer(true, {1, 4, 4, 2}, {1, 4, 4, 3});
    const int stored = layer.file.constant("stored", {3, 1, 1, 2}, Type::i8, weights(6, 3), {{0.01f, 0.02f, 0.03f}, {0, 0, 0}, 0}),
              real = layer.file.tensor("real", {3, 1, 1, 2}, Type::f32), bias = layer.file.constant("bias", {3}, Type::f32, reals(3, 4));
    layer.file.version(5)
        .op(6, {stored}, {real})
        .version(1)
        .op(3, {layer.x, real, bias}, {layer.y}, {{0, 0}, {1, 1}, {2, 1}, {4, 1}, {5, 1}});
    return layer.as("weights_of_8_bits");
}

}  // namespace

std::vector<FileLayer> file_layers() {
    std::vector<FileLayer> layers = {unsigned_ends(), unsigned_maximum(), cast_pixels(), constants(), weights_of_8_bits()};
    for (const bool is_real : {true, false}) {
        add_moves(layers, is_real);
        for (const bool depthwise : {false, true})
            for (const bool same : {false, true}) layers.push_back(dilated(is_real, depthwise, same));
    }
    add_composed(layers);
    return layers;
}

}  // namespace mote::interop
