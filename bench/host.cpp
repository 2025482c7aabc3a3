// How much faster this machine's vectors make inferences on the host: for each model file given, a line with its name, microseconds an
// inference takes with the reference kernels and with the fastest ones (the best of several rounds, turn by turn), and differing bytes.
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "graph/import/tflite.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <limits>

namespace {

using namespace mote;

double microseconds(graph::Evaluator& evaluator, std::span<const std::byte> input, int count) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) (void)evaluator.run(input);
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / count;
}

void measure(const std::filesystem::path& file) {
    constexpr int rounds = 9, inferences = 5;
    const graph::Graph graph = graph::import_tflite(base::read_file(file), file.filename().string());
    graph::Evaluator reference(graph), fastest(graph, graph::HostKernels::fastest);
    base::Random random(1);
    base::Bytes input(graph.input().size_bytes());
    for (std::byte& b : input) b = static_cast<std::byte>(random.below(256));
    double slow = std::numeric_limits<double>::infinity(), fast = slow;
    for (int round = 0; round < rounds; ++round) {
        slow = std::min(slow, microseconds(reference, input, inferences));
        fast = std::min(fast, microseconds(fastest, input, inferences));
    }
    std::size_t differing = 0;
    for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
        const auto a = reference.tensor(static_cast<int>(t)), b = fastest.tensor(static_cast<int>(t));
        for (std::size_t i = 0; i < a.size(); ++i) differing += a[i] != b[i] ? 1 : 0;
    }
    std::printf("%s %.1f %.1f %.2f %zu\n", file.stem().c_str(), slow, fast, slow / fast, differing);
}

}  // namespace

int main(int count, char** arguments) {
    try {
        for (int i = 1; i < count; ++i) measure(arguments[i]);
    } catch (const base::Error& error) {
        std::fprintf(stderr, "error: %s\n  try: %s\n", error.message().c_str(), error.hint().c_str());
        return 1;
    }
    return 0;
}
