// What the blocks over short frames (mfe, mfcc, spectrogram) share: lengths in samples, transform size, window, scale of the input.
#pragma once

#include "base/fields.hpp"
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

/// Parameters of every frame block.
struct FrameParameters {
    double frame_length_s = 0.032;
    double frame_stride_s = 0.02;
    int fft_length = 0;
    std::string window = "hann";
    double noise_floor_db = -80;
    std::string compatible = "none";
};

/// Their fields; what the noise floor means differs.
namespace frame_fields {
using F = FrameParameters;
inline constexpr auto length = base::field("frame_length_s", &F::frame_length_s, "length of a frame").range(1e-5, 1000).unit("s");
inline constexpr auto stride =
    base::field("frame_stride_s", &F::frame_stride_s, "from the start of a frame to the next one's").range(1e-5, 1000).unit("s");
inline constexpr auto fft_length =
    base::field("fft_length", &F::fft_length, "points of the Fourier transform, a power of two; 0: the next that holds a frame")
        .range(0, static_cast<double>(max_fft_size));
inline constexpr auto window = base::field("window", &F::window, "window function of a frame").choices("none|hann|hamming|blackman");
constexpr auto noise_floor(std::string_view help) {
    return base::field("noise_floor_db", &F::noise_floor_db, help).range(-200, -1).unit("dB");
}
inline constexpr auto compatible =
    base::field("compatible", &F::compatible, "follow the arithmetic of that studio's block, version 3 or 4").choices(compatible_choices);
}  // namespace frame_fields

/// Parameters of frame blocks over mel filters.
struct MelParameters : FrameParameters {
    int filters = 40;
    double low_hz = 60;
    double high_hz = 0;  ///< 0: half the sampling rate
    double pre_emphasis = 0;
};

namespace mel_fields {
using M = MelParameters;
inline constexpr auto filters = base::field("filters", &M::filters, "number of mel filters").range(2, 256);
inline constexpr auto low = base::field("low_hz", &M::low_hz, "lower edge of the first filter").range(0, 1e6).unit("Hz");
inline constexpr auto high =
    base::field("high_hz", &M::high_hz, "upper edge of the last filter; 0: half the sampling rate").range(0, 1e6).unit("Hz");
inline constexpr auto pre_emphasis =
    base::field("pre_emphasis", &M::pre_emphasis, "each sample minus this times the one before").range(0, 1);
}  // namespace mel_fields

struct FramePlan {
    rt::dsp::Framing frame{};
    rt::dsp::RealFft fft{};
    double full_scale = 1;  ///< what one value of the input is divided by to lie in [-1, 1]
    double window_sum = 0;
};

/// Checks the parameters of `block` (for messages) against the input and makes window and transform. Throws Error "bad_input".
FramePlan plan_frames(std::string_view block, const FrameParameters& params, double pre_emphasis, const InputSpec& input, Tables& tables);

/// The value that stands for 1: 32768 for i16, 255 for u8, 1 for f32.
double full_scale_of(store::SampleType type);

/// The filters over a frame's spectrum. Throws Error "bad_input" unless 0 <= low_hz < high_hz <= half the rate.
rt::dsp::MelBank plan_mel_bank(std::string_view block, const MelParameters& params, const FramePlan& plan, double rate_hz, Tables& tables);

}  // namespace mote::dsp
