// Bringing files into a store: walk, read in parallel, label, split, write in order.
#pragma once

#include "base/fields.hpp"
#include "base/progress.hpp"
#include "store/format.hpp"
#include "store/store.hpp"

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace mote::store {

struct IngestOptions {
    std::string label;  ///< one label for everything
    std::string label_from = "auto";
    std::string name_pattern;
    std::vector<std::string> tables;
    std::string group_by;
    std::string split_from = "auto";
    double validation_share = 0.2;
    double test_share = 0.2;
    std::string split_salt;
    std::vector<std::string> include;
    std::vector<std::string> exclude;
    std::string prefix;
    bool mixed_rates = false;
    // Passed on to the formats (see ReadOptions).
    double rate_hz = 0;
    std::vector<std::string> channels;
    std::string time_column;
    std::string time_unit = "auto";
    std::string label_column;
    std::string hmac_key;
    std::uint64_t limit_bytes = std::uint64_t{1} << 30;
    std::size_t batch_files = 512;  ///< files made durable together; no setting of people, it changes no result

    static constexpr auto fields() {
        using base::field;
        using O = IngestOptions;
        return std::make_tuple(
            field("label", &O::label, "one label for everything that is read"),
            field("label_from", &O::label_from,
                  "where labels come from; auto: table, sidecar, the file itself, the name pattern, the folder, whichever says one first")
                .choices("auto|table|file|name|folder|none"),
            field("name_pattern", &O::name_pattern,
                  "fields in file names: \"{label}.{rest}\", \"{subject}_{run}_{device}.csv\", or \"re:\" and a regular expression with "
                  "named groups"),
            field("tables", &O::tables, "CSV files with columns file, label, split, or a column of the name pattern"),
            field("group_by", &O::group_by,
                  "the field (column of a table, part of the name pattern) that names speaker, subject or device"),
            field("split_from", &O::split_from, "where splits come from; auto: table or sidecar, else a hash of group or name")
                .choices("auto|table|hash|none"),
            field("validation_share", &O::validation_share, "share of groups or names for validation, by hash").range(0, 1),
            field("test_share", &O::test_share, "share of groups or names for test, by hash").range(0, 1),
            field("split_salt", &O::split_salt, "changes which names the hash puts where"),
            field("include", &O::include, "shell patterns; only files whose path or name fits one are read"),
            field("exclude", &O::exclude, "shell patterns of files to leave out"),
            field("prefix", &O::prefix, "put before every sample's name, with a slash"),
            field("mixed_rates", &O::mixed_rates, "accept different rates of one sensor (they are resampled later)"),
            field("rate_hz", &O::rate_hz, "rate of series without time stamps").range(0, 1e9).unit("Hz"),
            field("channels", &O::channels, "columns to read, in order"), field("time_column", &O::time_column, "column with time stamps"),
            field("time_unit", &O::time_unit, "unit of the time stamps").choices("auto|s|ms|us"),
            field("label_column", &O::label_column, "column with a label a row"),
            field("hmac_key", &O::hmac_key, "key that signed acquisition files must be signed with; one that is not is refused"),
            field("limit_bytes", &O::limit_bytes, "files that decode to more are refused").range(1, 1e12).unit("bytes"));
    }
};

/// A file, or a part of one, that was refused, or a warning about one.
struct IngestIssue {
    std::string file;
    std::string message;  ///< place and reason
    std::string hint;     ///< what to do
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("file", &IngestIssue::file, "the file"), field("message", &IngestIssue::message, "place and reason"),
                               field("hint", &IngestIssue::hint, "what to do"));
    }
};

struct IngestReport {
    std::size_t files = 0;       ///< looked at
    std::size_t unchanged = 0;   ///< of these, known already
    std::size_t added = 0;       ///< samples new in the store
    std::size_t replaced = 0;    ///< samples whose file has new content
    std::size_t renamed = 0;     ///< known recordings under a new name
    std::size_t dropped = 0;     ///< samples that their file no longer holds
    std::size_t relabelled = 0;  ///< known samples with a new label, split or group
    std::size_t duplicates = 0;  ///< added samples with the values of another sample
    std::uint64_t bytes = 0;     ///< of the files that were read
    double seconds = 0;
    std::vector<IngestIssue> bad;
    std::vector<IngestIssue> warnings;
    std::vector<std::string> skipped;  ///< below a named folder, and no format claims them (README.md)
    static constexpr auto fields() {
        using base::field;
        using R = IngestReport;
        return std::make_tuple(field("files", &R::files, "files looked at"), field("unchanged", &R::unchanged, "files known already"),
                               field("added", &R::added, "new samples"), field("replaced", &R::replaced, "samples with new content"),
                               field("renamed", &R::renamed, "known recordings under a new name"),
                               field("dropped", &R::dropped, "samples that their file no longer holds"),
                               field("relabelled", &R::relabelled, "known samples with a new label, split or group"),
                               field("duplicates", &R::duplicates, "added samples with the values of another"),
                               field("bytes", &R::bytes, "read").unit("bytes"), field("seconds", &R::seconds, "taken").unit("s"),
                               field("bad", &R::bad, "files refused"), field("warnings", &R::warnings, "things to look at"),
                               field("skipped", &R::skipped, "files of no known format"));
    }
};

/// Called after each durable batch with the names of the samples in it: from then on they survive anything.
using Acknowledge = std::function<void(std::span<const std::string> names)>;

/// Ingests files and folders. Bad files are listed in the report and the good ones land; throws only for what concerns the whole
/// (a path that does not exist, a bad pattern, a full disk, "cancelled"). What landed before a throw stays; running again completes it.
/// The result does not depend on the number of threads.
IngestReport ingest(Store& store, std::span<const std::filesystem::path> paths, const IngestOptions& options, base::Progress& progress,
                    const base::Cancel& cancel, const Acknowledge& acknowledge = {});

}  // namespace mote::store
