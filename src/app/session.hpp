// An open project: its settings and its store.
#pragma once

#include "app/config.hpp"
#include "app/verb.hpp"
#include "store/project.hpp"
#include "store/store.hpp"

#include <map>
#include <string>

namespace mote::app {

struct Session {
    store::Project project;
    store::Store store;
};

/// The project at or above context.project. Throws base::Error "not_found".
Session open_session(const Context& context);

/// The project's mote.toml with `overrides` laid over it (see read_config).
Config session_config(const Session& session, const std::map<std::string, std::string>& overrides = {});

/// What stands between "mote" and a verb in a next step, so that it works from where the person is: "" or "-C FOLDER ".
std::string in_project(const Context& context);

}  // namespace mote::app
