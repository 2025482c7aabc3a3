// usage: graph_seeds FOLDER
// Writes a seed for each operator of the catalogue, in each type that it takes, into FOLDER/graph_model, and into FOLDER/tflite and
// FOLDER/onnx what those formats can say: the cases of the unit tests, so that a new operator is fuzzed as soon as it is tested, and the
// files of tests/interop that are written for the public runtime.
#include "base/error.hpp"
#include "base/files.hpp"
#include "compress/quantise.hpp"
#include "graph/cases.hpp"
#include "graph/export_format.hpp"
#include "interop/file_layers.hpp"

#include <cstdio>
#include <filesystem>
#include <optional>

namespace {

using namespace mote;
using graph::Graph;

/// The case as 8 bits wide; none where the operator has no such form.
std::optional<Graph> as_i8(const Graph& real, base::Random& random) {
    Graph one_input = real;
    graph::testing::feed_both(one_input);
    const auto features = graph::testing::random_values(random, 4 * one_input.input().count(), 2.0);
    try {
        return compress::quantise(one_input, features, 4, {"minmax", "off", 4});
    } catch (const base::Error&) {
        return std::nullopt;
    }
}

/// The case with 16-bit activations; none where the operator has no such form.
std::optional<Graph> as_i16(Graph graph) {
    for (graph::Tensor& t : graph.tensors) {
        if (t.type != graph::Type::f32) continue;
        t.type = graph::Type::i16;
        t.quantisation = {{1.0f / 4096}, {0}, -1};
        if (t.is_constant()) t.data.resize(t.size_bytes());
    }
    try {
        graph::verify(graph);
    } catch (const base::Error&) {
        return std::nullopt;
    }
    return graph;
}

/// The file of a format; none where it has no counterpart of the operator.
std::optional<base::Bytes> exported(const graph::ExportFormat& format, const Graph& graph) {
    try {
        return format.write(graph);
    } catch (const base::Error&) {
        return std::nullopt;
    }
}

std::size_t write(const std::filesystem::path& root, const std::string& name, const std::optional<Graph>& graph) {
    if (!graph) return 0;
    base::write_file(root / "graph_model" / name, graph::serialise(*graph));
    std::size_t written = 1;
    for (const graph::ExportFormat* format : graph::export_formats())
        if (const auto file = exported(*format, *graph)) base::write_file(root / format->name / name, *file), ++written;
    return written;
}

int run(const std::filesystem::path& root) {
    std::filesystem::create_directories(root / "graph_model");
    for (const graph::ExportFormat* format : graph::export_formats()) std::filesystem::create_directories(root / format->name);
    std::size_t seeds = 0;
    for (const auto& c : graph::testing::operator_cases()) {
        const std::string op(c.op);
        for (int k = 0; k < 2; ++k) {
            base::Random random(static_cast<std::uint64_t>(k));
            const Graph real = c.make(random);
            const std::string end = "_" + std::to_string(k);
            seeds += write(root, op + "_made" + end, real);
            if (c.naive) seeds += write(root, op + "_i8" + end, as_i8(real, random)) + write(root, op + "_i16" + end, as_i16(real));
        }
    }
    for (const auto& layer : interop::file_layers())
        base::write_file(root / "tflite" / ("file_" + std::to_string(seeds++) + "_" + layer.name), layer.bytes);
    std::printf("%zu seeds\n", seeds);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: graph_seeds FOLDER\n");
        return 2;
    }
    try {
        return run(argv[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "error: %s\n", error.what());
        return 1;
    }
}
