#include "app/sample_row.hpp"

#include "base/text.hpp"

#include <set>

namespace mote::app {

SampleRow row_of(const store::Sample& sample) {
    SampleRow row;
    row.id = sample.id, row.name = sample.name;
    row.label = sample.annotation.label, row.split = sample.annotation.split, row.group = sample.annotation.group;
    if (row.label.empty()) {
        std::set<std::string> inside;
        for (const auto& span : sample.annotation.spans) inside.insert(span.label);
        row.label = base::join(std::vector<std::string>(inside.begin(), inside.end()), "+");
    }
    row.sensor = sample.descriptor.sensor();
    row.seconds = sample.descriptor.seconds(), row.frames = sample.descriptor.frames;
    row.excluded = sample.annotation.excluded, row.removed = sample.annotation.removed;
    row.warnings = sample.warnings;
    return row;
}

}  // namespace mote::app
