// Proof that the store still holds what was put into it.
#include "base/error.hpp"
#include "store/parts.hpp"

namespace mote::store {

namespace {

void check_objects(Store::Parts& parts, CheckReport& report) {
    Statement rows = parts.database.prepare("SELECT hash, size, segment, offset FROM object ORDER BY segment, offset");
    std::int64_t segment = 0, end = 0;
    while (rows.step()) {
        const base::Hash hash = rows.hash(0);
        const std::int64_t size = rows.integer(1);
        const Place place{rows.integer(2), rows.integer(3)};
        ++report.objects, report.bytes += static_cast<std::uint64_t>(size);
        if (place.segment == segment && place.offset < end)
            report.problems.push_back("object " + base::hex(hash) + ": lies over another one in segment " + std::to_string(segment));
        segment = place.segment, end = place.offset + size;
        try {
            if (base::sha256(parts.segments.view(place, size)) != hash)
                report.problems.push_back("object " + base::hex(hash) + ": its bytes have changed (segment " + std::to_string(segment) +
                                          ", byte " + std::to_string(place.offset) + ")");
        } catch (const base::Error& error) {
            report.problems.push_back("object " + base::hex(hash) + ": " + error.message());
        }
    }
}

void check_references(Store::Parts& parts, CheckReport& report) {
    Statement rows = parts.database.prepare("PRAGMA foreign_key_check");
    while (rows.step())
        report.problems.push_back("table " + rows.text(0) + ", row " + rows.text(1) + ": names a missing row of " + rows.text(2));
    Statement integrity = parts.database.prepare("PRAGMA integrity_check");
    while (integrity.step())
        if (integrity.text(0) != "ok") report.problems.push_back("store.sqlite: " + integrity.text(0));
    Statement stale = parts.database.prepare(
        "SELECT s.name FROM sample s JOIN revision r ON r.id = s.revision WHERE r.sample != s.id OR r.removed != s.removed OR "
        "r.id != (SELECT max(id) FROM revision WHERE sample = s.id)");
    while (stale.step()) report.problems.push_back("sample " + stale.text(0) + ": does not point to its newest revision");
}

}  // namespace

CheckReport Store::check() const {
    const std::lock_guard lock(parts_->lock);
    CheckReport report;
    check_objects(*parts_, report);
    check_references(*parts_, report);
    SampleFilter everything;
    everything.with_removed = true;
    for (const Sample& sample : samples(everything)) {
        ++report.samples;
        try {
            view(sample);
        } catch (const base::Error& error) {
            report.problems.push_back(error.message());
        }
    }
    for (const SnapshotInfo& info : snapshots()) {
        ++report.snapshots;
        if (rehash_snapshot(*parts_, info.hash) != info.hash)
            report.problems.push_back("snapshot " + info.hash + ": its entries are not what they were");
    }
    return report;
}

}  // namespace mote::store
