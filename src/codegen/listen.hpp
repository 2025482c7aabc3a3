// How a pipeline listens continuously: settings in time as people say them, and the plan in frames and decisions that host and chip run.
#pragma once

#include "dsp/block.hpp"
#include "graph/graph.hpp"

#include "mote/rt/stream/listener.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mote::codegen {

struct Listen {
    double stride_ms = 250;               ///< from one decision to the next
    double smoothing_ms = 500;            ///< probabilities are averaged over the decisions of this time
    double threshold = 0.7;               ///< averaged probability at which an event begins
    double minimum_ms = 0;                ///< for which a label must stay above it
    double suppression_ms = 1000;         ///< after an event in which no other begins
    std::vector<std::string> background;  ///< labels that never make an event; empty: those whose names begin with "_"
};

struct ListenPlan {
    rt::stream::Plan stream{};
    std::uint32_t smoothing = 1, minimum = 1, suppression = 0;  ///< decisions
    std::int32_t zero_point = 0;
    float score_scale = 0;                 ///< of the detector's sums: sum * score_scale is the averaged probability
    std::vector<std::int32_t> thresholds;  ///< by output; rt::stream::never for background

    /// Points into this plan.
    rt::stream::DetectorPlan detector() const {
        return {static_cast<std::uint32_t>(thresholds.size()), smoothing, minimum, suppression, zero_point, thresholds.data()};
    }
};

/// `output` is the model's int8 output with one scale; `labels` names its values, or is empty, and then none is background. Windows of
/// images follow each other without overlap. Throws base::Error "bad_input" for a background label that the model does not have, a stride
/// of less than a frame, and settings beyond reason.
ListenPlan plan_listening(const Listen& listen, const dsp::Block& block, const dsp::InputSpec& input, const graph::Tensor& output,
                          const std::vector<std::string>& labels);

/// Bytes of memory that a listener needs beside the model's arena, a multiple of 16.
std::size_t listening_bytes(const ListenPlan& plan, store::SampleType type);
/// Of these, the first: the listener itself, as large as on a 64-bit host.
std::size_t listener_object_bytes();

}  // namespace mote::codegen
