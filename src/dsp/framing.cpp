#include "dsp/framing.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace mote::dsp {

Compatible compatible_from(std::string_view word) {
    if (word == "edge-impulse-3") return Compatible::edge_impulse_3;
    if (word == "edge-impulse-4") return Compatible::edge_impulse_4;
    return Compatible::none;
}

double full_scale_of(store::SampleType type) {
    switch (type) {
        case store::SampleType::i16:
            return 32768;
        case store::SampleType::u8:
            return 255;
        case store::SampleType::f32:
            return 1;
    }
    return 1;
}

namespace {

[[noreturn]] void fail(std::string_view block, const std::string& what, const std::string& hint) {
    throw base::Error("bad_input", std::string(block) + ": " + what, hint);
}

/// Seconds as samples: rounded; speechpy rounds up unless the product is within 0.001 above a whole number.
std::size_t samples_of(double seconds, double rate_hz, Compatible compatible) {
    const double exact = seconds * rate_hz;
    const double whole = std::floor(exact);
    if (compatible == Compatible::none) return static_cast<std::size_t>(std::lround(exact));
    return static_cast<std::size_t>(exact - whole < 0.001 ? whole : std::ceil(exact));
}

std::size_t transform_size(std::string_view block, int fft_length, Compatible compatible, std::size_t length) {
    if (fft_length == 0) {
        if (length > max_fft_size)
            fail(block,
                 "a frame of " + std::to_string(length) + " samples needs a transform beyond " + std::to_string(max_fft_size) + " points",
                 "make frame_length_s shorter or resample the input");
        return std::max<std::size_t>(16, std::bit_ceil(length));
    }
    const auto size = static_cast<std::size_t>(fft_length);
    if (!std::has_single_bit(size) || size < 16 || size > max_fft_size)
        fail(block, "fft_length " + std::to_string(size) + " is not a power of two from 16 to " + std::to_string(max_fft_size),
             "0 takes the next power of two that holds a frame");
    if (size < length && compatible == Compatible::none)
        fail(block, "fft_length " + std::to_string(size) + " is shorter than a frame of " + std::to_string(length) + " samples",
             "0 takes the next power of two that holds a frame");
    return size;
}

}  // namespace

FramePlan plan_frames(std::string_view block, const FrameParameters& params, double pre_emphasis, const InputSpec& input, Tables& tables) {
    const Compatible compatible = compatible_from(params.compatible);
    if (input.height > 0) fail(block, "the input is an image", "this block reads sound and other series with a sampling rate");
    if (!(input.rate_hz > 0)) fail(block, "the input has no sampling rate", "give one when ingesting (rate_hz)");
    if (compatible != Compatible::none && input.channels.size() != 1)
        fail(block, "the compatible mode takes one channel, and the input has " + std::to_string(input.channels.size()),
             "set compatible = \"none\", which takes any number");
    if (params.frame_length_s * input.rate_hz > 1e6 || params.frame_stride_s * input.rate_hz > 1e9)
        fail(block, "a frame of " + base::exact(params.frame_length_s) + " s at " + base::exact(input.rate_hz) + " Hz is too long",
             "make frame_length_s shorter");
    const std::size_t length = samples_of(params.frame_length_s, input.rate_hz, compatible);
    const std::size_t stride = samples_of(params.frame_stride_s, input.rate_hz, compatible);
    if (length < 4 || stride < 1)
        fail(block,
             "frames of " + std::to_string(length) + " samples every " + std::to_string(stride) +
                 " are too short: four samples are the least",
             "make frame_length_s and frame_stride_s longer");
    if (input.frames < length)
        fail(block, "the window of " + std::to_string(input.frames) + " samples is shorter than one frame of " + std::to_string(length),
             "make the window longer or frame_length_s shorter");
    const std::size_t size = transform_size(block, params.fft_length, compatible, length);

    FramePlan plan;
    plan.full_scale = full_scale_of(input.type);
    plan.fft = make_fft(size, tables);
    auto& frame = plan.frame;
    frame.samples = static_cast<std::uint32_t>(input.frames);
    frame.channels = static_cast<std::uint32_t>(input.channels.size());
    frame.length = static_cast<std::uint32_t>(std::min(length, size));
    frame.stride = static_cast<std::uint32_t>(stride);
    frame.frames = static_cast<std::uint32_t>((input.frames - length) / stride + 1);
    frame.pre_emphasis = static_cast<float>(pre_emphasis);
    frame.wraps = compatible != Compatible::none && pre_emphasis != 0;
    const auto window = window_function(params.window, length, false);
    for (const double w : window) plan.window_sum += w;
    if (params.window != "none") {
        std::vector<float> half;
        for (std::size_t i = 0; i < (length + 1) / 2; ++i) half.push_back(static_cast<float>(window[i]));
        frame.window = tables.add("window", std::move(half));
    }
    return plan;
}

rt::dsp::MelBank plan_mel_bank(std::string_view block, const MelParameters& params, const FramePlan& plan, double rate_hz, Tables& tables) {
    const double low_hz = params.low_hz, high_hz = params.high_hz == 0 ? rate_hz / 2 : params.high_hz;
    if (high_hz > rate_hz / 2)
        fail(block, "high_hz " + base::exact(high_hz) + " is above half the sampling rate, " + base::exact(rate_hz / 2) + " Hz",
             "0 takes that half");
    if (low_hz >= high_hz)
        fail(block, "low_hz " + base::exact(low_hz) + " is not below high_hz " + base::exact(high_hz), "lower low_hz or raise high_hz");
    const std::size_t size = plan.fft.size, filters = static_cast<std::size_t>(params.filters);
    const Compatible compatible = compatible_from(params.compatible);
    if (compatible == Compatible::none) return make_mel_bank(filters, size, rate_hz, low_hz, high_hz, tables);
    // Version 3 placed the filters as if the spectrum's bins were the transform's points. Version 4 starts them at 0 Hz where that is asked
    // for, and so do we.
    const std::size_t points = compatible == Compatible::edge_impulse_3 ? size / 2 + 1 : size;
    return make_mel_bank(mel_filters_at_bins(filters, size, points, rate_hz, low_hz, high_hz), tables);
}

}  // namespace mote::dsp
