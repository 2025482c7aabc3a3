// How a sample gets its label, split, group and metadata from what is known of its file.
#pragma once

#include "store/ingest.hpp"
#include "store/name_pattern.hpp"
#include "store/side_table.hpp"
#include "store/sidecar.hpp"
#include "store/walk.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mote::store {

/// What is known of a recording before it is judged.
struct Facts {
    std::string_view path;  ///< of its file
    std::string_view name;  ///< of the sample
    std::string_view root;
    std::string_view part;  ///< inside its file, "" when it is all of it
    std::optional<std::string> label;
    std::vector<LabelSpan> spans;
    base::Json metadata = base::Json::object();
    std::size_t frames = 0;
};

/// Where in [0, 1) the hash puts a name.
double hash_position(std::string_view name, std::string_view salt);
/// The split at that place: [0, test) is test, then validation, then train; the same on every machine and for every order of arrival.
std::string split_by_hash(std::string_view name, std::string_view salt, double validation_share, double test_share);

class Rules {
  public:
    /// Takes side tables and sidecars out of `walk.files` and reads them; the bad ones go to `report.bad`. Throws base::Error "usage" for a
    /// bad pattern and "not_found" or "bad_input" for a table that was asked for and cannot be read.
    Rules(const IngestOptions& options, Walk& walk, IngestReport& report);

    /// Throws base::Error "bad_input" when what is said of the sample contradicts itself or the splits of its group.
    Annotation annotate(const Facts& facts);
    /// Tells of a group that lies in a split already.
    void know_group(const std::string& group, const std::string& split) { groups_.emplace(group, split); }
    /// Groups whose split was chosen by their hash just now.
    const std::set<std::string>& hashed_groups() const { return hashed_groups_; }
    /// Changes whenever any annotation might.
    const std::string& key() const { return key_; }
    /// What looks wrong after everything has been annotated: tables that name no file, samples without group.
    std::vector<IngestIssue> doubts() const;

  private:
    struct Table {
        SideTable table;
        std::map<std::string, bool> used;  ///< keys that found a sample
    };
    void add_table(const std::string& path, std::string_view text);
    bool looks_like_table(const WalkedFile& file, const Walk& walk) const;
    void gather(const Facts& facts, std::map<std::string, std::string>& fields, std::string& group);
    void choose_label(const Facts& facts, const std::map<std::string, std::string>& fields, const SidecarEntry* sidecar,
                      Annotation& out) const;
    std::string folder_label(const Facts& facts) const;
    void choose_split(const Facts& facts, const std::map<std::string, std::string>& fields, const SidecarEntry* sidecar, Annotation& out);

    const IngestOptions& options_;
    NamePattern pattern_;
    std::vector<Table> tables_;
    std::map<std::string, SidecarEntry> sidecars_;
    std::map<std::string, std::string> groups_;
    std::set<std::string> hashed_groups_;
    std::string key_;
    std::size_t annotated_ = 0;
    std::size_t without_group_ = 0;
    std::size_t without_row_ = 0;
    std::string first_without_row_, first_without_group_;
};

}  // namespace mote::store
