// How a pipeline listens continuously: settings in time as people say them, and the plan in frames and decisions that host and chip run.
#pragma once

#include "base/fields.hpp"
#include "dsp/block.hpp"
#include "graph/graph.hpp"

#include "mote/rt/stream/listener.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mote::codegen {

/// [listen] in mote.toml: what happens with a model's outputs; decides nothing about the model.
struct Listen {
    double stride_ms = 250;
    double smoothing_ms = 500;
    double threshold = 0.8;
    double minimum_ms = 0;
    double suppression_ms = 1000;
    std::vector<std::string> background;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("stride_ms", &Listen::stride_ms, "from one decision to the next").range(1, 1e6).unit("ms"),
            field("smoothing_ms", &Listen::smoothing_ms, "probabilities are averaged over this long; 0: each decision alone")
                .range(0, 1e6)
                .unit("ms"),
            field("threshold", &Listen::threshold, "averaged probability from which on a label may make an event").range(0, 1),
            field("minimum_ms", &Listen::minimum_ms, "it must stay there for this long; 0: one decision is enough")
                .range(0, 1e6)
                .unit("ms"),
            field("suppression_ms", &Listen::suppression_ms, "no further event for this long after one").range(0, 1e7).unit("ms"),
            field("background", &Listen::background, "labels that never make an event; empty: those whose names begin with _"));
    }
};

/// The labels among `labels` that never make an event. Throws base::Error "bad_input" for a name in `background` that is none of them, and
/// where no label would be left.
std::vector<std::string> background_labels(const Listen& listen, const std::vector<std::string>& labels);

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
/// images follow each other without overlap. Throws what background_labels() throws, and for a stride of less than a frame and settings
/// beyond reason.
ListenPlan plan_listening(const Listen& listen, const dsp::Block& block, const dsp::InputSpec& input, const graph::Tensor& output,
                          const std::vector<std::string>& labels);

/// Bytes of memory that a listener needs beside the model's arena, a multiple of 16.
std::size_t listening_bytes(const ListenPlan& plan, store::SampleType type);
/// Of these, the first: the listener itself, as large as on a 64-bit host.
std::size_t listener_object_bytes();

}  // namespace mote::codegen
