#include "store/window.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mote::store {

namespace {

std::size_t in_frames(std::int64_t frames, double ms, double rate_hz, const char* what) {
    if (frames > 0) return static_cast<std::size_t>(frames);
    if (!(rate_hz > 0))
        throw base::Error("bad_input", std::string("the ") + what + " of windows is given in milliseconds, the series has no constant rate",
                          std::string("give it in frames (") + what + "_frames)");
    const double count = std::round(ms * rate_hz / 1000);
    if (!(count >= 1))
        throw base::Error("bad_input", std::string("the ") + what + " of windows is under one frame (" + std::to_string(ms) + " ms)",
                          "make it longer");
    return static_cast<std::size_t>(count);
}

float value_at(const SignalView& signal, std::size_t i) {
    switch (signal.descriptor.type) {
        case SampleType::i16: {
            std::int16_t v;
            std::memcpy(&v, signal.bytes.data() + 2 * i, 2);
            return v;
        }
        case SampleType::u8:
            return static_cast<float>(std::to_integer<int>(signal.bytes[i]));
        default: {
            float v;
            std::memcpy(&v, signal.bytes.data() + 4 * i, 4);
            return v;
        }
    }
}

/// First frame of the stretch with the most energy (sum of squares over all channels, each less its mean).
std::size_t loudest(const SignalView& signal, std::size_t length) {
    const std::size_t frames = signal.descriptor.frames, channels = signal.descriptor.channels.size();
    std::vector<double> mean(channels);
    for (std::size_t i = 0; i < frames * channels; ++i) mean[i % channels] += value_at(signal, i);
    for (double& m : mean) m /= static_cast<double>(frames);
    std::vector<double> sums(frames + 1);
    for (std::size_t f = 0; f < frames; ++f) {
        double energy = 0;
        for (std::size_t c = 0; c < channels; ++c) {
            const double v = value_at(signal, f * channels + c) - mean[c];
            energy += v * v;
        }
        sums[f + 1] = sums[f] + energy;
    }
    std::size_t best = 0;
    for (std::size_t f = 1; f + length <= frames; ++f)
        if (sums[f + length] - sums[f] > sums[best + length] - sums[best]) best = f;
    return best;
}

std::vector<std::int64_t> starts(const SignalView& signal, const WindowSize& size, const WindowOptions& options) {
    const auto frames = static_cast<std::int64_t>(signal.descriptor.frames), length = static_cast<std::int64_t>(size.length);
    if (frames < length) {
        if (options.short_recordings == "drop") return {};
        return {options.short_recordings == "centre" ? -((length - frames) / 2) : 0};
    }
    if (options.long_recordings == "start") return {0};
    if (options.long_recordings == "centre") return {(frames - length) / 2};
    if (options.long_recordings == "loudest") return {static_cast<std::int64_t>(loudest(signal, size.length))};
    std::vector<std::int64_t> list;
    for (std::int64_t at = 0; at + length <= frames; at += static_cast<std::int64_t>(size.stride)) list.push_back(at);
    return list;
}

}  // namespace

WindowSize resolve(const WindowOptions& options, double rate_hz) {
    WindowSize size;
    size.length = in_frames(options.length_frames, options.length_ms, rate_hz, "length");
    const bool own_stride = options.stride_frames > 0 || options.stride_ms > 0;
    size.stride = own_stride ? in_frames(options.stride_frames, options.stride_ms, rate_hz, "stride") : size.length;
    return size;
}

std::string window_label(std::span<const LabelSpan> spans, std::int64_t begin, std::size_t length, std::string_view mode,
                         double min_share) {
    const std::int64_t end = begin + static_cast<std::int64_t>(length);
    std::vector<std::pair<const std::string*, std::int64_t>> seen;  // label and its frames, in order of appearance
    for (const LabelSpan& span : spans) {
        const std::int64_t from = std::max(begin, static_cast<std::int64_t>(span.begin)),
                           to = std::min(end, static_cast<std::int64_t>(span.end));
        if (to <= from) continue;
        if (mode == "end") {
            if (to == end) return span.label;
            continue;
        }
        if (mode == "anywhere") return span.label;
        const auto at = std::find_if(seen.begin(), seen.end(), [&](const auto& item) { return *item.first == span.label; });
        if (at == seen.end())
            seen.emplace_back(&span.label, to - from);
        else
            at->second += to - from;
    }
    if (mode == "share") {
        for (const auto& [label, frames] : seen)
            if (static_cast<double>(frames) >= min_share * static_cast<double>(length)) return *label;
        return "";
    }
    const auto most = std::max_element(seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == seen.end() ? "" : *most->first;
}

std::vector<Window> cut_windows(const SignalView& signal, std::span<const LabelSpan> spans, std::string_view label,
                                const WindowOptions& options) {
    if (signal.descriptor.is_image()) return {{0, std::string(label)}};
    const WindowSize size = resolve(options, signal.descriptor.rate_hz);
    std::vector<Window> windows;
    for (const std::int64_t begin : starts(signal, size, options)) {
        // Zeros around a short recording carry no label and take no share.
        const std::int64_t from = std::max<std::int64_t>(begin, 0);
        const auto to = std::min(begin + static_cast<std::int64_t>(size.length), static_cast<std::int64_t>(signal.descriptor.frames));
        windows.push_back({begin, spans.empty()
                                      ? std::string(label)
                                      : window_label(spans, from, static_cast<std::size_t>(to - from), options.label, options.min_share)});
    }
    return windows;
}

void copy_window(const SignalView& signal, std::int64_t begin, std::size_t length, std::span<std::byte> out) {
    const std::size_t frame_bytes = signal.descriptor.channels.size() * size_of(signal.descriptor.type);
    if (out.size() != length * frame_bytes)
        throw base::Error("internal",
                          "a window of " + std::to_string(length * frame_bytes) + " bytes does not fit " + std::to_string(out.size()),
                          "please report this");
    const auto frames = static_cast<std::int64_t>(signal.descriptor.frames);
    const std::int64_t from = std::clamp<std::int64_t>(begin, 0, frames);
    const std::int64_t to = std::clamp<std::int64_t>(begin + static_cast<std::int64_t>(length), from, frames);
    std::fill(out.begin(), out.end(), std::byte{0});
    if (to > from)
        std::memcpy(out.data() + static_cast<std::size_t>(from - begin) * frame_bytes,
                    signal.bytes.data() + static_cast<std::size_t>(from) * frame_bytes, static_cast<std::size_t>(to - from) * frame_bytes);
}

}  // namespace mote::store
