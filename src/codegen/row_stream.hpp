// Layers that run together, a band of rows at a time, so that of what lies between them only a few rows are held at once (Alwani, Chen,
// Ferdman and Milder, "Fused-Layer CNN Accelerators", 2016). Rows that two bands need are kept, not computed again as patches are (Lin et
// al., "MCUNetV2", 2021): a band spans the whole width, so that only its upper edge meets another one.
#pragma once

#include "graph/graph.hpp"
#include "graph/kernel_call.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mote::codegen {

/// Nodes first..last of a graph, which computes `rows` rows of the last one's output in a band.
struct StreamRange {
    std::size_t first = 0, last = 0;
    int rows = 1;
};

/// Where a call reads or writes: bytes behind the begin of a tensor, or of the rows of it that are held; `step_bytes` more each time that a
/// run of like bands goes round.
struct BandPlace {
    int tensor = -1;
    std::size_t offset = 0;
    std::size_t step_bytes = 0;
};

/// One thing that a band does: a node over some rows, or keeping rows of a tensor that the band needs too.
struct BandItem {
    std::size_t node = 0, plan = 0;  ///< the plan is one of RowStream::plans
    std::vector<BandPlace> inputs;   ///< of the node that are computed
    BandPlace output;
    std::size_t kept_bytes = 0;  ///< > 0: no call, but so many bytes of output.tensor from output.offset on move to the begin
    bool is_like(const BandItem& other) const;
};

/// `count` bands that differ in nothing but places, which move on evenly.
struct BandRun {
    std::vector<BandItem> items;
    std::size_t count = 1;
};

struct RowStream {
    StreamRange range;
    std::vector<graph::KernelPlan> plans;  ///< of a node over some rows; each has one choice of kernel
    std::vector<std::size_t> node_of_plan;
    std::vector<BandRun> runs;
    std::vector<std::pair<int, std::size_t>> held;  ///< tensors between the layers, and the bytes of their rows that are held at once
    std::size_t scratch_bytes = 0;
    int input = -1;                  ///< the one tensor that comes from outside
    std::size_t distance_bytes = 0;  ///< by which the output must begin before the input to reach into it
    std::uint64_t macs = 0;

    bool holds(std::size_t node) const { return node >= range.first && node <= range.last; }
};

/// Nothing where these nodes cannot run in bands: where one is no convolution, pool or addition, where anything else reads what lies
/// between them, or where more than one tensor comes from outside.
std::optional<RowStream> stream_rows(const graph::Graph& graph, const StreamRange& range, graph::Isa isa,
                                     const std::vector<std::size_t>& plain);

}  // namespace mote::codegen
