#include "dsp/filter_design.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <string>

namespace mote::dsp {

using Complex = std::complex<double>;
using std::numbers::pi;

namespace {

/// Frequency of the analogue prototype that the bilinear transform z = (2 + s) / (2 - s) maps to `hz`.
double prewarped(double hz, double rate_hz) { return 2 * std::tan(pi * hz / rate_hz); }

Complex bilinear(Complex s) { return (2.0 + s) / (2.0 - s); }

/// Left-half-plane poles of the prototype with cutoff 1, upper half of the plane and the real one only.
std::vector<Complex> prototype_poles(int order) {
    std::vector<Complex> poles;
    for (int k = 0; k < (order + 1) / 2; ++k) poles.push_back(std::polar(1.0, pi * (2.0 * k + order + 1) / (2.0 * order)));
    return poles;
}

/// Section with the pole pair (or the real pole) given, zeros z1 and z2, gain 1 at `reference`.
Section section_of(Complex pole, bool real, double z1, double z2, Complex reference) {
    Section s{1, -(z1 + z2), z1 * z2, -2 * pole.real(), std::norm(pole)};
    if (real) s = {1, -z1, 0, -pole.real(), 0};
    const Complex d = 1.0 / reference;
    const double gain = std::abs((1.0 + s[3] * d + s[4] * d * d) / (s[0] + s[1] * d + s[2] * d * d));
    for (int i = 0; i < 3; ++i) s[static_cast<std::size_t>(i)] *= gain;
    return s;
}

constexpr double almost_real = 1e-9;

}  // namespace

std::vector<Section> butterworth(FilterKind kind, int order, double low_hz, double high_hz, double rate_hz) {
    const double low = prewarped(low_hz, rate_hz);
    std::vector<Section> sections;
    if (kind == FilterKind::band_pass) {
        const double high = prewarped(high_hz, rate_hz), middle = low * high;
        const Complex reference = bilinear(Complex(0, std::sqrt(middle)));
        for (const Complex pole : prototype_poles(order)) {
            const Complex half = pole * ((high - low) / 2), root = std::sqrt(half * half - middle);
            const bool real = std::abs(pole.imag()) < almost_real;
            if (real && std::abs(root.imag()) < almost_real) {
                // A wide band: the prototype's real pole becomes two real ones, which share a section.
                const double a = bilinear(half + root).real(), b = bilinear(half - root).real();
                Section s{1, 0, -1, -(a + b), a * b};
                const Complex d = 1.0 / reference;
                const double gain = std::abs((1.0 + s[3] * d + s[4] * d * d) / (1.0 - d * d));
                s[0] *= gain, s[2] *= gain;
                sections.push_back(s);
            } else {
                sections.push_back(section_of(bilinear(half + root), false, 1, -1, reference));
                if (!real) sections.push_back(section_of(bilinear(half - root), false, 1, -1, reference));
            }
        }
    } else {
        const bool is_low = kind == FilterKind::low_pass;
        const double zero = is_low ? -1 : 1;
        for (const Complex pole : prototype_poles(order)) {
            const bool real = std::abs(pole.imag()) < almost_real;
            sections.push_back(section_of(bilinear(is_low ? pole * low : low / pole), real, zero, zero, is_low ? 1.0 : -1.0));
        }
    }
    // The sharpest resonance last, where what it amplifies has already been filtered.
    std::sort(sections.begin(), sections.end(), [](const Section& a, const Section& b) { return std::abs(a[4]) < std::abs(b[4]); });
    return sections;
}

double pole_radius(const std::vector<Section>& sections) {
    double radius = 0;
    for (const Section& s : sections) {
        const double a1 = static_cast<double>(static_cast<float>(s[3])), a2 = static_cast<double>(static_cast<float>(s[4]));
        const Complex root = std::sqrt(Complex(a1 * a1 / 4 - a2));
        radius = std::max({radius, std::abs(-a1 / 2 + root), std::abs(-a1 / 2 - root)});
    }
    return radius;
}

rt::dsp::Cascade make_cascade(const std::vector<Section>& sections, Tables& tables) {
    std::vector<float> coefficients;
    for (const Section& s : sections)
        for (const double c : s) coefficients.push_back(static_cast<float>(c));
    rt::dsp::Cascade cascade{};
    cascade.sections = static_cast<std::uint32_t>(sections.size());
    cascade.coefficients = tables.add("filter", std::move(coefficients));
    return cascade;
}

namespace {

/// All roots of a polynomial, coefficients from the constant term up, by the iteration of Durand and Kerner, then polished by Newton's.
std::vector<Complex> roots_of(const std::vector<double>& polynomial) {
    const std::size_t n = polynomial.size() - 1;
    const auto value = [&](Complex x) {
        Complex y = 0;
        for (std::size_t i = n + 1; i-- > 0;) y = y * x + polynomial[i];
        return y;
    };
    const auto slope = [&](Complex x) {
        Complex y = 0;
        for (std::size_t i = n; i > 0; --i) y = y * x + static_cast<double>(i) * polynomial[i];
        return y;
    };
    std::vector<Complex> roots(n);
    for (std::size_t i = 0; i < n; ++i) roots[i] = std::pow(Complex(0.4, 0.9), static_cast<double>(i));
    for (int round = 0; round < 500; ++round)
        for (std::size_t i = 0; i < n; ++i) {
            Complex product = polynomial[n];
            for (std::size_t j = 0; j < n; ++j)
                if (j != i) product *= roots[i] - roots[j];
            roots[i] -= value(roots[i]) / product;
        }
    for (int round = 0; round < 10; ++round)
        for (Complex& root : roots)
            if (slope(root) != 0.0) root -= value(root) / slope(root);
    return roots;
}

}  // namespace

std::vector<double> daubechies(int moments) {
    // |m0|^2 = cos^2N(w/2) P(sin^2(w/2)), P(y) = sum of C(N - 1 + k, k) y^k; each root y of P gives the root z inside the unit circle of
    // z + 1/z = 2 - 4 y.
    std::vector<double> p;
    double binomial = 1;
    for (int k = 0; k < moments; ++k) {
        p.push_back(binomial);
        binomial = binomial * (moments + k) / (k + 1);
    }
    std::vector<Complex> filter = {1.0};
    const auto multiply = [&filter](Complex root) {  // by (z - root)
        filter.push_back(0);
        for (std::size_t i = filter.size() - 1; i > 0; --i) filter[i] -= root * filter[i - 1];
    };
    for (int k = 0; k < moments; ++k) multiply(-1.0);
    if (moments > 1)
        for (const Complex y : roots_of(p)) {
            const Complex half = 1.0 - 2.0 * y, root = std::sqrt(half * half - 1.0);
            multiply(std::abs(half + root) < 1 ? half + root : half - root);
        }
    Complex sum = 0;
    for (const Complex c : filter) sum += c;
    std::vector<double> low;
    for (const Complex c : filter) low.push_back((c / sum).real() * std::numbers::sqrt2);
    std::reverse(low.begin(), low.end());  // decomposition runs the other way
    return low;
}

rt::dsp::Wavelet make_wavelet(std::string_view name, Tables& tables) {
    const int moments = name == "haar" ? 1 : std::stoi(std::string(name.substr(2)));
    const auto filter = daubechies(moments);
    std::vector<float> low, high;
    for (std::size_t i = 0; i < filter.size(); ++i) {
        low.push_back(static_cast<float>(filter[i]));
        high.push_back(static_cast<float>((i % 2 ? 1 : -1) * filter[filter.size() - 1 - i]));
    }
    rt::dsp::Wavelet wavelet{};
    wavelet.length = static_cast<std::uint32_t>(filter.size());
    wavelet.low = tables.add("wavelet_low", std::move(low));
    wavelet.high = tables.add("wavelet_high", std::move(high));
    return wavelet;
}

}  // namespace mote::dsp
