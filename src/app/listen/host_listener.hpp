// The device's listener with the host's arithmetic: the same ring, rows, windows and detector, so that events are the same.
#pragma once

#include "app/features.hpp"
#include "codegen/listen.hpp"
#include "graph/graph.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace mote::app::listen {

/// One decision of continuous listening.
struct Decision {
    std::vector<float> probabilities;  ///< averaged as the detector saw them, one a label
    std::vector<std::int8_t> outputs;  ///< of the model, as they are
    std::uint64_t frame = 0;           ///< frames since the beginning up to the end of the window
    int event = -1;                    ///< label that an event begins with; -1: none
};

class HostListener {
  public:
    /// What is given must outlive this. Throws base::Error "unsupported" for a model whose output is not of 8 bits.
    HostListener(const Features& features, const graph::Graph& model, const codegen::ListenPlan& plan);
    ~HostListener();

    /// Whole frames, interleaved, in the sensor's own units; those of integer sensors are rounded and cut to their range. Appends the
    /// decisions that they complete. A value that is no number is replaced by its channel's value before it and counted.
    void listen(std::span<const float> values, std::vector<Decision>& decisions);
    std::uint64_t bad_values() const;
    std::uint64_t frames() const;  ///< taken so far

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mote::app::listen
