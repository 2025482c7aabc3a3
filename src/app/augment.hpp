// Changes of raw training windows: what the field will do to them anyway.
#pragma once

#include "app/config.hpp"
#include "base/random.hpp"
#include "dsp/block.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace mote::app {

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

}  // namespace mote::app
