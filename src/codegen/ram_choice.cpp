#include "codegen/ram_choice.hpp"

#include "base/error.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace mote::codegen {

namespace {

constexpr std::size_t longest_stream = 8;
constexpr int most_streams = 4;
constexpr std::array<int, 4> band_rows = {8, 4, 2, 1};

std::size_t at(int i) { return static_cast<std::size_t>(i); }

class RamSearch {
  public:
    RamSearch(const Pipeline& pipeline, const Candidates& candidates, graph::Isa isa, const LayOut& lay_out)
        : graph_(pipeline.model),
          plain_(pipeline.plain),
          candidates_(candidates),
          isa_(isa),
          lay_out_(lay_out),
          limit_(pipeline.arena_limit_bytes) {
        for (const graph::Node& node : graph_.nodes) work_.push_back(graph::find_operator(node.op)->macs(graph_, node));
        for (const auto& of_node : candidates) chosen_.plans.push_back(of_node.front());
    }

    Kernels run() {
        if (keeps_limit(chosen_)) return chosen_;
        for (int stream = 0; stream < most_streams; ++stream) {
            if (!add_stream()) break;
            if (keeps_limit(chosen_)) return chosen_;
        }
        return with_less_scratch();
    }

  private:
    std::size_t arena_of(const Kernels& kernels) const { return lay_out_(kernels, Effort::quick).arena_bytes(); }
    bool keeps_limit(const Kernels& kernels) const { return limit_ > 0 && lay_out_(kernels, Effort::full).arena_bytes() <= limit_; }

    /// Whether a tensor is there while the arena is full to the top.
    std::vector<bool> tensors_at_the_top(const Layout& layout) const {
        std::vector<bool> at_top(graph_.tensors.size(), false);
        for (std::size_t w = 0; w < layout.wants.size(); ++w) {
            const Want& top = layout.wants[w];
            if (layout.plan.offsets[w] + top.size_bytes < layout.plan.total_bytes) continue;
            for (std::size_t t = 0; t < at_top.size(); ++t) {
                if (layout.want_of_tensor[t] < 0) continue;
                const Want& other = layout.wants[at(layout.want_of_tensor[t])];
                if (other.first_step <= top.last_step && top.first_step <= other.last_step) at_top[t] = true;
            }
        }
        return at_top;
    }

    /// The stream with which the arena is smallest, if it is smaller by a 32nd at least.
    bool add_stream() {
        const Layout layout = lay_out_(chosen_, Effort::quick);
        const std::vector<bool> at_top = tensors_at_the_top(layout);
        std::optional<Kernels> best;
        std::size_t least = layout.arena_bytes() - layout.arena_bytes() / 32;
        StreamRange range;
        const auto consider = [&](const StreamRange& tried) {
            std::optional<RowStream> stream = stream_rows(graph_, tried, isa_, plain_);
            if (!stream) return;
            Kernels kernels = chosen_;
            kernels.streams.push_back(std::move(*stream));
            const std::size_t arena = arena_of(kernels);
            if (arena >= least) return;
            least = arena, best = std::move(kernels), range = tried;
        };
        for (std::size_t first = 0; first < graph_.nodes.size(); ++first) {
            bool helps = false;
            for (std::size_t last = first; last < std::min(first + longest_stream, graph_.nodes.size()); ++last) {
                if (chosen_.stream_of(last)) break;
                if (helps) consider({first, last, 4});
                helps = helps || at_top[at(graph_.nodes[last].outputs.front())];
            }
        }
        if (!best) return false;
        // More rows at once are faster, fewer take less.
        const StreamRange found = range;
        for (const int rows : band_rows) consider({found.first, found.last, rows});
        chosen_ = std::move(*best);
        return true;
    }

    /// Nodes by what a fast kernel saves, the most first.
    std::vector<std::size_t> by_work() const {
        std::vector<std::size_t> order(work_.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return work_[a] > work_[b]; });
        return order;
    }

    /// How long it takes, in multiply-accumulates of fast kernels: plain ones take about 8 times as long, those between twice.
    double cost_of(const Kernels& kernels) const {
        double cost = 0;
        for (std::size_t n = 0; n < work_.size(); ++n) {
            const auto& all = candidates_[n];
            const auto& function = [](const graph::KernelPlan& plan) {
                return plan.calls.empty() ? std::string() : plan.calls[0].function;
            };
            const std::string used = function(kernels.plans[n]);
            const bool is_fast = all.size() == 1 || kernels.stream_of(n) || used == function(all.front());
            cost += static_cast<double>(work_[n]) * (is_fast ? 1 : used == function(all.back()) ? 8 : 2);
        }
        return cost + 1;
    }

    /// Gives each node, those with most work first, the fastest kernel with which the arena stays within `limit`; where none does, the one
    /// with the least arena.
    void speed_up(Kernels& kernels, std::size_t limit) const {
        for (const std::size_t n : by_work()) {
            if (candidates_[n].size() < 2 || kernels.stream_of(n)) continue;
            std::size_t best = 0, least = std::numeric_limits<std::size_t>::max();
            for (std::size_t c = 0; c < candidates_[n].size() && least > limit; ++c) {
                kernels.plans[n] = candidates_[n][c];
                const std::size_t arena = arena_of(kernels);
                if (arena < least) least = arena, best = c;
            }
            kernels.plans[n] = candidates_[n][best];
        }
    }

    /// Plain kernels come last and need no scratch memory: from them on, less first, then faster.
    Kernels with_less_scratch() const {
        Kernels least = chosen_;
        for (std::size_t n = 0; n < candidates_.size(); ++n) least.plans[n] = candidates_[n].back();
        for (int round = 0; round < 2; ++round) speed_up(least, 0);
        const std::size_t fewest = arena_of(least), most = arena_of(chosen_);
        if (limit_ > 0) {
            check_limit(lay_out_(least, Effort::proven).arena_bytes());
            Kernels fastest = least;
            speed_up(fastest, std::max(fewest, limit_));
            return keeps_limit(fastest) ? fastest : least;
        }
        Kernels best = chosen_;
        double price = static_cast<double>(most) * std::sqrt(cost_of(chosen_));
        for (std::size_t quarter = 0; quarter < 4 && fewest < most; ++quarter) {
            Kernels tried = least;
            speed_up(tried, fewest + (most - fewest) * quarter / 4);
            const double asked = static_cast<double>(arena_of(tried)) * std::sqrt(cost_of(tried));
            if (asked < price) price = asked, best = std::move(tried);
        }
        return best;
    }

    void check_limit(std::size_t arena) const {
        if (arena <= limit_) return;
        throw base::Error(
            "bad_input",
            "the least arena found has " + std::to_string(arena) + " bytes, " + std::to_string(arena - limit_) +
                " more than the limit of " + std::to_string(limit_),
            "raise the limit, or give the model smaller activations: mote profile MODEL --out profile.html shows what lies where");
    }

    const graph::Graph& graph_;
    const std::vector<std::size_t>& plain_;
    const Candidates& candidates_;
    graph::Isa isa_;
    const LayOut& lay_out_;
    std::size_t limit_;
    std::vector<std::uint64_t> work_;
    Kernels chosen_;
};

}  // namespace

Kernels kernels_for_ram(const Pipeline& pipeline, const Candidates& candidates, graph::Isa isa, const LayOut& lay_out) {
    return RamSearch(pipeline, candidates, isa, lay_out).run();
}

}  // namespace mote::codegen
