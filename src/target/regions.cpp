#include "target/regions.hpp"

#include "../../firmware/exit_codes.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "target/cycles/model.hpp"

#include <algorithm>

namespace mote::target {

using base::Error;

namespace {

Cycles less(Cycles a, const Cycles& b) {
    a.low = std::max(0.0, a.low - b.low), a.expected = std::max(0.0, a.expected - b.expected), a.high = std::max(0.0, a.high - b.high);
    return a;
}

}  // namespace

void check_exit(const Execution& execution, const board::Board& board) {
    const std::string on = " on " + board.name;
    switch (execution.exit_code) {
        case exit_codes::ok:
            return;
        case exit_codes::model:
            throw Error("tool_failed", "the model refuses to run" + on + " (its status is not ok)", "generate the code again");
        case exit_codes::no_input:
            throw Error("tool_failed", "the firmware cannot read what it is to work on" + on, "check the temporary folder");
        case exit_codes::no_output:
            throw Error("tool_failed", "the firmware cannot write its results" + on, "check that the temporary folder has room (TMPDIR)");
        default:
            throw Error("tool_failed", "the firmware ended with code " + std::to_string(execution.exit_code) + on + ": " +
                                           std::string(base::trim(execution.output.substr(0, 400))));
    }
}

std::vector<std::uint64_t> visits_of(const Counts& counts, unsigned region) {
    std::uint64_t overhead = 0;
    std::vector<std::uint64_t> found;
    for (const Visit& visit : counts.visits) {
        if (visit.region == regions::calibration && overhead == 0) overhead = visit.instructions;
        if (visit.region == region) found.push_back(visit.instructions - std::min(overhead, visit.instructions));
    }
    return found;
}

Cycles cycles_of(const Counts& counts, unsigned region, const Image& image, const board::Board& board) {
    const auto profile = [&](unsigned r) {
        const auto found = counts.regions.find(r);
        return found == counts.regions.end() ? Cycles{} : region_cycles(found->second, image, board);
    };
    return less(profile(region), profile(regions::calibration));
}

}  // namespace mote::target
