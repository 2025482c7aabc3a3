// Shapes and blocks that several convolutional learners share.
#pragma once

#include "learn/layers.hpp"

#include <string_view>
#include <vector>

namespace mote::learn {

/// Two convolutions of `window` (the second with stride 1) beside a shortcut, which is a 1x1 convolution where the shape changes
/// (He et al., Deep residual learning for image recognition, 2015).
int residual_block(Layers& layers, int x, const Window& window, int filters);

/// Depthwise then pointwise convolution (Howard et al., MobileNets, 2017), with a shortcut where the shape does not change.
int separable_block(Layers& layers, int x, const Window& window, int filters, bool shortcut);

/// Standardises the input and gives it the shape [1, H, W, C]: [time, features] becomes one channel of an image, [height, width, channels]
/// stays. Throws base::Error "bad_input" naming `learner` for any other rank or an axis shorter than `least`.
int image_input(Layers& layers, std::string_view learner, const std::vector<int>& feature_shape, int least);

/// Throws base::Error "bad_input" unless every size is at least 1, there are at least two classes, and the whole is of a size that can be
/// trained (at most 2^24 values).
void check_shape(std::string_view learner, const std::vector<int>& feature_shape, int classes);

/// "[49, 40]"
std::string shape_text(const std::vector<int>& shape);

}  // namespace mote::learn
