#include "codegen/exact_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

namespace mote::codegen {

namespace {

using Address = std::int64_t;

enum Relation : std::uint8_t { below = 1, above = 2, inside = 4 };

/// Two wants that meet in time. `inside` is open where the second may begin `lead` before the first and reach into it.
struct Pair {
    std::size_t a, b;
    Address lead = 0, saved = 0;  ///< saved: bytes that both share then
};

/// A step in which wants begin: what lies in memory then, and the pairs that may share some of it.
struct Moment {
    Address bytes = 0;
    std::vector<std::vector<std::size_t>> shares;  ///< for each want that begins: its pairs with `inside`
};

struct State {
    std::vector<Address> low, high;      ///< a want's lowest and highest address
    std::vector<std::uint8_t> possible;  ///< a pair's relations that are left
};

enum class Answer : unsigned char { yes, no, unknown };

bool is_in_place(std::span<const Want> wants, std::size_t later, std::size_t earlier) {
    return wants[earlier].last_step == wants[later].first_step && wants[earlier].first_step < wants[later].first_step;
}

class Question {
  public:
    explicit Question(std::span<const Want> wants) : wants_(wants), shares_(wants.size()) {
        for (std::size_t b = 0; b < wants.size(); ++b)
            for (std::size_t a = 0; a < b; ++a) add_pair(a, b);
        add_moments();
    }

    /// Whether a plan of at most `most_bytes` exists; if so, offsets() is one. `work` is what is left, and is used up.
    Answer ask(std::size_t most_bytes, std::size_t& work) {
        limit_ = static_cast<Address>(most_bytes), work_ = &work;
        State state{std::vector<Address>(wants_.size(), 0), {}, open_};
        for (const Want& w : wants_) {
            const Address room = limit_ - static_cast<Address>(w.size_bytes);
            if (room < 0) return Answer::no;
            state.high.push_back(floor(room, w));
        }
        return search(std::move(state));
    }
    const std::vector<std::size_t>& offsets() const { return offsets_; }

  private:
    static Address floor(Address value, const Want& w) { return value & ~(static_cast<Address>(w.alignment) - 1); }
    static Address ceil(Address value, const Want& w) { return floor(value + static_cast<Address>(w.alignment) - 1, w); }
    Address size(std::size_t want) const { return static_cast<Address>(wants_[want].size_bytes); }

    void add_pair(std::size_t a, std::size_t b) {
        const Want &first = wants_[a], &second = wants_[b];
        const bool meet = first.first_step <= second.last_step && second.first_step <= first.last_step;
        if (!meet || first.size_bytes == 0 || second.size_bytes == 0) return;
        Pair pair{a, b};
        std::uint8_t open = below | above;
        for (const Overwrite& o : second.may_overwrite) {
            if (o.want != a || o.lead_bytes >= second.size_bytes || !is_in_place(wants_, b, a)) continue;
            pair.lead = static_cast<Address>(o.lead_bytes);
            pair.saved = size(a) + size(b) - std::max(size(b), pair.lead + size(a));
            open |= inside;
            break;
        }
        if (open & inside) shares_[b].push_back(pairs_.size());
        pairs_.push_back(pair), open_.push_back(open);
    }

    void add_moments() {
        std::map<int, Moment> moments;
        for (const Want& w : wants_) moments[w.first_step];
        for (auto& [step, moment] : moments)
            for (std::size_t i = 0; i < wants_.size(); ++i) {
                if (wants_[i].first_step > step || wants_[i].last_step < step) continue;
                moment.bytes += size(i);
                if (wants_[i].first_step == step && !shares_[i].empty()) moment.shares.push_back(shares_[i]);
            }
        for (auto& [step, moment] : moments) moments_.push_back(std::move(moment));
    }

    bool has_room(const State& state) const {
        return std::all_of(moments_.begin(), moments_.end(), [&](const Moment& moment) {
            Address bytes = moment.bytes;
            for (const auto& pairs : moment.shares) {
                Address shared = 0;
                for (const std::size_t p : pairs)
                    if (state.possible[p] & inside) shared += pairs_[p].saved;
                bytes -= std::min(shared, size(pairs_[pairs.front()].b));
            }
            return bytes <= limit_;
        });
    }

    /// Takes away the relations that the addresses no longer allow, and narrows the addresses by those that are left alone; false where a
    /// pair has none.
    bool narrow(State& s, std::size_t p, bool& changed) const {
        const auto [a, b, lead, saved] = pairs_[p];
        const std::uint8_t before = s.possible[p];
        std::uint8_t& left = s.possible[p];
        if (s.low[a] + size(a) > s.high[b]) left &= static_cast<std::uint8_t>(~below);
        if (s.low[b] + size(b) > s.high[a]) left &= static_cast<std::uint8_t>(~above);
        if (std::max(s.low[b] + lead, s.low[a]) > std::min(s.high[b] + lead, s.high[a])) left &= static_cast<std::uint8_t>(~inside);
        changed |= left != before;
        const auto raise = [&](std::size_t want, Address to) {
            to = ceil(to, wants_[want]);
            if (to > s.low[want]) s.low[want] = to, changed = true;
        };
        const auto lower = [&](std::size_t want, Address to) {
            to = floor(to, wants_[want]);
            if (to < s.high[want]) s.high[want] = to, changed = true;
        };
        if (left == below) raise(b, s.low[a] + size(a)), lower(a, s.high[b] - size(a));
        if (left == above) raise(a, s.low[b] + size(b)), lower(b, s.high[a] - size(b));
        if (left == inside) raise(a, s.low[b] + lead), raise(b, s.low[a] - lead), lower(a, s.high[b] + lead), lower(b, s.high[a] - lead);
        return left != 0 && s.low[a] <= s.high[a] && s.low[b] <= s.high[b];
    }

    bool propagate(State& state) const {
        for (bool changed = true; changed;) {
            changed = false;
            *work_ -= std::min(*work_, pairs_.size());
            for (std::size_t p = 0; p < pairs_.size(); ++p)
                if (!narrow(state, p, changed)) return false;
        }
        return has_room(state);
    }

    /// The largest pair that would overlap if everything lay as low as it may.
    std::optional<std::size_t> violated(const State& s) const {
        std::optional<std::size_t> worst;
        const auto both = [&](std::size_t p) { return std::min(size(pairs_[p].a), size(pairs_[p].b)); };
        for (std::size_t p = 0; p < pairs_.size(); ++p) {
            const auto [a, b, lead, saved] = pairs_[p];
            const bool is_apart = s.low[a] + size(a) <= s.low[b] || s.low[b] + size(b) <= s.low[a];
            if (is_apart || ((s.possible[p] & inside) && s.low[b] + lead == s.low[a])) continue;
            if (!worst || both(p) > both(*worst)) worst = p;
        }
        return worst;
    }

    Answer search(State state) {
        if (*work_ == 0) return Answer::unknown;
        if (!propagate(state)) return Answer::no;
        const std::optional<std::size_t> p = violated(state);
        if (!p) {
            offsets_.assign(state.low.begin(), state.low.end());
            return Answer::yes;
        }
        for (const Relation relation : {inside, below, above}) {
            if (!(state.possible[*p] & relation)) continue;
            State chosen = state;
            chosen.possible[*p] = relation;
            const Answer answer = search(std::move(chosen));
            if (answer != Answer::no) return answer;
        }
        return Answer::no;
    }

    std::span<const Want> wants_;
    std::vector<Pair> pairs_;
    std::vector<std::uint8_t> open_;
    std::vector<std::vector<std::size_t>> shares_;  ///< a want's pairs with `inside`, in which it is the second
    std::vector<Moment> moments_;
    Address limit_ = 0;
    std::size_t* work_ = nullptr;
    std::vector<std::size_t> offsets_;
};

std::vector<int> overwrites_of(std::span<const Want> wants, const std::vector<std::size_t>& offsets) {
    std::vector<int> overwrites(wants.size(), -1);
    for (std::size_t i = 0; i < wants.size(); ++i)
        for (const auto& [earlier, lead] : wants[i].may_overwrite)
            if (earlier < i && lead < wants[i].size_bytes && is_in_place(wants, i, earlier) && offsets[i] + lead == offsets[earlier])
                overwrites[i] = static_cast<int>(earlier);
    return overwrites;
}

}  // namespace

void prove_or_improve(std::span<const Want> wants, MemoryPlan& plan, std::size_t most_work) {
    Question question(wants);
    // First whether the plan is the smallest: most are. What stays unknown there may be refuted lower down, which raises the bound.
    std::size_t unknown_from = plan.total_bytes, at = plan.total_bytes - 1;
    while (plan.lower_bound_bytes < unknown_from && most_work > 0) {
        std::size_t work = (most_work + 1) / 2;
        most_work -= work;
        const Answer answer = question.ask(at, work);
        most_work += work;
        if (answer == Answer::yes) {
            plan.offsets = question.offsets();
            plan.overwrites = overwrites_of(wants, plan.offsets);
            plan.total_bytes = 0;
            for (std::size_t i = 0; i < wants.size(); ++i)
                plan.total_bytes = std::max(plan.total_bytes, plan.offsets[i] + wants[i].size_bytes);
            unknown_from = plan.total_bytes;
        } else if (answer == Answer::no) {
            plan.lower_bound_bytes = at + 1;
        } else {
            unknown_from = at;
        }
        at = plan.lower_bound_bytes + (unknown_from - std::min(unknown_from, plan.lower_bound_bytes)) / 2;
    }
}

}  // namespace mote::codegen
