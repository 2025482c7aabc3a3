// The windows of a snapshot as a trainer sees them: chosen channels, one rate, one size, in a fixed order.
#pragma once

#include "store/window.hpp"

#include <memory>
#include <string>
#include <vector>

namespace mote::store {

struct DatasetOptions {
    std::vector<std::string> channels;  ///< in order; empty: all, and every recording must have the same
    double rate_hz = 0;                 ///< resampled to it; 0: as recorded
    WindowOptions window;
    std::size_t image_height = 0, image_width = 0;  ///< 0: as stored
    std::string image_fit = "squash";               ///< squash, crop (fit the short side), pad (fit the long side)
    std::vector<std::string> splits;                ///< empty: all
    std::vector<std::string> labels;                ///< empty: all that occur; windows with other labels are left out
    bool with_unlabelled = false;
};

/// One window of the data set.
struct DatasetItem {
    std::size_t sample = 0;  ///< index into Dataset::samples()
    std::int64_t begin = 0;  ///< first frame at the data set's rate
    std::string label;
};

class Dataset {
  public:
    /// Throws base::Error "bad_input" when recordings do not fit together (type, channels, rate), naming two of them.
    Dataset(const Store& store, std::vector<Sample> samples, const DatasetOptions& options);
    ~Dataset();
    Dataset(Dataset&&) noexcept;

    /// One window as it enters signal processing: type, channels, rate, frames, height, width.
    const Descriptor& window() const;
    const std::vector<Sample>& samples() const;
    const std::vector<DatasetItem>& items() const;
    std::size_t size() const { return items().size(); }
    const std::string& split(std::size_t index) const;
    /// Labels that occur, sorted.
    std::vector<std::string> labels() const;
    /// Writes the raw values of one window: window().size_bytes() bytes. May be called from any thread.
    void read(std::size_t index, std::span<std::byte> out) const;

    // Recordings as the windows see them: channels chosen, at the data set's rate.
    std::size_t frames(std::size_t sample) const;
    const std::vector<LabelSpan>& spans(std::size_t sample) const;
    /// Raw values of a recording from frame `begin` on, as many frames as `out` holds; zeros outside it. May be called from any thread.
    void read_frames(std::size_t sample, std::int64_t begin, std::span<std::byte> out) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mote::store
