#include "app/profile.hpp"

#include "app/tables.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "target/machine.hpp"

#include <algorithm>

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

/// Flash and RAM of a whole image.
struct Need {
    std::uint64_t flash_bytes = 0, ram_bytes = 0;
    bool fits(const board::Board& board) const { return flash_bytes <= board.flash.size_bytes && ram_bytes <= board.ram.size_bytes; }
};

std::string shortage(const Need& need, const board::Board& board) {
    std::vector<std::string> words;
    const auto add = [&](const char* what, std::uint64_t needed, std::uint64_t has) {
        if (needed > has) words.push_back(base::human_bytes(needed - has) + " of " + what + " too much");
    };
    add("flash", need.flash_bytes, board.flash.size_bytes);
    add("RAM", need.ram_bytes, board.ram.size_bytes);
    return base::join(words, " and ");
}

/// What another plan of the same model needs, stack as measured.
std::string try_plan(codegen::Pipeline pipeline, codegen::Optimise optimise, const board::Board& board, std::uint64_t stack_bytes) {
    const base::TemporaryFolder folder("mote-profile");
    pipeline.optimise = optimise, pipeline.arena_limit_bytes = 0, pipeline.compact = false, pipeline.plain.clear();
    const codegen::Emission emission = codegen::emit(pipeline, folder.path() / "model");
    const target::Firmware firmware = target::build_firmware(emission, target::with_whole_machine(board));
    const Need need{firmware.flash_bytes, firmware.static_ram_bytes + stack_bytes};
    const std::string said = "--optimise " + std::string(codegen::name_of(optimise)) + " needs " + base::human_bytes(need.flash_bytes) +
                             " of flash and " + base::human_bytes(need.ram_bytes) + " of RAM: ";
    return said + (need.fits(board) ? "it fits" : "still " + shortage(need, board));
}

std::vector<std::string> advise(const codegen::Pipeline& pipeline, const Profile& profile, const board::Board& board,
                                const fs::path& project) {
    const Need need{profile.image_flash_bytes, profile.image_ram_bytes};
    std::vector<std::string> advice = {"it has " + shortage(need, board)};
    for (const auto other : {codegen::Optimise::size, codegen::Optimise::ram})
        if (other != pipeline.optimise) advice.push_back(try_plan(pipeline, other, board, profile.stack_bytes));
    if (profile.constant_bytes > board.flash.size_bytes)
        advice.push_back("weights and tables alone are " + base::human_bytes(profile.constant_bytes) +
                         ": only a smaller model fits this part");
    if (profile.arena_lower_bound_bytes > board.ram.size_bytes)
        advice.push_back("no plan of these kernels needs less than " + base::human_bytes(profile.arena_lower_bound_bytes) + " of arena");
    std::vector<board::Board> enough;
    for (board::Board& other : board::boards(project))
        if (need.fits(other)) enough.push_back(std::move(other));
    std::stable_sort(enough.begin(), enough.end(), [&](const board::Board& a, const board::Board& b) {
        const auto rank = [&](const board::Board& x) {
            return std::make_pair(x.core != board.core, x.flash.size_bytes + x.ram.size_bytes);
        };
        return rank(a) < rank(b);
    });
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, enough.size()); ++i) names.push_back(enough[i].name);
    if (!names.empty()) advice.push_back("boards that hold it as it is: " + base::join(names, ", "));
    return advice;
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

Profile profile_on(codegen::Pipeline pipeline, const board::Board& board, std::span<const std::byte> windows, const fs::path& project,
                   base::Progress& progress, const base::Cancel& cancel) {
    const base::TemporaryFolder folder("mote-profile");
    target::RunOptions options;
    options.progress = &progress, options.cancel = &cancel;
    const Measured measured = measure_pipeline(pipeline, board, windows, options, folder.path() / "model");
    Profile profile = profile_of(pipeline, measured, board);
    if (!profile.fits) profile.advice = advise(pipeline, profile, board, project);
    return profile;
}

}  // namespace mote::app
