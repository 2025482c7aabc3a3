#include "store/resample.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "store/sample.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include <soxr.h>

namespace mote::store {

namespace {

constexpr double audio_from_hz = 2000;
constexpr double largest_ratio = 1000;

template <class T>
T rounded(double value) {
    if constexpr (std::is_floating_point_v<T>) {
        return static_cast<T>(value);
    } else {
        const double low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
        return static_cast<T>(std::clamp(std::nearbyint(value), low, high));
    }
}

/// libsoxr, high quality, without dither: the same input gives the same output.
template <class T>
std::vector<T> filtered(const std::vector<T>& in, std::size_t frames, std::size_t channels, double from_hz, double to_hz,
                        std::size_t out_frames) {
    const soxr_datatype_t type = std::is_same_v<T, float> ? SOXR_FLOAT32_I : SOXR_INT16_I;
    soxr_io_spec_t io = soxr_io_spec(type, type);
    io.flags |= SOXR_NO_DITHER;
    const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
    const soxr_runtime_spec_t runtime = soxr_runtime_spec(1);
    std::vector<T> out(out_frames * channels);
    std::size_t taken = 0, made = 0;
    const soxr_error_t failure = soxr_oneshot(from_hz, to_hz, static_cast<unsigned>(channels), in.data(), frames, &taken, out.data(),
                                              out_frames, &made, &io, &quality, &runtime);
    if (failure) throw base::Error("internal", std::string("cannot resample: ") + failure, "please report this");
    return out;
}

/// Linear interpolation between frames; when the rate falls, the mean over the time of one output frame (a box filter with exact
/// weights), which keeps what is faster from folding back.
template <class T>
std::vector<T> interpolated(const std::vector<T>& in, std::size_t frames, std::size_t channels, double step, std::size_t out_frames) {
    std::vector<T> out(out_frames * channels);
    const double last = static_cast<double>(frames - 1);
    for (std::size_t j = 0; j < out_frames; ++j) {
        const double at = std::min(static_cast<double>(j) * step, last);
        const double half = std::max(step, 1.0) / 2;
        for (std::size_t c = 0; c < channels; ++c) {
            double sum = 0, weight = 0;
            if (step <= 1) {
                const auto i = static_cast<std::size_t>(at);
                const double part = at - static_cast<double>(i);
                const double next = part > 0 ? static_cast<double>(in[(i + 1) * channels + c]) : 0;
                sum = static_cast<double>(in[i * channels + c]) * (1 - part) + next * part, weight = 1;
            } else {
                // Frame i stands for the time from i - 0.5 to i + 0.5.
                const double low = std::max(at - half, -0.5), high = std::min(at + half, last + 0.5);
                for (auto i = static_cast<std::size_t>(std::max(0.0, std::floor(low + 0.5))); i < frames; ++i) {
                    const double overlap = std::min(high, static_cast<double>(i) + 0.5) - std::max(low, static_cast<double>(i) - 0.5);
                    if (overlap <= 0) break;
                    sum += overlap * static_cast<double>(in[i * channels + c]), weight += overlap;
                }
            }
            out[j * channels + c] = rounded<T>(sum / weight);
        }
    }
    return out;
}

std::vector<LabelSpan> moved(const std::vector<LabelSpan>& spans, double ratio, std::size_t frames) {
    std::vector<LabelSpan> out;
    for (const LabelSpan& span : spans) {
        const auto place = [&](std::size_t frame) {
            return std::min(frames, static_cast<std::size_t>(std::llround(static_cast<double>(frame) * ratio)));
        };
        if (place(span.end) > place(span.begin)) out.push_back({place(span.begin), place(span.end), span.label});
    }
    return out;
}

}  // namespace

Signal resample(const Signal& signal, double rate_hz) {
    if (signal.is_image()) throw base::Error("bad_input", "an image has no rate to change", "leave rate_hz at 0 for images");
    if (!(rate_hz > 0) || !std::isfinite(rate_hz))
        throw base::Error("bad_input", "rate_hz is " + base::exact(rate_hz), "give a rate above 0 Hz");
    if (!(signal.rate_hz > 0))
        throw base::Error("bad_input", "a series without a rate cannot be resampled", "give its rate when it is ingested (rate_hz)");
    const double ratio = rate_hz / signal.rate_hz;
    if (ratio > largest_ratio || ratio < 1 / largest_ratio)
        throw base::Error("bad_input", rate_text(signal.rate_hz) + " to " + rate_text(rate_hz) + " is more than a factor of 1000",
                          "check both rates");
    Signal out = signal;
    if (ratio == 1 || signal.frames == 0) return out;
    out.rate_hz = rate_hz;
    out.frames = std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(static_cast<double>(signal.frames) * ratio)));
    out.labels = moved(signal.labels, ratio, out.frames);
    const bool audio = std::min(rate_hz, signal.rate_hz) >= audio_from_hz;
    std::visit(
        [&](const auto& values) {
            using T = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (!std::is_same_v<T, std::uint8_t>) {
                if (audio) {
                    out.values = filtered<T>(values, signal.frames, signal.channels.size(), signal.rate_hz, rate_hz, out.frames);
                    return;
                }
            }
            out.values = interpolated<T>(values, signal.frames, signal.channels.size(), 1 / ratio, out.frames);
        },
        signal.values);
    return out;
}

}  // namespace mote::store
