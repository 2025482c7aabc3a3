// The content-addressed store of a project: objects in packed segments, samples with append-only annotations, snapshots.
//
// Durability: what a call has returned survives kill -9 and loss of power (segments are synced before the SQLite transaction that names
// them commits). Several processes may use one store: readers never wait, writers take turns.
#pragma once

#include "base/files.hpp"
#include "base/hash.hpp"
#include "store/sample.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::store {

class Database;
class Segments;

/// Values of a stored recording without a copy. Valid as long as the Store lives.
struct SignalView {
    Descriptor descriptor;
    std::span<const std::byte> bytes;
};

/// The change of an annotation; only what is set is changed.
struct Edit {
    std::optional<std::string> label;
    std::optional<std::string> split;
    std::optional<std::string> group;
    std::optional<bool> excluded;
    std::optional<bool> removed;
    std::optional<std::vector<LabelSpan>> spans;
    std::optional<base::Json> metadata;  ///< merged over what is there
};

struct SnapshotInfo {
    std::string hash;  ///< 64 hex digits, of the canonical content
    std::string time;  ///< UTC, ISO 8601
    std::string note;
    std::size_t samples = 0;
};

/// What differs between two snapshots, by sample name.
struct SnapshotDiff {
    std::vector<std::string> added, removed;
    struct Change {
        std::string name;
        std::string field;  ///< "label", "split", "group", "values", "spans", "metadata", "descriptor"
        std::string before, after;
    };
    std::vector<Change> changed;
};

/// What check() found; an empty list of problems means that every byte is as it was written.
struct CheckReport {
    std::size_t objects = 0, samples = 0, snapshots = 0;
    std::uint64_t bytes = 0;
    std::vector<std::string> problems;
};

class Store {
  public:
    /// Opens the store in `folder` (a project's .mote), making it when it is missing. Throws base::Error.
    static Store open(const std::filesystem::path& folder);
    ~Store();
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;

    const std::filesystem::path& folder() const;

    // Objects: bytes named by their SHA-256.
    base::Hash put(std::span<const std::byte> bytes);
    base::Hash put(std::string_view text);
    bool has(const base::Hash& hash) const;
    /// Throws base::Error "not_found", or "bad_input" when the stored bytes cannot be reached. May be called from any thread.
    std::span<const std::byte> get(const base::Hash& hash) const;

    // Samples.
    std::vector<Sample> samples(const SampleFilter& filter = {}) const;
    std::size_t sample_count() const;
    /// By id or name; throws base::Error "not_found" with the nearest name.
    Sample sample(std::string_view id_or_name) const;
    SignalView view(const Sample& sample) const;
    /// A copy, label spans included.
    Signal read(const Sample& sample) const;
    /// Changes every sample that the filter finds, in one transaction; returns how many changed. A change of split is carried over to
    /// all samples of the groups that it touches. Throws base::Error "not_found" when a name in the filter finds nothing.
    std::size_t edit(const SampleFilter& filter, const Edit& change);
    /// All revisions of a sample's annotation, oldest first, with their times.
    std::vector<std::pair<std::string, Annotation>> history(std::string_view id_or_name) const;

    // Snapshots: immutable, named by the hash of what they hold (samples neither excluded nor removed).
    SnapshotInfo snapshot(std::string_view note = "");
    std::vector<SnapshotInfo> snapshots() const;  ///< newest first
    /// By hash or unique beginning of it, or "latest"; throws base::Error "not_found".
    SnapshotInfo find_snapshot(std::string_view hash) const;
    /// The samples as they were, ordered by name.
    std::vector<Sample> snapshot_samples(std::string_view hash) const;
    SnapshotDiff diff(std::string_view before, std::string_view after) const;

    /// Reads and re-hashes everything.
    CheckReport check() const;

    /// For the store's own parts (ingest, records).
    struct Parts;
    Parts& parts() const { return *parts_; }

  private:
    explicit Store(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace mote::store
