#include "store/ingest.hpp"

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "store/decode.hpp"
#include "store/landing.hpp"
#include "store/parts.hpp"
#include "store/rules.hpp"
#include "store/split_check.hpp"
#include "store/walk.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <set>
#include <unordered_set>

namespace mote::store {

namespace {

using base::Error;

// A batch is read by all threads and then written by one, durably; these bound how much of it is in memory.
constexpr std::uint64_t batch_file_bytes = std::uint64_t{32} << 20;
constexpr std::uint64_t batch_decoded_bytes = std::uint64_t{256} << 20;
constexpr std::uint64_t large_file_bytes = std::uint64_t{8} << 20;

/// Thrown through a decoder to stop it. Not an Error, so that a format that goes on after a bad member does not take it for one.
struct Stop {};

/// One file on its way into the store.
struct Work {
    const WalkedFile* file = nullptr;
    Loaded loaded;
    std::vector<Decoded> recordings;
    std::vector<Error> bad;      ///< parts of it
    std::optional<Error> error;  ///< the whole of it
    bool is_large = false;       ///< decoded while it is written, one recording in memory at a time
    bool may_be_known = false;   ///< the same bytes have been decoded before
};

class Ingest {
  public:
    Ingest(Store& store, std::span<const std::filesystem::path> paths, const IngestOptions& options, base::Progress& progress,
           const base::Cancel& cancel, const Acknowledge& acknowledge)
        : store_(store),
          parts_(store.parts()),
          options_(options),
          progress_(progress),
          cancel_(cancel),
          acknowledge_(acknowledge),
          walk_(walk(paths, options)),
          rules_(options, walk_, report_) {
        add_companion_states(walk_);
        report_.bad.insert(report_.bad.begin(), walk_.bad.begin(), walk_.bad.end());
        report_.files = walk_.files.size();
        sort_out();
    }

    IngestReport run() {
        progress_.begin("reading files", walk_.files.size());
        landing_ = std::make_unique<Landing>(parts_, rules_, options_, report_, judged_);
        landing_->remark_removed(unchanged_);
        relabel();
        for (std::size_t at = 0; at < unread_.size();) {
            cancel_.check();
            const std::size_t end = batch_end(at);
            std::vector<Work> batch(end - at);
            for (std::size_t i = at; i < end; ++i) batch[i - at].file = unread_[i];
            read(batch);
            write(batch);
            at = end;
            progress_.advance(walk_.files.size() - unread_.size() + at);
        }
        progress_.end();
        finish();
        return std::move(report_);
    }

  private:
    /// Parts the files that are as they were from those that have to be read.
    void sort_out() {
        const Sources sources = read_sources(parts_);
        const std::string key = read_key(options_);
        for (const WalkedFile& file : walk_.files) {
            const auto at = sources.find(file.path);
            const bool same = at != sources.end() && at->second.complete && at->second.state == file.state && at->second.read_key == key &&
                              at->second.name == file.name;
            if (!same) unread_.push_back(&file);
            if (same) ++report_.unchanged, unchanged_.insert(at->second.row);
            if (same && at->second.rules_key != rules_.key()) stale_.emplace_back(&file, at->second);
            if (at != sources.end() && (!same || at->second.rules_key != rules_.key())) judged_.insert(*at);
        }
        const std::lock_guard lock(parts_.lock);
        Statement rows = parts_.database.prepare("SELECT hash FROM source WHERE read_key = ? AND complete > 0");
        rows.bind(key);
        while (rows.step()) known_hashes_.insert(base::hex(rows.hash(0)));
    }

    void relabel() {
        for (std::size_t at = 0; at < stale_.size();) {
            cancel_.check();
            Writing writing(parts_);
            landing_->begin(writing);
            for (const std::size_t end = std::min(stale_.size(), at + options_.batch_files); at < end; ++at)
                landing_->relabel(*stale_[at].first, stale_[at].second);
            landing_->end();
            writing.commit();
        }
    }

    std::size_t batch_end(std::size_t at) const {
        std::uint64_t bytes = 0;
        std::size_t end = at;
        while (end < unread_.size() && end - at < options_.batch_files) {
            bytes += unread_[end]->size;
            if (end > at && (bytes > batch_file_bytes || unread_[end]->size > large_file_bytes)) break;
            ++end;
            if (unread_[end - 1]->size > large_file_bytes) break;
        }
        return end;
    }

    void read(std::vector<Work>& batch) {
        std::atomic<std::uint64_t> decoded_bytes{0};
        base::parallel_for(batch.size(), [&](std::size_t i) {
            cancel_.check();
            Work& work = batch[i];
            try {
                read(work, decoded_bytes);
            } catch (const Error& error) {
                if (error.code() != "bad_input" && error.code() != "not_found" && error.code() != "unsupported") throw;
                work.error = error;
                work.recordings.clear();
            } catch (const Stop&) {
                work.is_large = true;
                work.recordings.clear();
                work.bad.clear();
            }
            if (!work.is_large && !work.may_be_known) work.loaded.bytes = {};
        });
    }

    void read(Work& work, std::atomic<std::uint64_t>& decoded_bytes) {
        work.loaded = load(*work.file, walk_, options_);
        if (work.loaded.kind != Loaded::Kind::data) return;
        work.may_be_known = known_hashes_.count(base::hex(work.loaded.hash)) > 0;
        work.is_large = work.file->size > large_file_bytes;
        if (work.may_be_known || work.is_large) return;
        decode(
            *work.file, work.loaded, options_,
            [&](Decoded&& recording) {
                if (decoded_bytes += recording.descriptor.size_bytes(); decoded_bytes > batch_decoded_bytes) throw Stop{};
                work.recordings.push_back(std::move(recording));
            },
            [&](const Error& error) { work.bad.push_back(error); });
    }

    /// Decodes a file whose recordings are too many to hold: the values go to the segments one by one, what is left is small.
    void decode_into(Writing& writing, Work& work) {
        std::exception_ptr failure;
        try {
            decode(
                *work.file, work.loaded, options_,
                [&](Decoded&& recording) {
                    try {
                        cancel_.check();
                        writing.put(recording.object, recording.signal.bytes());
                    } catch (...) {
                        failure = std::current_exception();
                        throw Stop{};
                    }
                    recording.signal = {};
                    work.recordings.push_back(std::move(recording));
                },
                [&](const Error& error) { work.bad.push_back(error); });
        } catch (const Error& error) {
            if (error.code() != "bad_input" && error.code() != "unsupported") throw;
            work.error = error;
        } catch (const Stop&) {
        }
        if (failure) std::rethrow_exception(failure);
    }

    void write(std::vector<Work>& batch) {
        Writing writing(parts_);
        landing_->begin(writing);
        std::vector<const Decoded*> all;
        for (const Work& work : batch)
            for (const Decoded& recording : work.recordings) all.push_back(&recording);
        landing_->expect(all);
        for (Work& work : batch) write(writing, work);
        const std::vector<std::string> names = landing_->end();
        writing.commit();
        if (acknowledge_) acknowledge_(names);
    }

    void write(Writing& writing, Work& work) {
        if (!work.error && work.loaded.kind == Loaded::Kind::skipped) skip(*work.file);
        if (!work.error && work.loaded.kind == Loaded::Kind::companion) --report_.files;
        if (!work.error && work.loaded.kind != Loaded::Kind::data) return;
        report_.bytes += work.error ? 0 : work.file->size;
        bool decoded = !work.is_large && !work.may_be_known;
        if (work.may_be_known)
            if (auto known = landing_->known(*work.file, work.loaded.hash)) work.recordings = std::move(*known), decoded = true;
        if (!decoded) decode_into(writing, work);
        work.loaded.bytes = {};
        if (work.error) {
            const auto before = judged_.find(work.file->path);
            const bool has_samples = before != judged_.end() && before->second.complete;
            report_.bad.push_back({work.file->name,
                                   work.error->message() + (has_samples ? " (what came of it before is still in the project)" : ""),
                                   work.error->hint()});
            return;
        }
        landing_->open(*work.file, work.loaded.hash);
        for (const Error& error : work.bad) landing_->refuse(error);
        for (Decoded& recording : work.recordings) {
            landing_->add(recording);
            recording.signal = {};
        }
        landing_->close();
    }

    /// A folder may hold other things as well; a file that a person named was meant.
    void skip(const WalkedFile& file) {
        if (!file.was_named())
            report_.skipped.push_back(file.name);
        else
            report_.bad.push_back({file.name, "no format knows it", "convert it, for example to wav, csv or png"});
    }

    void finish() {
        if (landing_->unlabelled() > 0)
            report_.warnings.push_back({"",
                                        std::to_string(landing_->unlabelled()) +
                                            (landing_->unlabelled() == 1 ? " new sample has" : " new samples have") + " no label",
                                        "say where labels come from (label_from, name_pattern, tables), or set them later"});
        for (const auto& [remark, names] : landing_->remarks()) report_.warnings.push_back({base::join_first(names), remark, ""});
        const auto warn = [&](std::vector<IngestIssue>&& issues) {
            for (IngestIssue& issue : issues) report_.warnings.push_back(std::move(issue));
        };
        warn(fill_splits(parts_, options_, rules_.hashed_groups()));
        if (report_.added + report_.replaced + report_.renamed + report_.relabelled > 0) warn(split_leaks(store_));
        // Only what was judged just now can say that a table fits badly.
        if (report_.unchanged == stale_.size()) warn(rules_.doubts());
    }

    const Store& store_;
    Store::Parts& parts_;
    const IngestOptions& options_;
    base::Progress& progress_;
    const base::Cancel& cancel_;
    const Acknowledge& acknowledge_;
    IngestReport report_;
    Walk walk_;
    Rules rules_;
    std::vector<const WalkedFile*> unread_;
    std::vector<std::pair<const WalkedFile*, SourceRow>> stale_;
    std::set<std::int64_t> unchanged_;
    Sources judged_;
    std::unordered_set<std::string> known_hashes_;
    std::unique_ptr<Landing> landing_;
};

}  // namespace

IngestReport ingest(Store& store, std::span<const std::filesystem::path> paths, const IngestOptions& options, base::Progress& progress,
                    const base::Cancel& cancel, const Acknowledge& acknowledge) {
    const auto start = std::chrono::steady_clock::now();
    IngestReport report = Ingest(store, paths, options, progress, cancel, acknowledge).run();
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

}  // namespace mote::store
