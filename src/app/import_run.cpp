#include "app/import_run.hpp"

#include "app/named_model.hpp"
#include "app/version.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"
#include "compress/fold.hpp"
#include "compress/quantise_rest.hpp"
#include "graph/build.hpp"
#include "graph/node_view.hpp"
#include "graph/state_pairs.hpp"
#include "graph/unsigned_ends.hpp"

#include <algorithm>
#include <cstring>

namespace mote::app {

using base::Error;
using base::Json;

namespace {

constexpr const char* learner_name = "imported";

std::string hash_of(const base::Bytes& bytes) { return base::hex(base::sha256(std::span<const std::byte>(bytes))); }

void check_fits(const graph::Graph& model, const Preparation& preparation, const std::string& file) {
    const auto& features = preparation.features.prepared->output();
    if (model.inputs.size() != 1 || model.outputs.size() != 1)
        throw Error(
            "unsupported",
            file + ": has " + std::to_string(model.inputs.size()) + " inputs and " + std::to_string(model.outputs.size()) + " outputs",
            "a project's model has one of each; mote profile and mote infer take the file as it is");
    if (model.input().count() != features.count())
        throw Error("bad_input",
                    file + ": tensor \"" + model.input().name + "\" takes " + std::to_string(model.input().count()) + " values " +
                        graph::text_of(model.input().shape) + ", the project's block \"" + preparation.features.block + "\" gives " +
                        std::to_string(features.count()) + " features " + graph::text_of(features.shape),
                    "set [data] and [features] in mote.toml to what the model was trained on");
    if (model.output().count() != preparation.plan.labels.size())
        throw Error("bad_input",
                    file + ": tensor \"" + model.output().name + "\" has " + std::to_string(model.output().count()) +
                        " values, the project has " + std::to_string(preparation.plan.labels.size()) +
                        " labels: " + base::join(preparation.plan.labels, ", "),
                    "set [data] labels in mote.toml to the model's classes, in the order of its outputs");
}

/// An 8-bit model that ends in a dequantise node says the same without it, and one that takes or gives uint8 the same in int8.
graph::Graph with_int8_ends(graph::Graph model) {
    model = graph::with_signed_ends(std::move(model));
    const int output = model.outputs.front();
    const auto last =
        std::find_if(model.nodes.begin(), model.nodes.end(), [&](const graph::Node& n) { return n.outputs.front() == output; });
    if (last == model.nodes.end() || last->op != "dequantise") return model;
    model.outputs.front() = last->inputs.front();
    model.nodes.erase(last);
    graph::remove_unused_tensors(model);
    graph::verify(model);
    return model;
}

Trained quantise(const graph::Graph& model, const Preparation& preparation, const std::string& samples, const TrainingHooks& hooks) {
    Trained trained;
    const bool is_rest = !is_float(model) && compress::leaves_floats(model);
    if (!is_float(model) && !is_rest) {
        trained.int8_model = with_int8_ends(model);
        trained.float_model = trained.int8_model;  // there is none: both arithmetics are the file's own
        return trained;
    }
    std::vector<float> rows;
    if (samples.empty())
        rows =
            compute_features(preparation.plan, preparation.features, preparation.plan.train, hooks.cache, *hooks.progress, *hooks.cancel);
    else
        rows = read_samples(samples, model);
    if (is_rest) {
        trained.float_model = with_int8_ends(model);  // as the file computes it
        trained.int8_model =
            compress::quantise_rest(trained.float_model, rows, rows.size() / model.input().count(), preparation.config.quantise);
        return trained;
    }
    trained.float_model = compress::fold(model);
    trained.int8_model =
        compress::quantise(model, rows, rows.size() / model.input().count(), preparation.config.quantise, &trained.quantisation);
    return trained;
}

Preparation prepare(const Session& session, const Config& config, const std::string& snapshot, const Json& source) {
    Preparation out;
    out.config = config;
    out.plan = plan_data(session.store, snapshot, config.data);
    out.config.data.labels = out.plan.labels;
    out.features = prepare_features(config.block, config.block_parameters, out.plan.input);
    out.config.block_parameters = out.features.parameters;
    out.config.learner = learner_name, out.config.learner_parameters = source;
    out.pipeline = pipeline_of(out.config);
    return out;
}

}  // namespace

TrainingResult import_run(Session& session, const Config& config, const std::string& file, const std::filesystem::path& samples,
                          const std::map<std::string, std::string>& state, Context& context) {
    const base::Bytes bytes = base::read_file(file);
    const base::Bytes sample_bytes = samples.empty() ? base::Bytes() : base::read_file(samples);
    graph::Imported imported = graph::import_model(bytes, file);
    graph::keep_state(imported, state);
    const graph::Graph& model = imported.graph;
    Json source = {{"file", std::filesystem::path(file).filename().string()}, {"hash", hash_of(bytes)}};
    if (!sample_bytes.empty()) source["samples"] = hash_of(sample_bytes);
    if (!state.empty()) source["state"] = state;
    const Preparation preparation = prepare(session, config, session.store.snapshot().hash, source);
    check_fits(model, preparation, file);
    if (!sample_bytes.empty() && !is_float(model) && !compress::leaves_floats(model))
        throw Error("usage", "--samples quantise a float model; " + file + " is quantised", "leave --samples out");

    const std::string pipeline = store::put_pipeline(session.store, preparation.pipeline);
    const store::Run run = store::open_run(
        session.store, {preparation.plan.snapshot, pipeline, std::string(version()), config.project.seed, {{"imported", source}}});
    TrainingResult result;
    if (run.state == store::RunState::done) {
        result.record = read_record(session.store, run.id);
        result.was_done = true;
        return result;
    }
    store::RunClaim claim(session.store, run.id);
    TrainingHooks hooks;
    hooks.cache = session.project.store_folder() / "cache" / "features";
    hooks.progress = context.progress, hooks.cancel = context.cancel;
    try {
        const Trained trained = quantise(model, preparation, samples.string(), hooks);
        result.record = judge(preparation, trained, hooks);
        result.record.run = run.id, result.record.pipeline = pipeline, result.record.seed = config.project.seed;
        result.record.environment = {{"imported", source}};
        store_results(session, claim, trained, result.record);
    } catch (const Error& error) {
        claim.failed(error.message());
        throw error.code() == "cancelled" ? error : error.at(file);
    }
    return result;
}

}  // namespace mote::app
