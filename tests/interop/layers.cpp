// Single int8 layers for the public TensorFlow Lite runtime: for every operator that can be written, a few random models with inputs and
// with the answers of the reference kernels here.
// usage: interop_layers FOLDER [MODEL INPUT]...    writes FOLDER/OPERATOR.N.{tflite,in,out}; says which operators were left out. Of int8
// models, every layer becomes one, FOLDER/MODEL-OPERATOR.N, fed with what it gets there.
#include "base/error.hpp"
#include "base/files.hpp"
#include "compress/quantise.hpp"
#include "graph/cases.hpp"
#include "graph/export_format.hpp"
#include "graph/import/tflite.hpp"
#include "interop/file_layers.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <set>

namespace {

using namespace mote;

constexpr int models = 24;
constexpr std::size_t inferences = 6, calibration = 10;

bool is_int8(const graph::Graph& graph, int tensor) { return graph.tensors[static_cast<std::size_t>(tensor)].type == graph::Type::i8; }

/// The random float layer as an int8 model; its last node is the operator, and all that it computes on is int8.
graph::Graph int8_layer(const graph::testing::OperatorCase& c, base::Random& random) {
    graph::Graph layer = c.make(random);
    graph::testing::feed_both(layer);
    const auto features = graph::testing::random_values(random, calibration * layer.input().count(), 2.0);
    return compress::quantise(layer, features, calibration, {"minmax", "off", calibration});
}

void append(base::Bytes& to, std::span<const std::byte> from) { to.insert(to.end(), from.begin(), from.end()); }

base::Bytes random_input(const graph::Tensor& t, base::Random& random) {
    base::Bytes values(t.size_bytes());
    if (t.type == graph::Type::f32)
        for (std::size_t i = 0; i < t.count(); ++i) {
            const auto value = static_cast<float>(2 * random.normal());
            std::memcpy(values.data() + i * sizeof value, &value, sizeof value);
        }
    else
        for (std::byte& v : values) v = static_cast<std::byte>(random.below(256));
    return values;
}

void write_layer(const std::filesystem::path& stem, const graph::Graph& model, const base::Bytes& file, base::Random& random) {
    graph::Evaluator evaluator(model);
    base::Bytes in, out;
    for (std::size_t i = 0; i < inferences; ++i) {
        base::Bytes values;
        for (const int input : model.inputs) append(values, random_input(model.tensors[static_cast<std::size_t>(input)], random));
        const auto answer = evaluator.run(values);
        append(in, values), append(out, answer);
    }
    base::write_file(stem.string() + ".tflite", file);
    base::write_file(stem.string() + ".in", in);
    base::write_file(stem.string() + ".out", out);
}

/// What the runtime can be asked: TensorFlow allows strides or dilation, not both, and its kernels do not reckon with both. Where a grouped
/// convolution steps further than its kernel is high, it disagrees with a plain loop over the definition.
bool can_be_compared(const graph::Graph& graph) {
    const graph::Node& node = graph.nodes.back();
    if (node.op == "lstm" || node.op == "svdf") return false;  // their states go on there: recurrent.sh compares streams
    const auto value = [&](const char* name) { return node.attributes.value(name, 1); };
    if ((value("stride_h") > 1 || value("stride_w") > 1) && (value("dilation_h") > 1 || value("dilation_w") > 1)) return false;
    return value("groups") == 1 || value("stride_h") <= graph.tensors[static_cast<std::size_t>(node.inputs[1])].shape[1];
}

/// Why no model was written; empty when one was.
std::string try_layer(const graph::testing::OperatorCase& c, std::uint64_t seed, const std::filesystem::path& stem) {
    base::Random random(seed);
    try {
        const graph::Graph model = int8_layer(c, random);
        if (model.nodes.back().op != c.op) return "becomes another operator";
        if (!can_be_compared(model)) return "is one that the runtime computes otherwise";
        if (!is_int8(model, model.inputs[0]) || !is_int8(model, model.outputs[0])) return "not int8 on both sides";
        write_layer(stem, model, graph::export_format_of("layer.tflite").write(model), random);
        return "";
    } catch (const base::Error& error) {
        return error.message();
    }
}

/// The node alone: what it computes on are its inputs.
graph::Graph layer_of(const graph::Graph& whole, const graph::Node& node) {
    graph::Graph layer;
    layer.name = node.name;
    std::map<int, int> places;
    const auto place = [&](int tensor) {
        if (tensor < 0) return tensor;
        const auto [found, is_new] = places.try_emplace(tensor, 0);
        if (is_new) {
            const graph::Tensor& t = whole.tensors[static_cast<std::size_t>(tensor)];
            found->second = layer.add_tensor(t);
            if (!t.is_constant() && tensor != node.outputs[0]) layer.inputs.push_back(found->second);
        }
        return found->second;
    };
    graph::Node copy = node;
    for (int& i : copy.inputs) i = place(i);
    copy.outputs = {place(node.outputs[0])};
    layer.outputs = copy.outputs;
    layer.nodes.push_back(std::move(copy));
    return layer;
}

void write_layers(const std::filesystem::path& folder, const std::filesystem::path& file, const std::filesystem::path& input) {
    const graph::Graph whole = graph::import_tflite(base::read_file(file), file.filename().string());
    const base::Bytes in = base::read_file(input);
    graph::Evaluator evaluator(whole);
    for (std::size_t n = 0; n < whole.nodes.size(); ++n) {
        const graph::Node& node = whole.nodes[n];
        if (!is_int8(whole, node.inputs[0]) || !is_int8(whole, node.outputs[0])) continue;
        const graph::Graph layer = layer_of(whole, node);
        base::Bytes fed, answered;
        for (std::size_t at = 0; at + whole.input().size_bytes() <= in.size(); at += whole.input().size_bytes()) {
            (void)evaluator.run(std::span(in).subspan(at, whole.input().size_bytes()));
            std::set<int> seen;
            for (const int i : node.inputs)
                if (i >= 0 && !whole.tensors[static_cast<std::size_t>(i)].is_constant() && seen.insert(i).second)
                    append(fed, evaluator.tensor(i));
            append(answered, evaluator.tensor(node.outputs[0]));
        }
        const std::string stem = (folder / (file.stem().string() + "-" + node.op + "." + std::to_string(n))).string();
        base::write_file(stem + ".tflite", graph::export_format_of("layer.tflite").write(layer));
        base::write_file(stem + ".in", fed);
        base::write_file(stem + ".out", answered);
    }
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2 || count % 2 != 0) return 2;
    for (int i = 2; i < count; i += 2) write_layers(arguments[1], arguments[i], arguments[i + 1]);
    if (std::getenv("MOTE_ONLY_MODELS")) return 0;
    std::uint64_t seed = 1;
    for (const interop::FileLayer& layer : interop::file_layers()) {
        base::Random random(seed++);
        const std::string stem = layer.name + "." + std::to_string(seed);
        write_layer(std::filesystem::path(arguments[1]) / stem, graph::import_tflite(layer.bytes, stem), layer.bytes, random);
    }
    for (const auto& c : graph::testing::operator_cases()) {
        std::string refusal;
        int written = 0;
        for (std::uint64_t seed = 1; written < models && seed <= 4 * models; ++seed) {
            const std::string name = std::string(c.op) + "." + std::to_string(written);
            const std::string why = try_layer(c, seed, std::filesystem::path(arguments[1]) / name);
            written += why.empty() ? 1 : 0;
            if (!why.empty()) refusal = why;
        }
        if (written == 0) std::printf("%s: not tried: %s\n", std::string(c.op).c_str(), refusal.c_str());
    }
    return 0;
}
