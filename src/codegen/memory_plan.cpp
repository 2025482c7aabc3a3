#include "codegen/memory_plan.hpp"

#include "base/error.hpp"
#include "base/random.hpp"
#include "codegen/exact_plan.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>

namespace mote::codegen {

namespace {

std::size_t align_up(std::size_t value, std::size_t alignment) { return (value + alignment - 1) / alignment * alignment; }

bool meet_in_time(const Want& a, const Want& b) { return a.first_step <= b.last_step && b.first_step <= a.last_step; }

bool can_overwrite(std::span<const Want> wants, std::size_t later, std::size_t earlier) {
    return wants[earlier].last_step == wants[later].first_step && wants[earlier].first_step < wants[later].first_step;
}

/// A want and how far behind its group's begin it lies.
struct Member {
    std::size_t want;
    std::size_t offset;
};

/// Wants that are tied to each other: a chain in which each overwrites the one before.
using Group = std::vector<Member>;

std::size_t lead_of(std::span<const Want> wants, std::size_t later, std::size_t earlier) {
    for (const Overwrite& o : wants[later].may_overwrite)
        if (o.want == earlier) return o.lead_bytes;
    return 0;
}

std::vector<Group> make_groups(std::span<const Want> wants, const std::vector<int>& overwrites) {
    std::vector<Group> groups;
    std::vector<std::size_t> group_of(overwrites.size());
    for (std::size_t i = 0; i < overwrites.size(); ++i) {
        if (overwrites[i] < 0) {
            group_of[i] = groups.size();
            groups.push_back({{i, 0}});
        } else {
            const auto earlier = static_cast<std::size_t>(overwrites[i]);
            group_of[i] = group_of[earlier];
            Group& group = groups[group_of[i]];
            const std::size_t lead = lead_of(wants, i, earlier);
            const std::size_t begin = std::find_if(group.begin(), group.end(), [&](const Member& m) { return m.want == earlier; })->offset;
            // The group begins where its lowest member does.
            if (lead > begin)
                for (Member& m : group) m.offset += lead - begin;
            group.push_back({i, lead > begin ? 0 : begin - lead});
        }
    }
    return groups;
}

/// Puts groups down one after the other, each at the lowest address at which it meets none of those already there.
class FirstFit {
  public:
    FirstFit(std::span<const Want> wants, const std::vector<Group>& groups) : wants_(wants), groups_(groups) {}

    /// Total bytes for this order; offsets() holds the addresses.
    std::size_t place(std::span<const std::size_t> order) {
        offsets_.assign(wants_.size(), 0);
        placed_.clear();
        std::size_t total = 0;
        for (const std::size_t g : order) {
            const std::size_t base = lowest(groups_[g]);
            for (const Member& m : groups_[g]) {
                offsets_[m.want] = base + m.offset;
                total = std::max(total, base + m.offset + wants_[m.want].size_bytes);
                placed_.push_back(m.want);
            }
        }
        return total;
    }
    const std::vector<std::size_t>& offsets() const { return offsets_; }

  private:
    std::size_t lowest(const Group& group) const {
        std::size_t alignment = 1;
        for (const Member& m : group) alignment = std::max(alignment, wants_[m.want].alignment);
        // Each placed want forbids the open interval of bases at which a want of the group would meet it.
        std::vector<std::pair<std::size_t, std::size_t>> forbidden;
        for (const Member& m : group)
            for (const std::size_t p : placed_) {
                const Want &a = wants_[m.want], &b = wants_[p];
                if (!meet_in_time(a, b) || a.size_bytes == 0 || b.size_bytes == 0) continue;
                const std::size_t reach = m.offset + a.size_bytes, end = offsets_[p] + b.size_bytes;
                if (end > m.offset) forbidden.emplace_back(offsets_[p] >= reach ? offsets_[p] - reach + 1 : 0, end - m.offset);
            }
        std::sort(forbidden.begin(), forbidden.end());
        std::size_t base = 0;
        for (const auto& [begin, end] : forbidden) {
            if (base < begin) break;
            if (base < end) base = align_up(end, alignment);
        }
        return base;
    }

    std::span<const Want> wants_;
    const std::vector<Group>& groups_;
    std::vector<std::size_t> offsets_;
    std::vector<std::size_t> placed_;
};

struct Found {
    std::size_t total = 0;
    std::vector<std::size_t> offsets;
};

using Key = std::function<std::pair<long, long>(const Group&)>;

std::vector<Key> order_keys(std::span<const Want> wants) {
    const auto size = [wants](const Group& g) {
        std::size_t most = 0;
        for (const Member& m : g) most = std::max(most, m.offset + wants[m.want].size_bytes);
        return static_cast<long>(most);
    };
    const auto first = [wants](const Group& g) { return static_cast<long>(wants[g.front().want].first_step); };
    const auto life = [wants](const Group& g) {
        return static_cast<long>(wants[g.back().want].last_step) - wants[g.front().want].first_step + 1;
    };
    return {[=](const Group& g) { return std::pair(-size(g), first(g)); }, [=](const Group& g) { return std::pair(first(g), -size(g)); },
            [=](const Group& g) { return std::pair(-life(g), -size(g)); },
            [=](const Group& g) { return std::pair(-size(g) * life(g), first(g)); },
            [=](const Group& g) { return std::pair(-first(g), -size(g)); }};
}

/// The best of all orders tried, `tries` of them at random; `lower_bound` ends the search early.
Found search_orders(std::span<const Want> wants, const std::vector<Group>& groups, std::size_t lower_bound, int tries) {
    FirstFit fit(wants, groups);
    Found best;
    std::vector<std::size_t> best_order;
    const auto consider = [&](const std::vector<std::size_t>& order) {
        const std::size_t total = fit.place(order);
        if (!best_order.empty() && total >= best.total) return;
        best = {total, fit.offsets()};
        best_order = order;
    };
    std::vector<std::size_t> order(groups.size());
    for (const Key& key : order_keys(wants)) {
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(groups[a]) < key(groups[b]); });
        consider(order);
    }
    base::Random random(1);
    if (groups.size() < 2) tries = 0;
    for (int i = 0; i < tries && best.total > lower_bound; ++i) {
        order = best_order;
        for (int swaps = 1 + static_cast<int>(random.below(3)); swaps > 0; --swaps)
            std::swap(order[random.below(order.size())], order[random.below(order.size())]);
        consider(order);
    }
    return best;
}

/// What a step cannot do with less than: each want that begins in it lies, at best, where it may overlap most of others.
std::size_t lower_bound_of(std::span<const Want> wants) {
    std::map<int, std::size_t> needed;
    for (const Want& w : wants) needed[w.first_step] = 0;
    for (auto& [step, bytes] : needed) {
        std::size_t saved = 0;
        for (std::size_t i = 0; i < wants.size(); ++i) {
            if (wants[i].first_step > step || wants[i].last_step < step) continue;
            bytes += wants[i].size_bytes;
            if (wants[i].first_step != step) continue;
            std::size_t shared = 0;
            for (const auto& [earlier, lead] : wants[i].may_overwrite) {
                if (earlier >= i || !can_overwrite(wants, i, earlier)) continue;
                const std::size_t sum = wants[i].size_bytes + wants[earlier].size_bytes;
                const std::size_t both = std::max(wants[i].size_bytes, lead + wants[earlier].size_bytes);
                shared += sum - std::min(sum, both);
            }
            saved += std::min(shared, wants[i].size_bytes);
        }
        bytes -= std::min(bytes, saved);
    }
    std::size_t most = 0;
    for (const auto& [step, bytes] : needed) most = std::max(most, bytes);
    return most;
}

/// In place wherever it is allowed; each want is overwritten at most once.
std::vector<int> choose_overwrites(std::span<const Want> wants) {
    std::vector<int> overwrites(wants.size(), -1);
    std::vector<bool> taken(wants.size(), false);
    for (std::size_t i = 0; i < wants.size(); ++i)
        for (const auto& [earlier, lead] : wants[i].may_overwrite) {
            if (overwrites[i] >= 0 || lead >= wants[i].size_bytes || earlier >= i || taken[earlier] || !can_overwrite(wants, i, earlier))
                continue;
            overwrites[i] = static_cast<int>(earlier);
            taken[earlier] = true;
        }
    return overwrites;
}

struct Candidate {
    std::vector<int> overwrites;
    Found found;
};

/// Being in place ties two buffers to each other, and leads add up along a chain of layers: which wants overwrite which decides as much as
/// the order. From several choices on, one after the other is changed as long as that helps.
class OverwriteSearch {
  public:
    OverwriteSearch(std::span<const Want> wants, std::size_t bound) : wants_(wants), bound_(bound) {}

    Candidate run(Effort effort) {
        const bool quick = effort == Effort::quick;
        const int tries = quick ? 0 : wants_.size() > 200 ? 50 : 400;
        const std::vector<int> all = choose_overwrites(wants_);
        Candidate best = with(all, tries);
        for (const std::vector<int>& start : {all, without_leads(all)}) {
            if (best.found.total <= bound_) break;
            keep_smaller(best, with(start, tries));
            Candidate climbed = climb(with(start, 0), quick ? 3 : 6);
            if (!quick && climbed.found.total > bound_) climbed = with(climbed.overwrites, tries);
            keep_smaller(best, std::move(climbed));
        }
        return best;
    }

  private:
    std::vector<int> without_leads(std::vector<int> overwrites) const {
        for (std::size_t i = 0; i < wants_.size(); ++i)
            if (overwrites[i] >= 0 && lead_of(wants_, i, static_cast<std::size_t>(overwrites[i])) > 0) overwrites[i] = -1;
        return overwrites;
    }

    Candidate with(std::vector<int> overwrites, int tries) const {
        Found found = search_orders(wants_, make_groups(wants_, overwrites), bound_, tries);
        return {std::move(overwrites), std::move(found)};
    }

    Candidate climb(Candidate best, int most_rounds) const {
        bool better = true;
        // One trial takes about the square of the number of wants.
        std::size_t left = 8'000'000 / (wants_.size() * wants_.size() + 1);
        for (int round = 0; round < most_rounds && better; ++round) {
            better = false;
            for (std::size_t i = 0; i < wants_.size() && best.found.total > bound_; ++i) {
                if (left == 0 || !matters(i, best.found)) continue;
                for (std::vector<int>& changed : changes(i, best.overwrites)) {
                    left -= left > 0;
                    Candidate candidate = with(std::move(changed), 0);
                    if (rank(candidate) >= rank(best)) continue;
                    best = std::move(candidate), better = true;
                    break;
                }
            }
        }
        return best;
    }

    static void keep_smaller(Candidate& best, Candidate other) {
        if (other.found.total < best.found.total) best = std::move(other);
    }

    /// Whether want i is needed together with one that lies higher than the bound.
    bool matters(std::size_t i, const Found& found) const {
        for (std::size_t k = 0; k < wants_.size(); ++k)
            if (found.offsets[k] + wants_[k].size_bytes > bound_ && meet_in_time(wants_[i], wants_[k])) return true;
        return false;
    }

    /// Where two steps need the most, changing one of them shows in the sum of all ends before it shows in the total.
    std::pair<std::size_t, std::size_t> rank(const Candidate& candidate) const {
        std::size_t ends = 0;
        for (std::size_t i = 0; i < wants_.size(); ++i) ends += candidate.found.offsets[i] + wants_[i].size_bytes;
        return {candidate.found.total, ends};
    }

    /// Want i overwrites nothing, or another that nothing overwrites yet; the latter also without what overwrites i, because a chain may
    /// do better in two pieces.
    std::vector<std::vector<int>> changes(std::size_t i, const std::vector<int>& overwrites) const {
        std::vector<std::vector<int>> list;
        const auto add = [&](int other, bool frees) {
            list.push_back(overwrites);
            if (frees) std::replace(list.back().begin(), list.back().end(), static_cast<int>(i), -1);
            list.back()[i] = other;
        };
        if (overwrites[i] >= 0) add(-1, false);
        const bool is_overwritten = std::find(overwrites.begin(), overwrites.end(), static_cast<int>(i)) != overwrites.end();
        for (const auto& [earlier, lead] : wants_[i].may_overwrite) {
            const int e = static_cast<int>(earlier);
            const bool is_free = std::find(overwrites.begin(), overwrites.end(), e) == overwrites.end();
            if (!is_free || lead >= wants_[i].size_bytes || earlier >= i || !can_overwrite(wants_, i, earlier)) continue;
            add(e, false);
            if (is_overwritten) add(e, true);
        }
        return list;
    }

    std::span<const Want> wants_;
    std::size_t bound_;
};

}  // namespace

void check_plan(std::span<const Want> wants, const MemoryPlan& plan) {
    for (std::size_t i = 0; i < wants.size(); ++i) {
        const std::size_t end = plan.offsets[i] + wants[i].size_bytes;
        if (plan.offsets[i] % wants[i].alignment != 0 || end > plan.total_bytes)
            throw base::Error("internal", "memory plan: " + wants[i].name + " is misplaced", "report this with the model");
        for (std::size_t j = 0; j < i; ++j) {
            const bool apart = end <= plan.offsets[j] || plan.offsets[j] + wants[j].size_bytes <= plan.offsets[i];
            if (apart || !meet_in_time(wants[i], wants[j]) || wants[i].size_bytes == 0 || wants[j].size_bytes == 0) continue;
            const auto& allowed = wants[i].may_overwrite;
            if (can_overwrite(wants, i, j) && std::any_of(allowed.begin(), allowed.end(), [&](const Overwrite& o) {
                    return o.want == j && plan.offsets[i] + o.lead_bytes == plan.offsets[j];
                }))
                continue;
            throw base::Error("internal", "memory plan: " + wants[j].name + " and " + wants[i].name + " overlap",
                              "report this with the model");
        }
    }
}

MemoryPlan plan_memory(std::span<const Want> wants, Effort effort) {
    const std::size_t bound = lower_bound_of(wants);
    Candidate best = OverwriteSearch(wants, bound).run(effort);
    MemoryPlan plan{std::move(best.found.offsets), std::move(best.overwrites), best.found.total, bound};
    constexpr std::size_t work = 50'000'000;  // less than a second
    if (effort == Effort::proven && plan.total_bytes > bound) prove_or_improve(wants, plan, work);
    check_plan(wants, plan);
    return plan;
}

}  // namespace mote::codegen
