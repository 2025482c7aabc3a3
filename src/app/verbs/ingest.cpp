// Files into the project's store.
#include "store/ingest.hpp"
#include "app/session.hpp"
#include "base/text.hpp"

namespace mote::app {

namespace {

struct Ingest {
    struct Request : store::IngestOptions {
        std::vector<std::string> paths;
        static constexpr auto fields() {
            return std::tuple_cat(
                std::make_tuple(base::field("paths", &Request::paths, "files, folders and archives").positional().required()),
                store::IngestOptions::fields());
        }
    };
    struct Response {
        store::IngestReport report;
        std::size_t samples = 0;
        std::string project;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("report", &Response::report, "what came in and what did not"),
                                   field("samples", &Response::samples, "recordings in the project now"),
                                   field("project", &Response::project, "how to name the project in a next command"));
        }
    };
    static constexpr std::string_view name = "ingest";
    static constexpr std::string_view help = "bring recordings into the project";
    static constexpr std::string_view example = "mote ingest recordings/ --tables split.csv --group-by speaker";
    static constexpr bool is_long = true;

    static Response run(const Request& request, Context& context) {
        Session session = open_session(context);
        const std::vector<std::filesystem::path> paths(request.paths.begin(), request.paths.end());
        Response response;
        response.report = store::ingest(session.store, paths, request, *context.progress, *context.cancel);
        response.samples = session.store.sample_count();
        response.project = in_project(context);
        return response;
    }

    static void print_issues(const std::vector<store::IngestIssue>& issues, const char* kind, std::ostream& out) {
        constexpr std::size_t shown = 20;
        for (std::size_t i = 0; i < std::min(shown, issues.size()); ++i) {
            out << kind << ": " << issues[i].file << ": " << issues[i].message << "\n";
            if (!issues[i].hint.empty()) out << "  try: " << issues[i].hint << "\n";
        }
        if (issues.size() > shown) out << "  and " << issues.size() - shown << " more (--json lists all)\n";
    }

    static void print(const Response& response, std::ostream& out) {
        const auto& report = response.report;
        print_issues(report.warnings, "warning", out);
        print_issues(report.bad, "refused", out);
        out << report.files << " files: " << report.added << " samples added, " << report.replaced << " replaced, " << report.relabelled
            << " relabelled, " << report.unchanged << " files unchanged, " << report.bad.size() << " refused";
        if (report.duplicates > 0) out << ", " << report.duplicates << " with the values of another";
        if (!report.skipped.empty()) out << ", " << report.skipped.size() << " of no known format (" << report.skipped.front() << ")";
        out << "; " << response.samples << " samples in the project\n";
        if (response.samples > 0) out << "next: mote " << response.project << "data list, then mote " << response.project << "train\n";
    }
    static int exit_code(const Response& response) { return response.report.bad.empty() ? 0 : 1; }
};

}  // namespace

namespace catalogue {
const Verb& ingest() { return make_verb<Ingest>(); }
}  // namespace catalogue

}  // namespace mote::app
