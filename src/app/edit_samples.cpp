#include "app/edit_samples.hpp"

namespace mote::app {

EditResponse edit_samples(Context& context, const std::vector<std::string>& names, const store::Edit& change, bool with_removed) {
    Session session = open_session(context);
    store::SampleFilter filter;
    filter.names = names, filter.with_removed = with_removed;
    EditResponse response;
    response.found = session.store.samples(filter).size();
    response.changed = session.store.edit(filter, change);
    return response;
}

void print_edit(const EditResponse& response, std::ostream& out) {
    out << response.changed << " of " << response.found << " samples changed\n";
    out << "next: mote train learns from the samples as they are now\n";
}

}  // namespace mote::app
