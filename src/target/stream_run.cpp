#include "target/stream_run.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "target/arrivals.hpp"
#include "target/firmware.hpp"
#include "target/regions.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace mote::target {

namespace fs = std::filesystem;

namespace {

using base::Error;

/// Polls whose cycles are asked for.
struct Special {
    std::size_t row = ~std::size_t{0}, decision = ~std::size_t{0};
};

constexpr unsigned row_region = regions::first_step + 1, decision_region = regions::first_step + 2;

template <class T>
std::vector<T> read_values(const fs::path& file) {
    const base::Bytes bytes = base::read_file(file);
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
    return values;
}

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& values) {
    return std::as_bytes(std::span(values));
}

std::vector<HeardEvent> read_events(const fs::path& file) {
    constexpr std::size_t record = 16;
    const base::Bytes bytes = base::read_file(file);
    std::vector<HeardEvent> events(bytes.size() / record);
    for (std::size_t i = 0; i < events.size(); ++i) {
        std::memcpy(&events[i].label, &bytes[i * record], 4);
        std::memcpy(&events[i].score, &bytes[i * record + 4], 4);
        std::memcpy(&events[i].frame, &bytes[i * record + 8], 8);
    }
    return events;
}

struct Job {
    const codegen::Emission& emission;
    const board::Board& board;
    fs::path elf;
    const base::Cancel* cancel = nullptr;
};

/// One pass of the emulator; `counts` is filled unless Counting::none.
StreamRun run_once(const Job& job, std::span<const std::byte> signal, const Schedule& schedule, Special special, Counting counting,
                   std::optional<Counts>& counts) {
    const base::TemporaryFolder folder("mote-listen");
    base::write_file(folder.path() / "signal", signal);
    base::write_file(folder.path() / "schedule", bytes_of(schedule));
    constexpr std::size_t none = 0xffffffffu;
    ExecutionOptions options;
    options.counting = counting;
    options.argument = std::to_string(schedule.size()) + " " + std::to_string(std::min(special.row, none)) + " " +
                       std::to_string(std::min(special.decision, none));
    options.folder = folder.path();
    options.timeout_s = 120 + 2.0 * static_cast<double>(schedule.size());
    options.cancel = job.cancel;
    Execution execution = execute(job.elf, job.board, options);
    check_exit(execution, job.board);
    counts = std::move(execution.counts);
    StreamRun run;
    for (const std::uint8_t heard : read_values<std::uint8_t>(folder.path() / "polls"))
        run.polls.push_back(static_cast<rt::stream::Heard>(heard));
    run.outputs = read_values<std::int8_t>(folder.path() / "outputs");
    run.events = read_events(folder.path() / "events");
    const auto counters = read_values<std::uint32_t>(folder.path() / "counters");
    if (run.polls.size() != schedule.size() || counters.size() != 2)
        throw Error("internal", "the listening firmware wrote " + std::to_string(run.polls.size()) + " polls");
    run.lost_frames = counters[0], run.bad_values = counters[1];
    return run;
}

void check_signal(const codegen::Emission& emission, std::span<const std::byte> signal, const Schedule& schedule) {
    check_listens(emission);
    const std::uint64_t frames = std::accumulate(schedule.begin(), schedule.end(), std::uint64_t{0});
    if (signal.size() % emission.frame_bytes != 0 || frames > signal.size() / emission.frame_bytes)
        throw Error("bad_input",
                    "the signal has " + std::to_string(signal.size()) + " bytes, not " + std::to_string(frames) + " frames of " +
                        std::to_string(emission.frame_bytes),
                    "give whole frames, as many as the schedule asks for");
}

bool decides(rt::stream::Heard heard) { return heard != rt::stream::Heard::waiting; }

/// The first decision that comes after others (the first of all pays for what is done once), and the row just before it.
Special special_polls(const StreamRun& run) {
    Special special;
    std::size_t seen = 0;
    for (std::size_t i = 1; i < run.polls.size() && seen < 3; ++i) {
        if (!decides(run.polls[i])) continue;
        special.decision = i, ++seen;
        if (!decides(run.polls[i - 1])) special.row = i - 1;
    }
    return special;
}

/// Cycles of an instruction, low, expected and high.
Cycles ratio(const Counts& counts, unsigned region, std::uint64_t instructions, const Image& image, const board::Board& board) {
    Cycles cycles = cycles_of(counts, region, image, board);
    const double n = static_cast<double>(std::max<std::uint64_t>(1, instructions));
    cycles.low /= n, cycles.expected /= n, cycles.high /= n;
    return cycles;
}

}  // namespace

Schedule even_schedule(const rt::stream::Plan& plan, std::uint64_t frames) {
    // Each entry completes one computation, so that one poll works it off: what a first one needs beyond whole steps comes first.
    const std::uint32_t step = plan.advance <= plan.ring ? plan.advance : std::max(1u, plan.ring / 2);
    Schedule schedule;
    std::uint64_t at = plan.span % step;
    if (at > 0 && at <= frames) schedule.push_back(static_cast<std::uint32_t>(at));
    for (; at + step <= frames; at += step) schedule.push_back(step);
    return schedule;
}

StreamRun run_stream(const codegen::Emission& emission, const board::Board& board, std::span<const std::byte> signal,
                     const Schedule& schedule, const StreamOptions& options) {
    check_signal(emission, signal, schedule);
    const Job job{emission, board, build_listener(emission, board), options.cancel};
    std::optional<Counts> counts;
    StreamRun run = run_once(job, signal, schedule, {}, options.count ? Counting::count : Counting::none, counts);
    if (!counts) return run;
    run.instructions = visits_of(*counts, regions::first_step);
    for (const std::uint64_t n : visits_of(*counts, regions::window)) run.push_instructions += n;
    if (run.instructions.size() != run.polls.size())
        throw Error("internal", "the plugin counted " + std::to_string(run.instructions.size()) + " polls");
    run.stack_bytes = read_image(job.elf).address_of("__stack_top") - counts->stack_lowest;
    return run;
}

namespace {

Arrivals arrivals_of(const codegen::Emission& emission, const board::Board& board, const StreamRun& run, const Schedule& schedule,
                     const Cycles& row, const Cycles& decision, double Cycles::*bound) {
    Arrivals a;
    a.plan = emission.listen.stream;
    a.cycles_per_frame = board.clock_hz / emission.rate_hz;
    a.frames = std::accumulate(schedule.begin(), schedule.end(), std::uint64_t{0});
    // Frames come by interrupts, whose work delays the polls.
    const double push = static_cast<double>(run.push_instructions) * row.*bound / static_cast<double>(a.frames);
    a.cycles_per_frame -= push;
    std::uint64_t pushed = 0;
    double waiting = 0;
    for (std::size_t i = 0; i < run.polls.size(); ++i) {
        pushed += schedule[i];
        const double cycles = static_cast<double>(run.instructions[i]) * (decides(run.polls[i]) ? decision : row).*bound;
        const std::uint64_t end = a.unit_cycles.size() * a.plan.advance + a.plan.span;
        waiting += cycles;
        if (pushed < end) continue;
        a.unit_cycles.push_back(waiting);
        a.unit_decides.push_back(decides(run.polls[i]));
        waiting = 0;
    }
    return a;
}

/// From the first decision, before which a window fills, to the last.
double percent_of(const Arrivals& a, const codegen::Emission& emission, const board::Board& board) {
    const auto first = static_cast<std::size_t>(std::find(a.unit_decides.begin(), a.unit_decides.end(), true) - a.unit_decides.begin());
    std::size_t last = a.unit_decides.size() - 1;
    while (last > first && !a.unit_decides[last]) --last;
    const auto at = [&](std::size_t i) { return a.unit_cycles.begin() + static_cast<std::ptrdiff_t>(i); };
    const double frames = static_cast<double>((last - first) * a.plan.advance), of_chip = board.clock_hz / emission.rate_hz;
    return 100 * (std::accumulate(at(first + 1), at(last + 1), 0.0) / frames + of_chip - a.cycles_per_frame) / of_chip;
}

void check_rate(const codegen::Emission& emission, std::size_t frames) {
    if (!(emission.rate_hz > 0))
        throw Error("bad_input", "images come at no fixed rate, so that there is no load to measure", "look at the latency of one window");
    const rt::stream::Plan& plan = emission.listen.stream;
    const std::size_t window = plan.rows > 0 ? (plan.rows - 1) * plan.advance + plan.span : plan.span;
    const std::size_t least = window + 4 * std::size_t{plan.stride};
    if (frames < least)
        throw Error("bad_input",
                    "a signal of " + std::to_string(frames) + " frames is too short to measure the load of listening, which takes " +
                        std::to_string(least),
                    "give a longer recording");
}

}  // namespace

Load measure_load(const codegen::Emission& emission, const board::Board& board, std::span<const std::byte> signal,
                  std::uint32_t chunk_frames, const base::Cancel* cancel) {
    check_listens(emission);
    check_rate(emission, signal.size() / emission.frame_bytes);
    const rt::stream::Plan& plan = emission.listen.stream;
    const Schedule even = even_schedule(plan, signal.size() / emission.frame_bytes);
    const Job job{emission, board, build_listener(emission, board), cancel};
    const StreamRun run = run_stream(emission, board, signal, even, {true, cancel});
    const Special special = special_polls(run);
    std::optional<Counts> counts;
    const std::size_t until = special.decision + 1;
    (void)run_once(job, signal, Schedule(even.begin(), even.begin() + static_cast<std::ptrdiff_t>(until)), special, Counting::profile,
                   counts);
    const Image image = read_image(job.elf);
    const Cycles decision = ratio(*counts, decision_region, run.instructions[special.decision], image, board);
    const Cycles row = special.row < even.size() ? ratio(*counts, row_region, run.instructions[special.row], image, board) : decision;

    Load load;
    const Arrivals expected = arrivals_of(emission, board, run, even, row, decision, &Cycles::expected);
    load.percent = percent_of(expected, emission, board);
    load.percent_low = percent_of(arrivals_of(emission, board, run, even, row, decision, &Cycles::low), emission, board);
    load.percent_high = percent_of(arrivals_of(emission, board, run, even, row, decision, &Cycles::high), emission, board);
    if (plan.rows > 0 && special.row < even.size()) load.step_instructions = run.instructions[special.row];
    load.decision_instructions = *std::max_element(run.instructions.begin(), run.instructions.end());
    load.longest_s = *std::max_element(expected.unit_cycles.begin(), expected.unit_cycles.end()) / board.clock_hz;
    Arrivals by_interrupt = expected;
    by_interrupt.chunk_frames = chunk_frames;
    const Simulated in_time = simulate(by_interrupt);
    load.ring_frames = plan.ring, load.most_frames = in_time.most_frames;
    load.percent_at_loss = load.percent * factor_at_loss(by_interrupt);
    load.lost_frames = run_stream(emission, board, signal, in_time.schedule, {false, cancel}).lost_frames;
    load.listener_bytes = emission.listener_bytes, load.stack_bytes = run.stack_bytes;
    load.seconds = static_cast<double>(expected.frames) / emission.rate_hz;
    return load;
}

}  // namespace mote::target
