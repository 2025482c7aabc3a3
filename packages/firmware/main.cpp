// The whole program: test itself once, start the sensor, listen.
#include "action.hpp"
#include "sensor.hpp"

namespace {

model::Listener* listener = nullptr;

[[noreturn]] void stop(const char* what) {
    action::failed(what);
    for (;;) sensor::sleep();
}

}  // namespace

void sensor::deliver(const model::Sample* frames, size_t count) { static_cast<void>(listener->push(frames, count)); }

__attribute__((weak)) void sensor::interrupt(unsigned) {}

extern "C" int mote_main() {
    action::start();
    if (model::self_test() != model::Status::ok) stop("self-test");
    static model::Listener the_listener = model::static_listener();
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
