// What a model costs on boards, before there is a project or a board on the desk.
#include "app/profile.hpp"
#include "app/flash_budget.hpp"
#include "app/measurement.hpp"
#include "app/named_model.hpp"
#include "app/report/profile_page.hpp"
#include "app/tables.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "graph/node_view.hpp"
#include "graph/state_pairs.hpp"

#include <iomanip>
#include <sstream>

namespace mote::app {

namespace {

constexpr std::size_t profiled_windows = 2;

struct ProfileVerb {
    struct Request {
        std::string model, optimise = "speed", out;
        std::vector<std::string> target;
        std::map<std::string, std::string> state;
        std::string samples;
        int arena = 0, flash = 0;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("model", &Request::model, "a model file, the beginning of a run's id, or \"latest\"").positional().required(),
                field("target", &Request::target, "the boards, separated by commas; a run's own board where none is given").flag('t'),
                field("optimise", &Request::optimise, "what the plan gives the others away for").choices("speed|size|ram"),
                field("arena", &Request::arena, "bytes of arena that are enough: the fastest plan within them").range(0, 1 << 30),
                field("flash", &Request::flash, "bytes of flash beyond an empty firmware that are enough: the fastest plan within them")
                    .range(0, 1 << 30),
                field("state", &Request::state, FileOptions::state_help), field("samples", &Request::samples, FileOptions::samples_help),
                field("out", &Request::out, "also write an HTML page with the memory plan as a picture").flag('o'));
        }
    };
    /// The first board's figures stand at the top, so that one board is one flat object; `targets` has every board's.
    struct Response : Profile {
        std::string model, input, output, page, made_folder, next;
        std::uint64_t macs = 0;
        std::vector<std::string> notes;
        std::vector<Profile> targets;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::tuple_cat(
                Profile::fields(),
                std::make_tuple(field("model", &R::model, "what was profiled"), field("input", &R::input, "type and shape of each"),
                                field("output", &R::output, "type and shape of each"),
                                field("macs", &R::macs, "multiply-accumulates of one inference"),
                                field("notes", &R::notes, "what a reader must know first"),
                                field("page", &R::page, "the HTML page, where one was asked for"),
                                field("made_folder", &R::made_folder, "the folder that was made for it; mostly empty"),
                                field("next", &R::next, "what could be done next; never to deploy what does not fit"),
                                field("targets", &R::targets, "the same of every board, the first one included")));
        }
    };
    static constexpr std::string_view name = "profile";
    static constexpr std::string_view help = "say what a model costs on boards: speed, flash, RAM, energy, layer by layer";
    static constexpr std::string_view example = "mote profile model.tflite --target nrf52840,rp2040";
    static constexpr bool is_long = true;

    static std::vector<std::string> boards_of(const Request& request, const NamedModel& named) {
        std::vector<std::string> names;
        for (const std::string& given : request.target)
            for (const std::string& one : base::split(given, ','))
                if (!base::trim(one).empty()) names.emplace_back(base::trim(one));
        if (names.empty() && named.run) names.push_back(named.run->record.config.at("target").value("board", ""));
        if (names.empty()) throw base::Error("usage", "which board?", "name one: --target nrf52840 (mote targets lists them)");
        return names;
    }

    static Response run(const Request& request, Context& context) {
        try {
            return profile_all(request, context);
        } catch (const base::Error& error) {
            if (error.code() != "cancelled") throw;
            throw base::Error("cancelled", "stopped on request: there are no figures, and nothing was written",
                              "run the same command again");
        }
    }

    static Response profile_all(const Request& request, Context& context) {
        check_written({{"--out", request.out}}, {request.model, request.samples});
        const NamedModel named = open_model(request.model, context, {request.state, request.samples});
        const std::filesystem::path project = project_folder(named, context);
        std::vector<board::Board> boards;
        for (const std::string& board : boards_of(request, named))
            boards.push_back(typed([&] { return board::find_board(board, project); }));
        Response response;
        response.model = named.name;
        const graph::Graph model = named.run ? named.model.graph : device_model(named.model.graph, response.notes);
        const bool is_made_up = !response.notes.empty();
        for (const auto& [in, out] : graph::likely_state(model))
            response.notes.push_back("input \"" + in + "\" and output \"" + out + "\" are alike: if one is the other's state, --state " +
                                     in + "=" + out + " keeps it in the model");
        response.macs = graph::count_macs(model);
        response.input = describe(model, model.inputs), response.output = describe(model, model.outputs);
        for (const board::Board& board : boards) {
            context.cancel->check();
            codegen::Pipeline pipeline = named.run ? device_pipeline(*named.run, board.core, 0) : bare_pipeline(named, model, board.core);
            if (named.session) pipeline.listen = session_config(*named.session).listen;
            set_plan(pipeline, {request.optimise, request.arena, request.flash});
            if (request.flash > 0)
                pipeline =
                    within_flash(std::move(pipeline), board, static_cast<std::uint64_t>(request.flash), *context.progress, *context.cancel);
            response.targets.push_back(profile_on(pipeline, board, windows_of(named, model), project, *context.progress, *context.cancel));
        }
        static_cast<Profile&>(response) = response.targets.front();
        response.next = next_step(request, named, response, is_made_up);
        if (!request.out.empty()) {
            report::ProfilePage page{response.model, response.input + " -> " + response.output, response.notes, response.targets};
            response.made_folder = missing_folder(request.out);
            base::write_file(request.out, report::render(page));
            response.page = request.out;
        }
        return response;
    }

    static std::string next_step(const Request& request, const NamedModel& named, const Response& response, bool is_made_up) {
        const std::string model = named.run ? named.run->record.run.substr(0, 12) : named.name;
        std::string plan = request.optimise == "speed" ? "" : " --optimise " + request.optimise;
        if (request.arena > 0) plan += " --arena " + std::to_string(request.arena);
        if (request.flash > 0) plan += " --flash " + std::to_string(request.flash);
        const std::string state = FileOptions{request.state, request.samples}.flags();
        plan += state;
        std::vector<std::string> fitting, other_boards;
        const Profile* with_other_plan = nullptr;
        for (const Profile& p : response.targets) {
            if (p.fits) fitting.push_back(p.target);
            if (!with_other_plan && !p.fits_with.empty()) with_other_plan = &p;
            for (const std::string& board : p.fits_on)
                if (std::find(other_boards.begin(), other_boards.end(), board) == other_boards.end()) other_boards.push_back(board);
        }
        if (is_made_up && (!fitting.empty() || with_other_plan))
            return "quantise it with your data: mote deploy " + model + " --target " +
                   (fitting.empty() ? with_other_plan->target : fitting.front()) + plan +
                   " --samples INPUTS --out firmware, or mote import " + model + state + " in a project";
        if (!fitting.empty())
            return "mote deploy " + model + " --target " + fitting.front() + plan + " --out firmware" +
                   (fitting.size() > 1 ? "   (or for " + base::join({fitting.begin() + 1, fitting.end()}, ", ") + ")" : "");
        if (with_other_plan)
            return "mote deploy " + model + " --target " + with_other_plan->target + " --optimise " + with_other_plan->fits_with.front() +
                   state + " --out firmware";
        if (!other_boards.empty()) return "mote profile " + model + " --target " + base::join(other_boards, ",") + plan;
        return "make the model smaller: no board that mote knows holds it (mote targets)";
    }

    static base::Bytes windows_of(const NamedModel& named, const graph::Graph& model) {
        if (!named.run) return made_up_input(model, 1);
        const DataPlan& plan = named.run->plan;
        return raw_windows(plan, spread(plan.split(named.run->record.judged_split), profiled_windows));
    }

    static void print_figures(const Profile& p, std::ostream& out) {
        const auto line = [&](const char* what, const std::string& figure, const std::string& note) {
            out << "  " << std::left << std::setw(14) << what << std::setw(16) << figure << note << "\n";
        };
        line("instructions", std::to_string(p.instructions), p.confidence.at("instructions"));
        line("cycles", base::human_count(p.cycles), p.confidence.at("cycles"));
        line("latency", with_unit(p.latency_ms / 1e3, "s"), "modelled");
        line("energy", p.energy_uj > 0 ? with_unit(p.energy_uj / 1e6, "J") : "-", p.confidence.at("energy_uj"));
        line("flash", std::to_string(p.flash_bytes),
             "bytes beyond an empty firmware, exact; " + base::human_bytes(p.image_flash_bytes) + " of " +
                 base::human_bytes(p.board_flash_bytes) + " in all");
        line("arena", std::to_string(p.arena_bytes),
             p.arena_bytes == p.arena_lower_bound_bytes
                 ? "bytes, exact; proved the smallest for these kernels"
                 : "bytes, exact; no plan of these kernels needs less than " + std::to_string(p.arena_lower_bound_bytes));
        line("stack", std::to_string(p.stack_bytes), "bytes, exact");
        line("RAM", std::to_string(p.ram_bytes),
             "bytes beyond an empty firmware, exact; " + base::human_bytes(p.image_ram_bytes) + " of " +
                 base::human_bytes(p.board_ram_bytes) + " in all");
        for (const auto& part : p.parts)
            if (part.flash_bytes > 0) line("", std::to_string(part.flash_bytes), "bytes of flash: " + part.name);
    }

    static void print_listening(const Profile& p, std::ostream& out) {
        const char* what = "listening";
        for (const auto& [figure, words] : listening_figures(p)) {
            out << "  " << std::left << std::setw(14) << what << std::setw(16) << figure << words << "\n";
            what = "";
        }
        if (!p.listening_note.empty()) out << "  note: " << p.listening_note << "\n";
    }

    static void print_dropped(const Profile& p, std::ostream& out) {
        if (p.dropped.empty()) return;
        int channels = 0;
        std::vector<std::string> layers;
        for (const auto& d : p.dropped) {
            channels += d.channels;
            layers.push_back(d.op + " " + std::to_string(d.channels) + " of " + std::to_string(d.of));
        }
        out << "  left out: " << channels << " channel(s) that always hold the same value or are never read, " << p.dropped_macs
            << " multiply-accumulates (" << base::join(layers, ", ") << ")\n";
    }

    static void print_target(const Profile& p, std::ostream& out) {
        out << "\n" << p.title << ", for " << p.goal << (p.fits ? "" : ": DOES NOT FIT") << "\n";
        for (const auto& advice : p.advice) out << "  " << advice << "\n";
        print_figures(p, out);
        print_listening(p, out);
        print_dropped(p, out);
        std::size_t longest = 18;
        for (const auto& layer : p.layers) longest = std::max(longest, layer.op.size());
        const auto name_width = static_cast<int>(longest) + 2;
        out << "\n  " << std::left << std::setw(name_width) << "operator" << std::right << std::setw(6) << "layers" << std::setw(10)
            << "a MAC"
            << "  kernels\n";
        for (const auto& o : p.operators) {
            std::ostringstream rate;
            if (o.instructions_per_mac > 0) rate << std::fixed << std::setprecision(2) << o.instructions_per_mac;
            out << "  " << std::left << std::setw(name_width) << o.op << std::right << std::setw(6) << o.count << std::setw(10)
                << rate.str() << "  " << o.kernels << (o.specialised ? "" : " (plain)") << "\n";
        }
        out << "\n  " << std::left << std::setw(name_width) << "layer" << std::right << std::setw(12) << "MACs" << std::setw(14)
            << "instructions" << std::setw(12) << "cycles" << std::setw(9) << "share"
            << "  shapes\n";
        for (const auto& layer : p.layers)
            out << "  " << std::left << std::setw(name_width) << layer.op << std::right << std::setw(12) << layer.macs << std::setw(14)
                << layer.instructions << std::setw(12) << static_cast<std::uint64_t>(layer.cycles) << std::setw(9) << percent(layer.share)
                << "  " << layer.shapes << "\n";
    }

    static void print_side_by_side(const std::vector<Profile>& targets, std::ostream& out) {
        out << std::left << std::setw(16) << "board" << std::right << std::setw(14) << "instructions" << std::setw(12) << "latency"
            << std::setw(12) << "energy" << std::setw(12) << "flash" << std::setw(12) << "RAM"
            << "  fits\n";
        for (const Profile& p : targets)
            out << std::left << std::setw(16) << p.target << std::right << std::setw(14) << p.instructions << std::setw(12)
                << with_unit(p.latency_ms / 1e3, "s") << std::setw(12) << (p.energy_uj > 0 ? with_unit(p.energy_uj / 1e6, "J") : "-")
                << std::setw(12) << p.flash_bytes << std::setw(12) << p.ram_bytes << "  " << (p.fits ? "yes" : "NO") << "\n";
    }

    static void print(const Response& response, std::ostream& out) {
        out << response.model << ": " << response.input << " -> " << response.output << ", " << response.macs << " multiply-accumulates\n";
        for (const auto& note : response.notes) out << "note: " << note << "\n";
        if (response.targets.size() > 1) print_side_by_side(response.targets, out);
        for (const Profile& p : response.targets) print_target(p, out);
        out << "\n"
            << (response.page.empty() ? "the memory plan as a picture, tensors over steps: add --out profile.html"
                                      : "wrote " + response.page + ": these tables, and the memory plan as a picture, tensors over steps")
            << "\n";
        print_made_folder(response.made_folder, out);
        out << "next: " << response.next << "\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& profile() { return make_verb<ProfileVerb>(); }
}  // namespace catalogue

}  // namespace mote::app
