// What a Store is made of, for the files of this folder that work on it.
#pragma once

#include "store/database.hpp"
#include "store/segments.hpp"
#include "store/store.hpp"

#include <mutex>
#include <optional>
#include <string>

namespace mote::store {

struct Store::Parts {
    explicit Parts(const std::filesystem::path& folder);

    std::filesystem::path folder;
    Segments segments;
    Database database;
    std::recursive_mutex lock;  ///< one thread at a time uses the connection
};

/// One durable change. Takes turns with other threads and processes, cuts off what a dead writer left, and holds one SQLite transaction.
/// Destroyed without commit(), nothing has happened.
class Writing {
  public:
    explicit Writing(Store::Parts& parts);
    ~Writing();
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;

    /// The row of an object, stored now unless it is known.
    std::int64_t put(const base::Hash& hash, std::span<const std::byte> bytes);
    void commit();

  private:
    Store::Parts& parts_;
    std::unique_lock<std::recursive_mutex> turn_;
    int file_ = -1;
    bool open_ = false;
    bool appended_ = false;
    std::optional<Statement> find_, insert_;
};

/// Waits its turn for an exclusive lock on a file (made when missing); throws base::Error "conflict" after `seconds`. Returns the
/// descriptor to close.
int lock_file(const std::filesystem::path& file, double seconds, std::string_view busy_message);

/// UTC now, "2026-01-31T12:00:00Z".
std::string utc_now();

/// Throws base::Error "not_found" or "usage" unless exactly one text of the statement's rows begins with what was asked.
std::string unique_match(Statement& rows, std::string_view what, std::string_view asked);

// Bits of revision.touched: what a person has set, and rules leave alone.
inline constexpr int touched_label = 1;
inline constexpr int touched_split = 2;
inline constexpr int touched_group = 4;
inline constexpr int touched_excluded = 8;
inline constexpr int touched_removed = 16;
inline constexpr int touched_metadata = 32;

base::Json spans_to_json(std::span<const LabelSpan> spans);
std::vector<LabelSpan> spans_from_json(const base::Json& json);
/// Whether two annotations say the same, whatever the order of metadata.
bool same(const Annotation& a, const Annotation& b);

/// Adds a revision to a sample and makes it the current one.
class Reviser {
  public:
    explicit Reviser(Store::Parts& parts);
    std::int64_t add(std::int64_t sample_row, const Annotation& annotation, int touched);

  private:
    Store::Parts& parts_;
    Statement insert_, update_;
    std::string now_;
};

/// The hash that the entries of a stored snapshot give now: its own, unless the store is damaged.
std::string rehash_snapshot(Store::Parts& parts, std::string_view hash);

/// Columns that read_sample() expects, in this order, of `sample s JOIN revision r JOIN object o`.
inline constexpr const char* sample_columns =
    "s.id, s.key, s.name, src.path, s.descriptor, o.hash, r.id, r.label, r.split, r.grp, r.excluded, r.removed, r.spans, r.metadata, "
    "s.warnings, r.touched";
Sample read_sample(const Statement& row);

}  // namespace mote::store
