// A finished run as firmware for a board: generated, built, run in the emulator, and held against the host byte for byte.
#pragma once

#include "app/record.hpp"
#include "app/training.hpp"
#include "codegen/emit.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mote::app {

/// What goes onto the device. `goldens` windows of the judged split are put into its self-test.
codegen::Pipeline device_pipeline(const Finished& finished, const std::string& core, std::size_t goldens);

/// Raw bytes of windows, one behind the other.
base::Bytes raw_windows(const DataPlan& plan, const std::vector<std::size_t>& windows);

/// At most `most` of them (0: all), evenly spread.
std::vector<std::size_t> spread(const std::vector<std::size_t>& windows, std::size_t most);

/// Bytes that differ; a missing tail counts as different.
std::size_t count_differences(std::span<const std::byte> a, std::span<const std::byte> b);

struct MeasureOptions {
    std::string split;      ///< empty: the one that the run was judged on
    bool layers = false;    ///< compare the output of every layer too
    bool count = true;      ///< instructions, cycles and stack; slower
    std::size_t limit = 0;  ///< windows, evenly spread; 0: all
};

/// Throws base::Error "not_found" for an unknown board, "tool_failed" or "bad_input" when the firmware cannot be built or does not fit.
Measurement measure_on_target(const Session& session, const Finished& finished, const std::string& board, const MeasureOptions& options,
                              Context& context);

/// The newest measurement of a run's model over a whole split, on `board` (empty: any).
std::optional<Measurement> latest_measurement(const store::Store& store, const RunRecord& record, const std::string& board = "");

}  // namespace mote::app
