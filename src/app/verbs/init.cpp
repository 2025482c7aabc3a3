// A new project: a folder with a commented mote.toml.
#include "app/config.hpp"
#include "app/verb.hpp"
#include "base/error.hpp"
#include "store/project.hpp"

namespace mote::app {

namespace {

struct Init {
    struct Request {
        std::string folder = ".";
        std::string kind = "sensor";
        std::string name;
        std::uint32_t seed = 1;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("folder", &Request::folder, "where the project goes; made if it is not there").positional(),
                                   field("kind", &Request::kind, "what it is about").choices("keyword|motion|image|sensor").flag('k'),
                                   field("name", &Request::name, "the project's name; the folder's where none is given"),
                                   field("seed", &Request::seed, "every random choice follows from this number"));
        }
    };
    struct Response {
        std::string folder, config, kind;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("folder", &Response::folder, "the project's folder"),
                                   field("config", &Response::config, "the file to edit"), field("kind", &Response::kind, "the template"));
        }
    };
    static constexpr std::string_view name = "init";
    static constexpr std::string_view help = "start a project: a folder with a commented mote.toml";
    static constexpr std::string_view example = "mote init --kind keyword wake-word";
    static constexpr bool is_long = false;

    static Response run(const Request& request, Context& context) {
        const std::filesystem::path folder = (context.project / request.folder).lexically_normal();
        std::string project_name = request.name;
        if (project_name.empty()) project_name = std::filesystem::weakly_canonical(folder).filename().string();
        Config config = template_config(request.kind, project_name.empty() ? "project" : project_name);
        config.project.seed = request.seed;
        const std::filesystem::path file = folder / "mote.toml";
        if (std::filesystem::exists(file))
            throw base::Error("conflict", file.string() + " exists already", "edit it, or choose another folder");
        store::Project::create(folder, commented_toml(config));
        return {folder.string(), file.string(), request.kind};
    }

    static void print(const Response& response, std::ostream& out) {
        const std::string inside = response.folder == "." || response.folder.empty() ? "" : "-C " + response.folder + " ";
        out << "made " << response.config << " (" << response.kind << ")\n"
            << "next: mote " << inside << "ingest FILES...\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& init() { return make_verb<Init>(); }
}  // namespace catalogue

}  // namespace mote::app
