// A model's outputs over a long stream, decision by decision, kept by content.
#pragma once

#include "app/features.hpp"
#include "app/listen/stream.hpp"
#include "base/progress.hpp"
#include "graph/graph.hpp"

#include "mote/rt/stream/listener.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace mote::app::listen {

/// Where the windows lie that decisions are made on, as the device makes them (mote/rt/stream/listener.hpp).
class Schedule {
  public:
    explicit Schedule(const rt::stream::Plan& plan);

    std::int64_t begin(std::size_t decision) const;
    /// The frame after which the decision is made.
    std::int64_t end(std::size_t decision) const { return begin(decision) + heard_; }
    /// Decisions within so many frames.
    std::size_t count(std::int64_t frames) const;
    std::int64_t stride_frames() const { return stride_; }

  private:
    std::int64_t stride_ = 1;  ///< wanted
    std::int64_t grid_ = 1;    ///< windows begin on multiples of it
    std::int64_t heard_ = 1;   ///< frames of a window that decide
};

/// Outputs of an 8-bit model, [decisions, labels].
struct Scores {
    std::vector<std::int8_t> outputs;
    std::size_t labels = 0;
    std::size_t count() const { return outputs.size() / labels; }
    std::span<const std::int8_t> row(std::size_t decision) const { return std::span(outputs).subspan(decision * labels, labels); }
};

/// Runs features and model over every window of the schedule, on all threads; a model with state on one. Interrupted, the same call goes on
/// where it was: `cache` (a folder; empty: none) holds the outputs of each stretch of the stream by content. Throws base::Error
/// "unsupported" for a model whose output is not of 8 bits, "bad_input" for features that are not finite, "cancelled".
Scores score_stream(const Stream& stream, const Features& features, const graph::Graph& model, const Schedule& schedule,
                    const std::filesystem::path& cache, base::Progress& progress, const base::Cancel& cancel);

}  // namespace mote::app::listen
