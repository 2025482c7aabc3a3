// Putting decoded recordings into the store: names, replacements, rates, annotations.
#pragma once

#include "store/decode.hpp"
#include "store/parts.hpp"
#include "store/rules.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace mote::store {

/// What the store knows of a file that it has read before.
struct SourceRow {
    std::int64_t row = 0;
    std::string state, read_key, rules_key, name;
    bool complete = false;
};
using Sources = std::unordered_map<std::string, SourceRow>;
Sources read_sources(Store::Parts& parts);

/// Writes within one Writing. Not for several threads.
class Landing {
  public:
    Landing(Store::Parts& parts, Rules& rules, const IngestOptions& options, IngestReport& report, const Sources& sources);
    ~Landing();

    /// The durable change that the calls below belong to; they may be called until it is committed.
    void begin(Writing& writing);
    /// Judges the rates that recordings of one batch have, before any lands: what most of them have is the sensor's rate.
    void expect(std::span<const Decoded* const> recordings);

    /// One file after the other: open, its recordings, close. close() forgets the samples of recordings that the file no longer has.
    void open(const WalkedFile& file, const base::Hash& hash);
    void add(const Decoded& recording);
    void refuse(const base::Error& error);
    void close();

    /// Remarks on what a person took out of files that are as they were.
    void remark_removed(const std::set<std::int64_t>& sources);
    /// A file that did not change while the rules did.
    void relabel(const WalkedFile& file, const SourceRow& source);
    /// The recordings of a file with the same bytes that is in the store already, or nothing.
    std::optional<std::vector<Decoded>> known(const WalkedFile& file, const base::Hash& hash);
    /// Ends the change: returns the names of the samples that are durable once the Writing is committed.
    std::vector<std::string> end();
    /// New samples that got no label.
    std::size_t unlabelled() const { return unlabelled_; }
    /// What was remarked about the reading of files, and the samples that it holds for.
    const std::map<std::string, std::vector<std::string>>& remarks() const { return remarks_; }

  private:
    struct Existing {
        std::int64_t row = 0, source = 0, revision = 0;
        std::string key, path;
        bool removed = false;
        int touched = 0;
    };
    struct Stored {
        Existing sample;
        std::string name;
        Decoded recording;  ///< without values
    };
    std::optional<Existing> find_by_name(const std::string& name);
    std::optional<Existing> find_by_key(const std::string& key);
    Annotation annotation_of(std::int64_t revision);
    void check_rate(const Descriptor& descriptor, const std::string& name);
    void check_name(const Existing& other, const std::string& name);
    void move(const Existing& sample, const Decoded& recording);
    void keep(const Existing& sample, const Annotation& proposed);
    void retire(const Existing& sample);
    void revive(const Existing& sample, const Annotation& proposed);
    void insert(const std::string& name, const std::string& key, const std::string& descriptor, const Decoded& recording,
                const Annotation& annotation, int touched);
    std::optional<Stored> former_name(const Decoded& recording);
    std::vector<Stored> stored(std::int64_t source);
    Facts facts_of(const WalkedFile& file, const std::string& name, const Decoded& recording) const;

    struct Statements;
    Store::Parts& parts_;
    Rules& rules_;
    const IngestOptions& options_;
    IngestReport& report_;
    Writing* writing_ = nullptr;
    std::unique_ptr<Statements> sql_;
    std::map<std::string, std::pair<double, std::string>> rates_;  ///< sensor -> rate, a sample that has it

    const WalkedFile* file_ = nullptr;
    std::int64_t source_ = 0;
    bool complete_ = true;
    std::size_t parts_count_ = 0;
    std::size_t unlabelled_ = 0;
    std::set<std::int64_t> seen_;
    std::map<std::string, Stored> before_;  ///< what the store has of the file that is open, by part
    std::vector<std::string> landed_;
    std::map<std::string, std::vector<std::string>> remarks_;
};

}  // namespace mote::store
