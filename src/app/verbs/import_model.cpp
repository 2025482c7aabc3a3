// A model from elsewhere into the project.
#include "app/import_run.hpp"
#include "app/named_model.hpp"
#include "app/tables.hpp"
#include "base/text.hpp"

namespace mote::app {

namespace {

struct Import {
    struct Request {
        std::string model, samples;
        std::map<std::string, std::string> state;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("model", &Request::model, "the model file").positional().required(),
                field("state", &Request::state, FileOptions::state_help),
                field("samples", &Request::samples,
                      "raw float32 inputs that a float model is quantised with; the training windows where none are given"));
        }
    };
    struct Response {
        std::string run, model, project, board, ranges;
        bool was_done = false;
        std::uint64_t macs = 0, int8_bytes = 0;
        std::vector<Evaluation> evaluations;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(
                field("run", &R::run, "id of the run that it became"), field("model", &R::model, "hash of the 8-bit model"),
                field("project", &R::project, "how to name the project in a next command"), field("board", &R::board, "that of mote.toml"),
                field("ranges", &R::ranges, "how a float model was quantised; empty: it came as int8"),
                field("was_done", &R::was_done, "it was imported before with this data and these settings"),
                field("macs", &R::macs, "multiply-accumulates of one inference"),
                field("int8_bytes", &R::int8_bytes, "constants of the 8-bit model").unit("bytes"),
                field("evaluations", &R::evaluations, "float and int8, on validation and test"));
        }
    };
    static constexpr std::string_view name = "import";
    static constexpr std::string_view help = "bring a model file into the project, to be tested and deployed like one trained here";
    static constexpr std::string_view example = "mote import model.tflite";
    static constexpr bool is_long = true;

    static Response run(const Request& request, Context& context) {
        Session session = open_session(context);
        const Config config = session_config(session);
        const TrainingResult result = import_run(session, config, request.model, request.samples, request.state, context);
        const RunRecord& record = result.record;
        return {record.run,      record.model.int8_model, in_project(context),     config.target.board, record.quantisation.ranges,
                result.was_done, record.model.macs,       record.model.int8_bytes, record.evaluations};
    }

    static void print(const Response& response, std::ostream& out) {
        const std::string run = response.run.substr(0, 12);
        out << "run " << run << (response.was_done ? " was imported before" : "") << ": model " << response.model.substr(0, 12) << ", "
            << base::human_count(static_cast<double>(response.macs)) << " multiplications, " << base::human_bytes(response.int8_bytes)
            << " of constants\n";
        if (!response.ranges.empty()) out << "quantised to int8, ranges by " << response.ranges << "\n";
        print_evaluations(response.evaluations, out);
        out << "next: mote " << response.project << "test " << run << " --on " << response.board << "\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& import_model() { return make_verb<Import>(); }
}  // namespace catalogue

}  // namespace mote::app
