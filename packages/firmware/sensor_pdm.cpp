// The nRF52840's PDM interface with a digital microphone, 16 kHz mono. Written from the nRF52840 Product Specification 1.7, chapter PDM;
// NOT TESTED ON SILICON. Pins: of the Arduino Nano 33 BLE Sense with -DNANO_33_BLE, else of the Seeed XIAO nRF52840 Sense.
#include "nrf52840.hpp"
#include "sensor.hpp"

namespace sensor {

namespace {

using namespace nrf52840;

static_assert(model::channel_count == 1 && sizeof(model::Sample) == 2, "one channel of 16 bits");

#if defined(NANO_33_BLE)
constexpr uint32_t clock_pin = pin(0, 26), data_pin = pin(0, 25), power_pin = pin(0, 17);
#else
constexpr uint32_t clock_pin = pin(1, 0), data_pin = pin(0, 16), power_pin = pin(1, 10);
#endif

constexpr uint32_t pdm = 0x4001D000u, pdm_interrupt = 29;
constexpr uint32_t tasks_start = pdm, events_started = pdm + 0x100u, interrupts_set = pdm + 0x304u, enable = pdm + 0x500u,
                   clock_control = pdm + 0x504u, mode = pdm + 0x508u, gain_left = pdm + 0x518u, gain_right = pdm + 0x51Cu,
                   ratio = pdm + 0x520u, clock_select = pdm + 0x540u, data_select = pdm + 0x544u, sample_pointer = pdm + 0x560u,
                   sample_count = pdm + 0x564u;

constexpr uint32_t block_frames = 256;
int16_t blocks[2][block_frames];
volatile uint32_t filling = 1;  ///< block that samples go to
volatile bool has_begun = false;

}  // namespace

bool start() {
    start_crystal();
    make_output(power_pin, true);
    make_output(clock_pin, false);
    make_input(data_pin);
    at(clock_select) = clock_pin;
    at(data_select) = data_pin;
    at(clock_control) = 0x0A000000u;  // 1.280 MHz, over 80: 16 kHz
    at(ratio) = 1;
    at(mode) = 1;           // mono, sampled on the falling edge
    at(gain_left) = 0x28u;  // 0 dB: 0x00 to 0x50 in half decibels
    at(gain_right) = 0x28u;
    at(sample_pointer) = address_of(blocks[0]);  // taken over when sampling starts
    at(sample_count) = block_frames;
    at(events_started) = 0;
    at(interrupts_set) = 1u;  // STARTED
    at(enable) = 1;
    enable_interrupt(pdm_interrupt);
    at(tasks_start) = 1;
    return true;
}

// A block has begun: the pointer was taken over, so the next one's place can be given, and the block before is whole. Its END comes at the
// same time, in an order that is not told, and is not needed.
void interrupt(unsigned number) {
    if (number != pdm_interrupt || at(events_started) == 0) return;
    at(events_started) = 0;
    const uint32_t whole = filling;
    filling = whole ^ 1u;
    at(sample_pointer) = address_of(blocks[whole]);
    if (has_begun) deliver(blocks[whole], block_frames);
    has_begun = true;
}

void poll() {}

void sleep() { __asm volatile("wfi"); }

}  // namespace sensor
