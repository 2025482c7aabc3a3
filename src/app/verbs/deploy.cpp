// A finished run as a folder of C++ for one board.
#include "app/fit.hpp"
#include "app/flash_budget.hpp"
#include "app/measurement.hpp"
#include "app/named_model.hpp"
#include "app/tables.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "board/board.hpp"
#include "compress/quantise_rest.hpp"

namespace mote::app {

namespace {

struct Deploy {
    struct Request {
        std::string run = "latest", target, out, name, optimise = "speed";
        int goldens = 4, arena = 0, flash = 0;
        bool force = false;
        std::map<std::string, std::string> state;
        std::string samples;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("run", &Request::run, "the beginning of a run's id, or a model file; the latest finished run where none is given")
                    .positional(),
                field("target", &Request::target, "the board; that of mote.toml where none is given").flag('t'),
                field("out", &Request::out, "the folder to write, as seen from the current folder; replaced when it was generated")
                    .flag('o')
                    .required(),
                field("name", &Request::name,
                      "namespace and include folder of the code; where none is given the name of project or file with _model behind it"),
                field("optimise", &Request::optimise, "what the plan gives the others away for").choices("speed|size|ram"),
                field("arena", &Request::arena, "bytes of arena that are enough: the fastest plan within them").range(0, 1 << 30),
                field("flash", &Request::flash, "bytes of flash beyond an empty firmware that are enough: the fastest plan within them")
                    .range(0, 1 << 30),
                field("goldens", &Request::goldens, "windows in the self-test, real ones of a run; they cost flash only where it is called")
                    .range(0, 64),
                field("state", &Request::state, FileOptions::state_help), field("samples", &Request::samples, FileOptions::samples_help),
                field("force", &Request::force, "write it even where the board does not hold it"));
        }
    };
    struct Response {
        std::string run, model, target, folder, name, deployment, project, note, made_folder, flags;
        std::vector<std::string> sources, steps;
        std::uint64_t arena_bytes = 0, window_bytes = 0, constant_bytes = 0;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(field("run", &R::run, "id of the run, or the model file"),
                                   field("model", &R::model, "hash of the 8-bit model"), field("target", &R::target, "the board"),
                                   field("folder", &R::folder, "what was written"),
                                   field("name", &R::name, "namespace of the code: #include \"NAME/model.hpp\""),
                                   field("deployment", &R::deployment, "id of the record"),
                                   field("project", &R::project, "how to name the project in a next command"),
                                   field("note", &R::note, "why it is not known whether it fits; mostly empty"),
                                   field("made_folder", &R::made_folder, "the folder above it that was made; mostly empty"),
                                   field("flags", &R::flags, "how the file was read, for a next command; mostly empty"),
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

    static void choose_plan(codegen::Pipeline& pipeline, const Request& request, const board::Board& board, Context& context) {
        set_plan(pipeline, {request.optimise, request.arena, request.flash});
        if (request.flash == 0) return;
        pipeline = within_flash(std::move(pipeline), board, static_cast<std::uint64_t>(request.flash), *context.progress, *context.cancel);
    }

    /// A model file needs no project: the model alone, its input as it is.
    static Response run_file(const Request& request, Context& context) {
        if (request.target.empty()) throw base::Error("usage", "which board?", "name one: --target nrf52840 (mote targets lists them)");
        const NamedModel named = open_model(request.run, context, {request.state, request.samples});
        if (is_float(named.model.graph))
            throw base::Error("unsupported", named.name + ": computes with floats, for which the device has no kernels",
                              "quantise it with your data: --samples INPUTS, a file of them; or mote import " + named.name +
                                  " in a project, then deploy the run");
        if (compress::leaves_floats(named.model.graph))
            throw base::Error("unsupported", named.name + ": leaves some layers in floats, for which the device has no kernels",
                              "quantise them with your data: --samples INPUTS, a file of them; or mote import " + named.name +
                                  " in a project, then deploy the run");
        const board::Board board = typed([&] { return board::find_board(request.target, context.project); });
        auto pipeline = bare_pipeline(named, named.model.graph, board.core);
        choose_plan(pipeline, request, board, context);
        for (int i = 0; i < request.goldens; ++i)
            pipeline.golden_windows.push_back(made_up_input(pipeline.model, static_cast<std::uint64_t>(i) + 1));
        pipeline.name = request.name.empty() ? codegen::name_for(std::filesystem::path(request.run).stem().string()) : request.name;
        Response response;
        response.name = pipeline.name;
        response.flags = FileOptions{request.state, request.samples}.flags();
        response.run = named.name, response.model = pipeline.provenance.at("model"), response.target = board.name;
        if (!request.force)
            response.note = fit_note(pipeline, board, made_up_input(pipeline.model, 1), named.name, context.project, context);
        response.made_folder = missing_folder(without_slash(request.out));
        fill(response, request, context, codegen::emit(pipeline, request.out));
        return response;
    }

    static std::filesystem::path without_slash(const std::filesystem::path& folder) {
        return folder.has_filename() ? folder : folder.parent_path();
    }

    static std::string fit_note(const codegen::Pipeline& pipeline, const board::Board& board, const base::Bytes& window,
                                const std::string& model, const std::filesystem::path& project, Context& context) {
        context.progress->begin("building the firmware for " + board.name, 0);
        const std::string note = check_fit(pipeline, board, window, model, project, *context.cancel);
        context.progress->end();
        return note;
    }

    static void fill(Response& response, const Request& request, const Context& context, const codegen::Emission& emission) {
        response.folder = request.out, response.project = in_project(context);
        for (const auto& source : emission.sources) response.sources.push_back(source.string());
        response.steps = emission.steps, response.arena_bytes = emission.arena_bytes;
        response.window_bytes = emission.window_bytes, response.constant_bytes = emission.constant_bytes;
    }

    static Response run(const Request& request, Context& context) {
        if (std::filesystem::is_regular_file(request.run)) return run_file(request, context);
        if (!request.state.empty() || !request.samples.empty())
            throw base::Error("usage", "--state and --samples are for model files: a run has had them when it was imported",
                              "leave them out");
        Session session = open_session(context);
        if (!request.target.empty()) typed([&] { return board::find_board(request.target, session.project.folder()); });
        const Finished finished = open_finished(session, request.run);
        const std::string wanted = request.target.empty() ? finished.record.config.at("target").value("board", "") : request.target;
        const board::Board board = board::find_board(wanted, session.project.folder());
        auto pipeline = device_pipeline(finished, board.core, static_cast<std::size_t>(request.goldens));
        choose_plan(pipeline, request, board, context);
        pipeline.name = request.name.empty() ? codegen::name_for(finished.record.project) : request.name;
        Response response;
        response.name = pipeline.name;
        response.run = finished.record.run, response.model = finished.record.model.int8_model, response.target = board.name;
        if (!request.force)
            response.note =
                fit_note(pipeline, board, raw_windows(finished.plan, spread(finished.plan.split(finished.record.judged_split), 1)),
                         "run " + response.run.substr(0, 12), session.project.folder(), context);
        response.made_folder = missing_folder(without_slash(request.out));
        fill(response, request, context, codegen::emit(pipeline, request.out));
        const base::Json manifest = {{"deployment",
                                      {{"run", response.run},
                                       {"name", response.name},
                                       {"goldens", request.goldens},
                                       {"optimise", codegen::name_of(pipeline.optimise)},
                                       {"arena_limit_bytes", pipeline.arena_limit_bytes},
                                       {"flash_limit_bytes", request.flash},
                                       {"arena_bytes", response.arena_bytes},
                                       {"constant_bytes", response.constant_bytes},
                                       {"provenance", pipeline.provenance}}}};
        response.deployment = store::put_deployment(session.store, response.model, board.name, manifest).hash;
        return response;
    }

    static void print(const Response& response, std::ostream& out) {
        const bool is_file = response.deployment.empty();
        out << "wrote " << response.folder << " for " << response.target << " ("
            << (is_file ? response.run : "run " + response.run.substr(0, 12)) << "): #include \"" << response.name << "/model.hpp\"\n";
        print_made_folder(response.made_folder, out);
        for (const auto& step : response.steps) out << "  " << codegen::short_title(step) << "\n";
        out << "arena " << base::human_bytes(response.arena_bytes) << ", window " << base::human_bytes(response.window_bytes)
            << ", constants " << base::human_bytes(response.constant_bytes) << "\n";
        if (!response.note.empty()) out << "note: " << response.note << "\n";
        out << "next: read " << response.folder << "/README.md, or mote " << response.project
            << (is_file ? "profile " + response.run + " --target " : std::string("test --on ")) << response.target << response.flags
            << "\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& deploy() { return make_verb<Deploy>(); }
}  // namespace catalogue

}  // namespace mote::app
