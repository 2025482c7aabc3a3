#include "app/measurement.hpp"

#include "app/evaluate.hpp"
#include "base/error.hpp"
#include "base/parallel.hpp"
#include "board/board.hpp"
#include "graph/operator.hpp"
#include "target/measure.hpp"

#include <algorithm>
#include <cstring>

namespace mote::app {

namespace {

/// Each step's output on the host, window after window, as the firmware writes them.
base::Bytes host_layers(const graph::Graph& graph, const codegen::Emission& emission, std::span<const float> rows) {
    const std::size_t features = graph.input().count();
    graph::Evaluator evaluator(graph);
    base::Bytes bytes;
    for (std::size_t i = 0; i < rows.size() / features; ++i) {
        evaluator.run_features(rows.subspan(i * features, features));
        for (const auto& point : emission.trace) {
            const base::Bytes tensor = point.written(evaluator.tensor(point.tensor));
            bytes.insert(bytes.end(), tensor.begin(), tensor.end());
        }
    }
    return bytes;
}

void fill_sizes(Measurement& out, const codegen::Emission& emission, const target::Firmware& firmware, const board::Board& board) {
    out.target = board.name, out.title = board.title;
    out.board_flash_bytes = board.flash.size_bytes, out.board_ram_bytes = board.ram.size_bytes;
    out.flash_bytes = firmware.flash_bytes, out.empty_flash_bytes = firmware.empty_flash_bytes;
    out.static_ram_bytes = firmware.static_ram_bytes, out.parts = firmware.parts;
    out.arena_bytes = emission.arena_bytes, out.arena_lower_bound_bytes = emission.arena_lower_bound_bytes;
    out.window_bytes = emission.window_bytes, out.constant_bytes = emission.constant_bytes, out.steps = emission.steps;
    for (const auto& buffer : emission.plan)
        out.plan.push_back({buffer.tensor, buffer.offset, buffer.size_bytes, buffer.first_step, buffer.last_step});
}

}  // namespace

std::vector<std::size_t> spread(const std::vector<std::size_t>& windows, std::size_t most) {
    if (most == 0 || windows.size() <= most) return windows;
    std::vector<std::size_t> out;
    for (std::size_t k = 0; k < most; ++k) out.push_back(windows[k * windows.size() / most]);
    return out;
}

base::Bytes raw_windows(const DataPlan& plan, const std::vector<std::size_t>& windows) {
    const std::size_t size = plan.input.size_bytes();
    base::Bytes bytes(windows.size() * size);
    base::parallel_for(windows.size(), [&](std::size_t k) { plan.data->read(windows[k], std::span(bytes).subspan(k * size, size)); });
    return bytes;
}

std::size_t count_differences(std::span<const std::byte> a, std::span<const std::byte> b) {
    const std::size_t common = std::min(a.size(), b.size());
    std::size_t differing = std::max(a.size(), b.size()) - common;
    for (std::size_t i = 0; i < common; ++i) differing += a[i] != b[i];
    return differing;
}

codegen::Pipeline device_pipeline(const Finished& finished, const std::string& core, std::size_t goldens) {
    codegen::Pipeline pipeline;
    pipeline.input = finished.plan.input;
    pipeline.block = finished.features.block, pipeline.block_parameters = finished.features.parameters;
    pipeline.model = finished.int8_model, pipeline.labels = finished.record.labels, pipeline.core = core;
    pipeline.provenance = {{"project", finished.record.project},
                           {"snapshot", finished.record.snapshot},
                           {"run", finished.record.run},
                           {"model", finished.record.model.int8_model},
                           {"mote", finished.record.code}};
    for (const std::size_t window : spread(finished.plan.split(finished.record.judged_split), std::max<std::size_t>(1, goldens))) {
        if (goldens == 0) break;
        pipeline.golden_windows.push_back(raw_windows(finished.plan, {window}));
    }
    return pipeline;
}

Measurement measure_on_target(const Session& session, const Finished& finished, const std::string& board_name,
                              const MeasureOptions& options, Context& context) {
    const board::Board board = board::find_board(board_name, session.project.folder());
    const DataPlan& plan = finished.plan;
    Measurement out;
    out.run = finished.record.run, out.model = finished.record.model.int8_model;
    out.split = options.split.empty() ? finished.record.judged_split : options.split;
    const auto windows = spread(plan.split(out.split), options.limit);
    out.windows = windows.size(), out.compared_layers = options.layers;

    const auto folder = session.project.store_folder() / "cache" / "code" / (out.model.substr(0, 16) + "-" + board.core);
    const codegen::Emission emission = codegen::emit(device_pipeline(finished, board.core, 0), folder);
    context.progress->begin("building the firmware for " + board.name, 0);
    const target::Firmware firmware = target::build_firmware(emission, board);
    context.progress->end();
    fill_sizes(out, emission, firmware, board);

    target::RunOptions run_options;
    run_options.want_features = true, run_options.want_layers = options.layers, run_options.count = options.count;
    run_options.progress = context.progress, run_options.cancel = context.cancel;
    const target::Run run = target::run_firmware(firmware, emission, board, raw_windows(plan, windows), run_options);

    // Computed anew on the host: a cache would hide a difference.
    const auto rows = compute_features(plan, finished.features, windows, {}, *context.progress, *context.cancel);
    const Outputs host = run_graph(finished.int8_model, rows, *context.progress, *context.cancel);
    out.differing_features = count_differences(run.features, std::as_bytes(std::span(rows)));
    out.differing_outputs = count_differences(std::as_bytes(std::span(run.outputs)), std::as_bytes(std::span(host.stored)));
    if (options.layers) out.differing_layers = count_differences(run.layers, host_layers(finished.int8_model, emission, rows));
    out.metrics = learn::measure(dequantise_outputs(finished.int8_model, run.outputs), plan.truth(windows), plan.labels);
    out.instructions = run.instructions, out.feature_instructions = run.feature_instructions;
    out.model_instructions = run.model_instructions, out.stack_bytes = run.stack_bytes;
    out.cycles = run.cycles, out.latency_s = run.latency_s, out.energy_joule = run.energy_joule, out.layers = run.by_layer;
    return out;
}

std::optional<Measurement> latest_measurement(const store::Store& store, const RunRecord& record, const std::string& board) {
    for (const auto& deployment : store::deployments(store)) {
        if (deployment.model != record.model.int8_model || !deployment.manifest.contains("measurement")) continue;
        if (!board.empty() && deployment.target != board) continue;
        return base::from_json<Measurement>(deployment.manifest.at("measurement"), "measurement " + deployment.hash.substr(0, 12));
    }
    return std::nullopt;
}

}  // namespace mote::app
