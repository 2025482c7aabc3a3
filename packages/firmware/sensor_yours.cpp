// Yours to fill in: the three functions for your sensor.
#include "sensor.hpp"

namespace sensor {

bool start() {
    // Clock and bus of the sensor, its range and its rate: model::rate_hz frames of model::channel_count values a second.
    return true;
}

void poll() {
    // Read what the sensor has, and hand it on: deliver(frames, count). A driver with interrupts or DMA calls deliver() from there.
}

void sleep() {
    // __asm volatile("wfi");  // once an interrupt wakes the core: without one it would sleep for good
}

}  // namespace sensor
