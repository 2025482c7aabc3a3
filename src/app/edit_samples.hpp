// What the verbs that change samples have in common.
#pragma once

#include "app/session.hpp"

#include <ostream>
#include <string>
#include <vector>

namespace mote::app {

struct EditResponse {
    std::size_t changed = 0, found = 0, with_them = 0;
    std::vector<std::string> warnings;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("changed", &EditResponse::changed, "samples that are different now"),
                               field("found", &EditResponse::found, "samples that were named"),
                               field("with_them", &EditResponse::with_them, "of those changed, not named but of the same group"),
                               field("warnings", &EditResponse::warnings, "what to look at"));
    }
};

/// Applies `change` to the samples that `names` finds. Throws base::Error "not_found" when a name finds nothing.
EditResponse edit_samples(Context& context, const std::vector<std::string>& names, const store::Edit& change, bool with_removed = false);
void print_edit(const EditResponse& response, std::ostream& out);

}  // namespace mote::app
