// Transposed convolutions. Those with groups or dilations become the convolution that they are (Dumoulin and Visin, "A guide to convolution
// arithmetic for deep learning", 2016): zeros between the places of the input, and the kernel turned round.
#include "graph/onnx/layers.hpp"

#include "graph/node_view.hpp"

#include <algorithm>

namespace mote::graph::onnx {

namespace {

constexpr int most = 4096;

int at_or(const std::vector<int>& values, std::size_t i, int otherwise) { return i < values.size() ? values[i] : otherwise; }

struct Spread {
    int kernel = 1, stride = 1, dilation = 1;
    std::int64_t before = 0, behind = 0;  ///< zeros around the spread input; below 0 it is cut
    int pad() const { return (kernel - 1) * dilation - static_cast<int>(before); }
    int out(int in) const { return in * stride + static_cast<int>(before + behind) - (kernel - 1) * dilation; }
};

std::vector<Spread> read_spread(Translator& t, const std::vector<int>& shape, const std::vector<int>& kernel) {
    const std::size_t spatial = shape.size() - 2;
    const auto strides = t.integers("strides"), dilations = t.integers("dilations"), pads = t.integers("pads"),
               more = t.integers("output_padding"), wanted = t.integers("output_shape"), told = t.integers("kernel_shape");
    const std::string auto_pad = t.text("auto_pad", "NOTSET");
    const auto fits = [&](const std::vector<int>& list, std::size_t count, int low) {
        return (list.empty() || list.size() == count) &&
               std::all_of(list.begin(), list.end(), [&](int v) { return v >= low && v <= most; });
    };
    if (!fits(strides, spatial, 1) || !fits(dilations, spatial, 1) || !fits(pads, 2 * spatial, 0) || !fits(more, spatial, 0) ||
        !fits(wanted, spatial, 1) || (!told.empty() && !std::equal(told.begin(), told.end(), kernel.begin() + 2, kernel.end())))
        t.reject("has a kernel, strides, dilations, pads or an output shape that do not fit");
    std::vector<Spread> all;
    for (std::size_t d = 0; d < spatial; ++d) {
        Spread s{kernel[d + 2], at_or(strides, d, 1), at_or(dilations, d, 1)};
        const std::int64_t span = (std::int64_t{s.kernel} - 1) * s.dilation, in = shape[d + 2], extra = at_or(more, d, 0);
        std::int64_t before = at_or(pads, d, 0), behind = at_or(pads, d + spatial, 0);
        if (!wanted.empty() || auto_pad.starts_with("SAME")) {
            const std::int64_t out = wanted.empty() ? in * s.stride : wanted[d];
            const std::int64_t total = std::max<std::int64_t>((in - 1) * s.stride + extra + span + 1 - out, 0);
            before = auto_pad == "SAME_UPPER" ? total / 2 : total - total / 2;
            behind = total - before;
            behind -= out - ((in - 1) * s.stride + extra + span + 1 - total);  // a larger output than its input reaches ends in zeros
        }
        s.before = span - before;
        s.behind = span - behind + extra - (s.stride - 1);
        all.push_back(s);
    }
    return all;
}

// stride - 1 zeros behind each place along one dimension of [1, H, W, C].
int spread(Translator& t, int image, std::size_t dimension, int stride) {
    if (stride == 1) return image;
    Writer& w = t.writer();
    std::vector<int> shape = w.at(image).shape;
    int rest = 1;
    for (std::size_t d = dimension + 1; d < shape.size(); ++d) rest *= shape[d];
    const int places = static_cast<int>(w.at(image).count()) / rest;
    const int apart = w.emit("pad", {w.reshaped(image, {1, places, 1, rest})}, {{"pads", {0, 0, 0, 0, 0, stride - 1, 0, 0}}});
    shape[dimension] *= stride;
    return w.reshaped(apart, shape);
}

// [C, O / groups, K...] as [O, C / groups, K...], with the kernel turned round where asked.
Value turned_weights(Translator& t, const Value& weights, int groups, bool turns) {
    const Value plain = t.writer().in_plain_order(weights);
    const Tensor& from = t.writer().at(plain.tensor);
    if (from.quantisation.axis >= 0 && (from.quantisation.axis != 1 || groups != 1))
        t.refuse("has weights with scales along another dimension than the outputs", "quantise weights per tensor");
    const int in = from.shape[0] / groups, out = from.shape[1];
    Tensor to = from;
    to.shape[0] = out * groups;
    to.shape[1] = in;
    if (to.quantisation.axis >= 0) to.quantisation.axis = 0;
    const std::size_t places = from.count() / static_cast<std::size_t>(from.shape[0]) / static_cast<std::size_t>(out);
    const std::size_t size = size_of(from.type);
    auto* target = to.data.data();
    for (int o = 0; o < out * groups; ++o)
        for (int i = 0; i < in; ++i)
            for (std::size_t p = places; p-- > 0; target += size) {
                const std::size_t c = static_cast<std::size_t>(o / out) * static_cast<std::size_t>(in) + static_cast<std::size_t>(i),
                                  m = static_cast<std::size_t>(o % out);
                const std::size_t place = turns ? p : places - 1 - p;
                const auto* source = from.data.data() + ((c * static_cast<std::size_t>(out) + m) * places + place) * size;
                std::copy(source, source + size, target);
            }
    const std::vector<int> shape = to.shape;
    Value result = weights.with(t.writer().add(std::move(to)));
    result.shape = result.inner = shape;
    result.order = plain_order(shape.size());
    return result;
}

}  // namespace

void transposed_convolution(Translator& t) {
    Layer layer{t.operand(0), t.operand(1), std::nullopt, t.output_storage()};
    if (t.has_input(2)) layer.bias = t.operand(2);
    decide(t, layer);
    Writer& w = t.writer();
    const std::vector<int> shape = layer.x.shape, kernel = layer.weights.shape;
    const auto groups = static_cast<int>(groups_of(t, shape, kernel));
    if (kernel[0] != shape[1]) t.reject("has input " + graph::text_of(shape) + " and weights " + graph::text_of(kernel));
    const std::vector<Spread> along = read_spread(t, shape, kernel);
    const auto fits = [&](const Spread& s, int in) { return s.dilation == 1 && s.pad() >= 0 && s.out(in) >= 1 && s.out(in) <= 65535; };
    const bool plain = groups == 1 && fits(along[0], shape[2]) && (along.size() == 1 || fits(along[1], shape[3]));
    layer.weights = turned_weights(t, layer.weights, groups, !plain);
    if (plain) {
        const Spread down = along[0], right = along.size() > 1 ? along[1] : Spread{};
        return t.set_output(0, convolve_transposed(t, std::move(layer),
                                                   {{"stride_h", down.stride},
                                                    {"stride_w", right.stride},
                                                    {"pad_top", down.pad()},
                                                    {"pad_left", right.pad()},
                                                    {"out_h", down.out(shape[2])},
                                                    {"out_w", along.size() > 1 ? right.out(shape[3]) : 1},
                                                    {"activation", "none"}}));
    }

    if (shape.size() == 3) layer.x.shape.push_back(1);
    layer.x = w.with_channels_last(layer.x);
    int image = layer.x.tensor;
    std::vector<int> before(4, 0), behind(4, 0);
    std::vector<WindowAlong> windows;
    for (std::size_t d = 0; d < along.size(); ++d) {
        image = spread(t, image, d + 1, along[d].stride);
        layer.x.shape[d + 2] *= along[d].stride;
        before[d + 2] = static_cast<int>(along[d].before), behind[d + 2] = static_cast<int>(along[d].behind);
        windows.push_back({along[d].kernel, 1, along[d].dilation});
    }
    layer.x.tensor = image;
    layer.x.inner = layer.x.shape;
    layer.x = padded(t, layer.x, before, behind, Edge::zero);
    if (shape.size() == 3) layer.x.shape.pop_back();
    t.set_output(0, convolve(t, std::move(layer), groups, windows));
}

}  // namespace mote::graph::onnx
