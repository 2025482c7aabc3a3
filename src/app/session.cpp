#include "app/session.hpp"

#include "base/text.hpp"

#include <set>

namespace mote::app {

Session open_session(const Context& context) {
    store::Project project = store::Project::find(context.project);
    store::Store opened = store::Store::open(project.store_folder());
    return {std::move(project), std::move(opened)};
}

Config session_config(const Session& session, const std::map<std::string, std::string>& overrides) {
    return read_config(session.project.folder(), overrides);
}

std::string known_split(const store::Store& store, std::string_view word) {
    const std::string split = store::normal_split(word);
    std::set<std::string> known{store::split_train, store::split_validation, store::split_test};
    for (const auto& sample : store.samples())
        if (!sample.annotation.split.empty()) known.insert(sample.annotation.split);
    if (known.count(split) > 0) return split;
    const std::vector<std::string> names(known.begin(), known.end());
    const std::string near = base::did_you_mean(split, names);
    throw base::Error("usage", "there is no split \"" + split + "\"", near.empty() ? "the splits are " + base::join(names, ", ") : near);
}

std::string in_project(const Context& context) { return context.project == "." ? "" : "-C " + context.project.string() + " "; }

}  // namespace mote::app
