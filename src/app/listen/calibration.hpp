// Which settings of [listen] suit a model: tried on a stream of one split, told again on a stream of another.
#pragma once

#include "app/listen/operating_point.hpp"
#include "app/training.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mote::app::listen {

struct CalibrationOptions {
    std::string split = store::split_validation;
    StreamSettings stream;
    double tolerance_ms = 0;           ///< behind an event in which its detection counts; 0: one window
    double limit = 0.5;                ///< false accepts an hour
    std::filesystem::path background;  ///< a folder of recordings without events; empty: none
    std::filesystem::path test_background;
    double test_hours = 0;  ///< 0: as long as the other
};

/// What a stream was made of.
struct StreamInfo {
    std::string split;
    double hours = 0;
    std::uint64_t decisions = 0, events = 0, event_recordings = 0, background_recordings = 0;
    double background_minutes = 0;
    static constexpr auto fields() {
        using base::field;
        using S = StreamInfo;
        return std::make_tuple(
            field("split", &S::split, "whose recordings"), field("hours", &S::hours, "of stream").unit("h"),
            field("decisions", &S::decisions, "made on it"), field("events", &S::events, "in it"),
            field("event_recordings", &S::event_recordings, "recordings that the events are taken from, again and again"),
            field("background_recordings", &S::background_recordings, "recordings of everything else"),
            field("background_minutes", &S::background_minutes, "of different background: the figures stand on these").unit("min"));
    }
};

/// What goes wrong, most often first, at most twenty of each.
struct Mistakes {
    std::vector<Mistaken> accepted;  ///< recordings that were taken for an event
    std::vector<Mistaken> missed;    ///< recordings whose events were not found
};

struct Calibration {
    StreamInfo stream;
    std::vector<Point> points;    ///< all that were tried
    std::vector<Point> frontier;  ///< no other has fewer false accepts and fewer false rejects; fewest false accepts first
    Point chosen;
    bool keeps_limit = false;
    std::optional<StreamInfo> test_stream;  ///< where the project has a test split
    std::optional<Point> test;
    std::shared_ptr<const Stream> last_stream;  ///< that of the test split, or else the other one
    Mistakes mistakes;                          ///< on the first stream
};

/// A stream of one split with the model's outputs over it.
struct Heard {
    std::shared_ptr<const Stream> stream;
    Scores scores;
    StreamInfo info;
};

/// Judges settings over streams of a finished run.
class Calibrator {
  public:
    /// The run and `config` (whose [listen] counts) must outlive this. `cache` holds outputs and what folders of background gave.
    Calibrator(const Finished& finished, const Config& config, std::filesystem::path cache, Context& context);

    /// `half` 0 or 1 takes every second recording of the folder; 2 takes all.
    Heard listen(std::string_view split, const StreamSettings& settings, const std::filesystem::path& background, std::size_t half);
    Point judge(const codegen::Listen& settings, const Heard& heard, double tolerance_ms);
    std::vector<Point> sweep(const Grid& grid, const Heard& heard, double tolerance_ms);
    Mistakes mistakes(const codegen::Listen& settings, const Heard& heard, double tolerance_ms);
    codegen::ListenPlan plan(const codegen::Listen& settings) const;

  private:
    std::int64_t tolerance(double tolerance_ms) const;
    const Finished& finished_;
    const Config& config_;
    std::filesystem::path cache_;
    Context& context_;
    Schedule schedule_;
};

/// Points that no other one beats, fewest false accepts first, at most `most`; the least false rejects for each.
std::vector<Point> frontier(const std::vector<Point>& points, std::size_t most);

/// Sweeps, proposes, and judges the proposal on the test split's stream, whose background is the other half of the folder's recordings
/// where only one folder is given. `wanted` (threshold and times) is judged instead of the proposal.
Calibration calibrate(const Finished& finished, const Config& config, const CalibrationOptions& options,
                      const std::optional<codegen::Listen>& wanted, const std::filesystem::path& cache, Context& context);

}  // namespace mote::app::listen
