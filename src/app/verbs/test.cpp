// How good a finished run's model is: on the host, and as firmware on the target's own instruction set.
#include "app/evaluate.hpp"
#include "app/measurement.hpp"
#include "app/tables.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "board/board.hpp"

#include <iomanip>

namespace mote::app {

namespace {

struct Test {
    struct Request {
        std::string run = "latest", on, split;
        bool layers = false, count = true;
        std::uint64_t limit = 0;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("run", &Request::run, "the beginning of a run's id; the latest finished one where none is given").positional(),
                field("on", &Request::on, "build the firmware for this board and push every window through it in the emulator"),
                field("split", &Request::split, "train, validation or test; test, where there is one, when none is given"),
                field("layers", &Request::layers, "compare the output of every layer with the host's too"),
                field("count", &Request::count, "count instructions, cycles and stack (--no-count is faster)"),
                field("limit", &Request::limit, "only so many windows, evenly spread; 0: all"));
        }
    };
    struct Response {
        std::string run, split, project;
        std::vector<Evaluation> evaluations;
        std::optional<Measurement> target;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("run", &Response::run, "id of the run"), field("split", &Response::split, "which windows"),
                                   field("project", &Response::project, "how to name the project in a next command"),
                                   field("evaluations", &Response::evaluations, "float and int8 on the host"),
                                   field("target", &Response::target, "as firmware, where a board was named"));
        }
    };
    static constexpr std::string_view name = "test";
    static constexpr std::string_view help = "test a model on the host, or as firmware on a board's own instruction set";
    static constexpr std::string_view example = "mote test --on nrf52840 --layers";
    static constexpr bool is_long = true;

    static Response run(const Request& request, Context& context) {
        Session session = open_session(context);
        if (!request.on.empty()) typed([&] { return board::find_board(request.on, session.project.folder()); });
        if (!request.split.empty()) known_split(session.store, request.split);
        if (request.on.empty() && request.layers)
            throw base::Error("usage", "--layers compares a board with the host", "name one: --on nrf52840");
        const Finished finished = open_finished(session, request.run);
        Response response;
        response.run = finished.record.run, response.project = in_project(context);
        response.split = request.split.empty() ? finished.record.judged_split : store::normal_split(request.split);
        const auto& windows = finished.plan.split(response.split);
        const auto cache = session.project.store_folder() / "cache" / "features";
        const auto rows = compute_features(finished.plan, finished.features, windows, cache, *context.progress, *context.cancel);
        const auto truth = finished.plan.truth(windows);
        const auto judge = [&](const char* arithmetic, const graph::Graph& graph) {
            const Outputs outputs = run_graph(graph, rows, *context.progress, *context.cancel);
            response.evaluations.push_back(
                {response.split, arithmetic, learn::measure(outputs.probabilities, truth, finished.record.labels)});
        };
        judge("float", finished.float_model);
        judge("int8", finished.int8_model);
        if (request.on.empty()) return response;
        const MeasureOptions options{response.split, request.layers, request.count, request.limit};
        response.target = measure_on_target(session, finished, request.on, options, context);
        if (request.limit == 0 && request.count)
            store::put_deployment(session.store, response.target->model, response.target->target,
                                  {{"measurement", base::to_json(*response.target)}});
        return response;
    }

    static void print_target(const Measurement& m, std::ostream& out) {
        const auto line = [&](const char* what, const std::string& figure, const std::string& note) {
            out << "  " << std::left << std::setw(14) << what << std::setw(20) << figure << note << "\n";
        };
        const auto of = [](std::uint64_t bytes, std::uint64_t all) { return base::human_bytes(bytes) + " of " + base::human_bytes(all); };
        out << m.title << ", " << m.windows << " windows through the firmware\n";
        line("accuracy", percent(m.metrics.accuracy), "macro-F1 " + percent(m.metrics.macro_f1));
        const std::size_t differing = m.differing_features + m.differing_outputs + m.differing_layers;
        line("parity", std::to_string(differing) + " bytes differ",
             std::string("from the host: features, outputs") + (m.compared_layers ? ", every layer" : ""));
        line("flash", of(m.flash_bytes, m.board_flash_bytes),
             base::human_bytes(m.flash_bytes - std::min(m.flash_bytes, m.empty_flash_bytes)) + " beyond an empty firmware, exact");
        line("arena", base::human_bytes(m.arena_bytes),
             "lower bound " + base::human_bytes(m.arena_lower_bound_bytes) + "; the window takes " + base::human_bytes(m.window_bytes));
        if (m.instructions == 0) return;
        line("stack", base::human_bytes(m.stack_bytes), "deepest, exact");
        line("instructions", base::human_count(static_cast<double>(m.instructions)),
             "a window, exact: features " + base::human_count(static_cast<double>(m.feature_instructions)) + ", model " +
                 base::human_count(static_cast<double>(m.model_instructions)));
        line("cycles", base::human_count(m.cycles.expected),
             "between " + base::human_count(m.cycles.low) + " and " + base::human_count(m.cycles.high) + ": " + m.cycles.confidence);
        line("latency", with_unit(m.latency_s, "s"), "modelled");
        if (m.energy_joule > 0) line("energy", with_unit(m.energy_joule, "J"), "modelled, a window");
    }

    static void print(const Response& response, std::ostream& out) {
        out << "run " << response.run.substr(0, 12) << "\n";
        print_evaluations(response.evaluations, out);
        print_confusion(response.evaluations.back().metrics, out);
        if (response.target) print_target(*response.target, out);
        if (response.target && exit_code(response) != 0)
            out << "next: this is a fault in mote: please report it with the project's mote.toml\n";
        else if (response.target)
            out << "next: mote " << response.project << "deploy --target " << response.target->target << " --out firmware\n";
        else
            out << "next: mote " << response.project << "test --on nrf52840\n";
    }
    /// A chip that computes something else than the host has failed the test.
    static int exit_code(const Response& response) {
        if (!response.target) return 0;
        const Measurement& m = *response.target;
        return m.differing_features + m.differing_outputs + m.differing_layers == 0 ? 0 : 1;
    }
};

}  // namespace

namespace catalogue {
const Verb& test() { return make_verb<Test>(); }
}  // namespace catalogue

}  // namespace mote::app
