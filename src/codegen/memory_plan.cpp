#include "codegen/memory_plan.hpp"

#include "base/error.hpp"
#include "base/random.hpp"

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

/// The best of all orders tried; `lower_bound` ends the search early.
Found search_orders(std::span<const Want> wants, const std::vector<Group>& groups, std::size_t lower_bound) {
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
    const int tries = groups.size() < 2 ? 0 : groups.size() > 200 ? 50 : 400;
    for (int i = 0; i < tries && best.total > lower_bound; ++i) {
        order = best_order;
        for (int swaps = 1 + static_cast<int>(random.below(3)); swaps > 0; --swaps)
            std::swap(order[random.below(order.size())], order[random.below(order.size())]);
        consider(order);
    }
    return best;
}

std::size_t lower_bound_of(std::span<const Want> wants, const std::vector<int>& overwrites) {
    std::map<int, std::size_t> needed;
    for (const Want& w : wants) needed[w.first_step] = 0;
    for (auto& [step, bytes] : needed)
        for (std::size_t i = 0; i < wants.size(); ++i) {
            if (wants[i].first_step > step || wants[i].last_step < step) continue;
            bytes += wants[i].size_bytes;
            if (overwrites[i] < 0 || wants[i].first_step != step) continue;
            // Where one takes the place of another, the step needs the two but once where they lie on each other.
            const auto earlier = static_cast<std::size_t>(overwrites[i]);
            const std::size_t both = std::max(wants[i].size_bytes, lead_of(wants, i, earlier) + wants[earlier].size_bytes);
            if (both < wants[i].size_bytes + wants[earlier].size_bytes) bytes -= wants[i].size_bytes + wants[earlier].size_bytes - both;
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

MemoryPlan plan_memory(std::span<const Want> wants) {
    std::vector<int> overwrites = choose_overwrites(wants);
    const std::size_t bound = lower_bound_of(wants, overwrites);
    Found best = search_orders(wants, make_groups(wants, overwrites), bound);
    if (best.total > bound) {
        // Leads add up along a chain of layers, so it may be better to take none.
        std::vector<int> without = overwrites;
        for (std::size_t i = 0; i < wants.size(); ++i)
            if (without[i] >= 0 && lead_of(wants, i, static_cast<std::size_t>(without[i])) > 0) without[i] = -1;
        Found found = search_orders(wants, make_groups(wants, without), bound);
        if (found.total < best.total) best = std::move(found), overwrites = std::move(without);
    }
    // Being in place ties two buffers to one address; where that costs more than it saves it is given up.
    for (std::size_t i = 0; i < wants.size() && best.total > bound; ++i) {
        if (overwrites[i] < 0) continue;
        std::vector<int> without = overwrites;
        without[i] = -1;
        Found found = search_orders(wants, make_groups(wants, without), bound);
        if (found.total < best.total) best = std::move(found), overwrites = std::move(without);
    }
    MemoryPlan plan{std::move(best.offsets), std::move(overwrites), best.total, bound};
    check_plan(wants, plan);
    return plan;
}

}  // namespace mote::codegen
