#include "codegen/emit.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "codegen/folder.hpp"
#include "codegen/kernel_choice.hpp"
#include "codegen/layout.hpp"
#include "codegen/model_text.hpp"
#include "codegen/runtime_headers.hpp"
#include "codegen/source_text.hpp"
#include "codegen/stream_text.hpp"
#include "graph/node_view.hpp"
#include "graph/operator.hpp"
#include "graph/state_pairs.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

static_assert(std::endian::native == std::endian::little, "tensor data is little-endian");

namespace mote::codegen {

namespace {

using base::Error;

std::size_t index(int i) { return static_cast<std::size_t>(i); }

void check_end(const graph::Graph& graph, int tensor, std::string_view which) {
    const graph::Tensor& t = graph.tensors[index(tensor)];
    if (t.type != graph::Type::i8 || t.quantisation.scale.size() != 1 || t.quantisation.zero_point.size() != 1)
        throw Error("unsupported", graph::place_of(graph, tensor) + ", the model's " + std::string(which) + ", is not int8 with one scale",
                    "quantise the model before generating code for it");
}

void check_features(const Pipeline& pipeline, const dsp::Block& block) {
    const graph::Graph& model = pipeline.model;
    if (model.input().type != graph::Type::f32) check_end(model, model.inputs.front(), "input");
    check_end(model, model.outputs.front(), "output");
    if (model.input().count() != block.output().count())
        throw Error("bad_input",
                    graph::place_of(model, model.inputs.front()) + " has " + std::to_string(model.input().count()) + " values, block \"" +
                        pipeline.block + "\" gives " + std::to_string(block.output().count()) + " features",
                    "train the model on the features of this block and these parameters");
}

/// Bytes that one inference takes from outside.
std::size_t window_bytes(const Pipeline& pipeline) {
    if (!pipeline.block.empty()) return pipeline.input.size_bytes();
    std::size_t bytes = 0;
    for (const int input : pipeline.model.inputs) bytes += pipeline.model.tensors[index(input)].size_bytes();
    return bytes;
}

void check(const Pipeline& pipeline, const dsp::Block* block) {
    const graph::Graph& model = pipeline.model;
    check_name(pipeline.name);
    graph::verify(model);
    const bool has_one_each = model.inputs.size() == 1 && model.outputs.size() == 1;
    if (block && !has_one_each)
        throw Error(
            "unsupported",
            "the model has " + std::to_string(model.inputs.size()) + " inputs and " + std::to_string(model.outputs.size()) + " outputs",
            "give it one of each behind signal processing, or deploy the model alone");
    if (block) check_features(pipeline, *block);
    if (!pipeline.labels.empty() && (model.outputs.size() != 1 || pipeline.labels.size() != model.output().count()))
        throw Error(
            "bad_input",
            std::to_string(pipeline.labels.size()) + " labels for " + std::to_string(model.output().count()) + " outputs of the model",
            "name as many labels as the model has outputs");
    for (const base::Bytes& window : pipeline.golden_windows)
        if (window.size() != window_bytes(pipeline))
            throw Error("bad_input",
                        "a golden window has " + std::to_string(window.size()) + " bytes, not " + std::to_string(window_bytes(pipeline)),
                        "give whole windows of the input's type");
}

std::string arena_range(const Layout& layout, int want) {
    const std::size_t begin = layout.offset(want);
    return std::to_string(begin) + ".." + std::to_string(begin + layout.wants[index(want)].size_bytes - 1);
}

/// Arena place of a tensor as a typed pointer.
std::string pointer(const graph::Graph& graph, const Layout& layout, int tensor) {
    return typed_place(graph, tensor, std::to_string(layout.tensor_offset(tensor)));
}

/// Channels of each tensor that are left, and what became of the others.
using Slim = compress::SlimGraph;

/// What steps of one node and of a stream have in common: what they read and write.
Step step_of(const Slim& slim, const Layout& layout, const graph::Node& node, const std::vector<int>& inputs) {
    const graph::Graph& graph = slim.graph;
    const int output = node.outputs.front();
    Step step;
    step.point = {output, node.name, node.op, {}, graph.tensors[index(output)].size_bytes(), 0, slim.channels[index(output)]};
    std::string shapes;
    for (const int input : inputs) {
        const int want = input < 0 ? -1 : layout.want_of_tensor[index(input)];
        if (want < 0) continue;
        shapes += (shapes.empty() ? "" : " and ") + graph::text_of(graph.tensors[index(input)].shape);
        step.reads += (step.reads.empty() ? "" : ", ") + arena_range(layout, want);
    }
    step.title = (node.name.empty() ? node.op : node.name) + " " + shapes + " -> " + graph::text_of(graph.tensors[index(output)].shape);
    step.offset = layout.tensor_offset(output);
    for (const compress::DroppedChannels& d : slim.dropped)
        if (d.tensor == output)
            step.left_out = std::to_string(d.dropped) + " of " + std::to_string(d.of) + " channels left out: no output depends on them";
    return step;
}

void add_kernel(TracePoint& point, const graph::KernelCall& call) {
    const std::string name = call.function.substr(call.function.rfind(':') + 1);
    if (std::find(point.kernels.begin(), point.kernels.end(), name) == point.kernels.end()) point.kernels.push_back(name);
}

std::string scratch_place(const Layout& layout, std::size_t node) {
    const int scratch = layout.want_of_scratch[node];
    return scratch < 0 ? "nullptr" : "arena + " + std::to_string(layout.offset(scratch));
}

Step make_step(const Slim& slim, const Layout& layout, const graph::KernelPlan& plan, std::size_t n, Identifiers& names, Common& shared) {
    const graph::Graph& graph = slim.graph;
    const graph::Node& node = graph.nodes[n];
    const graph::Operator* op = graph::find_operator(node.op);
    Step step = step_of(slim, layout, node, node.inputs);
    step.point.macs = op->macs ? op->macs(graph, node) : 0;
    for (const graph::KernelCall& call : plan.calls) add_kernel(step.point, call);
    step.text = call_text(graph, plan, names.make(node.name.empty() ? node.op : node.name),
                          {[&](int tensor) { return pointer(graph, layout, tensor); }, pointer(graph, layout, node.outputs.front()),
                           scratch_place(layout, n)},
                          shared);
    return step;
}

Step make_stream_step(const Slim& slim, const Layout& layout, const RowStream& stream, Identifiers& names, Common& shared) {
    const graph::Graph& graph = slim.graph;
    Step step = step_of(slim, layout, graph.nodes[stream.range.last], {stream.input});
    step.point.macs = stream.macs;
    std::vector<std::string> operators;
    for (std::size_t n = stream.range.first; n <= stream.range.last; ++n) operators.push_back(graph.nodes[n].op);
    step.point.op = base::join(operators, "+");
    for (const graph::KernelPlan& plan : stream.plans)
        for (const graph::KernelCall& call : plan.calls) add_kernel(step.point, call);
    step.title += " in bands of " + std::to_string(stream.range.rows) + (stream.range.rows == 1 ? " row" : " rows");
    for (const auto& [tensor, bytes] : stream.held)
        step.held.push_back(std::to_string(bytes / index(graph.tensors[index(tensor)].shape[2] * graph.tensors[index(tensor)].shape[3])) +
                            " rows of " + graph::text_of(graph.tensors[index(tensor)].shape) + " at " +
                            arena_range(layout, layout.want_of_tensor[index(tensor)]));
    step.text = stream_text(graph, stream, layout, scratch_place(layout, stream.range.last), names, shared);
    return step;
}

std::vector<SharableCall> calls_of(const Kernels& kernels) {
    std::vector<SharableCall> calls;
    for (std::size_t n = 0; n < kernels.plans.size(); ++n)
        if (!kernels.stream_of(n))
            for (const graph::KernelCall& call : kernels.plans[n].calls) calls.push_back({&call, -1});
    for (const RowStream& stream : kernels.streams)
        for (std::size_t p = 0; p < stream.plans.size(); ++p)
            for (const graph::KernelCall& call : stream.plans[p].calls) calls.push_back({&call, static_cast<int>(stream.node_of_plan[p])});
    return calls;
}

/// `count` values of a type, made up from a seed: loud noise, so that every value and every bin takes part.
base::Bytes made_up(std::string_view type, std::size_t count, std::uint64_t seed) {
    base::Random random(seed);
    base::Bytes bytes;
    for (std::size_t i = 0; i < count; ++i) {
        const double value = random.uniform(-1, 1);
        const auto put = [&](auto sample) {
            const auto stored = std::as_bytes(std::span(&sample, 1));
            bytes.insert(bytes.end(), stored.begin(), stored.end());
        };
        if (type == "i16")
            put(static_cast<std::int16_t>(value * 8000));
        else if (type == "u8")
            put(static_cast<std::uint8_t>(128 + value * 127));
        else if (type == "i8")
            put(static_cast<std::int8_t>(value * 127));
        else
            put(static_cast<float>(value * 4));
    }
    return bytes;
}

base::Bytes made_up_inputs(const graph::Graph& model, std::uint64_t seed) {
    base::Bytes bytes;
    for (const int input : model.inputs) {
        const graph::Tensor& tensor = model.tensors[index(input)];
        const base::Bytes one = made_up(graph::name_of(tensor.type), tensor.count(), seed);
        bytes.insert(bytes.end(), one.begin(), one.end());
        seed += 1000;  // other values for the next
    }
    return bytes;
}

base::Bytes made_up_window(const Pipeline& pipeline, std::uint64_t seed) {
    if (pipeline.block.empty()) return made_up_inputs(pipeline.model, seed);
    const store::SampleType type = pipeline.input.type;
    const std::string_view name = type == store::SampleType::i16 ? "i16" : type == store::SampleType::u8 ? "u8" : "f32";
    return made_up(name, pipeline.input.value_count(), seed);
}

Golden make_golden(const Pipeline& pipeline, const dsp::Block* block, graph::Evaluator& evaluator, base::Bytes window) {
    Golden golden{std::move(window), 0, {}};
    if (block) {
        std::vector<float> features(block->output().count());
        std::vector<double> scratch(block->scratch_bytes() / sizeof(double) + 1);
        block->compute(golden.window.data(), features, scratch.data());
        golden.feature_hash = fnv1a(std::as_bytes(std::span(features)));
        (void)evaluator.run_features(features);
    } else {
        (void)evaluator.run(golden.window);
    }
    for (const int output : pipeline.model.outputs) {
        const auto bytes = evaluator.tensor(output);
        golden.outputs.insert(golden.outputs.end(), bytes.begin(), bytes.end());
    }
    return golden;
}

/// What the self-test runs one after the other. A model with state shows by its third answer that it remembers the first two.
std::vector<Golden> make_goldens(const Parts& parts) {
    const Pipeline& pipeline = parts.pipeline;
    std::vector<base::Bytes> windows = pipeline.golden_windows;
    const std::uint64_t made_up_windows = !windows.empty() ? 0 : parts.layout.state_bytes > 0 ? 3 : 1;
    for (std::uint64_t i = 0; i < made_up_windows; ++i) windows.push_back(made_up_window(pipeline, 20 + i));
    graph::Evaluator evaluator(pipeline.model);
    std::vector<Golden> goldens;
    for (base::Bytes& window : windows) goldens.push_back(make_golden(pipeline, parts.block, evaluator, std::move(window)));
    return goldens;
}

void describe_ends(const graph::Graph& model, const Layout& layout, Emission& e) {
    Identifiers names;
    for (auto* list : {&e.inputs, &e.outputs}) {
        for (const int tensor : list == &e.inputs ? model.inputs : model.outputs) {
            const graph::Tensor& t = model.tensors[index(tensor)];
            list->push_back({t.name, names.make(graph::short_name(t.name)), t.type, t.shape, t.quantisation, t.count(), t.size_bytes(),
                             layout.tensor_offset(tensor)});
        }
    }
    if (e.has_several_ends()) return;
    e.inputs.front().variable.clear(), e.outputs.front().variable.clear();
}

Emission describe(const Pipeline& pipeline, const Layout& layout, const Parts& parts, const std::filesystem::path& folder) {
    Emission e;
    e.folder = folder;
    e.has_features = parts.block != nullptr;
    e.sources = {"src/arena.cpp", "src/c_functions.cpp", "src/model.cpp", "src/self_test.cpp"};
    if (e.has_features)
        for (const char* source :
             {"src/features.cpp", "src/listener.cpp", "src/static_listener.cpp", "src/edge_impulse.cpp", "src/edge_impulse_porting.cpp"})
            e.sources.push_back(source);
    e.compiler_flags = {is_compact(pipeline) ? "-Os" : "-O2"};
    e.arena_bytes = layout.arena_bytes();
    e.state_bytes = layout.state_bytes;
    e.arena_lower_bound_bytes = layout.plan.lower_bound_bytes;
    e.window_bytes = window_bytes(pipeline);
    if (parts.block) {
        e.listener_bytes = e.arena_bytes + listening_bytes(parts.listen, pipeline.input.type);
        e.listen = parts.listen, e.rate_hz = pipeline.input.rate_hz;
        e.frame_bytes = e.window_bytes / pipeline.input.frames;
    }
    for (const int output : pipeline.model.outputs) e.output_bytes += pipeline.model.tensors[index(output)].size_bytes();
    if (!e.has_features) describe_ends(pipeline.model, layout, e);
    e.feature_count = pipeline.model.input().count();
    e.class_count = pipeline.model.output().count();
    e.constant_bytes = parts.device.table_bytes;
    for (const int variable : layout.variables) e.constant_bytes += pipeline.model.tensors[index(variable)].initial.size();
    for (const Step& step : parts.steps) {
        e.constant_bytes += step.text.constant_bytes;
        e.steps.push_back(step.title);
        e.trace.push_back(step.point);
    }
    for (std::size_t i = 0; i < layout.wants.size(); ++i) {
        const Want& w = layout.wants[i];
        e.plan.push_back({w.name, layout.plan.offsets[i], w.size_bytes, w.first_step, w.last_step});
    }
    return e;
}

FileTree make_files(const Parts& parts) {
    std::set<std::string> headers(parts.device.headers.begin(), parts.device.headers.end());
    if (parts.block) headers.insert(listener_runtime_header);
    if (parts.block && parts.takes_int8()) headers.insert(quantise_header);
    for (const Step& step : parts.steps) headers.insert(step.text.headers.begin(), step.text.headers.end());
    FileTree files;
    for (auto& [name, text] : collect_runtime(headers, base::data_folder() / "runtime" / "include")) files["src/" + name] = std::move(text);
    const bool bare = !parts.block, several = parts.emission.has_several_ends();
    files["include/" + parts.pipeline.name + "/model.hpp"] = several ? several_model_header(parts)
                                                             : bare  ? bare_model_header(parts)
                                                                     : model_header(parts);
    files["src/contraction.hpp"] = contraction_header(parts);
    files["src/internal.hpp"] = several ? several_internal_header(parts) : bare ? bare_internal_header(parts) : internal_header(parts);
    files["src/weights.hpp"] = weights_header(parts);
    files["src/model.cpp"] = several ? several_model_source(parts) : bare ? bare_model_source(parts) : model_source(parts);
    if (!bare) {
        files["src/features.cpp"] = features_source(parts);
        files["include/" + parts.pipeline.name + "/listener.hpp"] = listener_header(parts);
        files["src/listener.cpp"] = listener_source(parts);
        files["src/static_listener.cpp"] = static_listener_source(parts);
        files.merge(edge_impulse_files(parts));
    }
    files["src/arena.cpp"] = arena_source(parts);
    files["include/" + parts.pipeline.name + "/model.h"] = c_header(parts);
    files["src/c_functions.cpp"] = c_source(parts);
    files["src/self_test.cpp"] = several ? several_self_test_source(parts) : bare ? bare_self_test_source(parts) : self_test_source(parts);
    files["README.md"] = readme(parts);
    files["CMakeLists.txt"] = cmake_lists(parts);
    files["LICENSE"] = license_note();
    return files;
}

/// Everything but the golden windows; `use` may add those and write.
template <class Use>
Emission with_parts(const Pipeline& pipeline, const std::filesystem::path& folder, Use use) {
    std::unique_ptr<dsp::Block> block;
    if (!pipeline.block.empty()) block = dsp::find_block_type(pipeline.block).prepare(pipeline.block_parameters, pipeline.input);
    check(pipeline, block.get());
    const Slim slim = compress::drop_channels(pipeline.model);
    Pipeline leaner = pipeline;
    leaner.model = slim.graph;
    dsp::DeviceCode device;
    if (block) device = block->device_code("features_");
    const std::size_t features = block ? block->output().count() : 0;
    const auto lay_out_with = [&](const Kernels& kernels, Effort effort) {
        return lay_out(slim.graph, kernels, features, device.scratch_bytes, effort);
    };
    const Kernels kernels = choose_kernels(leaner, lay_out_with);
    const Layout layout = lay_out_with(kernels, Effort::proven);
    Parts parts{leaner, layout, block.get(), std::move(device), {}, {}, {}, {}};
    if (block) parts.listen = plan_listening(pipeline.listen, *block, pipeline.input, leaner.model.output(), pipeline.labels);
    Identifiers names;
    Common shared{SharedKernels(calls_of(kernels), is_compact(pipeline) ? Sharing::all : Sharing::same_sizes), {}};
    for (std::size_t n = 0; n < slim.graph.nodes.size(); ++n) {
        if (layout.step_of_node[n] < 0) continue;
        const RowStream* stream = kernels.stream_of(n);
        parts.steps.push_back(stream ? make_stream_step(slim, layout, *stream, names, shared)
                                     : make_step(slim, layout, kernels.plans[n], n, names, shared));
    }
    parts.emission = describe(pipeline, layout, parts, folder);
    parts.emission.dropped = slim.dropped;
    use(parts);
    return parts.emission;
}

}  // namespace

base::Bytes TracePoint::written(std::span<const std::byte> tensor) const {
    if (channels.empty()) return {tensor.begin(), tensor.end()};
    const std::size_t all = tensor.size() / (size_bytes / channels.size());
    base::Bytes bytes;
    for (std::size_t pixel = 0; pixel < tensor.size(); pixel += all)
        for (const int channel : channels) bytes.push_back(tensor[pixel + index(channel)]);
    return bytes;
}

Emission plan(const Pipeline& pipeline) {
    return with_parts(pipeline, {}, [](const Parts&) {});
}

Library make_library(const Pipeline& pipeline) {
    Library library;
    library.emission = with_parts(pipeline, {}, [&](Parts& parts) {
        parts.goldens = make_goldens(parts);
        library.files = make_files(parts);
        library.sizes = size_table(parts), library.usage = usage_text(parts);
        library.state = state_text(parts), library.steps = plan_table(parts);
    });
    return library;
}

Emission emit(const Pipeline& pipeline, const std::filesystem::path& folder) {
    return with_parts(pipeline, folder, [&](Parts& parts) {
        parts.goldens = make_goldens(parts);
        write_folder(make_files(parts), folder);
    });
}

}  // namespace mote::codegen
