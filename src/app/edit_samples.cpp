#include "app/edit_samples.hpp"

#include "store/split_check.hpp"

#include <algorithm>
#include <map>

namespace mote::app {

EditResponse edit_samples(Context& context, const std::vector<std::string>& names, const store::Edit& change, bool with_removed) {
    Session session = open_session(context);
    store::SampleFilter filter;
    filter.names = names, filter.with_removed = with_removed;
    EditResponse response;
    std::map<std::int64_t, std::int64_t> named;  // sample to its revision
    for (const auto& sample : session.store.samples(filter)) named[sample.row] = sample.revision;
    response.found = named.size();
    response.changed = response.with_them = session.store.edit(filter, change);
    store::SampleFilter everything;
    everything.with_removed = true;
    for (const auto& sample : session.store.samples(everything))
        if (const auto at = named.find(sample.row); at != named.end() && at->second != sample.revision) --response.with_them;
    if (change.split || change.removed || change.excluded)
        for (const auto& leak : store::split_leaks(session.store)) response.warnings.push_back(leak.file + ": " + leak.message);
    return response;
}

void print_edit(const EditResponse& response, std::ostream& out) {
    constexpr std::size_t shown = 20;
    for (std::size_t i = 0; i < std::min(shown, response.warnings.size()); ++i) out << "warning: " << response.warnings[i] << "\n";
    if (response.warnings.size() > shown) out << "  and " << response.warnings.size() - shown << " more (--json lists all)\n";
    out << response.changed - response.with_them << " of " << response.found << " samples changed";
    if (response.with_them > 0) out << ", and " << response.with_them << " more of their groups";
    out << "\nnext: mote train learns from the samples as they are now\n";
}

}  // namespace mote::app
