#include "include/mote_model/model.hpp"

#ifdef MOTE_TRACE
extern "C" void mote_model_trace(int step, const void* data, unsigned long bytes);
#define TRACE(step, data, bytes) mote_model_trace(step, data, bytes)
#else
#define TRACE(step, data, bytes) (void)0
#endif

namespace mote_model {
namespace {

const int8_t weights[class_count][feature_count] = {{1, 2, 3, 4, 5, 6, 7, 8}, {8, -7, 6, -5, 4, -3, 2, -1}};
float features[feature_count];
int8_t arena[feature_count];

__attribute__((noinline)) void halve(const Sample* window) {
    for (size_t i = 0; i < feature_count; ++i) features[i] = static_cast<float>(window[i]) * 0.5f;
}

__attribute__((noinline)) void quantise() {
    for (size_t i = 0; i < feature_count; ++i) arena[i] = static_cast<int8_t>(features[i]);
}

// Slower for windows that begin with a negative sample, so that instruction counts differ between windows.
__attribute__((noinline)) void dense(int8_t* outputs) {
    const int rounds = arena[0] < 0 ? 3 : 1;
    for (int round = 0; round < rounds; ++round)
        for (size_t c = 0; c < class_count; ++c) {
            int32_t sum = 0;
            for (size_t i = 0; i < feature_count; ++i) sum += weights[c][i] * arena[i];
            volatile int8_t kept = static_cast<int8_t>(sum >> 4);
            outputs[c] = kept;
        }
}

}  // namespace

Status classify_int8(const Sample* window, int8_t* outputs) {
    if (window == nullptr || outputs == nullptr) return Status::null_pointer;
    halve(window);
    TRACE(-1, features, sizeof features);
    quantise();
    TRACE(0, arena, sizeof arena);
    dense(outputs);
    TRACE(1, outputs, class_count);
    return Status::ok;
}

}  // namespace mote_model
