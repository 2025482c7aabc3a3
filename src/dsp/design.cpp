#include "dsp/design.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace mote::dsp {

using std::numbers::pi;

rt::dsp::RealFft make_fft(std::size_t size, Tables& tables, std::string_view name) {
    if (size < 4 || size > max_fft_size || (size & (size - 1)) != 0)
        throw base::Error("internal", "a transform of " + std::to_string(size) + " points");
    const auto put = [](std::vector<float>& table, double angle) {
        for (const double value : {std::cos(angle), std::sin(angle)})
            table.push_back(std::fabs(value) < 1e-12 ? 0.0f : static_cast<float>(value));  // a quarter turn has no rounding left over
    };
    const std::size_t points = size / 2;
    std::vector<float> twiddles, split;
    const bool odd = (points & 0x5555'5555u) == 0;
    for (std::size_t length = odd ? 2 : 4; length < points; length *= 4)
        for (std::size_t k = 1; k < length; ++k)
            for (const int times : {1, 2, 3}) put(twiddles, -2 * pi * static_cast<double>(k) * times / static_cast<double>(4 * length));
    for (std::size_t k = 1; k < points / 2; ++k) put(split, -2 * pi * static_cast<double>(k) / static_cast<double>(size));
    rt::dsp::RealFft fft{};
    fft.size = static_cast<std::uint32_t>(size);
    fft.twiddles = tables.add(std::string(name) + "_twiddles", std::move(twiddles));
    fft.split = tables.add(std::string(name) + "_split", std::move(split));
    return fft;
}

std::vector<double> window_function(std::string_view name, std::size_t length, bool periodic) {
    std::vector<double> window(length, 1.0);
    const double turns = 2 * pi / static_cast<double>(periodic ? length : std::max<std::size_t>(length, 2) - 1);
    for (std::size_t i = 0; i < length; ++i) {
        const double angle = turns * static_cast<double>(i);
        if (name == "hann")
            window[i] = 0.5 - 0.5 * std::cos(angle);
        else if (name == "hamming")
            window[i] = 0.54 - 0.46 * std::cos(angle);
        else if (name == "blackman")
            window[i] = 0.42 - 0.5 * std::cos(angle) + 0.08 * std::cos(2 * angle);
        else if (name != "none")
            throw base::Error("internal", "unknown window function " + std::string(name));
    }
    return window;
}

double mel_of_hz(double hz) { return 1127.0 * std::log1p(hz / 700.0); }
double hz_of_mel(double mel) { return 700.0 * std::expm1(mel / 1127.0); }

namespace {

/// filters + 2 frequencies, equally spaced in mel.
std::vector<double> mel_points(std::size_t filters, double low_hz, double high_hz) {
    const double low = mel_of_hz(low_hz), high = mel_of_hz(high_hz);
    std::vector<double> hz(filters + 2);
    for (std::size_t i = 0; i < hz.size(); ++i)
        hz[i] = hz_of_mel(low + (high - low) * static_cast<double>(i) / static_cast<double>(filters + 1));
    return hz;
}

}  // namespace

std::vector<Filter> mel_filters(std::size_t filters, std::size_t fft_size, double rate_hz, double low_hz, double high_hz) {
    const auto edges = mel_points(filters, low_hz, high_hz);
    const double bin_hz = rate_hz / static_cast<double>(fft_size);
    std::vector<Filter> bank(filters);
    for (std::size_t f = 0; f < filters; ++f) {
        const double left = edges[f], centre = edges[f + 1], right = edges[f + 2];
        auto& filter = bank[f];
        for (std::size_t k = 0; k <= fft_size / 2; ++k) {
            const double hz = static_cast<double>(k) * bin_hz;
            const double weight = hz <= centre ? (hz - left) / (centre - left) : (right - hz) / (right - centre);
            if (weight <= 0) continue;
            if (filter.weights.empty()) filter.first = k;
            filter.weights.push_back(weight);
        }
        if (filter.weights.empty()) {
            filter.first = std::min(fft_size / 2, static_cast<std::size_t>(std::lround(centre / bin_hz)));
            filter.weights = {1.0};
        }
    }
    return bank;
}

std::vector<Filter> mel_filters_at_bins(std::size_t filters, std::size_t fft_size, std::size_t points, double rate_hz, double low_hz,
                                        double high_hz) {
    auto edges = mel_points(filters, low_hz, high_hz);
    edges.back() -= 0.001;  // so that the last edge falls on the same bin whatever the rounding of the mel scale
    std::vector<std::size_t> bins;
    for (const double hz : edges)
        bins.push_back(
            std::min(fft_size / 2, static_cast<std::size_t>(std::max(0.0, std::floor(static_cast<double>(points + 1) * hz / rate_hz)))));
    std::vector<Filter> bank(filters);
    for (std::size_t f = 0; f < filters; ++f) {
        const std::size_t left = bins[f], middle = bins[f + 1], right = bins[f + 2];
        auto& filter = bank[f];
        filter.first = left;
        for (std::size_t k = left; k <= right; ++k) {
            double weight = 0;
            if (left < k && k <= middle) weight = static_cast<double>(k - left) / static_cast<double>(middle - left);
            if (middle <= k && k < right) weight = static_cast<double>(right - k) / static_cast<double>(right - middle);
            filter.weights.push_back(weight);
        }
    }
    return bank;
}

rt::dsp::MelBank make_mel_bank(const std::vector<Filter>& filters, Tables& tables) {
    std::vector<std::uint16_t> first, bins;
    std::vector<float> weights;
    for (const Filter& filter : filters) {
        // Zeros at the ends carry nothing.
        const auto nonzero = [](double w) { return w != 0; };
        const auto begin = std::find_if(filter.weights.begin(), filter.weights.end(), nonzero);
        const auto end = std::find_if(filter.weights.rbegin(), filter.weights.rend(), nonzero).base();
        const bool empty = begin >= end;
        first.push_back(empty ? 0 : static_cast<std::uint16_t>(filter.first + static_cast<std::size_t>(begin - filter.weights.begin())));
        bins.push_back(empty ? 0 : static_cast<std::uint16_t>(end - begin));
        for (auto w = begin; w < end; ++w) weights.push_back(static_cast<float>(*w));
    }
    rt::dsp::MelBank bank{};
    bank.filters = static_cast<std::uint32_t>(filters.size());
    bank.first = tables.add("mel_first", std::move(first));
    bank.bins = tables.add("mel_bins", std::move(bins));
    bank.weights = tables.add("mel_weights", std::move(weights));
    return bank;
}

rt::dsp::MelBank make_mel_bank(std::size_t filters, std::size_t fft_size, double rate_hz, double low_hz, double high_hz, Tables& tables) {
    const auto edges = mel_points(filters, low_hz, high_hz);
    const double bin_hz = rate_hz / static_cast<double>(fft_size);
    const std::size_t bins = fft_size / 2 + 1;
    // Band j holds the bins from edge j, not counting a bin right on the lowest edge, up to edge j + 1.
    std::vector<std::uint16_t> first;
    for (std::size_t j = 0; j < edges.size(); ++j)
        first.push_back(
            static_cast<std::uint16_t>(std::min<double>(static_cast<double>(bins), std::floor(edges[j] / bin_hz * (1 + 1e-12)) + 1)));
    bool narrow = false;
    for (std::size_t f = 0; f < filters; ++f) narrow |= first[f] == first[f + 2];
    if (narrow) return make_mel_bank(mel_filters(filters, fft_size, rate_hz, low_hz, high_hz), tables);
    std::vector<float> weights;
    for (std::size_t j = 0; j <= filters; ++j)
        for (std::size_t k = first[j]; k < first[j + 1]; ++k)
            weights.push_back(static_cast<float>(std::min(1.0, (static_cast<double>(k) * bin_hz - edges[j]) / (edges[j + 1] - edges[j]))));
    rt::dsp::MelBank bank{};
    bank.filters = static_cast<std::uint32_t>(filters);
    bank.first = tables.add("mel_first", std::move(first));
    bank.weights = tables.add("mel_weights", std::move(weights));
    return bank;
}

rt::dsp::LogScale make_log_scale(double gain, double floor_db, double top_db) {
    const double span = top_db - floor_db;
    rt::dsp::LogScale scale{};
    scale.slope = static_cast<float>(10.0 / std::log(10.0) / span);
    scale.offset = static_cast<float>((10.0 * std::log10(gain) - floor_db) / span);
    scale.high = 1e9f;
    return scale;
}

rt::dsp::Dct make_dct(std::size_t size, const std::vector<double>& row_scale, Tables& tables) {
    const std::size_t columns = (size + 1) / 2;
    std::vector<float> table;
    for (std::size_t k = 0; k < row_scale.size(); ++k)
        for (std::size_t i = 0; i < columns; ++i)
            table.push_back(static_cast<float>(
                row_scale[k] * std::cos(pi * static_cast<double>(k) * static_cast<double>(2 * i + 1) / static_cast<double>(2 * size))));
    rt::dsp::Dct dct{};
    dct.size = static_cast<std::uint32_t>(size);
    dct.coefficients = static_cast<std::uint32_t>(row_scale.size());
    dct.table = tables.add("dct", std::move(table));
    return dct;
}

}  // namespace mote::dsp
