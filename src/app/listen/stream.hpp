// A long stream with known events, made from recordings of one split: what continuous listening is judged on.
#pragma once

#include "app/data_plan.hpp"
#include "base/fields.hpp"
#include "base/hash.hpp"
#include "base/random.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mote::app::listen {

/// Where a label can be heard in the stream: frames [begin, end).
struct Truth {
    std::int64_t begin = 0, end = 0;
    int label = 0;  ///< index into DataPlan::labels
};

/// A stretch of a recording that a stream may hold.
struct Clip {
    const store::Dataset* data = nullptr;
    std::size_t sample = 0;
    std::int64_t begin = 0, end = 0;  ///< frames of the recording
    int label = -1;                   ///< -1: background
};

/// Recordings of a folder, with what keeps their values.
struct FolderData {
    store::Store store;
    std::unique_ptr<const store::Dataset> data;
};

/// What a stream is made of.
struct Material {
    std::vector<Clip> events;
    std::vector<std::vector<Clip>> background;  ///< by kind (a label, a folder): each kind gets the same share of time
    std::vector<Clip> near_misses;              ///< made to be mistaken (metadata "kind" is "near_miss"): rare in a device's day
    dsp::InputSpec input;                       ///< rate, channels and type of the stream; its frames are those of a window
    std::vector<std::shared_ptr<const FolderData>> owned;
};

/// The recordings of a split; labels of `background` (see background_labels) never count as events. Throws base::Error "unsupported" for
/// images and "not_found" where the split holds no event.
Material split_material(const DataPlan& plan, std::string_view split, const std::vector<std::string>& background);

/// Adds every recording below `folder` as one more kind of background, at the stream's rate. What was read is kept in `cache`, so that
/// the next time is quick. Throws base::Error "bad_input" when nothing there can be read.
void add_folder(Material& material, const std::filesystem::path& folder, const std::filesystem::path& cache, base::Progress& progress,
                const base::Cancel& cancel);

struct StreamSettings {
    double hours = 1;
    std::uint64_t seed = 1;
    double shortest_gap_s = 0;  ///< background between two events: drawn evenly; 0: from two windows
    double longest_gap_s = 0;   ///< 0: to twenty windows
    double near_misses_per_hour = 1;
};

/// Events in a random order at random times over background; the same settings and recordings give the same values. Sound is made louder
/// or softer by up to 6 dB a piece, faded for 10 ms at each joint, with stretches of silence and a faint hiss under everything. Long
/// recordings of an event give up to four windows at a time, long ones of background up to ten.
class Stream {
  public:
    Stream(Material material, const StreamSettings& settings);

    const dsp::InputSpec& input() const { return material_.input; }
    std::int64_t frames() const { return frames_; }
    double hours() const { return static_cast<double>(frames_) / material_.input.rate_hz / 3600; }
    const std::vector<Truth>& truth() const { return truth_; }
    /// Different recordings that it was made of: the figures stand on these, however long it is.
    std::size_t background_recordings() const { return background_recordings_; }
    double background_minutes() const { return background_minutes_; }
    std::size_t event_recordings() const { return material_.events.size(); }
    /// Changes with any value of the stream.
    const base::Hash& identity() const { return identity_; }

    /// The recording that stands at a frame; "" for silence and past the end.
    std::string recording_at(std::int64_t frame) const;

    /// Frames [begin, begin + n) as raw values, n = out.size() / bytes of a frame; zeros past the end. May be called from any thread.
    void read(std::int64_t begin, std::span<std::byte> out) const;

  private:
    struct Piece {
        std::int64_t begin = 0, frames = 0, from = 0;
        const Clip* clip = nullptr;  ///< null: silence
        float gain = 1;
    };
    void place(const Clip* clip, std::int64_t most_frames, base::Random& random);
    void lay_out(const StreamSettings& settings);
    void add_piece(const Piece& piece, std::int64_t begin, std::span<std::int16_t> out) const;
    void add_hiss(std::int64_t begin, std::span<std::int16_t> out) const;
    base::Hash identify() const;

    Material material_;
    std::uint64_t seed_;
    bool is_sound_;
    std::vector<Piece> pieces_;
    std::vector<Truth> truth_;
    std::int64_t frames_ = 0;
    std::size_t background_recordings_ = 0;
    double background_minutes_ = 0;
    base::Hash identity_{};
};

}  // namespace mote::app::listen
