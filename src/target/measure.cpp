// run_firmware: windows through the emulated chip, and what they cost.
#include "target/measure.hpp"

#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "target/emulator.hpp"
#include "target/firmware.hpp"
#include "target/regions.hpp"

#include <algorithm>
#include <atomic>

namespace mote::target {
namespace fs = std::filesystem;

namespace {

using base::Error;

constexpr std::size_t checked_windows = 8;

/// What every pass over the windows needs.
struct Job {
    const codegen::Emission& emission;
    const board::Board& board;
    std::span<const std::byte> windows;
    const RunOptions& options;

    std::size_t count() const { return windows.size() / emission.window_bytes; }
    std::span<const std::byte> part(std::size_t first, std::size_t count) const {
        return windows.subspan(first * emission.window_bytes, count * emission.window_bytes);
    }
};

/// What one emulator left.
struct Piece {
    base::Bytes outputs, features, steps;
    std::optional<Counts> counts;
};

/// What a traced firmware writes beside outputs, as its command line says it.
enum Wanted { nothing = 0, features = 1, steps = 2 };

Piece run_piece(const Job& job, const fs::path& elf, std::size_t first, std::size_t count, int wanted, Counting counting) {
    const base::TemporaryFolder folder("mote-run");
    base::write_file(folder.path() / "windows", job.part(first, count));
    ExecutionOptions options;
    options.counting = counting;
    options.argument = std::to_string(count) + " " + std::to_string(wanted);
    options.folder = folder.path();
    options.timeout_s = 60 + 60.0 * static_cast<double>(count);
    options.cancel = job.options.cancel;
    Execution execution = execute(elf, job.board, options);
    check_exit(execution, job.board);
    Piece piece{base::read_file(folder.path() / "outputs"), {}, {}, std::move(execution.counts)};
    if (piece.outputs.size() != count * job.emission.output_bytes)
        throw Error("internal", "the firmware wrote " + std::to_string(piece.outputs.size()) + " bytes of outputs for " +
                                    std::to_string(count) + " windows");
    if ((wanted & features) != 0) piece.features = base::read_file(folder.path() / "features");
    if ((wanted & steps) != 0) piece.steps = base::read_file(folder.path() / "steps");
    return piece;
}

// All windows, in pieces that keep every core busy and let progress be seen.
std::vector<Piece> run_all(const Job& job, const fs::path& elf, int wanted, Counting counting, std::string_view stage) {
    const std::size_t n = job.count(), threads = base::thread_count();
    // What a model with state answers depends on the windows before.
    const std::size_t size = job.emission.state_bytes > 0 ? n : std::clamp<std::size_t>((n + threads - 1) / threads, 1, 128);
    const std::size_t pieces = (n + size - 1) / size;
    std::vector<Piece> done(pieces);
    std::atomic<std::size_t> finished{0};
    if (job.options.progress != nullptr) job.options.progress->begin(stage, n);
    base::parallel_for(pieces, [&](std::size_t i) {
        if (job.options.cancel != nullptr) job.options.cancel->check();
        const std::size_t first = i * size, count = std::min(size, n - first);
        done[i] = run_piece(job, elf, first, count, wanted, counting);
        const std::size_t so_far = finished += count;
        if (job.options.progress != nullptr) job.options.progress->advance(so_far);
    });
    if (job.options.progress != nullptr) job.options.progress->end();
    return done;
}

void append(std::vector<std::byte>& to, const base::Bytes& bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }

std::vector<std::int8_t> outputs_of(const std::vector<Piece>& pieces) {
    std::vector<std::int8_t> outputs;
    for (const Piece& piece : pieces)
        for (const std::byte value : piece.outputs) outputs.push_back(static_cast<std::int8_t>(value));
    return outputs;
}

void fill_counts(Run& run, const std::vector<Piece>& pieces, const Image& image) {
    const std::uint64_t top = image.address_of("__stack_top");
    std::uint64_t lowest = top;
    std::vector<std::uint64_t> windows;
    for (const Piece& piece : pieces) {
        lowest = std::min(lowest, piece.counts->stack_lowest);
        for (const std::uint64_t instructions : visits_of(*piece.counts, regions::window)) windows.push_back(instructions);
    }
    if (windows.size() != run.windows) throw Error("internal", "the plugin counted " + std::to_string(windows.size()) + " windows");
    run.stack_bytes = top - lowest;
    run.instructions = windows.front();
    run.least_instructions = *std::min_element(windows.begin(), windows.end());
    run.most_instructions = *std::max_element(windows.begin(), windows.end());
}

// The traced build tells features and steps apart; what is left of the window's instructions is the copying of its outputs.
void fill_layers(Run& run, const Counts& counts, const Job& job, const Image& image) {
    const auto add = [&](const std::string& name, unsigned region) {
        const auto visits = visits_of(counts, region);
        run.by_layer.push_back({name, visits.empty() ? 0 : visits.front(), cycles_of(counts, region, image, job.board)});
    };
    add("features", regions::window);
    const auto& steps = job.emission.steps;
    for (std::size_t i = 0; i < steps.size(); ++i) add(steps[i], regions::first_step + static_cast<unsigned>(i));
    run.feature_instructions = std::min(run.by_layer.front().instructions, run.instructions);
    run.model_instructions = run.instructions - run.feature_instructions;
}

void fill_cycles(Run& run, const Job& job, const fs::path& plain, const fs::path& traced) {
    const std::size_t n = std::min(job.count(), checked_windows);
    const Piece whole = run_piece(job, plain, 0, n, nothing, Counting::profile);
    run.checked_windows = n;
    run.cycles = cycles_of(*whole.counts, regions::window, read_image(plain), job.board);
    run.latency_s = run.cycles.expected / job.board.clock_hz;
    run.energy_joule = run.latency_s * board::active_ampere(job.board) * job.board.supply_volt;
    if (traced.empty()) return;
    const Piece layers = run_piece(job, traced, 0, 1, nothing, Counting::profile);
    fill_layers(run, *layers.counts, job, read_image(traced));
}

// Telling layers apart takes a little more flash, which a part that is nearly full may not have; then there is no table of layers.
fs::path build_traced(const codegen::Emission& emission, const board::Board& board, bool is_needed) {
    try {
        return build_harness(emission, board, layout_of(board), true);
    } catch (const Error& error) {
        if (is_needed || error.code() != "bad_input") throw;
        return {};
    }
}

void check_request(const codegen::Emission& emission, std::span<const std::byte> windows) {
    if (emission.window_bytes == 0) throw Error("internal", "the emitted model does not say how large its window is");
    if (windows.empty()) throw Error("bad_input", "there are no windows to run", "give at least one window of data");
    if (windows.size() % emission.window_bytes != 0)
        throw Error(
            "bad_input",
            std::to_string(windows.size()) + " bytes are no whole number of windows of " + std::to_string(emission.window_bytes) + " bytes",
            "prepare the windows for this model");
}

}  // namespace

Run run_firmware(const Firmware& firmware, const codegen::Emission& emission, const board::Board& board, std::span<const std::byte> windows,
                 const RunOptions& options) {
    check_request(emission, windows);
    const Job job{emission, board, windows, options};
    const bool want_trace = options.want_features || options.want_layers;
    Run run;
    run.windows = job.count();
    fs::path traced;
    if (want_trace || options.count) traced = build_traced(emission, board, want_trace);
    if (want_trace) {
        const int wanted = (options.want_features ? features : nothing) | (options.want_layers ? steps : nothing);
        const auto pieces = run_all(job, traced, wanted, Counting::none, "tracing on " + board.name);
        run.outputs = outputs_of(pieces);
        for (const Piece& piece : pieces) {
            append(run.features, piece.features);
            append(run.layers, piece.steps);
        }
    }
    if (options.count || !want_trace) {
        const Counting counting = options.count ? Counting::count : Counting::none;
        const auto pieces = run_all(job, firmware.elf, nothing, counting, "running on " + board.name);
        auto outputs = outputs_of(pieces);
        if (want_trace && outputs != run.outputs)
            throw Error("internal", "the traced firmware's outputs differ from the plain one's on " + board.name);
        run.outputs = std::move(outputs);
        if (options.count) fill_counts(run, pieces, read_image(firmware.elf));
    }
    if (options.count) fill_cycles(run, job, firmware.elf, traced);
    return run;
}

}  // namespace mote::target
