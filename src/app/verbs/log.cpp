// The runs of a project, newest first, side by side.
#include "app/session.hpp"
#include "app/tables.hpp"
#include "base/text.hpp"
#include "store/records.hpp"

#include <algorithm>
#include <iomanip>

namespace mote::app {

namespace {

struct RunRow {
    std::string run, state, created, snapshot, pipeline, error;
    std::uint64_t seed = 0;
    int epochs = 0;
    base::Json metrics = base::Json::object();
    base::Json differs = base::Json::object();
    static constexpr auto fields() {
        using base::field;
        using R = RunRow;
        return std::make_tuple(field("run", &R::run, "id"), field("state", &R::state, "created, running, done, failed or cancelled"),
                               field("created", &R::created, "UTC"), field("snapshot", &R::snapshot, "hash of the data"),
                               field("pipeline", &R::pipeline, "hash of the settings"), field("error", &R::error, "of a failed run"),
                               field("seed", &R::seed, "of the run"), field("epochs", &R::epochs, "recorded so far"),
                               field("metrics", &R::metrics, "of a finished run"),
                               field("differs", &R::differs, "settings that are not those of the run listed next (the one before it)"));
    }
};

struct Log {
    struct Request {
        std::vector<std::string> runs;
        int limit = 20;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("runs", &Request::runs, "only these: beginnings of their ids").positional(),
                                   field("limit", &Request::limit, "runs to list; 0: all").range(0, 1e9).flag('n'));
        }
    };
    struct Response {
        std::vector<RunRow> runs;
        std::size_t count = 0;
        std::string project;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("runs", &Response::runs, "newest first"),
                                   field("count", &Response::count, "in the project, or named"),
                                   field("project", &Response::project, "how to name the project in a next command"));
        }
    };
    static constexpr std::string_view name = "log";
    static constexpr std::string_view help = "list the training runs with their figures and what differs between them";
    static constexpr std::string_view example = "mote log --limit 5";
    static constexpr bool is_long = false;

    /// Leaves of `now` that are other in `before`, by path.
    static void differences(const base::Json& now, const base::Json& before, const std::string& path, base::Json& out) {
        if (now.is_object() && before.is_object()) {
            for (const auto& [key, value] : now.items())
                differences(value, before.contains(key) ? before.at(key) : base::Json(), path.empty() ? key : path + "." + key, out);
        } else if (now != before) {
            out[path] = now;
        }
    }

    static Response run(const Request& request, Context& context) {
        const Session session = open_session(context);
        std::vector<store::Run> runs;
        for (const auto& id : request.runs) runs.push_back(store::find_run(session.store, id));
        if (request.runs.empty()) runs = store::runs(session.store);
        Response response;
        response.count = runs.size(), response.project = in_project(context);
        const std::size_t limit = request.limit == 0 ? runs.size() : std::min(runs.size(), static_cast<std::size_t>(request.limit));
        for (std::size_t i = 0; i < limit; ++i) {
            const auto& run = runs[i];
            RunRow row;
            row.run = run.id, row.state = store::name_of(run.state), row.created = run.created, row.error = run.error;
            row.snapshot = run.recipe.snapshot, row.pipeline = run.recipe.pipeline, row.seed = run.recipe.seed;
            row.epochs = run.epochs, row.metrics = run.metrics;
            // A run whose process was killed is still called running; nobody holds it.
            if (run.state == store::RunState::running && !store::is_claimed(session.store, run.id)) row.state = "interrupted";
            if (i + 1 < runs.size()) {
                const auto& before = runs[i + 1].recipe;
                differences(store::get_pipeline(session.store, run.recipe.pipeline), store::get_pipeline(session.store, before.pipeline),
                            "", row.differs);
                if (run.recipe.seed != before.seed) row.differs["seed"] = run.recipe.seed;
                if (run.recipe.snapshot != before.snapshot) row.differs["snapshot"] = run.recipe.snapshot.substr(0, 12);
            }
            response.runs.push_back(std::move(row));
        }
        return response;
    }

    static void print(const Response& response, std::ostream& out) {
        if (response.runs.empty()) {
            out << "no runs\nnext: mote " << response.project << "train\n";
            return;
        }
        for (const auto& run : response.runs) {
            out << run.run.substr(0, 12) << "  " << run.created << "  " << run.state;
            if (run.state == "done") {
                const char* split = run.metrics.contains("test_int8_accuracy") ? "test" : "validation";
                const auto figure = [&](const char* what) { return run.metrics.value(std::string(split) + "_" + what, 0.0); };
                out << "  " << run.metrics.value("block", "") << " -> " << run.metrics.value("learner", "") << "  " << split << " "
                    << percent(figure("float_accuracy")) << " float, " << percent(figure("int8_accuracy")) << " int8, macro-F1 "
                    << percent(figure("int8_macro_f1"));
            } else {
                out << " after " << run.epochs << " epochs" << (run.error.empty() ? "" : ": " + run.error);
            }
            out << "\n";
            if (!run.differs.empty()) {
                out << "    changed:";
                for (const auto& [key, value] : run.differs.items()) out << " " << key << "=" << value.dump();
                out << "\n";
            }
        }
        if (response.runs.size() < response.count) out << "... of " << response.count << " runs (--limit 0 lists all)\n";
        // Only a finished run has something to report.
        const auto done = std::find_if(response.runs.begin(), response.runs.end(), [](const RunRow& row) { return row.state == "done"; });
        out << "next: mote " << response.project << (done == response.runs.end() ? "train" : "report " + done->run.substr(0, 12)) << "\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& log() { return make_verb<Log>(); }
}  // namespace catalogue

}  // namespace mote::app
