#include "dsp/features.hpp"

#include "base/error.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>

namespace mote::dsp {

std::string content_key(const BlockType& type, const base::Json& resolved_parameters, const InputSpec& input) {
    const base::Json content = {
        {"block", std::string(type.name)}, {"parameters", resolved_parameters}, {"input", to_json(input)}, {"runtime", runtime_version}};
    return base::hex(base::sha256(base::canonical_json(content)));
}

void compute_all(const Block& block, std::size_t count, const WindowAt& window_at, std::span<float> features, base::Progress* progress,
                 const base::Cancel* cancel) {
    const std::size_t width = block.output().count();
    if (features.size() != count * width)
        throw base::Error("internal",
                          "place for " + std::to_string(features.size()) + " features, and there are " + std::to_string(count * width));
    // Pieces are long enough to share scratch memory and short enough to even out the threads.
    constexpr std::size_t piece = 64;
    const std::size_t pieces = (count + piece - 1) / piece;
    std::atomic<std::uint64_t> done{0};
    if (progress) progress->begin("features", count);
    base::parallel_for(pieces, [&](std::size_t p) {
        if (cancel) cancel->check();
        std::vector<double> scratch(block.scratch_bytes() / sizeof(double) + 1);
        const std::size_t begin = p * piece, end = std::min(count, begin + piece);
        for (std::size_t i = begin; i < end; ++i) block.compute(window_at(i), features.subspan(i * width, width), scratch.data());
        const std::uint64_t now = done.fetch_add(end - begin) + (end - begin);
        if (progress) progress->advance(now);
    });
    if (progress) progress->end();
}

std::vector<float> compute_all(const Block& block, std::size_t count, const WindowAt& window_at, base::Progress* progress,
                               const base::Cancel* cancel) {
    std::vector<float> features(count * block.output().count());
    compute_all(block, count, window_at, features, progress, cancel);
    return features;
}

}  // namespace mote::dsp
