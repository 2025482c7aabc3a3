// The data as it is now, under a name that never changes; or the list of these.
#include "app/session.hpp"

namespace mote::app {

namespace {

struct SnapshotRow {
    std::string hash, time, note;
    std::size_t samples = 0;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("hash", &SnapshotRow::hash, "names the content"), field("time", &SnapshotRow::time, "UTC"),
                               field("note", &SnapshotRow::note, "as given"), field("samples", &SnapshotRow::samples, "in it"));
    }
};

struct DataSnapshot {
    struct Request {
        std::string note;
        bool list = false;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("note", &Request::note, "a few words about it").flag('m'),
                                   field("list", &Request::list, "list the snapshots instead, newest first"));
        }
    };
    struct Response {
        std::vector<SnapshotRow> snapshots;
        bool listed = false;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("snapshots", &Response::snapshots, "the one made, or all"),
                                   field("listed", &Response::listed, "whether all were asked for"));
        }
    };
    static constexpr std::string_view name = "data snapshot";
    static constexpr std::string_view help = "name the data as it is now by its hash (training does so by itself)";
    static constexpr std::string_view example = "mote data snapshot --note 'before the new microphone'";
    static constexpr bool is_long = false;

    static SnapshotRow row_of(const store::SnapshotInfo& info) { return {info.hash, info.time, info.note, info.samples}; }

    static Response run(const Request& request, Context& context) {
        Session session = open_session(context);
        Response response;
        response.listed = request.list;
        if (request.list)
            for (const auto& info : session.store.snapshots()) response.snapshots.push_back(row_of(info));
        else
            response.snapshots.push_back(row_of(session.store.snapshot(request.note)));
        return response;
    }
    static void print(const Response& response, std::ostream& out) {
        for (const auto& row : response.snapshots)
            out << row.hash.substr(0, 12) << "  " << row.time << "  " << row.samples << " samples  " << row.note << "\n";
        if (response.snapshots.empty()) out << "no snapshots\n";
        if (!response.listed)
            out << "next: mote train, or mote data diff " << response.snapshots[0].hash.substr(0, 12) << " latest later on\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& data_snapshot() { return make_verb<DataSnapshot>(); }
}  // namespace catalogue

}  // namespace mote::app
