// A finished run as a folder of C++ for one board.
#include "app/measurement.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "board/board.hpp"

namespace mote::app {

namespace {

struct Deploy {
    struct Request {
        std::string run = "latest", target, out, name;
        int goldens = 4;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("run", &Request::run, "the beginning of a run's id; the latest finished one where none is given").positional(),
                field("target", &Request::target, "the board; that of mote.toml where none is given").flag('t'),
                field("out", &Request::out, "the folder to write, as seen from the current folder; replaced when it was generated")
                    .flag('o')
                    .required(),
                field("name", &Request::name,
                      "namespace and include folder of the code; where none is given the project's name with _model behind it"),
                field("goldens", &Request::goldens, "real windows in the self-test; they cost flash only where it is called").range(0, 64));
        }
    };
    struct Response {
        std::string run, model, target, folder, name, deployment, project;
        std::vector<std::string> sources, steps;
        std::uint64_t arena_bytes = 0, window_bytes = 0, constant_bytes = 0;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(field("run", &R::run, "id of the run"), field("model", &R::model, "hash of the 8-bit model"),
                                   field("target", &R::target, "the board"), field("folder", &R::folder, "what was written"),
                                   field("name", &R::name, "namespace of the code: #include \"NAME/model.hpp\""),
                                   field("deployment", &R::deployment, "id of the record"),
                                   field("project", &R::project, "how to name the project in a next command"),
                                   field("sources", &R::sources, "files to compile"), field("steps", &R::steps, "the calls, in order"),
                                   field("arena_bytes", &R::arena_bytes, "activations and scratch").unit("bytes"),
                                   field("window_bytes", &R::window_bytes, "one raw window, held by the caller").unit("bytes"),
                                   field("constant_bytes", &R::constant_bytes, "weights and tables").unit("bytes"));
        }
    };
    static constexpr std::string_view name = "deploy";
    static constexpr std::string_view help = "write a model and its signal processing as a folder of C++ for a board";
    static constexpr std::string_view example = "mote deploy --target nrf52840 --out firmware";
    static constexpr bool is_long = true;

    static Response run(const Request& request, Context& context) {
        Session session = open_session(context);
        const Finished finished = open_finished(session, request.run);
        const std::string wanted = request.target.empty() ? finished.record.config.at("target").value("board", "") : request.target;
        const board::Board board = board::find_board(wanted, session.project.folder());
        auto pipeline = device_pipeline(finished, board.core, static_cast<std::size_t>(request.goldens));
        pipeline.name = request.name.empty() ? codegen::name_for(finished.record.project) : request.name;
        const codegen::Emission emission = codegen::emit(pipeline, request.out);
        Response response;
        response.name = pipeline.name;
        response.run = finished.record.run, response.model = finished.record.model.int8_model, response.target = board.name;
        response.folder = request.out, response.project = in_project(context);
        for (const auto& source : emission.sources) response.sources.push_back(source.string());
        response.steps = emission.steps, response.arena_bytes = emission.arena_bytes;
        response.window_bytes = emission.window_bytes, response.constant_bytes = emission.constant_bytes;
        const base::Json manifest = {{"deployment",
                                      {{"run", response.run},
                                       {"name", response.name},
                                       {"goldens", request.goldens},
                                       {"arena_bytes", response.arena_bytes},
                                       {"constant_bytes", response.constant_bytes},
                                       {"provenance", pipeline.provenance}}}};
        response.deployment = store::put_deployment(session.store, response.model, board.name, manifest).hash;
        return response;
    }

    static void print(const Response& response, std::ostream& out) {
        out << "wrote " << response.folder << " for " << response.target << " (run " << response.run.substr(0, 12) << "): #include \""
            << response.name << "/model.hpp\"\n";
        for (const auto& step : response.steps) out << "  " << step << "\n";
        out << "arena " << base::human_bytes(response.arena_bytes) << ", window " << base::human_bytes(response.window_bytes)
            << ", constants " << base::human_bytes(response.constant_bytes) << "\n";
        out << "next: read " << response.folder << "/README.md, or mote " << response.project << "test --on " << response.target << "\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& deploy() { return make_verb<Deploy>(); }
}  // namespace catalogue

}  // namespace mote::app
