// The presets that follow another studio, against that studio's own published block code.
#include "support.hpp"

#include "base/json.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace mote::dsp::testing {
namespace {

using base::Json;

/// Our parameters for a golden's: names differ, values do not.
Json our_parameters(const std::string& block, const Json& theirs) {
    const int version = theirs["implementation_version"].get<int>();
    Json ours = {{"preset", "edge-impulse"}};
    const auto take = [&](const char* name, const char* from) { ours[name] = theirs[from]; };
    if (block == "mfe" || block == "mfcc" || block == "spectrogram") {
        take("frame_length_s", "frame_length"), take("frame_stride_s", "frame_stride"), take("fft_length", "fft_length");
        ours["compatible"] = "edge-impulse-" + std::to_string(version);
    }
    if (block == "mfe" || block == "mfcc")
        take("filters", "num_filters"), take("low_hz", "low_frequency"), take("high_hz", "high_frequency");
    if (block == "mfe" || block == "spectrogram") take("noise_floor_db", "noise_floor_db");
    if (block == "spectral_analysis" || block == "wavelet") {
        take("filter", "filter_type"), take("filter_cutoff_hz", "filter_cutoff"), take("filter_order", "filter_order"),
            take("scale", "scale_axes");
        if (block == "wavelet") take("wavelet", "wavelet"), take("levels", "wavelet_level");
        if (block == "spectral_analysis") take("fft_length", "fft_length"), take("logarithm", "do_log"), take("overlap", "do_fft_overlap");
    }
    return ours;
}

struct Difference {
    double relative = 0;  ///< norm of the difference over the norm of the golden
    double worst = 0;     ///< largest difference of one feature over |golden|, or over 0.01 where that is more
};

Difference compare(const std::vector<double>& golden, const std::vector<float>& ours) {
    Difference d;
    double above = 0, below = 0;
    for (std::size_t i = 0; i < golden.size(); ++i) {
        const double error = std::fabs(golden[i] - static_cast<double>(ours[i]));
        above += error * error, below += golden[i] * golden[i];
        const double scaled = error / std::max(0.01, std::fabs(golden[i]));
        d.worst = std::max(d.worst, std::isnan(scaled) ? 1e30 : scaled);
    }
    d.relative = std::sqrt(above / below);
    return d;
}

void check_block(const std::string& name) {
    MOTE_GOLDEN_OR_SKIP(folder);
    std::map<std::string, std::pair<std::size_t, double>> measured;  // by our block: cases, largest difference
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder / name))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files) {
        SCOPED_TRACE(file.filename());
        const Json golden = base::parse_json(base::read_text(file), file.string());
        auto stem = file;
        stem.replace_extension();
        const Array in = read_npy(stem.string() + ".in.npy"), out = read_npy(stem.string() + ".out.npy");
        InputSpec input;
        input.type = in.is_i16 ? store::SampleType::i16 : store::SampleType::f32;
        for (const auto& axis : golden["params"]["axes"]) input.channels.push_back(axis.get<std::string>());
        input.rate_hz = golden["params"]["sampling_freq"].get<double>();
        input.frames = in.shape[0];
        const std::string ours_name = golden["params"].value("analysis_type", "") == "Wavelet" ? "wavelet" : name;
        const BlockType& type = find_block_type(ours_name);
        const auto block = type.prepare(resolve_parameters(type, our_parameters(ours_name, golden["params"])), input);
        ASSERT_EQ(block->output().count(), out.values.size());
        const auto ours = run(*block, window_bytes(in.values, input.type).data());
        const Difference d = compare(out.values, ours);
        EXPECT_LE(d.relative, 1e-3);
        EXPECT_LE(d.worst, 1e-3);
        auto& [cases, largest] = measured[ours_name];
        ++cases, largest = std::max({largest, d.relative, d.worst});
    }
    EXPECT_FALSE(measured.empty());
    // bench/signals.sh reads these lines.
    for (const auto& [block, result] : measured) std::printf("golden %s %zu %.2g\n", block.c_str(), result.first, result.second);
}

TEST(Golden, Mfe) { check_block("mfe"); }
TEST(Golden, Mfcc) { check_block("mfcc"); }
TEST(Golden, Spectrogram) { check_block("spectrogram"); }
TEST(Golden, SpectralAnalysisAndWavelet) { check_block("spectral_analysis"); }
TEST(Golden, Flatten) { check_block("flatten"); }

}  // namespace
}  // namespace mote::dsp::testing
