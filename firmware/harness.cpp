// Runs windows of raw input, read from the host's file `windows`, through the emitted model, and writes what comes out to `outputs`; the
// traced build (MOTE_TRACE) also writes `features` and `steps` when asked to. The command line is the number of windows and what to write
// beside outputs: 1 features, 2 steps, 3 both.
// With MOTE_BARE the model stands alone and a window is its input, written straight into its arena; with MOTE_ENDS likewise, and a window
// is its inputs one behind the other, as its outputs are in what comes out; with MOTE_EMPTY it is the same program around nothing, for the
// size that is not the model's.
#include "arguments.hpp"
#include "exit_codes.hpp"
#include "mark.hpp"
#include "semihosting.hpp"

#ifdef MOTE_EMPTY
namespace mote_model {
using Sample = uint8_t;
constexpr size_t window_samples = 4, window_bytes = 4, class_count = 4;
enum class Status : unsigned char { ok };
inline Status classify_int8(const Sample* window, int8_t* outputs) {
    for (size_t i = 0; i < class_count; ++i) outputs[i] = static_cast<int8_t>(window[i]);
    return Status::ok;
}
}  // namespace mote_model
#else
#include "mote_model/model.hpp"
#endif

namespace {

#if defined(MOTE_ENDS)
mote_model::Model model() { return mote_model::static_model(); }
mote_model::Status run_model() { return model().run(); }
#elif defined(MOTE_BARE)
mote_model::Model model() { return mote_model::static_model(); }
constexpr size_t window_bytes = mote_model::input_count * sizeof(mote_model::Input);
constexpr size_t output_bytes = mote_model::output_count * sizeof(mote_model::Output);
void* window_place() { return model().input(); }
const void* outputs_place() { return model().output(); }
mote_model::Status run_model() { return model().run(); }
#else
struct Window {
    alignas(16) mote_model::Sample samples[mote_model::window_samples];
};

Window window;
int8_t outputs[mote_model::class_count];
constexpr size_t window_bytes = mote_model::window_bytes, output_bytes = mote_model::class_count;
void* window_place() { return window.samples; }
const void* outputs_place() { return outputs; }
mote_model::Status run_model() { return mote_model::classify_int8(window.samples, outputs); }
#endif
int windows_file = -1, outputs_file = -1;
#ifdef MOTE_TRACE
int features_file = -1, steps_file = -1;  // negative: not wanted
#endif

bool open_files(uint32_t wanted) {
    windows_file = semihosting::open("windows", semihosting::Mode::read);
    if (windows_file < 0) return false;
    outputs_file = semihosting::open("outputs", semihosting::Mode::write);
#ifdef MOTE_TRACE
    if ((wanted & 1u) != 0) features_file = semihosting::open("features", semihosting::Mode::write);
    if ((wanted & 2u) != 0) steps_file = semihosting::open("steps", semihosting::Mode::write);
#endif
    static_cast<void>(wanted);
    return true;
}

#ifdef MOTE_ENDS
bool read_window() {
    for (int i = 0; i < mote_model::input_ends; ++i)
        if (!semihosting::read(windows_file, model().input(i), mote_model::input_bytes[i])) return false;
    return true;
}

bool write_outputs() {
    for (int i = 0; i < mote_model::output_ends; ++i)
        if (!semihosting::write(outputs_file, model().output(i), mote_model::output_bytes[i])) return false;
    return true;
}
#else
bool read_window() { return semihosting::read(windows_file, window_place(), window_bytes); }
bool write_outputs() { return semihosting::write(outputs_file, outputs_place(), output_bytes); }
#endif

int run_windows(uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
        if (!read_window()) return exit_codes::no_input;
        regions::begin(regions::window);
        const mote_model::Status status = run_model();
        regions::begin(regions::outside);
        if (status != mote_model::Status::ok) return exit_codes::model;
        if (!write_outputs()) return exit_codes::no_output;
    }
    return exit_codes::ok;
}

}  // namespace

#ifdef MOTE_TRACE
// The region between two calls belongs to the step that ends in the second; writing is nobody's. Step -2 is an input before others. Step -3
// calibrates: the region that it begins, ended by another such call, has the cost of the tracing alone; step -4 brings its code into the
// cache first, as it will be later.
extern "C" __attribute__((noinline)) void mote_model_trace(int step, const void* data, unsigned long bytes) {
    regions::begin(regions::outside);
    const int file = step < -2 ? -1 : step < 0 ? features_file : steps_file;
    if (file >= 0 && !semihosting::write(file, data, bytes)) semihosting::exit(exit_codes::no_output);
    regions::begin(regions::first_step + static_cast<uint32_t>(step + 1));
}
#endif

extern "C" int mote_main() {
    uint32_t numbers[2] = {0, 0};
    if (!arguments::read(numbers)) return exit_codes::arguments;
    const uint32_t count = numbers[0], wanted = numbers[1];
    if (!open_files(wanted)) return exit_codes::no_input;
#ifdef MOTE_TRACE
    mote_model_trace(-4, nullptr, 0);
    mote_model_trace(-3, nullptr, 0);
    mote_model_trace(-3, nullptr, 0);
#else
    regions::begin(regions::calibration);
#endif
    regions::begin(regions::outside);
    const int code = run_windows(count);
    semihosting::close(outputs_file);
    return code;
}
