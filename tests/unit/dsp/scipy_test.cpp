// Filters, spectra, wavelets, transforms and statistics of the runtime against scipy, pywt and numpy.
#include "support.hpp"

#include "base/json.hpp"
#include "dsp/design.hpp"
#include "dsp/filter_design.hpp"

#include "mote/rt/dsp/biquad.hpp"
#include "mote/rt/dsp/dct.hpp"
#include "mote/rt/dsp/fft.hpp"
#include "mote/rt/dsp/spectrum.hpp"
#include "mote/rt/dsp/statistics.hpp"
#include "mote/rt/dsp/wavelet.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <fstream>

namespace mote::dsp::testing {
namespace {

struct Case {
    std::string name, call;
    std::filesystem::path folder;
    double rate_hz = 0;
    std::vector<float> x;

    std::vector<double> output(const std::string& part) const { return read(folder / (name + "." + part + ".txt")); }
    static std::vector<double> read(const std::filesystem::path& file) {
        std::ifstream in(file);
        std::vector<double> values;
        for (double v = 0; in >> v;) values.push_back(v);
        EXPECT_FALSE(values.empty()) << file;
        return values;
    }
};

std::vector<Case> cases_named(const std::filesystem::path& golden, const std::string& prefix) {
    const auto folder = golden / "scipy";
    const auto index = base::parse_json(base::read_text(folder / "index.json"), "index.json");
    std::vector<Case> cases;
    for (const auto& item : index["cases"]) {
        const std::string name = item["name"].get<std::string>();
        if (name.rfind(prefix, 0) != 0) continue;
        Case c;
        c.name = name, c.call = item["call"].get<std::string>(), c.folder = folder, c.rate_hz = item["fs"].get<double>();
        for (const double v : Case::read(folder / item["input"].get<std::string>())) c.x.push_back(static_cast<float>(v));
        cases.push_back(std::move(c));
    }
    EXPECT_EQ(cases.size() % 5, 0u);
    EXPECT_GT(cases.size(), 0u) << prefix;
    return cases;
}

/// Norm of the difference over the norm of the truth.
template <class Got>
double relative_error(const std::vector<double>& truth, const Got& got) {
    if (truth.size() != got.size()) return 1e30;
    double above = 0, below = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const double error = truth[i] - static_cast<double>(got[i]);
        above += error * error, below += truth[i] * truth[i];
    }
    return std::sqrt(above / below);
}

TEST(Scipy, ButterworthFilters) {
    MOTE_GOLDEN_OR_SKIP(golden);
    for (const Case& c : cases_named(golden, "butter_")) {
        SCOPED_TRACE(c.call);
        int order = 0;
        double low = 0, high = 0;
        const bool band = std::sscanf(c.call.c_str(), "sosfilt(butter(%d,[%lf,%lf]", &order, &low, &high) == 3;
        if (!band) {
            ASSERT_EQ(std::sscanf(c.call.c_str(), "sosfilt(butter(%d,%lf", &order, &low), 2);
        }
        const bool low_pass = c.call.find("lowpass") != std::string::npos;
        const auto sections = butterworth(band       ? FilterKind::band_pass
                                          : low_pass ? FilterKind::low_pass
                                                     : FilterKind::high_pass,
                                          order, low, high, c.rate_hz);
        // The same filter in double precision gives scipy's own numbers; the runtime's single precision stays near.
        std::vector<double> exact(c.x.begin(), c.x.end());
        for (const Section& s : sections) {
            double s1 = 0, s2 = 0;
            for (double& v : exact) {
                const double out = s[0] * v + s1;
                s1 = s[1] * v - s[3] * out + s2, s2 = s[2] * v - s[4] * out;
                v = out;
            }
        }
        const auto truth = c.output("y");
        EXPECT_LT(relative_error(truth, exact), 1e-6);
        Tables tables;
        auto filtered = c.x;
        rt::dsp::filter_from_rest(make_cascade(sections, tables), filtered.data(), static_cast<std::uint32_t>(filtered.size()));
        EXPECT_LT(relative_error(truth, filtered), 1e-3);
    }
}

TEST(Scipy, WelchSpectra) {
    MOTE_GOLDEN_OR_SKIP(golden);
    for (const Case& c : cases_named(golden, "welch_")) {
        SCOPED_TRACE(c.call);
        std::size_t size = 0;
        ASSERT_EQ(std::sscanf(c.call.substr(c.call.find("nperseg=")).c_str(), "nperseg=%zu", &size), 1);
        const bool density = c.call.find("'density'") != std::string::npos;
        const std::string window = c.call.find("'hann'") != std::string::npos      ? "hann"
                                   : c.call.find("'hamming'") != std::string::npos ? "hamming"
                                                                                   : "none";
        Tables tables;
        rt::dsp::SegmentSpectrum s{};
        s.fft = make_fft(size, tables);
        std::vector<float> values;
        double sum = 0, energy = 0;
        for (const double w : window_function(window, size, true)) sum += w, energy += w * w, values.push_back(static_cast<float>(w));
        s.window = tables.add("window", values);
        s.stride = static_cast<std::uint32_t>(size / 2);
        s.segments = static_cast<std::uint32_t>((c.x.size() - size) / s.stride + 1);
        s.detrend = c.call.find("detrend='constant'") != std::string::npos;
        s.gain = static_cast<float>(density ? 1 / (c.rate_hz * energy) : 1 / (sum * sum));
        std::vector<float> power(size / 2 + 1), buffer(rt::dsp::fft_buffer_floats(s.fft.size));
        rt::dsp::segment_spectrum(s, c.x.data(), static_cast<std::uint32_t>(c.x.size()), power.data(), buffer.data());
        for (std::size_t k = 1; k + 1 < power.size(); ++k) power[k] *= 2;  // scipy's spectra are one-sided
        EXPECT_LT(relative_error(c.output("pxx"), power), 1e-5);
    }
}

TEST(Scipy, WaveletDecompositions) {
    MOTE_GOLDEN_OR_SKIP(golden);
    for (const Case& c : cases_named(golden, "wavedec_")) {
        SCOPED_TRACE(c.call);
        const bool haar = c.call.find("haar") != std::string::npos;
        Tables tables;
        const auto wavelet = make_wavelet(haar ? "haar" : "db4", tables);
        std::vector<float> x = c.x;
        std::vector<std::vector<float>> bands;
        for (int level = 0; level < (haar ? 3 : 2); ++level) {
            const auto count = static_cast<std::uint32_t>(x.size());
            std::vector<float> low(rt::dsp::band_length(count, wavelet.length)), high(low.size());
            rt::dsp::wavelet_step(wavelet, x.data(), count, low.data(), high.data());
            bands.push_back(high);
            x = low;
        }
        bands.push_back(x);
        std::vector<float> all;
        for (auto band = bands.rbegin(); band != bands.rend(); ++band) all.insert(all.end(), band->begin(), band->end());
        EXPECT_LT(relative_error(c.output("coefs"), all), 1e-5);
    }
}

TEST(Scipy, FourierTransforms) {
    MOTE_GOLDEN_OR_SKIP(golden);
    for (const Case& c : cases_named(golden, "rfft256_")) {
        if (c.x.size() < 256) continue;  // numpy transforms the shorter signal as it is: no power of two
        Tables tables;
        const auto fft = make_fft(256, tables);
        std::vector<float> z(c.x.begin(), c.x.begin() + 256), re, im;
        z.resize(rt::dsp::fft_buffer_floats(256));
        rt::dsp::bit_reverse(fft, z.data());
        rt::dsp::real_fft(fft, z.data());
        for (std::size_t k = 0; k <= 128; ++k) re.push_back(z[2 * k]), im.push_back(z[2 * k + 1]);
        EXPECT_LT(relative_error(c.output("re"), re), 1e-6) << c.name;
        EXPECT_LT(relative_error(c.output("im"), im), 1e-5) << c.name;
    }
}

TEST(Scipy, CosineTransforms) {
    MOTE_GOLDEN_OR_SKIP(golden);
    for (const Case& c : cases_named(golden, "dct2ortho_")) {
        std::vector<double> scale(40, std::sqrt(2.0 / 40));
        scale[0] = std::sqrt(1.0 / 40);
        Tables tables;
        const auto dct = make_dct(40, scale, tables);
        std::vector<float> x(c.x.begin(), c.x.begin() + 40), y(40);
        rt::dsp::dct(dct, x.data(), y.data());
        EXPECT_LT(relative_error(c.output("y"), y), 1e-6) << c.name;
    }
}

TEST(Scipy, Statistics) {
    MOTE_GOLDEN_OR_SKIP(golden);
    for (const Case& c : cases_named(golden, "stats_")) {
        SCOPED_TRACE(c.name);
        const auto count = static_cast<std::uint32_t>(c.x.size());
        const rt::dsp::Series<float> x{c.x.data(), count, 1, 1.0f};
        const auto m = rt::dsp::moments_of(x);
        const auto extremes = rt::dsp::extremes_of(x);
        std::vector<float> sorted = c.x;
        rt::dsp::sort_ascending(sorted.data(), count);
        EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end()));
        const float n = static_cast<float>(count), median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
        const float got[] = {m.mean,
                             std::sqrt(m.variance),
                             m.variance * n / (n - 1),
                             rt::dsp::root_mean_square(x),
                             m.skewness,
                             m.kurtosis,
                             extremes.low,
                             extremes.high,
                             median,
                             static_cast<float>(rt::dsp::crossings_of(x, m.mean))};
        const auto truth = c.output("y");
        ASSERT_EQ(truth.size(), std::size(got));
        // The crossing count of scipy's recipe calls a sample exactly at the mean a side of its own; everything else is to single
        // precision.
        for (std::size_t i = 0; i < truth.size(); ++i)
            EXPECT_NEAR(static_cast<double>(got[i]), truth[i], 2e-5 * std::max(std::fabs(truth[i]), truth[1])) << "statistic " << i;
    }
}

/// Transforms of every size against the sum that defines them.
TEST(Transforms, EverySizeAgreesWithTheDefinition) {
    for (std::size_t size = 4; size <= 1024; size *= 2) {
        Tables tables;
        const auto fft = make_fft(size, tables);
        std::vector<float> z(rt::dsp::fft_buffer_floats(fft.size)), x(size);
        for (std::size_t i = 0; i < size; ++i) x[i] = static_cast<float>(std::sin(0.37 * static_cast<double>(i * i)) + 0.25);
        std::copy(x.begin(), x.end(), z.begin());
        rt::dsp::bit_reverse(fft, z.data());
        auto power = z;
        rt::dsp::real_fft(fft, z.data());
        rt::dsp::power_spectrum(fft, power.data());
        double worst = 0, worst_power = 0, norm = 0;
        for (std::size_t k = 0; k <= size / 2; ++k) {
            double re = 0, im = 0;
            for (std::size_t i = 0; i < size; ++i) {
                const double angle = -2 * M_PI * static_cast<double>(i * k % size) / static_cast<double>(size);
                re += static_cast<double>(x[i]) * std::cos(angle), im += static_cast<double>(x[i]) * std::sin(angle);
            }
            worst = std::max({worst, std::fabs(re - static_cast<double>(z[2 * k])), std::fabs(im - static_cast<double>(z[2 * k + 1]))});
            const double got = static_cast<double>(power[2 * k] / rt::dsp::power_gain);
            worst_power = std::max(worst_power, std::fabs(std::sqrt(got) - std::hypot(re, im)));
            norm = std::max(norm, std::hypot(re, im));
        }
        EXPECT_LT(worst, 1e-6 * norm) << size;
        EXPECT_LT(worst_power, 1e-6 * norm) << size;
    }
}

TEST(Design, DaubechiesFiltersAreOrthonormalWithVanishingMoments) {
    for (int moments = 1; moments <= 10; ++moments) {
        const auto low = daubechies(moments);
        ASSERT_EQ(low.size(), static_cast<std::size_t>(2 * moments));
        for (std::size_t shift = 0; shift < low.size(); shift += 2) {
            double product = 0;
            for (std::size_t i = 0; i + shift < low.size(); ++i) product += low[i] * low[i + shift];
            EXPECT_NEAR(product, shift == 0 ? 1 : 0, 1e-9) << moments;
        }
        double sum = 0, alternating = 0;
        for (std::size_t i = 0; i < low.size(); ++i) sum += low[i], alternating += (i % 2 ? -1 : 1) * low[i];
        EXPECT_NEAR(sum, std::sqrt(2.0), 1e-9);
        EXPECT_NEAR(alternating, 0, 1e-9);
    }
}

TEST(Design, OddOrdersAndWideBandsHaveTheirEdgesAtHalfPower) {
    const auto gain = [](const std::vector<Section>& sections, double hz, double rate) {
        const std::complex<double> d = std::polar(1.0, -2 * M_PI * hz / rate);
        std::complex<double> h = 1;
        for (const Section& s : sections) h *= (s[0] + s[1] * d + s[2] * d * d) / (1.0 + s[3] * d + s[4] * d * d);
        return std::abs(h);
    };
    for (int order = 1; order <= 12; ++order) {
        EXPECT_NEAR(gain(butterworth(FilterKind::low_pass, order, 10, 0, 100), 10, 100), std::sqrt(0.5), 1e-6) << order;
        EXPECT_NEAR(gain(butterworth(FilterKind::high_pass, order, 10, 0, 100), 10, 100), std::sqrt(0.5), 1e-6) << order;
        for (const double high : {12.0, 45.0}) {
            const auto band = butterworth(FilterKind::band_pass, order, 2, high, 100);
            EXPECT_NEAR(gain(band, 2, 100), std::sqrt(0.5), 1e-6) << order;
            EXPECT_NEAR(gain(band, high, 100), std::sqrt(0.5), 1e-6) << order;
        }
    }
}

TEST(Design, MelFiltersCoverTheBandWithoutGaps) {
    for (const std::size_t fft : {256, 512, 1024}) {
        const auto bank = mel_filters(40, fft, 16000, 60, 8000);
        ASSERT_EQ(bank.size(), 40u);
        std::vector<double> cover(fft / 2 + 1);
        for (const Filter& f : bank) {
            ASSERT_FALSE(f.weights.empty());
            for (std::size_t i = 0; i < f.weights.size(); ++i) {
                EXPECT_GT(f.weights[i], 0);
                EXPECT_LE(f.weights[i], 1);
                cover[f.first + i] += f.weights[i];
            }
        }
        const double bin_hz = 16000.0 / static_cast<double>(fft);
        for (std::size_t k = 0; k <= fft / 2; ++k) {
            const double hz = static_cast<double>(k) * bin_hz;
            if (hz < 200 || hz > 7000) continue;
            EXPECT_NEAR(cover[k], 1, 1e-9) << hz << " Hz";
        }
    }
}

TEST(Design, OneWeightABinGivesTheSameEnergiesAsWholeFilters) {
    for (const std::size_t fft : {128, 256, 512, 2048}) {
        for (const double low_hz : {0.0, 60.0, 300.0}) {
            Tables tables;
            const auto whole = make_mel_bank(mel_filters(40, fft, 16000, low_hz, 8000), tables);
            const auto shared = make_mel_bank(40, fft, 16000, low_hz, 8000, tables);
            if (fft >= 512) {
                EXPECT_EQ(shared.bins, nullptr);
            }
            std::vector<float> power(fft + 2, std::nanf("")), one(40), other(40);
            for (std::size_t k = 0; k <= fft / 2; ++k) power[2 * k] = static_cast<float>(1.5 + std::sin(static_cast<double>(k * k)));
            rt::dsp::mel_energies(whole, power.data(), one.data());
            rt::dsp::mel_energies(shared, power.data(), other.data());
            for (std::size_t f = 0; f < 40; ++f) EXPECT_NEAR(other[f], one[f], 1e-5f * one[f]) << fft << " " << low_hz << " " << f;
        }
    }
}

}  // namespace
}  // namespace mote::dsp::testing
