// The whole program: test itself once, start the sensor, listen.
#include "action.hpp"
#include "sensor.hpp"

namespace {

// One memory for all: the self-test is over before the listener begins.
alignas(model::arena_alignment) unsigned char memory[model::listener_bytes];
model::Listener* listener = nullptr;
volatile uint32_t lost_in_sensor = 0;

[[noreturn]] void stop(const char* what) {
    action::failed(what);
    for (;;) sensor::sleep();
}

}  // namespace

void sensor::deliver(const model::Sample* frames, size_t count) { static_cast<void>(listener->push(frames, count)); }
uint32_t sensor::lost_frames() { return listener->lost_frames() + lost_in_sensor; }
void sensor::lost(uint32_t frames) { lost_in_sensor = lost_in_sensor + frames; }

__attribute__((weak)) void sensor::interrupt(unsigned) {}

extern "C" int mote_main() {
    action::start();
#if !defined(NO_SELF_TEST)
    if (model::Model(memory, sizeof memory).self_test() != model::Status::ok) stop("self-test");
#endif
    static model::Listener the_listener(memory, sizeof memory);
    listener = &the_listener;
    if (listener->status() != model::Status::ok) stop("memory");
    if (!sensor::start()) stop("sensor");
    for (;;) {
        sensor::poll();
        model::Event event;
        const model::Heard heard = listener->poll(&event);
        if (heard == model::Heard::event) action::heard(event);
        if (heard == model::Heard::waiting) sensor::sleep();
    }
}
