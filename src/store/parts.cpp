#include "store/parts.hpp"

#include "base/error.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mote::store {

namespace {

constexpr int schema_version = 1;
constexpr double writer_wait_s = 60;

// Portable SQL but for the key types. Rows of object, sample, revision, snapshot, entry, pipeline, model and deployment are never changed
// in meaning: sample.revision and sample.removed only cache the newest revision.
constexpr const char* schema = R"sql(
CREATE TABLE segment(id INTEGER PRIMARY KEY, size INTEGER NOT NULL);
CREATE TABLE object(id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, size INTEGER NOT NULL, segment INTEGER NOT NULL,
                    offset INTEGER NOT NULL);
CREATE TABLE source(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, name TEXT NOT NULL, state TEXT NOT NULL, hash BLOB NOT NULL,
                    read_key TEXT NOT NULL, rules_key TEXT NOT NULL, complete INTEGER NOT NULL);
CREATE INDEX source_hash ON source(hash);
CREATE TABLE sample(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, name TEXT NOT NULL, source INTEGER NOT NULL REFERENCES source(id),
                    part TEXT NOT NULL, object INTEGER NOT NULL REFERENCES object(id), descriptor TEXT NOT NULL, sensor TEXT NOT NULL,
                    rate REAL NOT NULL, origin TEXT NOT NULL, warnings TEXT NOT NULL, revision INTEGER NOT NULL, removed INTEGER NOT NULL);
CREATE UNIQUE INDEX sample_name ON sample(name) WHERE removed = 0;
CREATE INDEX sample_source ON sample(source);
CREATE INDEX sample_object ON sample(object);
CREATE INDEX sample_sensor ON sample(sensor);
CREATE TABLE revision(id INTEGER PRIMARY KEY, sample INTEGER NOT NULL REFERENCES sample(id), label TEXT NOT NULL, split TEXT NOT NULL,
                      grp TEXT NOT NULL, excluded INTEGER NOT NULL, removed INTEGER NOT NULL, spans TEXT NOT NULL, metadata TEXT NOT NULL,
                      touched INTEGER NOT NULL, time TEXT NOT NULL);
CREATE INDEX revision_sample ON revision(sample);
CREATE TABLE snapshot(id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, time TEXT NOT NULL, note TEXT NOT NULL, samples INTEGER NOT NULL);
CREATE TABLE entry(snapshot INTEGER NOT NULL REFERENCES snapshot(id), sample INTEGER NOT NULL REFERENCES sample(id),
                   revision INTEGER NOT NULL REFERENCES revision(id), PRIMARY KEY(snapshot, sample)) WITHOUT ROWID;
CREATE TABLE pipeline(hash TEXT PRIMARY KEY, json TEXT NOT NULL, time TEXT NOT NULL);
CREATE TABLE run(seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, snapshot TEXT NOT NULL, pipeline TEXT NOT NULL, code TEXT NOT NULL,
                 seed TEXT NOT NULL, environment TEXT NOT NULL, state TEXT NOT NULL, metrics TEXT NOT NULL, error TEXT NOT NULL,
                 created TEXT NOT NULL, updated TEXT NOT NULL);
CREATE TABLE epoch(run TEXT NOT NULL REFERENCES run(id), epoch INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY(run, epoch)) WITHOUT ROWID;
CREATE TABLE artifact(run TEXT NOT NULL REFERENCES run(id), name TEXT NOT NULL, object INTEGER NOT NULL REFERENCES object(id),
                      PRIMARY KEY(run, name)) WITHOUT ROWID;
CREATE TABLE model(seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, run TEXT NOT NULL REFERENCES run(id), kind TEXT NOT NULL,
                   object INTEGER NOT NULL REFERENCES object(id), info TEXT NOT NULL, created TEXT NOT NULL, UNIQUE(hash, run));
CREATE TABLE deployment(seq INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, model TEXT NOT NULL, target TEXT NOT NULL,
                        manifest TEXT NOT NULL, created TEXT NOT NULL);
)sql";

std::filesystem::path prepared(const std::filesystem::path& folder) {
    std::error_code failure;
    std::filesystem::create_directories(folder / "segments", failure);
    if (failure)
        throw base::Error("tool_failed", folder.string() + ": cannot make the store: " + failure.message(),
                          "check the permissions of the project's folder");
    return std::filesystem::absolute(folder);
}

}  // namespace

Store::Parts::Parts(const std::filesystem::path& given)
    : folder(prepared(given)), segments(folder / "segments"), database(folder / "store.sqlite") {
    const auto version = [&] { return database.integer("PRAGMA user_version"); };
    if (version() == 0) {
        const int file = lock_file(folder / "lock", writer_wait_s, "another mote is writing to this project");
        try {
            if (version() == 0) {
                database.execute("BEGIN IMMEDIATE");
                database.execute(schema);
                database.execute(("PRAGMA user_version = " + std::to_string(schema_version)).c_str());
                database.execute("COMMIT");
            }
        } catch (...) {
            ::close(file);
            throw;
        }
        ::close(file);
    }
    if (version() != schema_version)
        throw base::Error("unsupported",
                          folder.string() + ": was written by another version of mote (store format " + std::to_string(version()) +
                              ", this one knows " + std::to_string(schema_version) + ")",
                          "use that version, or move .mote away and ingest again");
}

int lock_file(const std::filesystem::path& file, double seconds, std::string_view busy_message) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        throw base::Error("tool_failed", file.string() + ": cannot open: " + std::strerror(errno),
                          "check the permissions of the .mote folder");
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR && errno != EWOULDBLOCK) {
            ::close(fd);
            throw base::Error("tool_failed", file.string() + ": cannot lock: " + std::strerror(errno), "keep projects on a local disk");
        }
        if (std::chrono::steady_clock::now() >= end) {
            ::close(fd);
            throw base::Error("conflict", std::string(busy_message), "wait for it to finish, or stop it, and try again");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return fd;
}

Writing::Writing(Store::Parts& parts) : parts_(parts), turn_(parts.lock) {
    file_ = lock_file(parts.folder / "lock", writer_wait_s, "another mote is writing to this project");
    try {
        parts.database.execute("BEGIN IMMEDIATE");
        open_ = true;
    } catch (...) {
        ::close(file_);
        throw;
    }
}

Writing::~Writing() {
    find_.reset(), insert_.reset();
    if (open_) {
        try {
            parts_.database.execute("ROLLBACK");
        } catch (const base::Error&) {
            // SQLite has already rolled back (disk full, I/O error): the failure itself is on its way to the caller.
        }
    }
    ::close(file_);
}

std::int64_t Writing::put(const base::Hash& hash, std::span<const std::byte> bytes) {
    Database& database = parts_.database;
    if (!find_) {
        find_.emplace(database.prepare("SELECT id FROM object WHERE hash = ?"));
        insert_.emplace(database.prepare("INSERT INTO object(hash, size, segment, offset) VALUES(?, ?, ?, ?)"));
    }
    if (find_->bind(hash).step()) {
        const std::int64_t row = find_->integer(0);
        find_->reset();
        return row;
    }
    if (!appended_) {
        Statement newest = database.prepare("SELECT id, size FROM segment ORDER BY id DESC LIMIT 1");
        const bool any = newest.step();
        parts_.segments.begin(any ? newest.integer(0) : 1, any ? newest.integer(1) : 0);
        appended_ = true;
    }
    const Place place = parts_.segments.append(bytes);
    insert_->run(hash, bytes.size(), place.segment, place.offset);
    return database.last_row();
}

void Writing::commit() {
    if (appended_) {
        // The order is what makes it durable: bytes first, then the rows that name them.
        parts_.segments.sync();
        Statement save = parts_.database.prepare("INSERT INTO segment(id, size) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET size = ?2");
        for (const auto& [segment, size] : parts_.segments.filled()) save.run(segment, size);
        save.run(parts_.segments.segment(), parts_.segments.size_bytes());
    }
    find_.reset(), insert_.reset();
    parts_.database.execute("COMMIT");
    open_ = false;
}

std::string utc_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return text;
}

std::string unique_match(Statement& rows, std::string_view what, std::string_view asked) {
    std::vector<std::string> found;
    while (rows.step()) {
        const std::string text = rows.text(0);
        if (text == asked) return text;
        if (text.starts_with(asked)) found.push_back(text);
    }
    if (found.empty() || asked.empty())
        throw base::Error("not_found", "no " + std::string(what) + " \"" + std::string(asked) + "\" in this project",
                          what == "snapshot" ? "`mote data snapshot --list` lists what there is" : "`mote log` lists what there is");
    if (found.size() > 1)
        throw base::Error("usage",
                          std::to_string(found.size()) + " of this project's " + std::string(what) + "s begin with \"" +
                              std::string(asked) + "\": " + found[0].substr(0, 16) + ", " + found[1].substr(0, 16),
                          "give more of its digits");
    return found[0];
}

}  // namespace mote::store
