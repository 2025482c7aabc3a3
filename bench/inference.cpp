// Executed instructions, flash and arena of the public MLPerf Tiny models on each core, in the emulator: prints a table with floors and
// with the figures of the best public stack, and compares every layer and every output with the golden files while it counts. Exits 1 when
// a byte differs or a floor is missed.
//
// bench_inference FOLDER [--model NAME] [--core NAME] [--layers] [--inputs N] [--write OTHER]: FOLDER holds kws, ic and ad with
// their golden files; --layers prints each layer's instructions, --inputs runs the first N of the 8 golden inputs, --write does nothing but
// write the made models as files, to try them by hand.
#include "cores.hpp"
#include "made_models.hpp"
#include "public_stack.hpp"

#include "app/measurement.hpp"
#include "app/profile.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "codegen/emit.hpp"
#include "graph/export_format.hpp"
#include "graph/import/tflite.hpp"
#include "graph/operator.hpp"
#include "target/machine.hpp"
#include "target/measure.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace mote;

struct Options {
    fs::path folder, write;
    std::string model, core;
    bool layers = false;
    std::size_t inputs = 8;
};

/// One figure that is held against a floor. `public_stack` is TensorFlow Lite Micro with CMSIS-NN, 0 where nobody measured it.
struct Floor {
    std::string_view model, what;
    double floor, public_stack;
};

constexpr Floor floors[] = {
    {"kws", "cortex-m4", 3.6e6, 7226901},
    {"ic", "cortex-m4", 13.7e6, 28507022},
    {"ad", "cortex-m4", 0.335e6, 573213},
    {"kws", "cortex-m0plus", 14.5e6, 29003545},
    {"ic", "cortex-m0plus", 48e6, 97567657},
    {"ad", "cortex-m0plus", 0.9e6, 1762796},
    {"kws", "cortex-m3", 5.5e6, 10532610},
    {"ic", "cortex-m3", 21e6, 41849431},
    {"ad", "cortex-m3", 0.48e6, 955952},
    {"kws", "cortex-m7", 3.8e6, 7644220},
    {"ic", "cortex-m7", 14.2e6, 30023301},
    {"ad", "cortex-m7", 0.34e6, 583247},
    {"kws", "cortex-m33", 3.8e6, 7680723},
    {"ic", "cortex-m33", 14.2e6, 29964236},
    {"ad", "cortex-m33", 0.34e6, 583398},
    {"kws", "cortex-m55", 1.0e6, 1814902},
    {"ic", "cortex-m55", 2.6e6, 4914323},
    {"ad", "cortex-m55", 0.12e6, 285574},
    // What was made here to the shape of visual wake words: half of the public stack.
    {"vww", "cortex-m4", 11.3e6, 22609017},
    {"vww", "cortex-m0plus", 43.4e6, 86885090},
    {"vww", "cortex-m3", 15.9e6, 31958232},
    {"vww", "cortex-m7", 12.0e6, 24025605},
    {"vww", "cortex-m33", 12.0e6, 24046787},
    {"vww", "cortex-m55", 3.27e6, 6558796},
    {"kws", "flash, cortex-m4", 45e3, 108284},
    {"ic", "flash, cortex-m4", 160e3, 150200},
    {"ad", "flash, cortex-m4", 285e3, 306052},
    {"kws", "flash for size, cortex-m4", 36e3, 108284},
    {"ic", "flash for size, cortex-m4", 96e3, 150200},
    {"ad", "flash for size, cortex-m4", 278e3, 306052},
    {"kws", "arena for ram, cortex-m4", 12e3, 22820},
    {"ic", "arena for ram, cortex-m4", 36e3, 54996},
    {"ad", "arena for ram, cortex-m4", 1.3e3, 2580},
};

/// The figure's floor and what it stands beside, or nothing.
const Floor* floor_of(std::string_view model, std::string_view what) {
    const auto found =
        std::find_if(std::begin(floors), std::end(floors), [&](const Floor& f) { return f.model == model && f.what == what; });
    return found == std::end(floors) ? nullptr : found;
}

codegen::Pipeline pipeline_of(const graph::Graph& model, const std::string& core) {
    codegen::Pipeline p;
    p.model = model;
    p.core = core;
    return p;
}

struct Golden {
    base::Bytes windows, layers, outputs;
};

void append(base::Bytes& to, const base::Bytes& from) { to.insert(to.end(), from.begin(), from.end()); }

/// Input, each layer and output of one example.
struct Example {
    base::Bytes in, out;
    std::map<int, base::Bytes> layers;  ///< by tensor
};

/// Of the layers those that the emitted code materialises, in its order.
void append(Golden& golden, const Example& example, const codegen::Emission& emission) {
    append(golden.windows, example.in);
    for (const codegen::TracePoint& point : emission.trace) append(golden.layers, point.written(example.layers.at(point.tensor)));
    append(golden.outputs, example.out);
}

Golden golden_of(const fs::path& folder, const graph::Graph& model, const codegen::Emission& emission, std::size_t inputs) {
    Golden golden;
    for (std::size_t i = 0; i < inputs; ++i) {
        const std::string number = std::to_string(i) + ".bin";
        Example example{base::read_file(folder / ("in_" + number)), base::read_file(folder / ("out_" + number)), {}};
        const base::Bytes layers = base::read_file(folder / ("layers_" + number));
        auto begin = layers.begin();
        for (const graph::Node& node : model.nodes) {
            const int tensor = node.outputs.front();
            const auto end = begin + static_cast<std::ptrdiff_t>(model.tensors[static_cast<std::size_t>(tensor)].size_bytes());
            example.layers[tensor] = {begin, end};
            begin = end;
        }
        append(golden, example, emission);
    }
    return golden;
}

/// The reference evaluator's answers to random inputs.
Golden reference_of(const graph::Graph& model, const codegen::Emission& emission, std::size_t inputs) {
    Golden golden;
    graph::Evaluator evaluator(model);
    base::Random random(2);
    for (std::size_t i = 0; i < inputs; ++i) {
        Example example;
        for (std::size_t k = 0; k < model.input().count(); ++k) example.in.push_back(static_cast<std::byte>(random.below(256)));
        const auto out = evaluator.run(example.in);
        example.out = {out.begin(), out.end()};
        for (const graph::Node& node : model.nodes) {
            const auto layer = evaluator.tensor(node.outputs.front());
            example.layers[node.outputs.front()] = {layer.begin(), layer.end()};
        }
        append(golden, example, emission);
    }
    return golden;
}

/// Prints one row; false when its floor is missed.
bool row(std::string_view model, const std::string& what, double figure) {
    const Floor* floor = floor_of(model, what);
    if (floor == nullptr) {
        std::printf("%-5s %-30s %12.0f\n", std::string(model).c_str(), what.c_str(), figure);
        return true;
    }
    const bool held = figure <= floor->floor;
    std::printf("%-5s %-30s %12.0f  <= %10.0f  %-8s  public stack %10.0f, ratio %.2f\n", std::string(model).c_str(), what.c_str(), figure,
                floor->floor, held ? "held" : "NOT HELD", floor->public_stack, floor->public_stack / figure);
    std::fflush(stdout);
    return held;
}

/// Names of layers may be very long: their operator and their shapes say more.
void print_layer(const target::LayerCount& layer, const codegen::TracePoint& point) {
    const double macs = static_cast<double>(point.macs), instructions = static_cast<double>(layer.instructions);
    std::printf("     %-20s %10.0f instructions  %9.0f MACs  %5.2f a MAC %s\n", point.op.c_str(), instructions, macs,
                macs > 0 ? instructions / macs : 0, layer.name.substr(std::min(layer.name.find(" ["), layer.name.size())).c_str());
}

/// What the other two modes promise, each for itself.
bool measure_modes(codegen::Pipeline pipeline, const std::string& name, const board::Board& board, const fs::path& folder) {
    pipeline.optimise = codegen::Optimise::ram;
    bool good = row(name, "arena for ram, " + pipeline.core, static_cast<double>(codegen::plan(pipeline).arena_bytes));
    pipeline.optimise = codegen::Optimise::size;
    const target::Firmware firmware = target::build_firmware(codegen::emit(pipeline, folder), target::with_whole_machine(board));
    good &= row(name, "flash for size, " + pipeline.core, static_cast<double>(firmware.flash_bytes - firmware.empty_flash_bytes));
    return good;
}

/// Nothing where there is no estimate.
void print_estimate(const std::string& name, const std::string& core, double estimate, double instructions) {
    if (estimate <= 0) return;
    const std::string what = "public stack, " + core;
    const Floor* floor = floor_of(name, core);
    if (floor != nullptr && floor->public_stack > 0)
        std::printf("%-5s %-30s %12.0f  by the estimate, off by %+.0f %%\n", name.c_str(), what.c_str(), estimate,
                    100 * (estimate / floor->public_stack - 1));
    else
        std::printf("%-5s %-30s %12.0f  by the estimate: ratio about %.1f\n", name.c_str(), what.c_str(), estimate,
                    estimate / instructions);
}

/// True when every byte is right and every floor is held.
bool measure(const Options& options, const std::string& name, const std::string& core, const std::string& board_name) {
    const fs::path folder = options.folder / name, file = folder / (name + "_int8.tflite");
    const bool is_public = fs::exists(file);
    const graph::Graph model = is_public ? graph::import_tflite(base::read_file(file), file.string()) : bench::made_model(name);
    const board::Board board = board::find_board(board_name);
    const base::TemporaryFolder temporary("mote-bench");
    const codegen::Pipeline pipeline = pipeline_of(model, core);
    const codegen::Emission planned = codegen::plan(pipeline);
    const Golden golden = is_public ? golden_of(folder, model, planned, options.inputs) : reference_of(model, planned, options.inputs);
    target::RunOptions run_options;
    run_options.want_layers = true;
    // What the part cannot hold is counted nevertheless, on its core: instructions do not depend on the sizes of memories.
    const app::Measured measured = app::measure_pipeline(pipeline, board, golden.windows, run_options, temporary.path() / "model");
    const auto& [emission, firmware, run, fits] = measured;
    if (!fits)
        std::printf("%-5s %-30s does not fit %s: counted with the memory of its emulated machine\n", name.c_str(), core.c_str(),
                    board_name.c_str());
    if (options.layers)
        for (std::size_t i = 1; i < run.by_layer.size(); ++i) print_layer(run.by_layer[i], emission.trace[i - 1]);
    bool good = row(name, core, static_cast<double>(run.instructions));
    std::printf("%-5s %-30s %12.2f instructions a multiply-accumulate\n", name.c_str(), core.c_str(),
                static_cast<double>(run.instructions) / static_cast<double>(graph::count_macs(model)));
    print_estimate(name, core, bench::estimated_public_stack(model, core), static_cast<double>(run.instructions));
    good &= row(name, "flash, " + core, static_cast<double>(firmware.flash_bytes - firmware.empty_flash_bytes));
    good &= row(name, "arena, " + core, static_cast<double>(emission.arena_bytes));
    good &= row(name, "stack, " + core, static_cast<double>(run.stack_bytes));
    good &= measure_modes(pipeline, name, board, temporary.path() / "size");
    const std::size_t wrong =
        app::count_differences(run.layers, golden.layers) + app::count_differences(std::as_bytes(std::span(run.outputs)), golden.outputs);
    if (wrong > 0) std::printf("%-5s %-30s %zu bytes differ from the golden files\n", name.c_str(), core.c_str(), wrong);
    return good && wrong == 0;
}

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        const bool more = i + 1 < argc;
        if (word == "--layers")
            options.layers = true;
        else if (word == "--model" && more)
            options.model = argv[++i];
        else if (word == "--write" && more)
            options.write = argv[++i];
        else if (word == "--core" && more)
            options.core = argv[++i];
        else if (word == "--inputs" && more)
            options.inputs = std::clamp<std::size_t>(std::strtoull(argv[++i], nullptr, 10), 1, 8);
        else
            options.folder = word;
    }
    return options;
}

int run(const Options& options) {
    if (!options.write.empty()) {
        for (const std::string_view name : bench::made_models()) {
            const std::string file = (options.write / (std::string(name) + ".tflite")).string();
            try {
                base::write_file(file, graph::export_format_of(file).write(bench::made_model(std::string(name))));
            } catch (const base::Error& error) {
                std::printf("%s is left out: %s\n", std::string(name).c_str(), error.message().c_str());
            }
        }
        return 0;
    }
    bool good = true;
    std::vector<std::string> models = {"kws", "ic", "ad"};
    models.insert(models.end(), bench::made_models().begin(), bench::made_models().end());
    for (const auto& [core, board] : bench::cores)
        for (const std::string& model : models)
            if ((options.core.empty() || options.core == core) && (options.model.empty() || options.model == model))
                good &= measure(options, model, core, board);
    return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(parse(argc, argv));
    } catch (const mote::base::Error& error) {
        std::fprintf(stderr, "error: %s\n  try: %s\n", error.message().c_str(), error.hint().c_str());
        return 2;
    }
}
