#include "learn/residual.hpp"

#include "base/error.hpp"

#include <cstdint>

namespace mote::learn {

int residual_block(Layers& layers, int x, const Window& window, int filters) {
    const bool same = window.stride_height == 1 && window.stride_width == 1 && layers.shape(x)[3] == filters;
    const int inner = layers.convolve(x, window, filters);
    const int main = layers.convolve(inner, {window.height, window.width, 1, 1}, filters, false);
    const int shortcut = same ? x : layers.convolve(x, {1, 1, window.stride_height, window.stride_width}, filters, false);
    return layers.add(main, shortcut);
}

int separable_block(Layers& layers, int x, const Window& window, int filters, bool shortcut) {
    const bool same = window.stride_height == 1 && window.stride_width == 1 && layers.shape(x)[3] == filters;
    const int inner = layers.convolve_depthwise(x, window);
    if (!shortcut || !same) return layers.convolve(inner, {1, 1, 1, 1}, filters);
    return layers.add(layers.convolve(inner, {1, 1, 1, 1}, filters, false), x);
}

std::string shape_text(const std::vector<int>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

void check_shape(std::string_view learner, const std::vector<int>& feature_shape, int classes) {
    const std::string name = "learner " + std::string(learner);
    if (classes < 2)
        throw base::Error("bad_input", name + " needs at least two classes, there are " + std::to_string(classes),
                          "label samples of another class");
    constexpr std::int64_t limit = std::int64_t{1} << 24;
    std::int64_t count = feature_shape.empty() ? 0 : 1;
    for (const int d : feature_shape) {
        if (d < 1) count = 0;
        if (count > 0) count *= d;
        if (count > limit || count == 0)
            throw base::Error("bad_input", name + " cannot take features of shape " + shape_text(feature_shape),
                              "every axis must be at least 1 and the product at most 16777216");
    }
    if (count == 0) throw base::Error("bad_input", name + " was given no features", "choose a feature block that makes some");
}

int image_input(Layers& layers, std::string_view learner, const std::vector<int>& feature_shape, int least) {
    const bool fits = (feature_shape.size() == 2 || feature_shape.size() == 3) && feature_shape[0] >= least && feature_shape[1] >= least;
    if (!fits)
        throw base::Error("bad_input",
                          "learner " + std::string(learner) +
                              " needs features of shape [time, features] or [height, width, channels] with " + "at least " +
                              std::to_string(least) + " rows and columns, got " + shape_text(feature_shape),
                          "take another feature block (mfe, spectrogram, image) or the learner dense");
    const int x = layers.standardise(layers.input());
    if (feature_shape.size() == 3) return x;
    return layers.reshape(x, {1, feature_shape[0], feature_shape[1], 1});
}

}  // namespace mote::learn
