// Changes of raw training windows: what the field will do to them anyway.
#pragma once

#include "base/fields.hpp"
#include "base/random.hpp"
#include "dsp/block.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mote::learn {

/// Changes of the raw window, drawn anew for each example and epoch.
struct AugmentSettings {
    double gain_db = 0;
    double shift_ms = 0;
    double noise_probability = 0;
    double noise_snr_low_db = 5;
    double noise_snr_high_db = 25;
    std::string noise_label;
    double speed_percent = 0;
    double rotate_degrees = 0;
    bool mirror = false;
    int shift_pixels = 0;
    int erase_pixels = 0;

    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("gain_db", &AugmentSettings::gain_db, "louder or softer by up to this").range(0, 60).unit("dB"),
            field("shift_ms", &AugmentSettings::shift_ms, "earlier or later by up to this").range(0, 1e6).unit("ms"),
            field("noise_probability", &AugmentSettings::noise_probability, "share of examples that get noise").range(0, 1),
            field("noise_snr_low_db", &AugmentSettings::noise_snr_low_db, "strongest noise: signal to noise ratio")
                .range(-40, 120)
                .unit("dB"),
            field("noise_snr_high_db", &AugmentSettings::noise_snr_high_db, "weakest noise").range(-40, 120).unit("dB"),
            field("noise_label", &AugmentSettings::noise_label,
                  "training windows of this label serve as noise; empty: synthetic noise, from hiss to rumble"),
            field("speed_percent", &AugmentSettings::speed_percent, "faster or slower by up to this").range(0, 50).unit("%"),
            field("rotate_degrees", &AugmentSettings::rotate_degrees,
                  "the axes are turned in space, all groups of three channels (x, y, z) together")
                .range(0, 180)
                .unit("degrees"),
            field("mirror", &AugmentSettings::mirror, "each axis of motion may be reversed (turning rates follow), images left to right"),
            field("shift_pixels", &AugmentSettings::shift_pixels, "images are moved by up to this").range(0, 512).unit("pixels"),
            field("erase_pixels", &AugmentSettings::erase_pixels, "side of a square of the image that is blanked")
                .range(0, 512)
                .unit("pixels"));
    }
};

class Augmenter {
  public:
    /// Reads the raw bytes of noise window `index`.
    using ReadNoise = std::function<void(std::size_t index, std::span<std::byte> out)>;

    Augmenter(const AugmentSettings& settings, const dsp::InputSpec& input, std::size_t noise_windows, ReadNoise read_noise);

    bool is_active() const;
    /// Changes one window of input.size_bytes() bytes in place; what it does depends on `random` alone. May be called from any thread.
    void apply(std::span<std::byte> window, base::Random random) const;

  private:
    void apply_series(std::vector<float>& values, base::Random& random) const;
    void apply_image(std::vector<float>& values, base::Random& random) const;
    void add_noise(std::vector<float>& values, base::Random& random) const;

    AugmentSettings settings_;
    dsp::InputSpec input_;
    std::size_t noise_windows_;
    ReadNoise read_noise_;
};

}  // namespace mote::learn
