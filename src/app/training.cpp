#include "app/training.hpp"

#include "app/evaluate.hpp"
#include "app/examples.hpp"
#include "app/tables.hpp"
#include "app/version.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "board/board.hpp"
#include "codegen/emit.hpp"
#include "compress/fold.hpp"
#include "compress/quantise.hpp"
#include "graph/operator.hpp"
#include "learn/budget.hpp"

#include <algorithm>
#include <chrono>

namespace mote::app {

using base::Error;
using base::Json;

namespace {

constexpr const char* record_name = "record.json";
constexpr std::size_t most_mistakes = 24;

// What the rest of a firmware takes beside the model: code, tables, stack. Rough, and only used where mote.toml gives no budget.
constexpr std::uint64_t flash_for_code = 96 * 1024;
constexpr std::uint64_t ram_for_stack = 16 * 1024;

/// What an untrained network will take as generated code, by the very plan that deploying makes. Neither constants nor arena depend on the
/// values that are trained, so that any two inputs calibrate it.
learn::Footprint footprint_of(const graph::Graph& untrained, const Features& features, const std::string& core) {
    std::vector<float> rows(2 * features.count(), 0.0f);
    std::fill(rows.begin() + static_cast<std::ptrdiff_t>(features.count()), rows.end(), 1.0f);
    codegen::Pipeline pipeline;
    pipeline.input = features.input, pipeline.block = features.block, pipeline.block_parameters = features.parameters;
    pipeline.model = compress::quantise(untrained, rows, 2, {}), pipeline.core = core;
    const codegen::Emission planned = codegen::plan(pipeline);
    learn::Footprint footprint = learn::estimate(untrained);
    footprint.flash_bytes = planned.constant_bytes, footprint.ram_bytes = planned.arena_bytes;
    return footprint;
}

learn::Budget budget_of(const Session& session, const TargetSettings& target, const Features& features) {
    const board::Board board = board::find_board(target.board, session.project.folder());
    const dsp::InputSpec& input = features.input;
    const auto rest = [](std::uint64_t all, std::uint64_t taken) { return all > taken ? all - taken : 1; };
    learn::Budget budget;
    budget.flash_bytes = target.flash_bytes > 0 ? target.flash_bytes : rest(board.flash.size_bytes, flash_for_code);
    budget.ram_bytes = target.ram_bytes > 0 ? target.ram_bytes : rest(board.ram.size_bytes, ram_for_stack + input.size_bytes());
    budget.macs = target.macs;
    budget.measure = [&features, core = board.core](const graph::Graph& untrained) { return footprint_of(untrained, features, core); };
    return budget;
}

/// Defaults of the learner with what was given over them.
Json full_parameters(const learn::LearnerType& type, const Json& given) {
    Json all = type.defaults();
    for (const auto& [key, value] : given.items()) all[key] = value;
    return all;
}

}  // namespace

Json pipeline_of(const Config& config) {
    Json json = to_json(config);
    // Names and places that decide nothing.
    json.erase("project");
    json["train"].erase("threads");
    json.erase("listen");  // read anew by whatever listens
    return json;
}

Preparation prepare_training(const Session& session, const Config& config, std::string_view snapshot, std::uint64_t seed) {
    Preparation out;
    out.config = config;
    out.plan = plan_data(session.store, snapshot, config.data);
    out.config.data.labels = out.plan.labels;
    out.features = prepare_features(config.block, config.block_parameters, out.plan.input);
    out.config.block_parameters = out.features.parameters;
    try {
        const learn::LearnerType& type = learn::find_learner_type(config.learner);
        out.config.learner_parameters = full_parameters(type, config.learner_parameters);
        out.untrained =
            type.build(out.config.learner_parameters, out.features.prepared->output().shape, static_cast<int>(out.plan.labels.size()),
                       budget_of(session, config.target, out.features), base::Random(seed).fork("weights"));
    } catch (const Error& error) {
        throw error.at("mote.toml: [model]");
    }
    out.pipeline = pipeline_of(out.config);
    return out;
}

Config config_of_run(const store::Store& store, const store::Run& run) {
    return config_from_json(store::get_pipeline(store, run.recipe.pipeline), "run " + run.id.substr(0, 12));
}

Trained train_and_quantise(const Preparation& preparation, std::uint64_t seed, const TrainingHooks& hooks) {
    const auto& [config, plan, features, untrained, pipeline] = preparation;
    const auto train_rows = compute_features(plan, features, plan.train, hooks.cache, *hooks.progress, *hooks.cancel);
    const auto validation_rows = compute_features(plan, features, plan.validation, hooks.cache, *hooks.progress, *hooks.cancel);
    const Augmenter augmenter = make_augmenter(config.augment, plan);
    Examples train(plan, features, plan.train, train_rows);
    train.augment(augmenter, seed);
    const Examples validation(plan, features, plan.validation, validation_rows);

    learn::TrainRequest request;
    request.graph = untrained, request.train = &train;
    request.validation = plan.validation.empty() ? nullptr : &validation;
    request.options = config.train, request.seed = seed, request.checkpoint = hooks.checkpoint;
    request.on_epoch = hooks.on_epoch, request.progress = hooks.progress, request.cancel = hooks.cancel;
    learn::TrainResult result = learn::trainer().train(request);
    hooks.cancel->check();

    Trained trained;
    trained.epochs = std::move(result.epochs), trained.best_epoch = result.best_epoch;
    trained.float_model = compress::fold(result.graph);
    trained.int8_model = compress::quantise(result.graph, train_rows, plan.train.size(), config.quantise, &trained.quantisation);
    return trained;
}

namespace {

std::uint64_t constant_bytes(const graph::Graph& graph) {
    std::uint64_t bytes = 0;
    for (const auto& tensor : graph.tensors)
        if (tensor.is_constant()) bytes += tensor.size_bytes();
    return bytes;
}

ModelInfo describe_model(const Preparation& preparation, const Trained& trained) {
    ModelInfo info;
    info.learner = preparation.config.learner, info.parameters = preparation.config.learner_parameters;
    info.macs = graph::count_macs(trained.int8_model);
    info.float_bytes = constant_bytes(trained.float_model), info.int8_bytes = constant_bytes(trained.int8_model);
    const graph::Graph& graph = trained.int8_model;
    for (const auto& node : graph.nodes) {
        LayerInfo layer;
        layer.name = node.name, layer.op = node.op;
        layer.shape = graph.tensors[static_cast<std::size_t>(node.outputs.at(0))].shape;
        layer.macs = graph::find_operator(node.op)->macs(graph, node);
        for (const int input : node.inputs)
            if (input >= 0 && graph.tensors[static_cast<std::size_t>(input)].is_constant())
                layer.weights += graph.tensors[static_cast<std::size_t>(input)].count();
        info.weights += layer.weights;
        info.layers.push_back(std::move(layer));
    }
    return info;
}

}  // namespace

RunRecord judge(const Preparation& preparation, const Trained& trained, const TrainingHooks& hooks) {
    const DataPlan& plan = preparation.plan;
    RunRecord record;
    record.project = preparation.config.project.name, record.snapshot = plan.snapshot;
    record.code = std::string(version()), record.config = to_json(preparation.config);
    record.config.erase("listen");
    record.labels = plan.labels, record.input = dsp::to_json(plan.input), record.splits = summarise(plan);
    const auto& output = preparation.features.prepared->output();
    record.features = {preparation.features.block, preparation.features.parameters, output.shape, output.names};
    record.model = describe_model(preparation, trained);
    record.quantisation = trained.quantisation;
    record.epochs = trained.epochs, record.best_epoch = trained.best_epoch;
    record.judged_split = plan.test.empty() ? plan.validation.empty() ? "train" : "validation" : "test";
    for (const std::string split : {"train", "validation", "test"}) {
        const auto& windows = split == "train" ? plan.train : split == "validation" ? plan.validation : plan.test;
        // The training windows are judged only where there is nothing else.
        if (windows.empty() || (split == "train" && record.judged_split != "train")) continue;
        const auto rows = compute_features(plan, preparation.features, windows, hooks.cache, *hooks.progress, *hooks.cancel);
        const auto truth = plan.truth(windows);
        const Outputs in_float = run_graph(trained.float_model, rows, *hooks.progress, *hooks.cancel);
        const Outputs in_int8 = run_graph(trained.int8_model, rows, *hooks.progress, *hooks.cancel);
        record.evaluations.push_back({split, "float", learn::measure(in_float.probabilities, truth, plan.labels)});
        record.evaluations.push_back({split, "int8", learn::measure(in_int8.probabilities, truth, plan.labels)});
        if (split != record.judged_split) continue;
        record.det = det_curves(plan, windows, in_int8.probabilities);
        record.mistakes = worst_mistakes(plan, windows, in_int8.probabilities, most_mistakes);
    }
    return record;
}

namespace {

std::string processor_name() {
    std::string text;
    try {
        text = base::read_text("/proc/cpuinfo");
    } catch (const Error&) {
        return "unknown";
    }
    for (const auto& line : base::split(text, '\n'))
        if (line.starts_with("model name")) return std::string(base::trim(line.substr(line.find(':') + 1)));
    return "unknown";
}

/// The backend without its thread count, which is recorded apart and changes while it trains.
std::string backend_name() {
    std::vector<std::string> kept;
    for (const auto& part : base::split(learn::trainer().description(), ','))
        if (part.find(" thread") == std::string::npos) kept.push_back(std::string(base::trim(part)));
    return base::join(kept, ", ");
}

/// What the bytes of a training depend on beside data, settings and seed.
Json environment_of(const Config& config) {
    const int threads = config.train.threads > 0 ? config.train.threads : static_cast<int>(base::thread_count());
    return {{"backend", backend_name()}, {"threads", threads}, {"processor", processor_name()}};
}

/// Metrics of the run for lists: what people compare.
Json headline(const RunRecord& record) {
    Json metrics = {{"block", record.features.block},
                    {"learner", record.model.learner},
                    {"weights", record.model.weights},
                    {"macs", record.model.macs},
                    {"epochs", record.epochs.size()}};
    for (const auto& evaluation : record.evaluations) {
        const std::string prefix = evaluation.split + "_" + evaluation.arithmetic + "_";
        metrics[prefix + "accuracy"] = evaluation.metrics.accuracy;
        metrics[prefix + "macro_f1"] = evaluation.metrics.macro_f1;
    }
    return metrics;
}

}  // namespace

void store_results(Session& session, store::RunClaim& claim, const Trained& trained, RunRecord& record) {
    const auto put = [&](const char* kind, const graph::Graph& graph, std::uint64_t bytes) {
        const Json info = {{"weights", record.model.weights}, {"macs", record.model.macs}, {"constant_bytes", bytes}};
        return store::put_model(session.store, claim.id(), kind, graph::serialise(graph), info).hash;
    };
    record.model.float_model = put("float", trained.float_model, record.model.float_bytes);
    record.model.int8_model = put("int8", trained.int8_model, record.model.int8_bytes);
    // A run that was killed between its record and its end has the record already, with other times in it.
    const auto names = store::artifacts(session.store, claim.id());
    if (std::find(names.begin(), names.end(), record_name) == names.end())
        claim.artifact(record_name, base::to_json(record).dump());
    else
        record = read_record(session.store, claim.id());
    claim.done(headline(record));
}

namespace {

std::string epoch_line(const learn::EpochRecord& epoch, int epochs) {
    std::string line = "epoch " + std::to_string(epoch.epoch + 1) + " of " + std::to_string(epochs) + ": training accuracy " +
                       percent(epoch.train_accuracy);
    if (epoch.validation_loss > 0) line += ", validation " + percent(epoch.validation_accuracy);
    return line;
}

}  // namespace

TrainingResult run_training(Session& session, const Config& given, std::uint64_t seed, Context& context) {
    const auto started = std::chrono::steady_clock::now();
    const std::string snapshot = session.store.snapshot().hash;
    Preparation preparation = prepare_training(session, given, snapshot, seed);
    // The backend is slow to open, so whatever is wrong with settings or data has been said by now.
    const Json environment = environment_of(preparation.config);
    preparation.config.train.threads = environment.at("threads").get<int>();
    const std::string pipeline = store::put_pipeline(session.store, preparation.pipeline);
    const store::Run run = store::open_run(session.store, {snapshot, pipeline, std::string(version()), seed, environment});
    TrainingResult result;
    if (run.state == store::RunState::done) {
        result.record = base::from_json<RunRecord>(
            base::parse_json(base::as_text(store::artifact(session.store, run.id, record_name)), record_name), record_name);
        result.was_done = true;
        return result;
    }
    store::RunClaim claim(session.store, run.id);
    TrainingHooks hooks;
    hooks.cache = session.project.store_folder() / "cache" / "features";
    hooks.checkpoint = claim.checkpoint();
    hooks.progress = context.progress, hooks.cancel = context.cancel;
    const int epochs = preparation.config.train.epochs, said_every = std::max(1, epochs / 10);
    hooks.on_epoch = [&](const learn::EpochRecord& epoch) {
        claim.epoch(epoch.epoch, base::to_json(epoch));
        if ((epoch.epoch + 1) % said_every == 0) context.progress->say(epoch_line(epoch, epochs));
    };
    result.was_resumed = std::filesystem::exists(hooks.checkpoint);
    if (result.was_resumed) context.progress->say("going on with run " + run.id.substr(0, 12) + " after its last whole epoch");
    try {
        const Trained trained = train_and_quantise(preparation, seed, hooks);
        result.record = judge(preparation, trained, hooks);
        result.record.run = run.id, result.record.pipeline = pipeline, result.record.seed = seed, result.record.environment = environment;
        store_results(session, claim, trained, result.record);
    } catch (const Error& error) {
        if (error.code() == "cancelled") {
            claim.cancelled();
            throw Error("cancelled", "training was stopped", "the same command goes on from the last whole epoch");
        }
        claim.failed(error.message());
        throw;
    }
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return result;
}

namespace {

/// "latest" is the latest finished run here: an interrupted one has nothing to show.
store::Run find_finished(const store::Store& store, std::string_view name) {
    if (name != "latest") return store::find_run(store, name);
    if (auto run = store::latest_run(store, store::RunState::done)) return *run;
    throw Error("not_found", "no training is finished yet", "mote train");
}

}  // namespace

RepeatResult repeat_run(Session& session, std::string_view name, Context& context) {
    const store::Run run = find_finished(session.store, name);
    const RunRecord before = read_record(session.store, run.id);
    if (run.recipe.environment.contains("imported"))
        throw Error("unsupported", "run " + run.id.substr(0, 12) + " was imported, not trained", "mote import does the same again");
    Config config = config_of_run(session.store, run);
    config.train.threads = run.recipe.environment.value("threads", 0);
    const Preparation preparation = prepare_training(session, config, run.recipe.snapshot, run.recipe.seed);
    TrainingHooks hooks;  // neither cache nor checkpoint: everything is computed anew
    hooks.progress = context.progress, hooks.cancel = context.cancel;
    const Trained trained = train_and_quantise(preparation, run.recipe.seed, hooks);
    RepeatResult result;
    result.run = run.id, result.environment = environment_of(config);
    // Canonical, because a stored record has its keys in another order.
    result.same_environment =
        base::canonical_json(result.environment) == base::canonical_json(run.recipe.environment) && run.recipe.code == version();
    result.float_model = before.model.float_model, result.int8_model = before.model.int8_model;
    result.repeated_float_model = base::hex(base::sha256(std::span<const std::byte>(graph::serialise(trained.float_model))));
    result.repeated_int8_model = base::hex(base::sha256(std::span<const std::byte>(graph::serialise(trained.int8_model))));
    return result;
}

RunRecord read_record(const store::Store& store, std::string_view name) {
    const store::Run run = find_finished(store, name);
    const std::string where = "run " + run.id.substr(0, 12);
    const auto names = store::artifacts(store, run.id);
    if (std::find(names.begin(), names.end(), record_name) == names.end())
        throw Error("conflict", where + " is not finished (" + store::name_of(run.state) + ")",
                    "mote train goes on with it; mote log lists the finished runs");
    return base::from_json<RunRecord>(base::parse_json(base::as_text(store::artifact(store, run.id, record_name)), where), where);
}

Finished open_finished(const Session& session, std::string_view name) {
    Finished out;
    out.record = read_record(session.store, name);
    const store::Run run = store::find_run(session.store, out.record.run);
    const Config config = config_of_run(session.store, run);
    out.plan = plan_data(session.store, out.record.snapshot, config.data);
    out.features = prepare_features(config.block, config.block_parameters, out.plan.input);
    const auto load = [&](const std::string& hash) {
        const store::Model model = store::find_model(session.store, hash);
        return graph::deserialise(store::model_bytes(session.store, model), "model " + hash.substr(0, 12));
    };
    out.float_model = load(out.record.model.float_model), out.int8_model = load(out.record.model.int8_model);
    return out;
}

}  // namespace mote::app
