// links: mote_store
// Label files written beside exports and uploads: any text is read or refused with a base::Error, and what is accepted is in order.
#include "base/error.hpp"
#include "store/sidecar.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    static const char* const names[] = {"/d/info.labels", "/d/structured_labels.labels", "/d/bounding_boxes.labels"};
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    std::map<std::string, mote::store::SidecarEntry> entries;
    try {
        mote::store::read_sidecar(names[data[0] % 3], text, entries);
    } catch (const mote::base::Error&) {
        if (!entries.empty()) std::abort();
    }
    for (const auto& [path, entry] : entries) {
        if (!entry.spans) continue;
        std::size_t end = 0;
        for (const mote::store::LabelSpan& span : *entry.spans) {
            if (span.begin < end || span.end <= span.begin) std::abort();
            end = span.end;
        }
    }
    return 0;
}
