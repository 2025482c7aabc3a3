// The names of Edge Impulse's C++ library over this model, so that an application written for that library compiles as it is. Written from
// that library's public documentation. C++14, no heap, no exceptions, no C++ library.
//
// What differs: run_classifier_continuous() takes slices of any whole number of frames and answers with the newest decision, which this
// model makes every stride_frames (mote_model/listener.hpp), smoothed as the project says where enable_maf is true; images and sound are
// rounded to the integers that the model takes.
#ifndef EI_RUN_CLASSIFIER_H
#define EI_RUN_CLASSIFIER_H

#include "../../model-parameters/model_metadata.h"

#include <stddef.h>
#include <stdint.h>

typedef enum {
    EI_IMPULSE_OK = 0,
    EI_IMPULSE_ERROR_SHAPES_DONT_MATCH = -1,
    EI_IMPULSE_CANCELED = -2,
    EI_IMPULSE_TFLITE_ERROR = -3,
    EI_IMPULSE_DSP_ERROR = -5,
    EI_IMPULSE_TFLITE_ARENA_ALLOC_FAILED = -6,
    EI_IMPULSE_CUBEAI_ERROR = -7,
    EI_IMPULSE_ALLOC_FAILED = -8,
    EI_IMPULSE_ONLY_SUPPORTED_FOR_IMAGES = -9,
    EI_IMPULSE_UNSUPPORTED_INFERENCING_ENGINE = -10,
    EI_IMPULSE_OUT_OF_MEMORY = -11
} EI_IMPULSE_ERROR;

/// What the application supplies. Those that it does not define do this: on Arduino boards and POSIX systems what their names say,
/// elsewhere timers stand at 0, printing and sleeping do nothing, and there is no memory.
EI_IMPULSE_ERROR ei_run_impulse_check_canceled();
EI_IMPULSE_ERROR ei_sleep(int32_t time_ms);
uint64_t ei_read_timer_ms();
uint64_t ei_read_timer_us();
void ei_putchar(char data);
void ei_printf(const char* format, ...) __attribute__((format(printf, 1, 2)));
void ei_printf_float(float f);
void* ei_malloc(size_t size);
void* ei_calloc(size_t nitems, size_t size);
void ei_free(void* ptr);

namespace ei {

namespace detail {

struct Here {};

template <class T>
struct Bare {
    using type = T;
};
template <class T>
struct Bare<T&> {
    using type = T;
};

}  // namespace detail
}  // namespace ei

inline void* operator new(size_t, ei::detail::Here, void* place) noexcept { return place; }
inline void operator delete(void*, ei::detail::Here, void*) noexcept {}

namespace ei {

/// Holds a function, a lambda or any other callable of at most capacity bytes, in itself: int(size_t offset, size_t length, float* out).
class GetData {
  public:
    static constexpr size_t capacity = 64;

    GetData() = default;
    GetData(decltype(nullptr)) {}
    template <class Callable>
    GetData(Callable callable) {
        static_assert(sizeof(Callable) <= capacity && alignof(Callable) <= alignof(long long), "capture less, or by reference");
        new (detail::Here(), memory_) Callable(callable);
        call_ = [](const unsigned char* memory, size_t offset, size_t length, float* out) {
            // As std::function does, a constant wrapper calls what it holds as it is.
            return static_cast<int>((*const_cast<Callable*>(reinterpret_cast<const Callable*>(memory)))(offset, length, out));
        };
        copy_ = [](unsigned char* to, const unsigned char* from) {
            new (detail::Here(), to) Callable(*reinterpret_cast<const Callable*>(from));
        };
        destroy_ = [](unsigned char* memory) { reinterpret_cast<Callable*>(memory)->~Callable(); };
    }
    GetData(const GetData& other) { take(other); }
    GetData& operator=(const GetData& other) {
        if (this != &other) drop(), take(other);
        return *this;
    }
    ~GetData() { drop(); }

    int operator()(size_t offset, size_t length, float* out) const { return call_ ? call_(memory_, offset, length, out) : -1; }
    explicit operator bool() const { return call_ != nullptr; }

  private:
    void take(const GetData& other) {
        call_ = other.call_, copy_ = other.copy_, destroy_ = other.destroy_;
        if (copy_) copy_(memory_, other.memory_);
    }
    void drop() {
        if (destroy_) destroy_(memory_);
        call_ = nullptr, copy_ = nullptr, destroy_ = nullptr;
    }

    alignas(long long) unsigned char memory_[capacity] = {};
    int (*call_)(const unsigned char*, size_t, size_t, float*) = nullptr;
    void (*copy_)(unsigned char*, const unsigned char*) = nullptr;
    void (*destroy_)(unsigned char*) = nullptr;
};

/// Raw features: get_data copies `length` of them from `offset` on, and returns 0.
typedef struct ei_signal_t {
    GetData get_data;
    size_t total_length = 0;
} signal_t;

namespace numpy {

/// The signal reads `data` for as long as it is used. Returns 0.
inline int signal_from_buffer(const float* data, size_t data_size, signal_t* signal) {
    signal->total_length = data_size;
    signal->get_data = [data](size_t offset, size_t length, float* out) {
        for (size_t i = 0; i < length; ++i) out[i] = data[offset + i];
        return 0;
    };
    return 0;
}

inline int int16_to_float(const int16_t* input, float* output, size_t length) {
    for (size_t i = 0; i < length; ++i) output[i] = static_cast<float>(input[i]);
    return 0;
}

inline int int8_to_float(const int8_t* input, float* output, size_t length) {
    for (size_t i = 0; i < length; ++i) output[i] = static_cast<float>(input[i]);
    return 0;
}

}  // namespace numpy
}  // namespace ei

typedef struct {
    const char* label;
    float value;
} ei_impulse_result_classification_t;

typedef struct {
    const char* label;
    uint32_t x, y, width, height;
    float value;
} ei_impulse_result_bounding_box_t;

typedef struct {
    int sampling, dsp, classification, anomaly;  ///< milliseconds
    int64_t dsp_us, classification_us, anomaly_us;
} ei_impulse_result_timing_t;

typedef struct {
    ei_impulse_result_bounding_box_t* bounding_boxes;
    uint32_t bounding_boxes_count;
    ei_impulse_result_classification_t classification[EI_CLASSIFIER_LABEL_COUNT];
    float anomaly;
    ei_impulse_result_timing_t timing;
} ei_impulse_result_t;

using namespace ei;

namespace mote_model {
namespace edge_impulse {

void init();
EI_IMPULSE_ERROR classify(const ei::signal_t& signal, ei_impulse_result_t& result);
EI_IMPULSE_ERROR go_on(const ei::signal_t& signal, ei_impulse_result_t& result, bool is_smoothed);
void print(const ei_impulse_result_t& result);

}  // namespace edge_impulse
}  // namespace mote_model

static const char* const ei_classifier_inferencing_categories[] = EI_CLASSIFIER_LABELS;

/// A stream begins anew.
inline void run_classifier_init() { mote_model::edge_impulse::init(); }
inline void run_classifier_deinit() { mote_model::edge_impulse::init(); }

/// One window of EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE raw features. It uses the stream's memory: a stream begins anew after it.
inline EI_IMPULSE_ERROR run_classifier(ei::signal_t* signal, ei_impulse_result_t* result, bool debug = false) {
    const EI_IMPULSE_ERROR error = mote_model::edge_impulse::classify(*signal, *result);
    if (debug && error == EI_IMPULSE_OK) mote_model::edge_impulse::print(*result);
    return error;
}

/// The next slice of a stream, usually EI_CLASSIFIER_SLICE_SIZE raw features. All values are 0 before the first whole window.
inline EI_IMPULSE_ERROR run_classifier_continuous(ei::signal_t* signal, ei_impulse_result_t* result, bool debug = false,
                                                  bool enable_maf = true) {
    const EI_IMPULSE_ERROR error = mote_model::edge_impulse::go_on(*signal, *result, enable_maf);
    if (debug && error == EI_IMPULSE_OK) mote_model::edge_impulse::print(*result);
    return error;
}

#endif
