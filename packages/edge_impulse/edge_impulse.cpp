// What edge-impulse-sdk/classifier/ei_run_classifier.h declares, over the listener of mote_model. Linked only where it is called.
#include "contraction.hpp"

#include "../include/edge-impulse-sdk/classifier/ei_run_classifier.h"
#include "../include/mote_model/listener.hpp"

namespace mote_model {
namespace edge_impulse {

namespace {

/// Whole frames, and of pixels a few.
constexpr size_t chunk_frames = channel_count < 32 ? 64 : 1;

struct Newest {
    bool is_there;
    float probabilities[class_count], smoothed[class_count];
    uint64_t features_us, model_us;
};
Newest newest = {false, {}, {}, 0, 0};

uint32_t microseconds() { return static_cast<uint32_t>(ei_read_timer_us()); }

inline float rounded(float value, float low, float high) {
    // What is no number becomes the lowest: comparisons with it are false.
    if (!(value > low)) return low;
    return value < high ? value : high;
}
/// Numbers as samples: integers are rounded and stay in their range.
template <class T>
struct Converted {
    static T from(float value) {
        const float low = static_cast<T>(-1) < 0 ? -32768.0f : 0.0f, high = static_cast<T>(-1) < 0 ? 32767.0f : 255.0f;
        const float clamped = rounded(value, low, high);
        return static_cast<T>(clamped < 0 ? clamped - 0.5f : clamped + 0.5f);
    }
};
template <>
struct Converted<float> {
    static float from(float value) { return value; }
};

/// Raw features as frames: a pixel is 0xRRGGBB.
void to_frames(const float* raw, size_t frames, Sample* samples) {
    if (EI_CLASSIFIER_INPUT_WIDTH == 0) {
        for (size_t i = 0; i < frames * channel_count; ++i) samples[i] = Converted<Sample>::from(raw[i]);
        return;
    }
    for (size_t i = 0; i < frames; ++i) {
        const uint32_t pixel = static_cast<uint32_t>(rounded(raw[i], 0.0f, 16777215.0f));
        const uint32_t red = pixel >> 16, green = pixel >> 8 & 255u, blue = pixel & 255u;
        if (channel_count == 3) {
            const uint32_t colours[3] = {red, green, blue};
            for (size_t c = 0; c < channel_count; ++c)
                samples[i * channel_count + c] = Converted<Sample>::from(static_cast<float>(colours[c]));
        } else {
            // Luma of ITU-R BT.601; of a grey pixel its value.
            const uint32_t luma = (red * 299u + green * 587u + blue * 114u + 500u) / 1000u;
            samples[i * channel_count] = Converted<Sample>::from(static_cast<float>(luma));
        }
    }
}

void answer(const Newest& from, bool is_smoothed, ei_impulse_result_t& result) {
    result.bounding_boxes = nullptr;
    result.bounding_boxes_count = 0;
    result.anomaly = 0.0f;
    for (size_t i = 0; i < class_count; ++i) {
        result.classification[i].label = labels[i];
        result.classification[i].value = !from.is_there ? 0.0f : is_smoothed ? from.smoothed[i] : from.probabilities[i];
    }
    result.timing.sampling = 0;
    result.timing.anomaly = 0;
    result.timing.dsp = static_cast<int>(from.features_us / 1000u);
    result.timing.classification = static_cast<int>(from.model_us / 1000u);
    result.timing.dsp_us = static_cast<int64_t>(from.features_us);
    result.timing.classification_us = static_cast<int64_t>(from.model_us);
    result.timing.anomaly_us = 0;
}

void note_decision(Listener listener) {
    newest.is_there = true;
    for (size_t i = 0; i < class_count; ++i)
        newest.probabilities[i] = output_scale * static_cast<float>(listener.outputs()[i] - output_zero_point);
    listener.probabilities(newest.smoothed);
    newest.features_us = listener.timing().features;
    newest.model_us = listener.timing().model;
}

/// Decisions are noted as they come.
EI_IMPULSE_ERROR listen(Listener listener, const ei::signal_t& signal) {
    constexpr size_t raw_per_frame = EI_CLASSIFIER_RAW_SAMPLES_PER_FRAME;
    float raw[chunk_frames * raw_per_frame];
    Sample samples[chunk_frames * channel_count];
    for (size_t at = 0; at < signal.total_length;) {
        const size_t left = signal.total_length - at;
        const size_t length = left < chunk_frames * raw_per_frame ? left : chunk_frames * raw_per_frame;
        if (signal.get_data(at, length, raw) != 0) return EI_IMPULSE_DSP_ERROR;
        const size_t frames = length / raw_per_frame;
        to_frames(raw, frames, samples);
        for (size_t done = 0; done < frames;) {
            const size_t room = ring_frames, rest = frames - done;
            done += listener.push(samples + done * channel_count, rest < room ? rest : room);
            Event event = {0, 0, 0};
            for (Heard heard; (heard = listener.poll(&event)) != Heard::waiting;) {
                if (heard == Heard::failed) return EI_IMPULSE_TFLITE_ERROR;
                note_decision(listener);
            }
        }
        at += length;
        if (ei_run_impulse_check_canceled() != EI_IMPULSE_OK) return EI_IMPULSE_CANCELED;
    }
    return EI_IMPULSE_OK;
}

}  // namespace

void init() {
    Listener listener = static_listener();
    (void)listener.reset();
    listener.set_clock(microseconds);
    newest.is_there = false;
    newest.features_us = newest.model_us = 0;
}

EI_IMPULSE_ERROR classify(const ei::signal_t& signal, ei_impulse_result_t& result) {
    if (signal.total_length != EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE) return EI_IMPULSE_ERROR_SHAPES_DONT_MATCH;
    init();
    const EI_IMPULSE_ERROR error = listen(static_listener(), signal);
    if (error != EI_IMPULSE_OK) return error;
    answer(newest, false, result);
    const bool is_there = newest.is_there;
    init();
    return is_there ? EI_IMPULSE_OK : EI_IMPULSE_DSP_ERROR;
}

EI_IMPULSE_ERROR go_on(const ei::signal_t& signal, ei_impulse_result_t& result, bool is_smoothed) {
    if (signal.total_length == 0 || signal.total_length % EI_CLASSIFIER_RAW_SAMPLES_PER_FRAME != 0)
        return EI_IMPULSE_ERROR_SHAPES_DONT_MATCH;
    static_listener().set_clock(microseconds);
    const EI_IMPULSE_ERROR error = listen(static_listener(), signal);
    if (error == EI_IMPULSE_OK) answer(newest, is_smoothed, result);
    return error;
}

void print(const ei_impulse_result_t& result) {
    for (size_t i = 0; i < class_count; ++i) {
        ei_printf("%s: ", result.classification[i].label);
        ei_printf_float(result.classification[i].value);
        ei_printf("\n");
    }
}

}  // namespace edge_impulse
}  // namespace mote_model
