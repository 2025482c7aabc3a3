// Continuous inference: samples arrive, features grow row by row where the signal processing allows it, decisions are made on the way.
#pragma once

#include "mote/rt/stream/detector.hpp"
#include "mote/rt/stream/ring.hpp"

#include <stddef.h>
#include <stdint.h>

namespace mote {
namespace rt {
namespace stream {

/// All in frames, which are what a sensor gives at one time: `channels` values.
struct Plan {
    uint32_t channels;
    uint32_t span;        ///< that one computation takes: a row of features, or a whole window
    uint32_t advance;     ///< from one computation to the next
    uint32_t rows;        ///< rows of features that make a window; 0: a window is computed as a whole
    uint32_t row_values;  ///< features of a row
    uint32_t stride;      ///< from a decision to the next; with rows it is met on average, and at least `advance`
    uint32_t ring;        ///< that may arrive while a decision is made
    uint32_t unit;        ///< frames that arrive together or not at all: 1, or all pixels of an image
};

enum class Heard : unsigned char { waiting, decision, event };

/// Ticks of the clock given; 0 without one.
struct Timing {
    uint32_t features;      ///< all rows since the decision before, or the window
    uint32_t model;         ///< the network of the last decision
    uint32_t detector;      ///< smoothing and events of the last decision
    uint32_t longest_poll;  ///< the ring must hold what arrives meanwhile
};

namespace detail {

constexpr size_t aligned(size_t bytes) { return (bytes + 15u) / 16u * 16u; }

template <class T>
inline void move_down(T* values, size_t count, size_t by) {
    for (size_t i = 0; i < count; ++i) values[i] = values[i + by];
}

}  // namespace detail

/// What a listener needs beside the model's memory: ring, the frames at hand, rows of features, detector; each part aligned to 16 bytes.
struct Places {
    size_t ring, frames, rows, detector, bytes;
};

template <class Sample>
constexpr Places places_of(const Plan& p, const DetectorPlan& d) {
    Places places = {0, 0, 0, 0, 0};
    places.frames = detail::aligned(Ring<Sample>::value_count(p.ring, p.channels) * sizeof(Sample));
    places.rows = places.frames + detail::aligned(static_cast<size_t>(p.span) * p.channels * sizeof(Sample));
    places.detector = places.rows + detail::aligned(static_cast<size_t>(p.rows) * p.row_values * sizeof(float));
    places.bytes = places.detector + detail::aligned(Detector::memory_bytes(d));
    return places;
}

/// Work says what is computed:
///   Sample                                            int16_t, uint8_t or float
///   Plan plan(); DetectorPlan detector_plan();        constants on a chip, so that nothing is looked up
///   void row(const Sample* frames, float* row);       features of one row from `span` frames (plan().rows > 0)
///   void window(const Sample* frames);                features of a window into features() (plan().rows == 0)
///   float* features();                                where the model finds a window's features
///   const int8_t* infer();                            the model's outputs, valid until the next call of any of these
///   void reset();                                     what the model remembers
template <class Work>
class Listener {
  public:
    using Sample = typename Work::Sample;

    /// `memory` holds places_of<Sample>(plan, detector).bytes, aligned to 16.
    Listener(const Work& work, unsigned char* memory)
        : work_(work),
          ring_(place<Sample>(memory, places().ring), work.plan().ring, work.plan().channels, work.plan().unit),
          frames_(place<Sample>(memory, places().frames)),
          rows_(place<float>(memory, places().rows)),
          detector_(work.detector_plan(), memory + places().detector) {
        for (size_t i = 0; i < Ring<Sample>::value_count(work.plan().ring, work.plan().channels); ++i)
            place<Sample>(memory, places().ring)[i] = Sample(0);
        restart();
    }

    /// Of the writer. Frames taken; the others are lost and counted.
    uint32_t push(const Sample* frames, uint32_t count) { return ring_.push(frames, count); }

    /// Works off what has arrived, up to the next decision. `waiting`: nothing is left to do until more arrives.
    Heard poll() {
        const uint32_t begin = ticks();
        const Heard heard = work_off();
        const uint32_t took = ticks() - begin;
        if (took > timing_.longest_poll) timing_.longest_poll = took;
        return heard;
    }

    /// As if nothing had been heard: what lies in the ring is passed over, the model forgets. Counters stay.
    void reset() {
        (void)ring_.skip(ring_.capacity());
        detector_.reset(work_.detector_plan());
        work_.reset();
        restart();
    }

    /// The label of the last event, valid after poll() gave `event`.
    uint32_t event_label() const { return event_label_; }
    /// Frames taken from the ring since the last reset: after poll() gave a decision, those up to its window's end.
    uint64_t frames_heard() const { return heard_; }
    const int8_t* outputs() const { return outputs_; }
    const Detector& detector() const { return detector_; }
    const Timing& timing() const { return timing_; }
    uint32_t lost_frames() const { return ring_.lost(); }
    uint32_t bad_values() const { return ring_.bad_values(); }
    void set_clock(uint32_t (*clock)()) { clock_ = clock; }

  private:
    template <class T>
    static T* place(unsigned char* memory, size_t offset) {
        return static_cast<T*>(static_cast<void*>(memory + offset));
    }
    Places places() const { return places_of<Sample>(work_.plan(), work_.detector_plan()); }
    uint32_t ticks() const { return clock_ ? clock_() : 0u; }

    void restart() {
        held_ = skip_ = next_row_ = filled_ = feature_ticks_ = 0;
        wait_ = 0, heard_ = 0, outputs_ = nullptr;
    }

    Heard work_off() {
        while (fill()) {
            const uint32_t begin = ticks();
            const bool is_due = work_.plan().rows > 0 ? add_row() : whole_window();
            slide();
            feature_ticks_ += ticks() - begin;
            if (is_due) return decide();
        }
        return Heard::waiting;
    }

    /// Whether `span` frames are at hand.
    bool fill() {
        const Plan p = work_.plan();
        if (skip_ > 0) {
            const uint32_t skipped = ring_.skip(skip_);
            skip_ -= skipped, heard_ += skipped;
            if (skip_ > 0) return false;
        }
        const uint32_t taken = ring_.take(frames_ + static_cast<size_t>(held_) * p.channels, p.span - held_);
        held_ += taken, heard_ += taken;
        return held_ == p.span;
    }

    void slide() {
        const Plan p = work_.plan();
        held_ = p.advance < p.span ? p.span - p.advance : 0u;
        skip_ = p.advance < p.span ? 0u : p.advance - p.span;
        detail::move_down(frames_, static_cast<size_t>(held_) * p.channels, static_cast<size_t>(p.advance) * p.channels);
    }

    bool whole_window() {
        work_.window(frames_);
        return true;
    }

    /// Whether a window that is due ends with this row. Windows begin on rows; the one that is taken begins last at or before its time.
    bool add_row() {
        const Plan p = work_.plan();
        work_.row(frames_, rows_ + static_cast<size_t>(next_row_) * p.row_values);
        next_row_ = next_row_ + 1u == p.rows ? 0u : next_row_ + 1u;
        if (filled_ < p.rows) ++filled_;
        if (filled_ < p.rows) return false;
        const bool is_due = wait_ < static_cast<int32_t>(p.advance);
        if (is_due) gather(), wait_ += static_cast<int32_t>(p.stride);
        wait_ -= static_cast<int32_t>(p.advance);
        return is_due;
    }

    /// The window's rows, oldest first, to where the model finds them.
    void gather() {
        const Plan p = work_.plan();
        const size_t behind = static_cast<size_t>(next_row_) * p.row_values, all = static_cast<size_t>(p.rows) * p.row_values;
        float* const features = work_.features();
        for (size_t i = behind; i < all; ++i) features[i - behind] = rows_[i];
        for (size_t i = 0; i < behind; ++i) features[all - behind + i] = rows_[i];
    }

    Heard decide() {
        const uint32_t begin = ticks();
        outputs_ = work_.infer();
        const uint32_t inferred = ticks();
        const int32_t label = detector_.step(work_.detector_plan(), outputs_);
        const uint32_t end = ticks();
        timing_.features = feature_ticks_, timing_.model = inferred - begin, timing_.detector = end - inferred;
        feature_ticks_ = 0;
        if (label < 0) return Heard::decision;
        event_label_ = static_cast<uint32_t>(label);
        return Heard::event;
    }

    Work work_;
    Ring<Sample> ring_;
    Sample* frames_;  ///< the newest at hand, `held_` of them
    float* rows_;     ///< ring of the newest
    Detector detector_;
    uint32_t held_, skip_, next_row_, filled_;
    int32_t wait_;  ///< frames until the next window's time, from the beginning of the one that the newest row ended
    uint64_t heard_;
    const int8_t* outputs_;
    uint32_t event_label_ = 0, feature_ticks_;
    Timing timing_ = {0, 0, 0, 0};
    uint32_t (*clock_)() = nullptr;
};

}  // namespace stream
}  // namespace rt
}  // namespace mote
