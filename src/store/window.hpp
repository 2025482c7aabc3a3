// Windows over a recording: where they start, which label each has, and their bytes.
#pragma once

#include "base/fields.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mote::store {

struct WindowOptions {
    double length_ms = 1000;
    double stride_ms = 0;
    std::int64_t length_frames = 0;
    std::int64_t stride_frames = 0;
    std::string label = "majority";
    double min_share = 0.5;
    std::string short_recordings = "pad";
    std::string long_recordings = "slide";

    static constexpr auto fields() {
        using base::field;
        using W = WindowOptions;
        return std::make_tuple(
            field("length_ms", &W::length_ms, "length of a window").range(0, 1e9).unit("ms"),
            field("stride_ms", &W::stride_ms, "from one window to the next; 0: the length").range(0, 1e9).unit("ms"),
            field("length_frames", &W::length_frames, "length in frames instead; 0: length_ms counts").range(0, 1e9),
            field("stride_frames", &W::stride_frames, "stride in frames instead; 0: stride_ms counts").range(0, 1e9),
            field("label", &W::label, "label of a window over several labels").choices("end|anywhere|share|majority"),
            field("min_share", &W::min_share, "share of the window that a label must cover, with label = \"share\"").range(0, 1),
            field("short_recordings", &W::short_recordings, "recordings shorter than a window: zeros after, zeros on both sides, none")
                .choices("pad|centre|drop"),
            field("long_recordings", &W::long_recordings,
                  "recordings longer than a window: slide by stride, or one window: start, centre, loudest")
                .choices("slide|start|centre|loudest"));
    }
};

/// Lengths in frames at a rate. Throws base::Error "bad_input" when a length is under one frame or needs a rate that there is not.
struct WindowSize {
    std::size_t length = 0;
    std::size_t stride = 0;
};
WindowSize resolve(const WindowOptions& options, double rate_hz);

struct Window {
    std::int64_t begin = 0;  ///< first frame; negative when zeros stand before the recording
    std::string label;       ///< empty: none
};

/// The label of frames [begin, begin + length) by a mode of WindowOptions::label. Frames outside every span have none. Ties: the label
/// seen first. "share" takes the first label that covers at least min_share of the window; "anywhere" the first label seen.
std::string window_label(std::span<const LabelSpan> spans, std::int64_t begin, std::size_t length, std::string_view mode, double min_share);

/// Windows of one recording. A recording without spans gives each window its own label. An image is one window.
std::vector<Window> cut_windows(const SignalView& signal, std::span<const LabelSpan> spans, std::string_view label,
                                const WindowOptions& options);

/// Copies a window's raw values (`length` frames of signal.descriptor.type), zeros where it reaches past the recording.
void copy_window(const SignalView& signal, std::int64_t begin, std::size_t length, std::span<std::byte> out);

}  // namespace mote::store
