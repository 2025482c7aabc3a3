// A recorded signal through the emulated chip's listener: what it hears, what it costs, and whether it keeps up with the sensor.
#pragma once

#include "target/measure.hpp"

#include "mote/rt/stream/listener.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace mote::target {

struct HeardEvent {
    std::uint32_t label = 0;
    float score = 0;
    std::uint64_t frame = 0;
    bool operator==(const HeardEvent&) const = default;
};

/// Frames that arrive before each call of poll().
using Schedule = std::vector<std::uint32_t>;

/// The whole signal in steps of one computation: of a row of features, or of the frames between two windows, at most a ring's worth.
Schedule even_schedule(const rt::stream::Plan& plan, std::uint64_t frames);

struct StreamRun {
    std::vector<rt::stream::Heard> polls;  ///< one an entry of the schedule
    std::vector<std::int8_t> outputs;      ///< of all decisions, concatenated
    std::vector<HeardEvent> events;
    std::uint32_t lost_frames = 0, bad_values = 0;
    std::vector<std::uint64_t> instructions;  ///< of each poll; empty when not counted
    std::uint64_t push_instructions = 0;      ///< of all pushes together; 0 when not counted
    std::uint64_t stack_bytes = 0;
};

struct StreamOptions {
    bool count = true;  ///< attach the counting plugin
    const base::Cancel* cancel = nullptr;
};

/// `signal` holds whole frames, as many as the schedule asks for or more. Throws as run_firmware().
StreamRun run_stream(const codegen::Emission& emission, const board::Board& board, std::span<const std::byte> signal,
                     const Schedule& schedule, const StreamOptions& options = {});

/// How busy listening keeps the chip. Instructions are exact, times modelled.
struct Load {
    double percent = 0;                              ///< of the chip's time, expected
    double percent_low = 0, percent_high = 0;        ///< the model's range
    std::uint64_t step_instructions = 0;             ///< a row of features; of blocks without rows 0
    std::uint64_t decision_instructions = 0;         ///< the poll with a decision in it, dearest of all
    double longest_s = 0;                            ///< the longest poll
    std::uint64_t ring_frames = 0, most_frames = 0;  ///< of the ring; that waited in it at most
    std::uint64_t lost_frames = 0;                   ///< in the emulator, frames arriving when the sensor brings them
    double percent_at_loss = 0;                      ///< the load at which the first frame would be lost
    std::uint64_t listener_bytes = 0, stack_bytes = 0;
    double seconds = 0;  ///< of signal that was listened to
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("percent", &Load::percent, "of the chip's time, modelled").unit("%"),
            field("percent_low", &Load::percent_low, "the model's range").unit("%"),
            field("percent_high", &Load::percent_high, "").unit("%"),
            field("step_instructions", &Load::step_instructions, "of one row of features, exact; 0 where windows are computed as a whole"),
            field("decision_instructions", &Load::decision_instructions, "of the longest poll, a decision, exact"),
            field("longest_s", &Load::longest_s, "the longest poll, modelled").unit("s"),
            field("ring_frames", &Load::ring_frames, "that the ring holds"),
            field("most_frames", &Load::most_frames, "that waited in it at most"),
            field("lost_frames", &Load::lost_frames, "frames arriving when the sensor brings them"),
            field("percent_at_loss", &Load::percent_at_loss, "the load at which the first frame would be lost").unit("%"),
            field("listener_bytes", &Load::listener_bytes, "arena, ring, features, detector").unit("bytes"),
            field("stack_bytes", &Load::stack_bytes, "deepest, exact").unit("bytes"),
            field("seconds", &Load::seconds, "of signal that was listened to").unit("s"));
    }
};

/// Listens to `signal` twice: step by step to learn what each costs, and once more with frames arriving when the sensor would bring them,
/// `chunk_frames` an interrupt, while the polls take their modelled time.
/// Throws base::Error "bad_input" for a signal of less than a window and a decision's stride, and for images, which come at no rate.
Load measure_load(const codegen::Emission& emission, const board::Board& board, std::span<const std::byte> signal,
                  std::uint32_t chunk_frames, const base::Cancel* cancel = nullptr);

}  // namespace mote::target
