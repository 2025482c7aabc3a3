#include "app/flash_budget.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "graph/operator.hpp"
#include "target/machine.hpp"
#include "target/measure.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace mote::app {

namespace {

/// Layers whose fast kernel is of one kind.
struct Kind {
    std::vector<std::size_t> nodes;
    std::uint64_t work = 0;  ///< multiply-accumulates, or values written where there are none
};

std::uint64_t work_of(const codegen::TracePoint& point) { return std::max<std::uint64_t>(point.macs, point.size_bytes); }

std::size_t node_that_writes(const graph::Graph& graph, int tensor) {
    const auto found =
        std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const graph::Node& n) { return n.outputs.front() == tensor; });
    return static_cast<std::size_t>(found - graph.nodes.begin());
}

class Search {
  public:
    Search(codegen::Pipeline pipeline, const board::Board& board, std::uint64_t limit_bytes, const base::Cancel& cancel)
        : pipeline_(std::move(pipeline)), board_(target::with_whole_machine(board)), limit_bytes_(limit_bytes), cancel_(cancel) {}

    codegen::Pipeline run() {
        if (fits()) return pipeline_;
        find_kinds();
        pipeline_.compact = true;
        for (const std::vector<const Kind*>& plain : choices()) {
            pipeline_.plain.clear();
            for (const Kind* kind : plain) pipeline_.plain.insert(pipeline_.plain.end(), kind->nodes.begin(), kind->nodes.end());
            if (!fits()) continue;
            give_back();
            return pipeline_;
        }
        throw base::Error("bad_input",
                          "the smallest firmware found for " + board_.name + " has " + std::to_string(least_bytes_) +
                              " bytes more than an empty one, " + std::to_string(least_bytes_ - limit_bytes_) + " more than the limit of " +
                              std::to_string(limit_bytes_),
                          "raise the limit, or use a smaller model: weights and tables take " + std::to_string(least_constant_bytes_) +
                              " of these bytes");
    }

  private:
    bool fits() {
        cancel_.check();
        const base::TemporaryFolder folder("mote-flash");
        const codegen::Emission emission = codegen::emit(pipeline_, folder.path() / "model");
        const target::Firmware firmware = target::build_firmware(emission, board_);
        const std::uint64_t bytes = firmware.flash_bytes - std::min(firmware.flash_bytes, firmware.empty_flash_bytes);
        if (least_bytes_ == 0 || bytes < least_bytes_) least_bytes_ = bytes, least_constant_bytes_ = emission.constant_bytes;
        return bytes <= limit_bytes_;
    }

    void find_kinds() {
        for (const codegen::TracePoint& point : codegen::plan(pipeline_).trace) {
            if (point.kernels.front().ends_with("_reference")) continue;
            Kind& kind = kinds_[point.kernels.front()];
            const std::size_t node = node_that_writes(pipeline_.model, point.tensor);
            kind.nodes.push_back(node), kind.work += work_of(point), work_[node] = work_of(point);
        }
    }

    /// Which kinds become plain: every set of them, least work first.
    std::vector<std::vector<const Kind*>> choices() const {
        constexpr std::size_t most_kinds = 5;
        std::vector<const Kind*> kinds;
        for (const auto& [name, kind] : kinds_) kinds.push_back(&kind);
        std::stable_sort(kinds.begin(), kinds.end(), [](const Kind* a, const Kind* b) { return a->work < b->work; });
        const std::size_t several = std::min(kinds.size(), most_kinds);
        std::vector<std::vector<const Kind*>> sets;
        for (std::size_t set = 0; set < std::size_t{1} << several; ++set) {
            sets.emplace_back();
            for (std::size_t k = 0; k < several; ++k)
                if ((set >> k & 1) != 0) sets.back().push_back(kinds[k]);
        }
        if (kinds.size() > several) sets.push_back(kinds);
        const auto lost = [](const std::vector<const Kind*>& set) {
            std::uint64_t work = 0;
            for (const Kind* kind : set) work += kind->work;
            return work;
        };
        std::stable_sort(sets.begin(), sets.end(), [&](const auto& a, const auto& b) { return lost(a) < lost(b); });
        return sets;
    }

    /// Fast kernels for the layers with most work, as far as the limit allows.
    void give_back() {
        constexpr std::size_t most_tries = 12;
        std::vector<std::size_t> order = pipeline_.plain;
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return work_.at(a) > work_.at(b); });
        order.resize(std::min(order.size(), most_tries));
        for (const std::size_t node : order) {
            const std::vector<std::size_t> before = pipeline_.plain;
            pipeline_.plain.erase(std::find(pipeline_.plain.begin(), pipeline_.plain.end(), node));
            if (!fits()) pipeline_.plain = before;
        }
    }

    codegen::Pipeline pipeline_;
    board::Board board_;
    std::uint64_t limit_bytes_;
    const base::Cancel& cancel_;
    std::map<std::string, Kind> kinds_;  ///< by kernel
    std::map<std::size_t, std::uint64_t> work_;
    std::uint64_t least_bytes_ = 0, least_constant_bytes_ = 0;
};

}  // namespace

codegen::Pipeline within_flash(codegen::Pipeline pipeline, const board::Board& board, std::uint64_t limit_bytes, base::Progress& progress,
                               const base::Cancel& cancel) {
    progress.begin("looking for the fastest firmware within " + std::to_string(limit_bytes) + " bytes of flash", 0);
    codegen::Pipeline found = Search(std::move(pipeline), board, limit_bytes, cancel).run();
    progress.end();
    return found;
}

}  // namespace mote::app
