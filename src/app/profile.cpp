#include "app/profile.hpp"

#include "app/fit.hpp"
#include "app/tables.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "target/machine.hpp"

#include <algorithm>
#include <cmath>

namespace mote::app {
namespace fs = std::filesystem;

namespace {

bool is_reference(const std::string& kernel) { return kernel.ends_with("_reference"); }

std::vector<LayerProfile> layers_of(const codegen::Pipeline& pipeline, const Measured& measured) {
    const auto& counted = measured.run.by_layer;
    std::vector<LayerProfile> layers;
    double all = 0;
    for (std::size_t i = measured.emission.has_features ? 0 : 1; i < counted.size(); ++i) {
        LayerProfile layer;
        layer.instructions = counted[i].instructions, layer.cycles = counted[i].cycles.expected;
        all += layer.cycles;
        if (i == 0) {
            layer.name = "features", layer.op = pipeline.block, layer.kernel = pipeline.block, layer.specialised = true;
        } else {
            const codegen::TracePoint& point = measured.emission.trace[i - 1];
            const std::string& title = counted[i].name;
            layer.name = point.layer.empty() ? point.op : point.layer, layer.op = point.op, layer.macs = point.macs;
            layer.shapes = title.substr(std::min(title.size(), layer.name.size() + 1));
            layer.kernel = base::join(point.kernels, ", ");
            layer.specialised = std::none_of(point.kernels.begin(), point.kernels.end(), is_reference);
        }
        layers.push_back(std::move(layer));
    }
    for (LayerProfile& layer : layers) layer.share = all > 0 ? layer.cycles / all : 0;
    return layers;
}

std::vector<OperatorProfile> operators_of(const std::vector<LayerProfile>& layers) {
    std::vector<OperatorProfile> all;
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> work;  // instructions, multiply-accumulates
    for (const LayerProfile& layer : layers) {
        auto found = std::find_if(all.begin(), all.end(), [&](const OperatorProfile& o) { return o.op == layer.op; });
        if (found == all.end()) {
            all.push_back(OperatorProfile{layer.op, "", 0, true, 0});
            found = all.end() - 1;
        }
        ++found->count;
        found->specialised = found->specialised && layer.specialised;
        const auto known = base::split(found->kernels, ' ');
        if (std::find(known.begin(), known.end(), layer.kernel) == known.end())
            found->kernels += (found->kernels.empty() ? "" : " ") + layer.kernel;
        work[layer.op].first += layer.instructions, work[layer.op].second += layer.macs;
    }
    for (OperatorProfile& o : all)
        if (const auto [instructions, macs] = work[o.op]; macs > 0)
            o.instructions_per_mac = static_cast<double>(instructions) / static_cast<double>(macs);
    return all;
}

std::map<std::string, std::string> confidence_of(const Profile& profile, const target::Run& run) {
    const std::string range =
        run.cycles.confidence + "; between " + base::human_count(run.cycles.low) + " and " + base::human_count(run.cycles.high) + " cycles";
    return {{"instructions", "exact: counted in the emulator"},
            {"cycles", range},
            {"latency_ms", range},
            {"energy_uj", profile.energy_uj > 0 ? "modelled cycles at the data sheet's current" : "not known: the board states no current"},
            {"flash_bytes", "exact: the linked image"},
            {"arena_bytes", "exact: a constant of the generated code"},
            {"stack_bytes", "exact: the deepest address written in " + std::to_string(run.windows) + " inference(s)"},
            {"ram_bytes", "exact: the linked image and the deepest stack"}};
}

}  // namespace

Measured measure_pipeline(const codegen::Pipeline& pipeline, const board::Board& board, std::span<const std::byte> windows,
                          const target::RunOptions& options, const fs::path& folder) {
    Measured measured;
    measured.emission = codegen::emit(pipeline, folder);
    const auto on = [&](const board::Board& part) {
        measured.firmware = target::build_firmware(measured.emission, part);
        measured.run = target::run_firmware(measured.firmware, measured.emission, part, windows, options);
    };
    try {
        on(board);
        measured.fits = measured.firmware.static_ram_bytes + measured.run.stack_bytes <= board.ram.size_bytes;
        if (measured.fits && (!options.count || !measured.run.by_layer.empty())) return measured;
    } catch (const base::Error& error) {
        // Too large for the part, or a stack that has run out of it: there is no telling before it was tried.
        if (error.code() != "bad_input" && error.code() != "tool_failed") throw;
        measured.fits = false;
    }
    on(target::with_whole_machine(board));
    return measured;
}

Profile profile_of(const codegen::Pipeline& pipeline, const Measured& measured, const board::Board& board) {
    const auto& [emission, firmware, run, fits] = measured;
    Profile p;
    p.target = board.name, p.title = board.title, p.optimise = std::string(codegen::name_of(pipeline.optimise));
    p.goal = pipeline.provenance.value("optimised for", p.optimise);
    p.instructions = run.instructions, p.cycles = run.cycles.expected;
    p.latency_ms = run.latency_s * 1e3, p.energy_uj = run.energy_joule * 1e6;
    p.flash_bytes = firmware.flash_bytes - std::min(firmware.flash_bytes, firmware.empty_flash_bytes);
    p.arena_bytes = emission.arena_bytes, p.stack_bytes = run.stack_bytes;
    p.image_flash_bytes = firmware.flash_bytes, p.image_ram_bytes = firmware.static_ram_bytes + run.stack_bytes;
    p.ram_bytes = p.image_ram_bytes - std::min(p.image_ram_bytes, firmware.empty_ram_bytes);
    p.board_flash_bytes = board.flash.size_bytes, p.board_ram_bytes = board.ram.size_bytes;
    p.fits = fits, p.parts = firmware.parts;
    p.arena_lower_bound_bytes = emission.arena_lower_bound_bytes, p.constant_bytes = emission.constant_bytes;
    for (const auto& b : emission.plan) p.plan.push_back({b.tensor, b.offset, b.size_bytes, b.first_step, b.last_step});
    p.dropped_macs = graph::count_macs(pipeline.model);
    for (const codegen::TracePoint& point : emission.trace) p.dropped_macs -= std::min(point.macs, p.dropped_macs);
    for (const auto& d : emission.dropped)
        if (d.op == "conv_2d" || d.op == "depthwise_conv_2d" || d.op == "dense") p.dropped.push_back({d.layer, d.op, d.dropped, d.of});
    p.layers = layers_of(pipeline, measured);
    p.operators = operators_of(p.layers);
    p.confidence = confidence_of(p, run);
    return p;
}

namespace {

/// A firmware that not even the emulated machine holds has no figures; what would help is known all the same.
Measured measure_or_explain(const codegen::Pipeline& pipeline, const board::Board& board, std::span<const std::byte> windows,
                            const target::RunOptions& options, const fs::path& folder, const fs::path& project) {
    try {
        return measure_pipeline(pipeline, board, windows, options, folder);
    } catch (const base::Error& error) {
        if (error.code() != "bad_input") throw;
        const Need need = need_of(pipeline, board, windows, *options.cancel);
        if (need.fits(target::with_whole_machine(board))) throw;
        throw base::Error("bad_input", error.message(), find_remedy(pipeline, need, board, project, *options.cancel).sentence());
    }
}

}  // namespace

namespace {

/// Listens to the windows, one behind the other and again, for long enough that the load settles.
void add_listening(Profile& profile, const codegen::Pipeline& pipeline, const codegen::Emission& emission, const board::Board& board,
                   std::span<const std::byte> windows, const base::Cancel& cancel) {
    const rt::stream::Plan& plan = emission.listen.stream;
    profile.stride_ms = 1e3 * plan.stride / emission.rate_hz;
    constexpr std::size_t strides = 12;
    const std::size_t wanted = emission.window_bytes + strides * plan.stride * emission.frame_bytes;
    base::Bytes signal;
    while (signal.size() < wanted) signal.insert(signal.end(), windows.begin(), windows.end());
    const double chunk_s = 16e-3;  // as drivers of microphones and motion sensors deliver
    const auto chunk = static_cast<std::uint32_t>(std::clamp(std::round(chunk_s * emission.rate_hz), 1.0, static_cast<double>(plan.ring)));
    try {
        profile.listening = {target::measure_load(emission, board, signal, chunk, &cancel)};
    } catch (const base::Error& error) {
        if (error.code() != "bad_input") throw;
        profile.listening_note = "continuous listening does not fit: " + error.message();
        return;
    }
    const target::Load& load = profile.listening.front();
    if (load.lost_frames > 0)
        profile.listening_note =
            "the chip cannot keep up with a decision every " + fixed(profile.stride_ms, 1) +
            " ms, and loses frames for good: lengthen stride_ms under [listen] in mote.toml, or make the model smaller";
    else if (plan.rows == 0)
        profile.listening_note =
            "each decision computes its window as a whole: block \"" + pipeline.block + "\" with these parameters leaves nothing to reuse";
}

}  // namespace

std::vector<std::pair<std::string, std::string>> listening_figures(const Profile& p) {
    if (p.listening.empty()) return {};
    const target::Load& load = p.listening.front();
    std::vector<std::pair<std::string, std::string>> lines;
    lines.emplace_back(fixed(load.percent, 1) + " %", "of the chip's time, modelled (" + fixed(load.percent_low, 1) + " to " +
                                                          fixed(load.percent_high, 1) + "), a decision every " + fixed(p.stride_ms, 1) +
                                                          " ms");
    lines.emplace_back(with_unit(load.longest_s, "s"),
                       "longest step, a decision of " + std::to_string(load.decision_instructions) + " instructions");
    if (load.step_instructions > 0)
        lines.emplace_back(std::to_string(load.step_instructions), "instructions a row of features, exact; the rest of a window is reused");
    const std::string loss = load.percent_at_loss > 0 ? "; the first would be at a load of " + fixed(load.percent_at_loss, 1) + " %" : "";
    lines.emplace_back(std::to_string(load.ring_frames), "frames of ring; at most " + std::to_string(load.most_frames) + " waited, " +
                                                             (load.lost_frames == 0 ? "none was lost" : "FRAMES WERE LOST") + loss);
    lines.emplace_back(std::to_string(load.listener_bytes),
                       "bytes of RAM: arena, ring, features, detector; stack " + std::to_string(load.stack_bytes) + " beside");
    return lines;
}

Profile profile_on(codegen::Pipeline pipeline, const board::Board& board, std::span<const std::byte> windows, const fs::path& project,
                   base::Progress& progress, const base::Cancel& cancel) {
    const base::TemporaryFolder folder("mote-profile");
    target::RunOptions options;
    options.progress = &progress, options.cancel = &cancel;
    const Measured measured = measure_or_explain(pipeline, board, windows, options, folder.path() / "model", project);
    Profile profile = profile_of(pipeline, measured, board);
    if (profile.fits) {
        if (measured.emission.rate_hz > 0) add_listening(profile, pipeline, measured.emission, board, windows, cancel);
        return profile;
    }
    const Need need{profile.image_flash_bytes, profile.image_ram_bytes - profile.stack_bytes, profile.stack_bytes, profile.constant_bytes,
                    profile.arena_lower_bound_bytes};
    const Remedy remedy = find_remedy(pipeline, need, board, project, cancel);
    profile.advice = {"it has " + need.shortage(board)};
    for (const std::string& line : remedy.lines()) profile.advice.push_back(line);
    profile.fits_with = remedy.modes, profile.fits_on = remedy.boards;
    return profile;
}

}  // namespace mote::app
