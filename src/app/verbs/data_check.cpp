// Whether every stored byte is as it was written.
#include "app/session.hpp"
#include "base/text.hpp"

namespace mote::app {

namespace {

struct DataCheck {
    struct Request {
        static constexpr auto fields() { return std::make_tuple(); }
    };
    struct Response {
        std::size_t objects = 0, samples = 0, snapshots = 0;
        std::uint64_t bytes = 0;
        std::vector<std::string> problems;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("objects", &Response::objects, "stored pieces read and hashed again"),
                                   field("samples", &Response::samples, "in the store"),
                                   field("snapshots", &Response::snapshots, "in the store"),
                                   field("bytes", &Response::bytes, "read").unit("bytes"),
                                   field("problems", &Response::problems, "what is not as it was written; empty: nothing"));
        }
    };
    static constexpr std::string_view name = "data check";
    static constexpr std::string_view help = "read and hash the whole store, and say whether it is as it was written";
    static constexpr std::string_view example = "mote data check";
    static constexpr bool is_long = true;

    static Response run(const Request&, Context& context) {
        const auto report = open_session(context).store.check();
        return {report.objects, report.samples, report.snapshots, report.bytes, report.problems};
    }
    static void print(const Response& response, std::ostream& out) {
        for (const auto& problem : response.problems) out << "problem: " << problem << "\n";
        out << response.objects << " objects (" << base::human_bytes(response.bytes) << "), " << response.samples << " samples, "
            << response.snapshots << " snapshots: " << (response.problems.empty() ? "all as written" : "damaged") << "\n";
        if (!response.problems.empty()) out << "next: ingest the files of the damaged samples again\n";
    }
    static int exit_code(const Response& response) { return response.problems.empty() ? 0 : 1; }
};

}  // namespace

namespace catalogue {
const Verb& data_check() { return make_verb<DataCheck>(); }
}  // namespace catalogue

}  // namespace mote::app
