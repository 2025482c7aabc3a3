// A finished run or a model file as a package for one board: a folder of C++, or what another build system takes.
#include "app/deployment.hpp"
#include "app/flash_budget.hpp"
#include "app/measurement.hpp"
#include "app/named_model.hpp"
#include "app/tables.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "compress/quantise_rest.hpp"

#include <iomanip>

namespace mote::app {

namespace {

struct Deploy {
    struct Request {
        std::string run = "latest", target, out, as = "cmake", name, optimise = "speed";
        std::string package_version = package::ModelCard().version, author = package::ModelCard().author, url = package::ModelCard().url;
        int goldens = 4, arena = 0, flash = 0;
        bool force = false, list = false;
        std::map<std::string, std::string> state;
        std::string samples;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("run", &Request::run, "the beginning of a run's id, or a model file; the latest finished run where none is given")
                    .positional(),
                field("target", &Request::target, "the board; that of mote.toml where none is given").flag('t'),
                field("out", &Request::out,
                      "the folder or archive to write, as seen from the current folder; replaced when it was generated")
                    .flag('o'),
                field("as", &Request::as, "what it is packed for: --list says what there is"),
                field("list", &Request::list, "only list the formats, and what each can be made for"),
                field("name", &Request::name,
                      "namespace and include folder of the code; where none is given the name of project or file with _model behind it"),
                field("optimise", &Request::optimise, "what the plan gives the others away for").choices("speed|size|ram"),
                field("arena", &Request::arena, "bytes of arena that are enough: the fastest plan within them").range(0, 1 << 30),
                field("flash", &Request::flash, "bytes of flash beyond an empty firmware that are enough: the fastest plan within them")
                    .range(0, 1 << 30),
                field("goldens", &Request::goldens, "windows in the self-test, real ones of a run; they cost flash only where it is called")
                    .range(0, 64),
                field("state", &Request::state, FileOptions::state_help), field("samples", &Request::samples, FileOptions::samples_help),
                field("package_version", &Request::package_version, "of the package: three numbers, as semantic versioning has them"),
                field("author", &Request::author, "of the package, where its format names one"),
                field("url", &Request::url, "of the package, where its format demands one"),
                field("force", &Request::force, "write it even where the board does not hold it"));
        }
    };
    struct Listed {
        std::string name, help, extension;
        std::vector<std::string> targets;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("name", &Listed::name, "for --as"), field("help", &Listed::help, "what it is"),
                                   field("extension", &Listed::extension, "of an archive; \"\" for a folder"),
                                   field("targets", &Listed::targets, "what it can be made for"));
        }
    };
    struct Response {
        std::string format, use, run, model, target, folder, name, deployment, project, note, made_folder, flags;
        bool is_measured = false;
        std::vector<Listed> formats;
        std::vector<std::string> sources, steps;
        std::uint64_t arena_bytes = 0, window_bytes = 0, constant_bytes = 0;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(field("formats", &R::formats, "of --list; else empty"),
                                   field("format", &R::format, "what it was packed for"), field("use", &R::use, "what to do with it first"),
                                   field("run", &R::run, "id of the run, or the model file"),
                                   field("model", &R::model, "hash of the 8-bit model"), field("target", &R::target, "the board"),
                                   field("is_measured", &R::is_measured, "whether there is an emulator for the board"),
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
    static constexpr std::string_view help = "write a model and its signal processing as C++ for a board, packed for a build system";
    static constexpr std::string_view example = "mote deploy --target nrf52840 --out firmware";
    static constexpr bool is_long = true;

    static void choose_plan(codegen::Pipeline& pipeline, const Request& request, const package::Destination& destination,
                            Context& context) {
        set_plan(pipeline, {request.optimise, request.arena, request.flash});
        if (request.flash == 0) return;
        if (!destination.board)
            throw base::Error("usage", "--flash is for boards: there is no compiler here that says what code takes on " + destination.name,
                              "leave it out, or --optimise size");
        pipeline = within_flash(std::move(pipeline), *destination.board, static_cast<std::uint64_t>(request.flash), *context.progress,
                                *context.cancel);
    }

    static package::Destination destination_for(const std::string& name, const Request& request, const std::filesystem::path& project) {
        package::Destination destination = typed([&] { return package::find_destination(name, project); });
        package::check_served(typed([&]() -> const package::Format& { return package::find_format(request.as); }), destination, project);
        return destination;
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
        const package::Destination destination = destination_for(request.target, request, context.project);
        auto pipeline = bare_pipeline(named, named.model.graph, destination.core);
        choose_plan(pipeline, request, destination, context);
        for (int i = 0; i < request.goldens; ++i)
            pipeline.golden_windows.push_back(made_up_input(pipeline.model, static_cast<std::uint64_t>(i) + 1));
        const std::string stem = std::filesystem::path(request.run).stem().string();
        pipeline.name = request.name.empty() ? codegen::name_for(stem) : request.name;
        Response response;
        response.flags = FileOptions{request.state, request.samples}.flags();
        response.run = named.name, response.model = pipeline.provenance.at("model");
        if (!request.force)
            response.note = fit_note(pipeline, destination, made_up_input(pipeline.model, 1), named.name, context.project, context);
        pack(response, request, context, pipeline, destination, card_of(request, stem));
        return response;
    }

    static std::filesystem::path without_slash(const std::filesystem::path& folder) {
        return folder.has_filename() ? folder : folder.parent_path();
    }

    static package::ModelCard card_of(const Request& request, const std::string& title) {
        package::ModelCard card;
        card.title = title, card.version = request.package_version, card.author = request.author, card.url = request.url;
        check_card(card);
        return card;
    }

    /// Generates, packs, writes.
    static void pack(Response& response, const Request& request, Context& context, const codegen::Pipeline& pipeline,
                     const package::Destination& destination, package::ModelCard card) {
        const codegen::Library library = codegen::make_library(pipeline);
        const codegen::Emission& emission = library.emission;
        if (card.cost && !is_of(*card.cost, emission)) card.cost.reset();
        const package::Format& format = package::find_format(request.as);
        response.made_folder = missing_folder(without_slash(request.out));
        response.use =
            package::write(format, {pipeline, library, destination, std::move(card), context.progress, context.cancel}, request.out);
        response.format = format.name, response.name = pipeline.name, response.target = destination.name;
        response.is_measured = destination.board.has_value();
        response.folder = request.out, response.project = in_project(context);
        for (const auto& source : emission.sources) response.sources.push_back(source.string());
        response.steps = emission.steps, response.arena_bytes = emission.arena_bytes;
        response.window_bytes = emission.window_bytes, response.constant_bytes = emission.constant_bytes;
    }

    static Response run_of_project(const Request& request, Context& context) {
        if (!request.state.empty() || !request.samples.empty())
            throw base::Error("usage", "--state and --samples are for model files: a run has had them when it was imported",
                              "leave them out");
        Session session = open_session(context);
        const auto folder = session.project.folder();
        if (!request.target.empty()) destination_for(request.target, request, folder);
        const Finished finished = open_finished(session, request.run);
        const std::string wanted = request.target.empty() ? finished.record.config.at("target").value("board", "") : request.target;
        const package::Destination destination = destination_for(wanted, request, folder);
        auto pipeline = device_pipeline(finished, destination.core, static_cast<std::size_t>(request.goldens));
        choose_plan(pipeline, request, destination, context);
        pipeline.name = request.name.empty() ? codegen::name_for(finished.record.project) : request.name;
        pipeline.listen = session_config(session).listen;
        Response response;
        response.run = finished.record.run, response.model = finished.record.model.int8_model;
        if (!request.force)
            response.note =
                fit_note(pipeline, destination, raw_windows(finished.plan, spread(finished.plan.split(finished.record.judged_split), 1)),
                         "run " + response.run.substr(0, 12), folder, context);
        package::ModelCard card = card_of(request, finished.record.project);
        card.quality = quality_of(finished.record);
        card.image_fit = finished.record.config.at("data").value("image_fit", card.image_fit);
        card.cost = cost_of(session.store, finished.record, destination.name);
        pack(response, request, context, pipeline, destination, std::move(card));
        const base::Json manifest = {{"deployment",
                                      {{"run", response.run},
                                       {"name", response.name},
                                       {"format", response.format},
                                       {"goldens", request.goldens},
                                       {"optimise", codegen::name_of(pipeline.optimise)},
                                       {"arena_limit_bytes", pipeline.arena_limit_bytes},
                                       {"flash_limit_bytes", request.flash},
                                       {"arena_bytes", response.arena_bytes},
                                       {"constant_bytes", response.constant_bytes},
                                       {"provenance", pipeline.provenance}}}};
        response.deployment = store::put_deployment(session.store, response.model, destination.name, manifest).hash;
        return response;
    }

    static Response list(const std::filesystem::path& project) {
        Response response;
        const auto destinations = package::destinations(project);
        for (const package::Format* format : package::formats()) {
            Listed listed{std::string(format->name), std::string(format->help), std::string(format->extension), {}};
            for (const auto& destination : destinations)
                if (format->refuses(destination).empty()) listed.targets.push_back(destination.name);
            response.formats.push_back(std::move(listed));
        }
        return response;
    }

    static Response run(const Request& request, Context& context) {
        if (request.list) return list(project_of(context));
        if (request.out.empty())
            throw base::Error("usage", "mote deploy needs --out: the folder or archive to write", "for example: " + std::string(example));
        package::check_place(typed([&]() -> const package::Format& { return package::find_format(request.as); }), request.out);
        return std::filesystem::is_regular_file(request.run) ? run_file(request, context) : run_of_project(request, context);
    }

    static void print_list(const Response& response, std::ostream& out) {
        for (const Listed& listed : response.formats)
            out << std::left << std::setw(12) << listed.name << std::setw(8) << (listed.extension.empty() ? "folder" : listed.extension)
                << listed.help << "\n"
                << std::setw(20) << ""
                << "for " << base::join(listed.targets, ", ") << "\n";
        out << "next: mote deploy --as FORMAT --target TARGET --out PATH\n";
    }

    static void print(const Response& response, std::ostream& out) {
        if (response.run.empty()) return print_list(response, out);
        const bool is_file = response.deployment.empty();
        out << "wrote " << response.folder << " for " << response.target << " ("
            << (is_file ? response.run : "run " + response.run.substr(0, 12)) << "): " << response.use << "\n";
        print_made_folder(response.made_folder, out);
        for (const auto& step : response.steps) out << "  " << codegen::short_title(step) << "\n";
        out << "arena " << base::human_bytes(response.arena_bytes) << ", window " << base::human_bytes(response.window_bytes)
            << ", constants " << base::human_bytes(response.constant_bytes) << "\n";
        if (!response.note.empty()) out << "note: " << response.note << "\n";
        const bool is_archive = !package::find_format(response.format).extension.empty();
        out << "next: read " << (is_archive ? "README.md in " + response.folder : response.folder + "/README.md");
        if (response.is_measured)
            out << ", or mote " << response.project << (is_file ? "profile " + response.run + " --target " : std::string("test --on "))
                << response.target << response.flags;
        out << "\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& deploy() { return make_verb<Deploy>(); }
}  // namespace catalogue

}  // namespace mote::app
