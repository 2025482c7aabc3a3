// The model for a browser: what app.js calls. One stream, static memory, nothing imported.
#include "binding.hpp"
#include "mote/rt/dsp/resize.hpp"

#include <stddef.h>
#include <stdint.h>

#define MOTE_EXPORT(name) extern "C" __attribute__((export_name(#name), visibility("default")))

// The compiler calls these for copies; there is no C library behind them.
extern "C" {
__attribute__((no_builtin)) void* memcpy(void* to, const void* from, size_t count) {
    for (size_t i = 0; i < count; ++i) static_cast<unsigned char*>(to)[i] = static_cast<const unsigned char*>(from)[i];
    return to;
}
__attribute__((no_builtin)) void* memmove(void* to, const void* from, size_t count) {
    unsigned char* const t = static_cast<unsigned char*>(to);
    const unsigned char* const f = static_cast<const unsigned char*>(from);
    if (t < f)
        for (size_t i = 0; i < count; ++i) t[i] = f[i];
    else
        for (size_t i = count; i-- > 0;) t[i] = f[i];
    return to;
}
__attribute__((no_builtin)) void* memset(void* to, int value, size_t count) {
    for (size_t i = 0; i < count; ++i) static_cast<unsigned char*>(to)[i] = static_cast<unsigned char>(value);
    return to;
}
}

namespace {

using namespace binding;

model::Sample frames[model::ring_frames * model::channel_count];
float averaged[model::class_count];
model::Event event;

// Pictures of a camera, as a canvas gives them (red, green, blue, alpha), before they have the model's size.
constexpr size_t picture_side = image_width > 0 ? 640 : 1;
uint8_t rgba[picture_side * picture_side * 4], colours[picture_side * picture_side * model::channel_count];

}  // namespace

/// Where room() frames of samples are put before push().
MOTE_EXPORT(buffer) void* buffer() { return frames; }
MOTE_EXPORT(room) uint32_t room() { return model::ring_frames; }
/// Frames taken of the first `count` in the buffer.
MOTE_EXPORT(push) uint32_t push(uint32_t count) { return static_cast<uint32_t>(model::static_listener().push(frames, count)); }

/// 0: nothing to do until more arrives; 1: a decision; 2: an event; 3: failed.
MOTE_EXPORT(poll) uint32_t poll() { return static_cast<uint32_t>(model::static_listener().poll(&event)); }
/// One averaged float a label, of the last decision.
MOTE_EXPORT(probabilities) const float* probabilities() {
    model::static_listener().probabilities(averaged);
    return averaged;
}
MOTE_EXPORT(event_label) uint32_t event_label() { return event.label; }
MOTE_EXPORT(event_score) float event_score() { return event.score; }
/// Frames since reset() up to the end of the last decision's window.
MOTE_EXPORT(frame) double frame() { return static_cast<double>(model::static_listener().frame()); }
MOTE_EXPORT(bad_values) uint32_t bad_values() { return model::static_listener().bad_values(); }
MOTE_EXPORT(lost_frames) uint32_t lost_frames() { return model::static_listener().lost_frames(); }
MOTE_EXPORT(reset) void reset() { (void)model::static_listener().reset(); }
/// 0 when this module computes what the trainer did.
MOTE_EXPORT(self_test) uint32_t self_test() { return static_cast<uint32_t>(model::self_test()); }

/// Where a picture is put before push_picture(), four bytes a pixel; both its sides are at most picture_limit().
MOTE_EXPORT(picture) uint8_t* picture() { return rgba; }
MOTE_EXPORT(picture_limit) uint32_t picture_limit() { return image_width > 0 ? static_cast<uint32_t>(picture_side) : 0; }
/// The picture at the model's size, by the arithmetic that trained it. False where it is too large, or the model sees no images.
MOTE_EXPORT(push_picture) uint32_t push_picture(uint32_t width, uint32_t height) {
    if (image_width == 0 || width < 1 || height < 1 || width > picture_side || height > picture_side) return 0;
    constexpr size_t channels = model::channel_count;
    for (size_t i = 0; i < static_cast<size_t>(width) * height; ++i) {
        const uint8_t* const pixel = rgba + 4 * i;
        // Grey: luma of ITU-R BT.601.
        if (channels == 1) colours[i] = static_cast<uint8_t>((299u * pixel[0] + 587u * pixel[1] + 114u * pixel[2] + 500u) / 1000u);
        for (size_t c = 0; channels > 1 && c < channels; ++c) colours[i * channels + c] = pixel[c];
    }
    namespace dsp = mote::rt::dsp;
    const dsp::Fit fit = image_fit[0] == 'c' ? dsp::Fit::crop : image_fit[0] == 'p' ? dsp::Fit::pad : dsp::Fit::squash;
    dsp::resize_image(colours, height, width, channels, fit, reinterpret_cast<uint8_t*>(frames), image_height, image_width);
    return push(static_cast<uint32_t>(image_width * image_height)) > 0 ? 1 : 0;
}
