// From the samples and mote.toml to a model.
#include "app/tables.hpp"
#include "app/training.hpp"
#include "base/text.hpp"

namespace mote::app {

namespace {

struct Train {
    struct Request {
        std::optional<std::uint32_t> seed;
        std::map<std::string, std::string> set;
        std::optional<int> epochs;
        std::string repeat;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("seed", &Request::seed, "every random choice follows from this number; that of mote.toml where none is given"),
                field("set", &Request::set, "a setting of mote.toml for this run, as SECTION.KEY=VALUE").flag('s'),
                field("epochs", &Request::epochs, "passes over the training data").range(1, 100000),
                field("repeat", &Request::repeat, "do a finished run again from its record, and compare the bytes"));
        }
    };
    struct Response {
        std::string run, project;
        bool was_done = false, was_resumed = false;
        double seconds = 0;
        std::vector<std::string> labels;
        FeatureInfo features;
        ModelInfo model;
        std::vector<Evaluation> evaluations;
        std::string judged_split, board;
        std::string repeated;
        bool same_bytes = false, same_environment = false;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(
                field("run", &R::run, "id of the run"), field("project", &R::project, "how to name the project in a next command"),
                field("was_done", &R::was_done, "the same training was finished before; nothing was trained"),
                field("was_resumed", &R::was_resumed, "it went on from an interrupted run"),
                field("seconds", &R::seconds, "taken").unit("s"), field("labels", &R::labels, "classes"),
                field("features", &R::features, "signal processing"), field("model", &R::model, "the network"),
                field("evaluations", &R::evaluations, "float and int8"), field("judged_split", &R::judged_split, "the split that counts"),
                field("board", &R::board, "of mote.toml"), field("repeated", &R::repeated, "the run that was done again; empty: none"),
                field("same_bytes", &R::same_bytes, "whether doing it again gave the same models, byte for byte"),
                field("same_environment", &R::same_environment, "whether backend, threads, processor and version were the same"));
        }
    };
    static constexpr std::string_view name = "train";
    static constexpr std::string_view help = "train and quantise a model; interrupted, the same command goes on";
    static constexpr std::string_view example = "mote train --set train.epochs=30 --seed 2";
    static constexpr bool is_long = true;

    static Response fill(const RunRecord& record) {
        Response response;
        response.run = record.run, response.labels = record.labels, response.features = record.features, response.model = record.model;
        response.evaluations = record.evaluations, response.judged_split = record.judged_split;
        response.board = record.config.at("target").value("board", "");
        return response;
    }

    static Response run(const Request& request, Context& context) {
        Session session = open_session(context);
        if (!request.repeat.empty()) {
            if (request.seed || request.epochs || !request.set.empty())
                throw base::Error("usage", "--repeat takes seed and settings from the run's record, not from --seed, --epochs or --set",
                                  "leave these out, or train anew without --repeat");
            const RepeatResult repeat = repeat_run(session, request.repeat, context);
            Response response = fill(read_record(session.store, repeat.run));
            response.repeated = repeat.run, response.same_bytes = repeat.same_bytes(), response.same_environment = repeat.same_environment;
            response.project = in_project(context);
            return response;
        }
        std::map<std::string, std::string> overrides = request.set;
        if (request.epochs) overrides["train.epochs"] = std::to_string(*request.epochs);
        const Config config = session_config(session, overrides);
        const TrainingResult result = run_training(session, config, request.seed.value_or(config.project.seed), context);
        Response response = fill(result.record);
        response.was_done = result.was_done, response.was_resumed = result.was_resumed, response.seconds = result.seconds;
        response.project = in_project(context);
        return response;
    }

    static void print(const Response& response, std::ostream& out) {
        const std::string run = response.run.substr(0, 12);
        if (!response.repeated.empty()) {
            out << "run " << run << " done again: " << (response.same_bytes ? "the same bytes" : "other bytes: the models differ") << "\n";
            if (!response.same_environment)
                out << "backend, threads, processor or version are not those of the record, so other bytes are no fault\n";
            return;
        }
        out << "run " << run;
        if (response.was_done)
            out << " was done before with this data, these settings and this seed: nothing to train\n";
        else
            out << (response.was_resumed ? " finished" : "") << " in " << base::human_seconds(response.seconds) << "\n";
        out << response.features.block << " -> " << response.model.learner << ": "
            << base::human_count(static_cast<double>(response.model.weights)) << " weights, "
            << base::human_bytes(response.model.int8_bytes) << " in 8 bits, " << base::human_count(static_cast<double>(response.model.macs))
            << " multiplications\n";
        print_evaluations(response.evaluations, out);
        out << "next: mote " << response.project << "test --on " << response.board << "\n";
    }
    /// A repeat that differs where nothing else does is a failure.
    static int exit_code(const Response& response) {
        return !response.repeated.empty() && !response.same_bytes && response.same_environment ? 1 : 0;
    }
};

}  // namespace

namespace catalogue {
const Verb& train() { return make_verb<Train>(); }
}  // namespace catalogue

}  // namespace mote::app
