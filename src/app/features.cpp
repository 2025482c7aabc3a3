#include "app/features.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/hash.hpp"
#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

namespace mote::app {

Features prepare_features(const std::string& block, const base::Json& parameters, const dsp::InputSpec& input) {
    try {
        const dsp::BlockType& type = dsp::find_block_type(block);
        Features features;
        features.block = block, features.input = input;
        features.parameters = dsp::resolve_parameters(type, parameters);
        features.prepared = type.prepare(features.parameters, input);
        return features;
    } catch (const base::Error& error) {
        throw error.at("mote.toml: [features]");
    }
}

namespace {

// Cached features are only a saving of time; the longest unused go when they take more than this.
constexpr std::uintmax_t cache_limit_bytes = std::uintmax_t{4} << 30;

void keep_within_limit(const std::filesystem::path& folder) {
    std::vector<std::pair<std::filesystem::file_time_type, std::filesystem::path>> files;
    std::uintmax_t bytes = 0;
    std::error_code failed;  // another process may be doing the same
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        const std::uintmax_t size = entry.file_size(failed);
        if (failed) continue;
        bytes += size;
        files.emplace_back(entry.last_write_time(failed), entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& [time, file] : files) {
        if (bytes <= cache_limit_bytes) return;
        const std::uintmax_t size = std::filesystem::file_size(file, failed);
        if (!failed && std::filesystem::remove(file, failed)) bytes -= size;
    }
}

// Part of the name of cached features: raise it when a change of the signal processing changes its numbers.
constexpr int features_version = 1;

/// What decides the features' bytes, hashed.
std::string cache_name(const DataPlan& plan, const Features& features, std::span<const std::size_t> windows) {
    base::Hasher hasher;
    const base::Json head = {{"version", features_version},
                             {"block", features.block},
                             {"parameters", features.parameters},
                             {"input", dsp::to_json(features.input)}};
    hasher.update(base::canonical_json(head));
    for (const std::size_t i : windows) {
        const auto& item = plan.data->items()[i];
        const auto& object = plan.data->samples()[item.sample].object;
        hasher.update(std::as_bytes(std::span(object)));
        hasher.update(std::as_bytes(std::span(&item.begin, 1)));
    }
    return base::hex(hasher.finish());
}

/// A block's scratch memory and one window, for one thread at a time.
struct Workspace {
    std::vector<std::byte> window;
    std::vector<std::uint64_t> scratch;  // 8-byte aligned
    explicit Workspace(const Features& features)
        : window(features.input.size_bytes()), scratch(features.prepared->scratch_bytes() / sizeof(std::uint64_t) + 1) {}
};

void check_finite(std::span<const float> row, const DataPlan& plan, std::size_t window) {
    for (std::size_t k = 0; k < row.size(); ++k)
        if (!std::isfinite(row[k])) {
            const auto& item = plan.data->items()[window];
            throw base::Error("bad_input",
                              plan.data->samples()[item.sample].name + " from frame " + std::to_string(item.begin) + ": feature " +
                                  std::to_string(k) + " is not finite",
                              "mote data exclude leaves the recording out");
        }
}

}  // namespace

std::vector<float> compute_features(const DataPlan& plan, const Features& features, std::span<const std::size_t> windows,
                                    const std::filesystem::path& cache, base::Progress& progress, const base::Cancel& cancel) {
    const std::size_t count = features.count();
    std::vector<float> rows(windows.size() * count);
    const std::filesystem::path file = cache.empty() ? cache : cache / (cache_name(plan, features, windows) + ".f32");
    if (std::error_code failed; !file.empty() && std::filesystem::file_size(file, failed) == rows.size() * sizeof(float) && !failed) {
        const base::Bytes bytes = base::read_file(file);
        std::memcpy(rows.data(), bytes.data(), bytes.size());
        std::filesystem::last_write_time(file, std::filesystem::file_time_type::clock::now(), failed);
        return rows;
    }
    progress.begin("computing features", windows.size());
    std::atomic<std::size_t> done{0};
    // Blocks of windows, so that each task brings its own workspace without paying for it at each window.
    constexpr std::size_t step = 64;
    base::parallel_for((windows.size() + step - 1) / step, [&](std::size_t task) {
        cancel.check();
        Workspace space(features);
        for (std::size_t k = task * step; k < std::min(windows.size(), (task + 1) * step); ++k) {
            plan.data->read(windows[k], space.window);
            const std::span<float> row = std::span(rows).subspan(k * count, count);
            features.prepared->compute(space.window.data(), row, space.scratch.data());
            check_finite(row, plan, windows[k]);
            progress.advance(++done);
        }
    });
    progress.end();
    if (!file.empty()) {
        base::write_file(file, std::as_bytes(std::span(rows)));
        keep_within_limit(cache);
    }
    return rows;
}

}  // namespace mote::app
