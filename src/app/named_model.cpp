#include "app/named_model.hpp"

#include "app/version.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "compress/calibrate.hpp"
#include "compress/quantise_rest.hpp"
#include "graph/node_view.hpp"
#include "graph/state_pairs.hpp"

#include <algorithm>
#include <cstring>

namespace mote::app {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t made_up_examples = 16;

bool looks_like_file(const std::string& name) { return name.find_first_of("./\\") != std::string::npos; }

/// All of its own: of a model that mote made there is no file to name some.
void list_operators(graph::Imported& model) {
    model.operator_outputs.clear();
    for (const graph::Node& node : model.graph.nodes)
        model.operator_outputs.insert(model.operator_outputs.end(), node.outputs.begin(), node.outputs.end());
}

NamedModel open_run(const std::string& name, Context& context) {
    NamedModel named;
    named.session = std::make_shared<Session>(open_session(context));
    named.run = open_finished(*named.session, name);
    named.name = "run " + named.run->record.run.substr(0, 12);
    named.model.graph = named.run->int8_model;
    list_operators(named.model);
    return named;
}

void quantise_with(const std::string& samples, NamedModel& named) {
    graph::Graph& model = named.model.graph;
    const bool is_rest = !is_float(model) && compress::leaves_floats(model);
    if (!is_float(model) && !is_rest)
        throw base::Error("usage", "--samples quantise a float model; " + named.name + " is quantised", "leave --samples out");
    const std::vector<float> values = read_samples(samples, model);
    const std::size_t examples = values.size() / compress::input_count(model);
    model = is_rest ? compress::quantise_rest(model, values, examples) : compress::quantise(model, values, examples);
    list_operators(named.model);
}

}  // namespace

std::string FileOptions::flags() const {
    std::string text;
    for (const auto& [in, out] : state) text += " --state " + in + "=" + out;
    return samples.empty() ? text : text + " --samples " + samples;
}

NamedModel open_model(const std::string& name, Context& context, const FileOptions& options) {
    std::error_code ignored;
    if (fs::is_regular_file(name, ignored)) {
        NamedModel named;
        named.name = name;
        named.model = graph::import_model(base::read_file(name), name);
        graph::keep_state(named.model, options.state);
        if (!options.samples.empty()) quantise_with(options.samples, named);
        return named;
    }
    if (looks_like_file(name))
        throw base::Error("not_found", "there is no model file " + name, "name a model file, or the beginning of a run's id");
    try {
        if (!options.state.empty() || !options.samples.empty())
            throw base::Error("usage", "--state and --samples are for model files: a run has had them when it was imported",
                              "leave them out");
        return open_run(name, context);
    } catch (const base::Error& error) {
        if (error.code() != "not_found") throw;
        throw base::Error("not_found", "\"" + name + "\" is neither a file nor a run: " + error.message(),
                          "name a model file, or work inside a project and name one of its runs (mote log)");
    }
}

fs::path project_folder(const NamedModel& named, const Context& context) {
    return named.session ? named.session->project.folder() : context.project;
}

bool is_float(const graph::Graph& model) {
    return std::none_of(model.tensors.begin(), model.tensors.end(),
                        [](const graph::Tensor& t) { return t.type == graph::Type::i8 || t.type == graph::Type::i16; });
}

graph::Graph device_model(const graph::Graph& model, std::vector<std::string>& notes) {
    const bool is_rest = !is_float(model) && compress::leaves_floats(model);
    if (!is_float(model) && !is_rest) return model;
    base::Random random(1);
    std::vector<float> inputs(made_up_examples * compress::input_count(model));
    for (float& value : inputs) value = static_cast<float>(random.uniform(-1, 1));
    notes.push_back("a float model: quantised with made-up inputs, so that its costs are right and its answers are not");
    if (!is_rest) return compress::quantise(model, inputs, made_up_examples);
    notes.back() = "some layers are left in floats: quantised with made-up inputs, so that their costs are right and their answers are not";
    return compress::quantise_rest(model, inputs, made_up_examples);
}

std::vector<float> read_samples(const std::string& file, const graph::Graph& model) {
    const base::Bytes bytes = base::read_file(file);
    const std::size_t size = compress::input_count(model) * sizeof(float);
    if (bytes.empty() || bytes.size() % size != 0)
        throw base::Error(
            "bad_input",
            file + ": " + std::to_string(bytes.size()) + " bytes are no whole number of inputs of " + std::to_string(size) + " bytes",
            "write each sample as float32 of the shape " + describe(model, model.inputs) + ", row-major and little-endian");
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

codegen::Pipeline bare_pipeline(const NamedModel& named, graph::Graph model, const std::string& core) {
    codegen::Pipeline pipeline;
    pipeline.core = core;
    pipeline.provenance = {{"file", fs::path(named.name).filename().string()},
                           {"model", base::hex(base::sha256(graph::serialise(model)))},
                           {"mote", std::string(version())}};
    pipeline.model = std::move(model);
    return pipeline;
}

std::string describe(const graph::Graph& model, const std::vector<int>& tensors) {
    std::vector<std::string> words;
    for (const int index : tensors) {
        const graph::Tensor& t = model.tensors[static_cast<std::size_t>(index)];
        words.push_back(std::string(graph::name_of(t.type)) + " " + graph::text_of(t.shape));
    }
    return base::join(words, ", ");
}

void set_plan(codegen::Pipeline& pipeline, const PlanRequest& request) {
    pipeline.optimise = codegen::optimise_from_name(request.optimise);
    std::vector<std::string> limits;
    if (request.arena > 0) limits.push_back(std::to_string(request.arena) + " bytes of arena");
    if (request.flash > 0) limits.push_back(std::to_string(request.flash) + " bytes of flash");
    const bool is_for_arena = request.flash == 0 && pipeline.optimise == codegen::Optimise::ram;
    if (!limits.empty() && pipeline.optimise != codegen::Optimise::speed && !is_for_arena)
        throw base::Error("usage",
                          std::string(request.arena > 0 ? "--arena" : "--flash") +
                              " asks for the fastest plan within so many bytes, --optimise " + request.optimise + " for little " +
                              (pipeline.optimise == codegen::Optimise::ram ? "RAM" : "flash"),
                          "leave one of them out, or name both limits: --arena and --flash");
    pipeline.provenance["optimised for"] =
        (request.arena > 0 ? "speed" : request.optimise) + (limits.empty() ? "" : " within " + base::join(limits, " and "));
    if (request.arena == 0) return;
    pipeline.optimise = codegen::Optimise::ram, pipeline.arena_limit_bytes = static_cast<std::size_t>(request.arena);
}

base::Bytes made_up_input(const graph::Graph& model, std::uint64_t seed) {
    base::Random random(seed);
    base::Bytes bytes;
    for (const int index : model.inputs) {
        const graph::Tensor& tensor = model.tensors[static_cast<std::size_t>(index)];
        for (std::size_t i = 0; i < tensor.count(); ++i) {
            const double value = random.uniform(-1, 1);
            const auto put = [&](auto stored) {
                const auto raw = std::as_bytes(std::span(&stored, 1));
                bytes.insert(bytes.end(), raw.begin(), raw.end());
            };
            switch (tensor.type) {
                case graph::Type::f32:
                    put(static_cast<float>(value));
                    break;
                case graph::Type::i16:
                    put(static_cast<std::int16_t>(value * 32767));
                    break;
                case graph::Type::i8:
                    put(static_cast<std::int8_t>(value * 127));
                    break;
                case graph::Type::u8:
                    put(static_cast<std::uint8_t>(128 + value * 127));
                    break;
                default:
                    bytes.resize(bytes.size() + graph::size_of(tensor.type));
            }
        }
    }
    return bytes;
}

}  // namespace mote::app
