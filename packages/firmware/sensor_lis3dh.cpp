// An ST LIS3DH accelerometer on the nRF52840's two-wire bus (TWIM0), range 4 g, read from its FIFO. Written from ST's LIS3DH data sheet and
// the nRF52840 Product Specification 1.7, chapter TWIM; NOT TESTED ON SILICON. Set the pins, the address and the unit of your recordings.
#include "nrf52840.hpp"
#include "sensor.hpp"

namespace sensor {

namespace {

using namespace nrf52840;

static_assert(model::channel_count == 3 && sizeof(model::Sample) == sizeof(float), "x, y and z, in units");

constexpr uint32_t data_pin = pin(0, 4), clock_pin = pin(0, 5);
constexpr uint32_t address = 0x18;               // 0x19 where its pin SA0 is high
constexpr float unit = 9.80665f;                 // recordings are in m/s2; 1.0f: in g
constexpr float value_of_digit = 0.002f * unit;  // 2 mg a digit at 4 g, high resolution

constexpr uint32_t twim = 0x40003000u;
constexpr uint32_t start_tx = twim + 0x008u, stop = twim + 0x014u, stopped = twim + 0x104u, error = twim + 0x124u, shorts = twim + 0x200u,
                   enable = twim + 0x500u, clock_select = twim + 0x508u, data_select = twim + 0x50Cu, frequency = twim + 0x524u,
                   receive_pointer = twim + 0x534u, receive_count = twim + 0x538u, send_pointer = twim + 0x544u, send_count = twim + 0x548u,
                   bus_address = twim + 0x588u;
constexpr uint32_t send_then_receive = 1u << 7 | 1u << 12, send_then_stop = 1u << 9;

constexpr uint32_t fifo_frames = 32;
uint8_t sent[2], received[6 * fifo_frames];

/// Sends `send` bytes of `sent`, then receives.
bool transfer(uint32_t send, uint32_t receive) {
    at(send_pointer) = address_of(sent), at(send_count) = send;
    at(receive_pointer) = address_of(received), at(receive_count) = receive;
    at(shorts) = receive > 0 ? send_then_receive : send_then_stop;
    at(stopped) = 0, at(error) = 0;
    __asm volatile("" ::: "memory");  // the bus reads and writes memory from here on
    at(start_tx) = 1;
    for (uint32_t i = 0; i < 1000000u && at(stopped) == 0; ++i)
        if (at(error) != 0) at(error) = 0, at(stop) = 1, receive = ~0u;
    __asm volatile("" ::: "memory");
    return at(stopped) != 0 && receive != ~0u;
}

bool write(uint8_t reg, uint8_t value) {
    sent[0] = reg, sent[1] = value;
    return transfer(2, 0);
}

bool read(uint8_t reg, uint32_t count) {
    sent[0] = static_cast<uint8_t>(reg | (count > 1 ? 0x80u : 0u));  // the highest bit: go on with the next register
    return transfer(1, count);
}

/// Bits 7 to 4 of CTRL_REG1 for a rate, or 0.
constexpr uint8_t rate_code(float hz) {
    return hz == 1.0f     ? 1
           : hz == 10.0f  ? 2
           : hz == 25.0f  ? 3
           : hz == 50.0f  ? 4
           : hz == 100.0f ? 5
           : hz == 200.0f ? 6
           : hz == 400.0f ? 7
                          : 0;
}
static_assert(rate_code(model::rate_hz) != 0, "the LIS3DH gives 1, 10, 25, 50, 100, 200 or 400 frames a second");

void prepare_bus() {
    configuration(data_pin) = 3u << 2 | 6u << 8;  // input, pulled up, driven low alone
    configuration(clock_pin) = 3u << 2 | 6u << 8;
    at(data_select) = data_pin, at(clock_select) = clock_pin;
    at(frequency) = 0x06400000u;  // 400 kHz
    at(bus_address) = address;
    at(enable) = 6;
}

}  // namespace

bool start() {
    start_crystal();
    prepare_bus();
    if (!read(0x0F, 1) || received[0] != 0x33) return false;                          // WHO_AM_I
    return write(0x20, static_cast<uint8_t>(rate_code(model::rate_hz) << 4 | 7u)) &&  // CTRL_REG1: rate, x, y, z
           write(0x23, 0x98) && write(0x24, 0x40) && write(0x2E, 0x80);               // whole values, 4 g, fine; FIFO on; stream
}

void poll() {
    if (!read(0x2F, 1)) return;  // FIFO_SRC_REG: how many wait
    const uint32_t frames = received[0] & 31u;
    if ((received[0] & 64u) != 0) lost(1);  // the FIFO ran over: at least one
    if (frames == 0 || !read(0x28, 6 * frames)) return;
    static model::Sample values[3 * fifo_frames];
    for (uint32_t i = 0; i < 3 * frames; ++i) {
        const auto stored = static_cast<int16_t>(static_cast<uint16_t>(received[2 * i] | received[2 * i + 1] << 8));
        values[i] = static_cast<float>(stored / 16) * value_of_digit;  // 12 bits, left-aligned
    }
    deliver(values, frames);
}

void sleep() {}

}  // namespace sensor
