// A hand-written stand-in with the interface of emitted code: two steps over eight samples.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote_model {

using Sample = int16_t;
constexpr size_t window_samples = 8;
constexpr size_t window_bytes = window_samples * sizeof(Sample);
constexpr size_t feature_count = 8;
constexpr size_t class_count = 2;
constexpr int step_count = 2;

enum class Status : unsigned char { ok, null_pointer };

Status classify_int8(const Sample* window, int8_t* outputs);

}  // namespace mote_model
