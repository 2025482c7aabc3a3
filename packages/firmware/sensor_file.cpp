// A recorded signal in place of a sensor: raw frames from the file "signal" through the debugger's channel (semihosting). Ends the program
// with the signal, with 1 when frames were lost.
#include "semihosting.hpp"
#include "sensor.hpp"

namespace sensor {

namespace {

constexpr uint32_t block_frames = model::ring_frames < 64 ? model::ring_frames : 64,
                   frame_bytes = static_cast<uint32_t>(model::channel_count * sizeof(model::Sample));
int file = -1;
uint32_t left = 0;  // frames
bool is_fresh = false;

}  // namespace

bool start() {
    file = semihosting::open("signal", semihosting::Mode::read);
    left = file < 0 ? 0 : semihosting::length(file) / frame_bytes;
    return left > 0;
}

void poll() {
    static model::Sample block[block_frames * model::channel_count];
    // The listener works off a block before the next: time does not pass here as on the chip.
    if (left == 0 || is_fresh) return;
    const uint32_t frames = left < block_frames ? left : block_frames;
    if (!semihosting::read(file, block, frames * frame_bytes)) left = frames;
    deliver(block, frames);
    left -= frames;
    is_fresh = true;
}

void sleep() {
    if (left == 0) semihosting::exit(lost_frames() == 0 ? 0 : 1);
    is_fresh = false;
}

}  // namespace sensor
