// Listens to a recorded signal: takes frames from the host's file `signal` as the file `schedule` says, a number a poll, and writes what
// each poll heard to `polls`, each decision's outputs to `outputs`, events to `events`, and at the end frames lost and bad values to
// `counters`. The command line is the number of polls and two of them (from 0) that get a region of their own each.
#include "arguments.hpp"
#include "exit_codes.hpp"
#include "mark.hpp"
#include "semihosting.hpp"

#include "mote_model/listener.hpp"

namespace {

using namespace mote_model;

/// As the host reads it.
struct EventRecord {
    uint32_t label;
    float score;
    uint64_t frame;
};

constexpr uint32_t block_frames = 64;
Sample block[block_frames * channel_count];
int signal_file = -1, schedule_file = -1, polls_file = -1, outputs_file = -1, events_file = -1;

bool open_files() {
    signal_file = semihosting::open("signal", semihosting::Mode::read);
    schedule_file = semihosting::open("schedule", semihosting::Mode::read);
    polls_file = semihosting::open("polls", semihosting::Mode::write);
    outputs_file = semihosting::open("outputs", semihosting::Mode::write);
    events_file = semihosting::open("events", semihosting::Mode::write);
    return signal_file >= 0 && schedule_file >= 0 && polls_file >= 0 && outputs_file >= 0 && events_file >= 0;
}

bool push(Listener& listener, uint32_t frames) {
    while (frames > 0) {
        const uint32_t n = frames < block_frames ? frames : block_frames;
        if (!semihosting::read(signal_file, block, n * static_cast<uint32_t>(channel_count * sizeof(Sample)))) return false;
        regions::begin(regions::window);
        static_cast<void>(listener.push(block, n));
        regions::begin(regions::outside);
        frames -= n;
    }
    return true;
}

bool write_heard(const Listener& listener, Heard heard, const Event& event) {
    const auto byte = static_cast<uint8_t>(heard);
    if (!semihosting::write(polls_file, &byte, 1)) return false;
    if (heard != Heard::decision && heard != Heard::event) return true;
    if (!semihosting::write(outputs_file, listener.outputs(), class_count)) return false;
    if (heard != Heard::event) return true;
    const EventRecord record = {event.label, event.score, event.frame};
    return semihosting::write(events_file, &record, sizeof record);
}

int listen(uint32_t polls, uint32_t first_special, uint32_t second_special) {
    Listener listener = static_listener();
    for (uint32_t i = 0; i < polls; ++i) {
        uint32_t frames = 0;
        if (!semihosting::read(schedule_file, &frames, sizeof frames) || !push(listener, frames)) return exit_codes::no_input;
        Event event = {0, 0.0f, 0};
        regions::begin(regions::first_step + (i == first_special ? 1u : i == second_special ? 2u : 0u));
        const Heard heard = listener.poll(&event);
        regions::begin(regions::outside);
        if (heard == Heard::failed) return exit_codes::model;
        if (!write_heard(listener, heard, event)) return exit_codes::no_output;
    }
    const uint32_t counters[2] = {listener.lost_frames(), listener.bad_values()};
    const int file = semihosting::open("counters", semihosting::Mode::write);
    return file >= 0 && semihosting::write(file, counters, sizeof counters) && semihosting::close(file) ? exit_codes::ok
                                                                                                        : exit_codes::no_output;
}

}  // namespace

extern "C" int mote_main() {
    uint32_t numbers[3] = {0, 0, 0};
    if (!arguments::read(numbers)) return exit_codes::arguments;
    if (!open_files()) return exit_codes::no_input;
    regions::begin(regions::calibration);
    regions::begin(regions::outside);
    const int code = listen(numbers[0], numbers[1], numbers[2]);
    semihosting::close(polls_file);
    semihosting::close(outputs_file);
    semihosting::close(events_file);
    return code;
}
