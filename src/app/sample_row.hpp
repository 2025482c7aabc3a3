// One line about a sample, for lists.
#pragma once

#include "base/fields.hpp"
#include "store/sample.hpp"

#include <string>

namespace mote::app {

struct SampleRow {
    std::string id, name, label, split, group, sensor;
    double seconds = 0;
    std::size_t frames = 0;
    bool excluded = false, removed = false;
    std::vector<std::string> warnings;
    static constexpr auto fields() {
        using base::field;
        using S = SampleRow;
        return std::make_tuple(field("id", &S::id, "16 hex digits"), field("name", &S::name, "unique in the project"),
                               field("label", &S::label, "labels inside a recording are joined by +; empty: none"),
                               field("split", &S::split, "train, validation, test or another"),
                               field("group", &S::group, "speaker, subject or device"), field("sensor", &S::sensor, "its channels"),
                               field("seconds", &S::seconds, "length; 0 for images").unit("s"),
                               field("frames", &S::frames, "values a channel"), field("excluded", &S::excluded, "left out of snapshots"),
                               field("removed", &S::removed, "in old snapshots only"), field("warnings", &S::warnings, "what to look at"));
    }
};

SampleRow row_of(const store::Sample& sample);

}  // namespace mote::app
