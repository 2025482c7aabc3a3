#include "app/session.hpp"

namespace mote::app {

Session open_session(const Context& context) {
    store::Project project = store::Project::find(context.project);
    store::Store opened = store::Store::open(project.store_folder());
    return {std::move(project), std::move(opened)};
}

Config session_config(const Session& session, const std::map<std::string, std::string>& overrides) {
    return read_config(session.project.folder(), overrides);
}

std::string in_project(const Context& context) { return context.project == "." ? "" : "-C " + context.project.string() + " "; }

}  // namespace mote::app
