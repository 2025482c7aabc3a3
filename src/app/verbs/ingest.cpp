// Files into the project's store.
#include "store/ingest.hpp"
#include "app/session.hpp"
#include "base/text.hpp"

#include <map>

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

    /// What makes issues of one kind: their words, whatever the numbers in them.
    static std::string kind_of(const store::IngestIssue& issue) {
        std::string kind = issue.message + "\n" + issue.hint;
        std::erase_if(kind, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
        return kind;
    }

    /// The first of each kind in full, the others by their files.
    static void print_warnings(const std::vector<store::IngestIssue>& warnings, std::ostream& out) {
        std::vector<store::IngestIssue> first;
        std::map<std::string, std::vector<std::string>> others;
        for (const auto& issue : warnings) {
            const auto [at, is_new] = others.try_emplace(kind_of(issue));
            if (is_new)
                first.push_back(issue);
            else
                at->second.push_back(issue.file);
        }
        for (auto& issue : first)
            if (const auto& files = others.at(kind_of(issue)); !files.empty())
                issue.message += "\n  and " + std::to_string(files.size()) + " more like it: " + base::join_first(files);
        print_issues(first, "warning", out);
    }

    static void print_issues(const std::vector<store::IngestIssue>& issues, const char* kind, std::ostream& out) {
        constexpr std::size_t shown = 20;
        for (std::size_t i = 0; i < std::min(shown, issues.size()); ++i) {
            out << kind << ": " << issues[i].file << (issues[i].file.empty() ? "" : ": ") << issues[i].message << "\n";
            if (!issues[i].hint.empty()) out << "  try: " << issues[i].hint << "\n";
        }
        if (issues.size() > shown) out << "  and " << issues.size() - shown << " more (--json lists all)\n";
    }

    static void print(const Response& response, std::ostream& out) {
        const auto& report = response.report;
        print_warnings(report.warnings, out);
        print_issues(report.bad, "refused", out);
        out << report.files << " files: " << report.added << " samples added, " << report.replaced << " replaced, " << report.relabelled
            << " relabelled, " << report.unchanged << " files unchanged, " << report.bad.size() << " refused";
        if (report.renamed > 0) out << ", " << report.renamed << " renamed";
        if (report.dropped > 0) out << ", " << report.dropped << " no longer in their file";
        if (report.duplicates > 0) out << ", " << report.duplicates << " with the values of another";
        if (!report.skipped.empty())
            out << ", " << report.skipped.size() << " of no known format (" << base::join_first(report.skipped) << ")";
        out << "; " << response.samples << " samples in the project\n";
        const bool came = report.added + report.replaced + report.renamed + report.relabelled + report.unchanged > 0;
        if (came) out << "next: mote " << response.project << "data list, then mote " << response.project << "train\n";
    }
    static int exit_code(const Response& response) { return response.report.bad.empty() ? 0 : 1; }
};

}  // namespace

namespace catalogue {
const Verb& ingest() { return make_verb<Ingest>(); }
}  // namespace catalogue

}  // namespace mote::app
