// Tables that blocks are made of, computed once on the host in double precision.
#pragma once

#include "dsp/block.hpp"
#include "dsp/tables.hpp"

#include "mote/rt/dsp/dct.hpp"
#include "mote/rt/dsp/fft.hpp"
#include "mote/rt/dsp/frame.hpp"
#include "mote/rt/dsp/mel.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace mote::dsp {

/// Largest transform that blocks use; a longer one has no place in a small chip's memory.
constexpr std::size_t max_fft_size = 8192;

/// Tables of a real transform of `size` points; a power of two in [4, max_fft_size].
rt::dsp::RealFft make_fft(std::size_t size, Tables& tables, std::string_view name = "fft");

/// Window functions of `length` points: "none" (ones), "hann", "hamming" (both symmetric as scipy's sym=True when `periodic` is false),
/// "blackman". Harris, "On the use of windows for harmonic analysis", 1978.
std::vector<double> window_function(std::string_view name, std::size_t length, bool periodic);

/// Mel scale of O'Shaughnessy: 1127 ln(1 + f / 700).
double mel_of_hz(double hz);
double hz_of_mel(double mel);

/// One filter over bins of a power spectrum.
struct Filter {
    std::size_t first = 0;
    std::vector<double> weights;
};

/// Triangles between points equally spaced in mel from low to high, evaluated at the bins' own frequencies (no rounding of edges to bins,
/// so that narrow filters stay in place). A filter narrower than a bin gets the bin nearest to its centre.
std::vector<Filter> mel_filters(std::size_t filters, std::size_t fft_size, double rate_hz, double low_hz, double high_hz);

/// The same with edges rounded down to bins as speechpy (Torfi, 2018) does: floor((points + 1) hz / rate).
std::vector<Filter> mel_filters_at_bins(std::size_t filters, std::size_t fft_size, std::size_t points, double rate_hz, double low_hz,
                                        double high_hz);

rt::dsp::MelBank make_mel_bank(const std::vector<Filter>& filters, Tables& tables);

/// The bank of mel_filters, with one weight a bin where no filter is narrower than a bin.
rt::dsp::MelBank make_mel_bank(std::size_t filters, std::size_t fft_size, double rate_hz, double low_hz, double high_hz, Tables& tables);

/// slope and offset so that the result is (10 log10(gain * energy) - floor_db) / (top_db - floor_db).
rt::dsp::LogScale make_log_scale(double gain, double floor_db, double top_db);

/// DCT-II of `size` inputs, row k multiplied by row_scale[k].
rt::dsp::Dct make_dct(std::size_t size, const std::vector<double>& row_scale, Tables& tables);

}  // namespace mote::dsp
