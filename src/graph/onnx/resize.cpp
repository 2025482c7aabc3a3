// Images and series of another size. The graph's operators know TensorFlow's coordinates; a nearest place by another rule is a list of
// indices to gather.
#include "graph/onnx/families.hpp"

#include "graph/node_view.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph::onnx {

namespace {

struct Along {
    int in = 1, out = 1;
    double scale = 1;  ///< output size by input size, as the file gives it
};

struct Request {
    std::string mode, coordinates, nearest;
    std::vector<Along> along;  ///< by dimension
};

double coordinate(const Request& r, const Along& a, int place) {
    const double x = place;
    if (r.coordinates == "asymmetric") return x / a.scale;
    if (r.coordinates == "align_corners") return a.out == 1 ? 0 : x * (a.in - 1) / (a.out - 1);
    if (r.coordinates == "pytorch_half_pixel" && a.out == 1) return 0;
    if (r.coordinates == "tf_half_pixel_for_nn") return (x + 0.5) / a.scale;
    return (x + 0.5) / a.scale - 0.5;
}

std::vector<int> nearest_places(const Request& r, const Along& a) {
    std::vector<int> places;
    for (int i = 0; i < a.out; ++i) {
        const double x = coordinate(r, a, i);
        const double place = r.nearest == "floor"               ? std::floor(x)
                             : r.nearest == "ceil"              ? std::ceil(x)
                             : r.nearest == "round_prefer_ceil" ? std::floor(x + 0.5)
                                                                : std::ceil(x - 0.5);
        places.push_back(static_cast<int>(std::clamp(place, 0.0, static_cast<double>(a.in - 1))));
    }
    return places;
}

// The graph's own nearest neighbour without options.
std::vector<int> plain_places(const Along& a) {
    std::vector<int> places;
    for (std::int64_t i = 0; i < a.out; ++i) places.push_back(static_cast<int>(i * a.in / a.out));
    return places;
}

struct Image {
    Value value;  ///< settled, channels last
    Along h, w;
    bool is_series = false;  ///< an image of one column
};

// Two dimensions, or one, beside a batch and channels that stay.
Image image_of(Translator& t, Value x, const Request& r) {
    const std::size_t rank = x.shape.size();
    if ((rank != 3 && rank != 4) || r.along[0].in != r.along[0].out || r.along[1].in != r.along[1].out)
        t.refuse("resizes " + graph::text_of(x.shape) + " along other dimensions than height and width", "resize images [1, C, H, W]");
    if (rank == 3) x.shape.push_back(1);
    return {t.writer().with_channels_last(x), r.along[2], rank == 4 ? r.along[3] : Along{}, rank == 3};
}

Value resized(Translator& t, const Image& image, const std::string& op, bool align, bool half) {
    Value y = image.value.with(
        t.writer().emit(op, {image.value.tensor},
                        {{"height", image.h.out}, {"width", image.w.out}, {"align_corners", align}, {"half_pixel_centers", half}}));
    y.shape = y.inner = permuted(t.writer().at(y.tensor).shape, inverse(y.order));
    if (image.is_series) y.shape.pop_back();
    return y;
}

Value nearest(Translator& t, Value x, const Request& r) {
    bool plain = x.shape.size() == 3 || x.shape.size() == 4;
    for (std::size_t d = 0; d < r.along.size(); ++d) {
        const Along& a = r.along[d];
        plain = plain && nearest_places(r, a) == plain_places(a) && (d > 1 || a.in == a.out);
    }
    if (plain) return resized(t, image_of(t, x, r), "resize_nearest", false, false);
    x = t.writer().settled(x);
    for (std::size_t d = 0; d < r.along.size(); ++d) {
        const std::vector<int> places = nearest_places(r, r.along[d]);
        if (places != plain_order(static_cast<std::size_t>(r.along[d].in))) x = gathered(t, x, static_cast<int>(d), places);
    }
    return x;
}

Value linear(Translator& t, const Value& x, const Request& r) {
    const Image image = image_of(t, x, r);
    for (const Along& a : {image.h, image.w})
        if (a.scale * a.in != a.out)
            t.refuse("interpolates with a scale that does not lead to a whole size", "give sizes instead of scales");
    const bool one = image.h.out == 1 || (x.shape.size() == 4 && image.w.out == 1);
    const bool half = r.coordinates == "half_pixel" || (r.coordinates == "pytorch_half_pixel" && !one);
    if (!half && r.coordinates != "align_corners" && r.coordinates != "asymmetric")
        t.refuse("interpolates with coordinates \"" + r.coordinates + "\"", "use half_pixel, align_corners or asymmetric");
    return resized(t, image, "resize_bilinear", r.coordinates == "align_corners", half);
}

void run(Translator& t, const Request& r) {
    const Value x = t.movable(0);
    if (r.mode == "nearest") return t.set_output(0, nearest(t, x, r));
    if (r.mode == "linear" || r.mode == "bilinear") return t.set_output(0, linear(t, x, r));
    t.refuse("interpolates by \"" + r.mode + "\"", "use nearest or linear");
}

void read_sizes(Translator& t, Request& r, const std::vector<float>& scales, const std::vector<int>& sizes) {
    const std::vector<int> shape = t.movable(0).shape;
    if ((sizes.empty() ? scales.size() : sizes.size()) != shape.size())
        t.reject("has scales or sizes that do not fit " + graph::text_of(shape));
    for (std::size_t d = 0; d < shape.size(); ++d) {
        Along a{shape[d], sizes.empty() ? 0 : sizes[d], 1};
        a.scale = sizes.empty() ? double{scales[d]} : static_cast<double>(a.out) / a.in;
        const double out = std::floor(a.in * a.scale);
        if (!(out >= 1) || out > 65535) t.reject("resizes to a size that is not 1 to 65535");
        if (sizes.empty()) a.out = static_cast<int>(out);
        r.along.push_back(a);
    }
}

}  // namespace

void resize(Translator& t) {
    Request r;
    r.mode = t.text("mode", "nearest");
    r.coordinates = t.text("coordinate_transformation_mode", t.opset() < 11 ? "asymmetric" : "half_pixel");
    r.nearest = t.text("nearest_mode", t.opset() < 11 ? "floor" : "round_prefer_floor");
    (void)t.real("cubic_coeff_a", -0.75f), (void)t.real("extrapolation_value", 0);
    if (t.integer("exclude_outside", 0) != 0 || t.integer("antialias", 0) != 0 ||
        t.text("keep_aspect_ratio_policy", "stretch") != "stretch")
        t.refuse("resizes with exclude_outside, antialias or a kept aspect ratio", "leave these at their defaults");
    static constexpr std::string_view known[] = {"half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", "tf_half_pixel_for_nn"};
    static constexpr std::string_view roundings[] = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
    if (std::find(std::begin(roundings), std::end(roundings), r.nearest) == std::end(roundings))
        t.refuse("rounds places by \"" + r.nearest + "\"", "use round_prefer_floor, round_prefer_ceil, floor or ceil");
    if (r.coordinates == "tf_crop_and_resize") t.refuse("crops before it resizes", "crop with Slice");
    if (std::find(std::begin(known), std::end(known), r.coordinates) == std::end(known))
        t.refuse("resizes with coordinates \"" + r.coordinates + "\"", "use half_pixel, align_corners or asymmetric");
    const std::size_t first = t.opset() < 11 ? 1 : 2;
    const std::vector<float> scales = t.has_input(first) ? t.reals(first) : std::vector<float>();
    const std::vector<int> sizes = t.has_input(first + 1) ? t.numbers(first + 1) : std::vector<int>();
    if (t.has("axes")) t.refuse("names axes", "give scales or sizes for every dimension");
    read_sizes(t, r, scales, sizes);
    run(t, r);
}

void upsample(Translator& t) {
    Request r{t.text("mode", "nearest"), "asymmetric", "floor", {}};
    std::vector<float> scales;
    if (const Attribute* a = t.attribute("scales")) scales = a->reals;
    if (t.has_input(1)) scales = t.reals(1);
    read_sizes(t, r, scales, {});
    run(t, r);
}

}  // namespace mote::graph::onnx
