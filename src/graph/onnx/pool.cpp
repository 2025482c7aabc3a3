// Windows of poolings and convolutions, and the poolings. The graph knows TensorFlow's paddings "same" and "valid"; other pads are nodes of
// their own: zeros, or for a maximum copies of the edge, which every window that reaches beyond it holds already.
#include "graph/onnx/families.hpp"

#include "graph/node_view.hpp"

#include <algorithm>

namespace mote::graph::onnx {

namespace {

constexpr int most = 65535;

int at_or(const std::vector<int>& values, std::size_t i, int otherwise) { return i < values.size() ? values[i] : otherwise; }

struct WindowAttributes {
    std::vector<int> kernel, strides, dilations, pads;
    std::string auto_pad;
    bool ceil = false;
};

WindowAttributes read_attributes(Translator& t, std::size_t spatial, std::vector<int> kernel) {
    WindowAttributes a;
    a.kernel = t.integers("kernel_shape");
    if (!kernel.empty() && !a.kernel.empty() && a.kernel != kernel)
        t.reject("has kernel_shape " + graph::text_of(a.kernel) + " and weights for a kernel of " + graph::text_of(kernel));
    if (a.kernel.empty()) a.kernel = std::move(kernel);
    a.strides = t.integers("strides"), a.dilations = t.integers("dilations"), a.pads = t.integers("pads");
    a.auto_pad = t.text("auto_pad", "NOTSET");
    a.ceil = t.integer("ceil_mode", 0) != 0;
    const auto fits = [&](const std::vector<int>& list, std::size_t count, int low) {
        return (list.empty() || list.size() == count) &&
               std::all_of(list.begin(), list.end(), [&](int v) { return v >= low && v <= most; });
    };
    if (a.kernel.size() != spatial || !fits(a.kernel, spatial, 1) || !fits(a.strides, spatial, 1) || !fits(a.dilations, spatial, 1) ||
        !fits(a.pads, 2 * spatial, 0))
        t.reject("has a kernel, strides, dilations or pads that do not fit " + std::to_string(spatial) + " dimensions");
    if (a.auto_pad != "NOTSET" && a.auto_pad != "SAME_UPPER" && a.auto_pad != "SAME_LOWER" && a.auto_pad != "VALID")
        t.reject("has auto_pad \"" + a.auto_pad + "\"");
    return a;
}

// An image with its channels last; a series is one of a single column.
struct Pooled {
    Value x;
    std::vector<WindowAlong> along;
    bool is_series = false;
};

Pooled read_pool(Translator& t) {
    Pooled p{t.movable(0), {}, false};
    if (p.x.shape.size() != 3 && p.x.shape.size() != 4)
        t.refuse("pools a tensor of shape " + graph::text_of(p.x.shape), "use one or two dimensions beside batch and channels");
    p.along = windows(t, p.x.shape, {});
    p.is_series = p.x.shape.size() == 3;
    if (p.is_series) {
        p.x.shape.push_back(1);
        p.along.push_back({1, 1, 1, 0, 0, 0, 1});
    }
    p.x = t.writer().with_channels_last(p.x);
    return p;
}

void give(Translator& t, const Pooled& p, Value y) {
    if (p.is_series) y.shape.pop_back();
    t.set_output(0, std::move(y));
}

Value around(Translator& t, const Pooled& p, Edge edge) {
    return padded(t, p.x, {0, 0, p.along[0].before, p.along[1].before}, {0, 0, p.along[0].behind, p.along[1].behind}, edge);
}

Value windowed(Translator& t, const std::string& op, const Value& x, const std::vector<WindowAlong>& along, bool same) {
    const base::Json attributes = {{"kernel_h", along[0].kernel}, {"kernel_w", along[1].kernel},        {"stride_h", along[0].stride},
                                   {"stride_w", along[1].stride}, {"padding", same ? "same" : "valid"}, {"activation", "none"}};
    Value y = x.with(t.writer().emit(op, {x.tensor}, attributes));
    y.shape = y.inner = permuted(t.writer().at(y.tensor).shape, inverse(y.order));
    return y;
}

// For each window the places of its kernel by the places that count: what a mean with zeros around the image is to be multiplied with.
std::vector<float> corrections(const std::vector<WindowAlong>& along, const std::vector<int>& spatial, bool includes_pads, bool& needed) {
    std::vector<float> all{1};
    needed = false;
    for (std::size_t d = 0; d < along.size(); ++d) {
        const WindowAlong& a = along[d];
        std::vector<float> next;
        for (const float before : all)
            for (int o = 0; o < a.out; ++o) {
                const int first = o * a.stride - a.before, end = first + a.kernel;
                const int low = includes_pads ? -a.before : 0, high = spatial[d] + (includes_pads ? a.told_behind : 0);
                const int counted = std::min(end, high) - std::max(first, low);
                needed = needed || counted != a.kernel;
                next.push_back(before * static_cast<float>(a.kernel) / static_cast<float>(std::max(counted, 1)));
            }
        all = std::move(next);
    }
    return all;
}

// Windows with holes: the largest of parts of the image, along one dimension and then along the other.
Value dilated_maximum(Translator& t, Value x, const std::vector<WindowAlong>& along) {
    for (std::size_t d = 0; d < along.size(); ++d) {
        const WindowAlong& a = along[d];
        Value most;
        for (int k = 0; k < a.kernel; ++k) {
            const Value next = part_along(t, x, static_cast<int>(d) + 2, k * a.dilation, a.out, a.stride);
            most = k == 0 ? next : t.binary("maximum", most, next);
        }
        x = most;
    }
    return x;
}

Value global(Translator& t, const char* op) {
    Value x = t.movable(0);
    if (x.shape.size() < 3) t.reject("pools a tensor of shape " + graph::text_of(x.shape));
    const bool is_series = x.shape.size() == 3;
    if (is_series) x.shape.push_back(1);
    std::vector<int> axes = plain_order(x.shape.size());
    axes.erase(axes.begin(), axes.begin() + 2);
    Value y = reduced(t, op, x, axes, true);
    if (is_series) y.shape.pop_back();
    return y;
}

}  // namespace

std::vector<WindowAlong> windows(Translator& t, const std::vector<int>& shape, std::vector<int> kernel) {
    const std::size_t spatial = shape.size() - 2;
    const WindowAttributes a = read_attributes(t, spatial, std::move(kernel));
    std::vector<WindowAlong> all;
    for (std::size_t d = 0; d < spatial; ++d) {
        WindowAlong w{a.kernel[d], at_or(a.strides, d, 1), at_or(a.dilations, d, 1)};
        const std::int64_t in = shape[d + 2], span = (std::int64_t{w.kernel} - 1) * w.dilation + 1;
        std::int64_t out = 0;
        if (a.auto_pad == "SAME_UPPER" || a.auto_pad == "SAME_LOWER") {
            out = (in + w.stride - 1) / w.stride;
            const std::int64_t total = std::max<std::int64_t>((out - 1) * w.stride + span - in, 0);
            w.before = static_cast<int>(a.auto_pad == "SAME_UPPER" ? total / 2 : total - total / 2);
            w.told_behind = static_cast<int>(total) - w.before;
        } else {
            if (a.auto_pad == "NOTSET") w.before = at_or(a.pads, d, 0), w.told_behind = at_or(a.pads, d + spatial, 0);
            const std::int64_t room = in + w.before + w.told_behind - span;
            if (room < 0) t.reject("has a kernel larger than its input " + graph::text_of(shape) + " with pads");
            out = (room + (a.ceil ? w.stride - 1 : 0)) / w.stride + 1;
            if (a.ceil && (out - 1) * w.stride >= in + w.before) --out;
        }
        w.out = static_cast<int>(out);
        w.behind = static_cast<int>(std::max<std::int64_t>((out - 1) * w.stride + span - in - w.before, 0));
        all.push_back(w);
    }
    return all;
}

bool is_same_padding(const std::vector<WindowAlong>& windows, const std::vector<int>& spatial) {
    bool any = false;
    for (std::size_t d = 0; d < windows.size(); ++d) {
        const WindowAlong& w = windows[d];
        const std::int64_t out = (std::int64_t{spatial[d]} + w.stride - 1) / w.stride;
        const std::int64_t total =
            std::max<std::int64_t>((out - 1) * w.stride + (std::int64_t{w.kernel} - 1) * w.dilation + 1 - spatial[d], 0);
        if (w.out != out || w.before != total / 2) return false;
        any = any || total > 0;
    }
    return any;
}

void average_pool(Translator& t) {
    Pooled p = read_pool(t);
    const std::vector<int> spatial{p.x.shape.begin() + 2, p.x.shape.end()};
    if (p.along[0].dilation != 1 || p.along[1].dilation != 1) t.refuse("averages with dilations", "pool with dilations of 1");
    const bool includes_pads = t.integer("count_include_pad", 0) != 0;
    const bool same = !includes_pads && is_same_padding(p.along, spatial);
    if (std::int64_t{p.along[0].out} * p.along[1].out > 1 << 22)
        t.refuse("has more than " + std::to_string(1 << 22) + " windows", "pool a smaller image");
    bool needed = false;
    const std::vector<float> factors = corrections(p.along, spatial, includes_pads, needed);
    needed = needed && !same;
    if (needed) p.x = t.real_value(p.x);
    Value y = windowed(t, "average_pool_2d", same ? p.x : around(t, p, Edge::zero), p.along, same);
    if (needed) {
        const std::vector<int> shape{1, 1, p.along[0].out, p.along[1].out};
        y = t.binary("mul", y, Value::plain(t.writer().constant(shape, factors), shape));
    }
    give(t, p, std::move(y));
}

void max_pool(Translator& t) {
    const Pooled p = read_pool(t);
    (void)t.integer("storage_order", 0);  // of the second output
    int kernel = 0;
    bool pads = false, dilates = false;
    for (const WindowAlong& a : p.along) {
        if (a.before >= a.kernel * a.dilation || a.behind >= a.kernel * a.dilation) t.reject("has pads as wide as its kernel");
        kernel += a.kernel, pads = pads || a.before > 0 || a.behind > 0, dilates = dilates || a.dilation > 1;
    }
    const bool zeros = t.is_never_negative(p.x);
    if (dilates) {
        if (kernel > 64 || (pads && !zeros))
            t.refuse("pools values that may be below 0 with dilations and pads, or with a large kernel", "pool with dilations of 1");
        return give(t, p, dilated_maximum(t, around(t, p, Edge::zero), p.along));
    }
    const bool same = is_same_padding(p.along, {p.x.shape.begin() + 2, p.x.shape.end()});
    give(t, p, windowed(t, "max_pool_2d", same ? p.x : around(t, p, zeros ? Edge::zero : Edge::replicate), p.along, same));
}

void global_average_pool(Translator& t) { t.set_output(0, global(t, "mean")); }
void global_max_pool(Translator& t) { t.set_output(0, global(t, "reduce_max")); }

}  // namespace mote::graph::onnx
