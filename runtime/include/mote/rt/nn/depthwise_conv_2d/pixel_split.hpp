// nn/depthwise_conv_2d/pixel.hpp where products have 32 bits only.
#pragma once

#include "mote/rt/nn/depthwise_conv_2d/pixel.hpp"
