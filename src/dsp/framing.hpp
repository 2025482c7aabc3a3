// What the blocks over short frames (mfe, mfcc, spectrogram) share: lengths in samples, transform size, window, scale of the input.
#pragma once

#include "dsp/block.hpp"
#include "dsp/design.hpp"
#include "dsp/tables.hpp"

#include "mote/rt/dsp/fft.hpp"
#include "mote/rt/dsp/frame.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace mote::dsp {

/// Which studio's arithmetic a block follows.
enum class Compatible { none, edge_impulse_3, edge_impulse_4 };
/// The words of the parameter "compatible".
inline constexpr std::string_view compatible_choices = "none|edge-impulse-3|edge-impulse-4";
Compatible compatible_from(std::string_view word);

/// What the parameters of a frame block say, in its own names.
struct FrameRequest {
    std::string_view block;  ///< for messages
    double length_s = 0;
    double stride_s = 0;
    int fft_length = 0;  ///< 0: the next power of two not below the frame
    std::string window;
    double pre_emphasis = 0;
    Compatible compatible = Compatible::none;
};

struct FramePlan {
    rt::dsp::Framing frame{};
    rt::dsp::RealFft fft{};
    double full_scale = 1;  ///< what one value of the input is divided by to lie in [-1, 1]
    double window_sum = 0;
};

/// Checks the request against the input and makes window and transform. Throws Error "bad_input".
FramePlan plan_frames(const FrameRequest& request, const InputSpec& input, Tables& tables);

/// The value that stands for 1: 32768 for i16, 255 for u8, 1 for f32.
double full_scale_of(store::SampleType type);

/// Throws Error "bad_input" unless 0 <= low < high <= half the rate; high 0 becomes half the rate.
void check_band(std::string_view block, double low_hz, double& high_hz, double rate_hz);

}  // namespace mote::dsp
