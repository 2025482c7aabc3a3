// An open project: its settings and its store.
#pragma once

#include "app/config.hpp"
#include "app/verb.hpp"
#include "base/error.hpp"
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

/// The split that `word` names: train, validation, test (or a usual word for one) or one that samples of the project are in. Throws
/// base::Error "usage" with the nearest.
std::string known_split(const store::Store& store, std::string_view word);

/// What a person typed and no catalogue knows is wrong use of the program: base::Errors of `look_up` become "usage".
template <class LookUp>
auto typed(const LookUp& look_up) {
    try {
        return look_up();
    } catch (const base::Error& error) {
        if (error.code() != "not_found" && error.code() != "bad_input") throw;
        throw base::Error("usage", error.message(), error.hint());
    }
}

/// What stands between "mote" and a verb in a next step, so that it works from where the person is: "" or "-C FOLDER ".
std::string in_project(const Context& context);

}  // namespace mote::app
