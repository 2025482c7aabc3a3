// What changed between two snapshots.
#include "app/session.hpp"

namespace mote::app {

namespace {

struct ChangeRow {
    std::string name, field, before, after;
    static constexpr auto fields() {
        return std::make_tuple(base::field("name", &ChangeRow::name, "the sample"), base::field("field", &ChangeRow::field, "what changed"),
                               base::field("before", &ChangeRow::before, "in the first"),
                               base::field("after", &ChangeRow::after, "in the second"));
    }
};

struct DataDiff {
    struct Request {
        std::string before, after = "now";
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("before", &Request::before, "a snapshot: the beginning of its hash").positional().required(),
                field("after", &Request::after, "another one, \"latest\", or \"now\" for the data as it is").positional());
        }
    };
    struct Response {
        std::vector<std::string> added, removed;
        std::vector<ChangeRow> changed;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("added", &Response::added, "only in the second"),
                                   field("removed", &Response::removed, "only in the first"),
                                   field("changed", &Response::changed, "in both, but different"));
        }
    };
    static constexpr std::string_view name = "data diff";
    static constexpr std::string_view help = "show what changed between two snapshots";
    static constexpr std::string_view example = "mote data diff 3f2a91c0 latest";
    static constexpr bool is_long = false;

    static Response run(const Request& request, Context& context) {
        Session session = open_session(context);
        // "before" is looked up first: "now" makes a snapshot, which would change what "latest" means.
        const std::string before = session.store.find_snapshot(request.before).hash;
        const std::string after = request.after == "now" ? session.store.snapshot().hash : session.store.find_snapshot(request.after).hash;
        const auto diff = session.store.diff(before, after);
        Response response{diff.added, diff.removed, {}};
        for (const auto& change : diff.changed) response.changed.push_back({change.name, change.field, change.before, change.after});
        return response;
    }
    static void print(const Response& response, std::ostream& out) {
        for (const auto& name : response.added) out << "+ " << name << "\n";
        for (const auto& name : response.removed) out << "- " << name << "\n";
        for (const auto& change : response.changed)
            out << "~ " << change.name << "  " << change.field << ": " << change.before << " -> " << change.after << "\n";
        out << response.added.size() << " added, " << response.removed.size() << " removed, " << response.changed.size() << " changed\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& data_diff() { return make_verb<DataDiff>(); }
}  // namespace catalogue

}  // namespace mote::app
