// Working on a run: who holds it, how far it is, how it ended.
#include "base/error.hpp"
#include "store/parts.hpp"
#include "store/records.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace mote::store {

namespace {

using base::Error;

std::filesystem::path run_folder(const Store& store, const std::string& id) { return store.folder() / "runs" / id; }

}  // namespace

RunClaim::RunClaim(Store& store, std::string_view run_id) : store_(store) {
    const Run run = find_run(store, run_id);
    id_ = run.id;
    if (run.state == RunState::done)
        throw Error("conflict", "run " + id_.substr(0, 12) + " is done, and done runs do not change",
                    "change the seed or the pipeline to train again");
    std::error_code failure;
    std::filesystem::create_directories(run_folder(store, id_), failure);
    lock_ = lock_file(run_folder(store, id_) / "lock", 0, "another mote works on run " + id_.substr(0, 12));
    try {
        // Its state may have changed before the lock was ours.
        if (find_run(store, id_).state == RunState::done)
            throw Error("conflict", "run " + id_.substr(0, 12) + " has just been done", "look at it with `mote log`");
        finish(RunState::running, nullptr, "");
    } catch (...) {
        ::close(lock_);
        throw;
    }
}

RunClaim::~RunClaim() { ::close(lock_); }

std::filesystem::path RunClaim::checkpoint() const { return run_folder(store_, id_) / "checkpoint"; }

void RunClaim::epoch(int index, const base::Json& record) {
    Writing writing(store_.parts());
    Database& database = store_.parts().database;
    const auto known = database.integer("SELECT count(*) FROM epoch WHERE run = ?", std::string_view(id_));
    if (index < 0 || index > known)
        throw Error("internal", "epoch " + std::to_string(index) + " comes after " + std::to_string(known) + " epochs",
                    "please report this");
    database.prepare("DELETE FROM epoch WHERE run = ? AND epoch >= ?").run(id_, index);
    database.prepare("INSERT INTO epoch(run, epoch, json) VALUES(?, ?, ?)").run(id_, index, record.dump());
    database.prepare("UPDATE run SET updated = ? WHERE id = ?").run(utc_now(), id_);
    writing.commit();
}

void RunClaim::artifact(std::string_view name, std::span<const std::byte> bytes) {
    const base::Hash hash = base::sha256(bytes);
    Writing writing(store_.parts());
    Database& database = store_.parts().database;
    const std::int64_t object = writing.put(hash, bytes);
    Statement find = database.prepare("SELECT object FROM artifact WHERE run = ? AND name = ?");
    if (find.bind(id_, name).step()) {
        if (find.integer(0) == object) return;
        throw Error("conflict",
                    "run " + id_.substr(0, 12) + " has another \"" + std::string(name) + "\" already: it did not give the same bytes again",
                    "the record names what the bytes depend on; if nothing of it changed, please report this");
    }
    find.reset();
    database.prepare("INSERT INTO artifact(run, name, object) VALUES(?, ?, ?)").run(id_, name, object);
    writing.commit();
}

void RunClaim::artifact(std::string_view name, std::string_view text) { artifact(name, base::as_bytes(text)); }

void RunClaim::finish(RunState state, const base::Json* metrics, std::string_view error) {
    Writing writing(store_.parts());
    Database& database = store_.parts().database;
    database.prepare("UPDATE run SET state = ?, error = ?, updated = ? WHERE id = ?").run(name_of(state), error, utc_now(), id_);
    if (metrics) database.prepare("UPDATE run SET metrics = ? WHERE id = ?").run(metrics->dump(), id_);
    writing.commit();
}

void RunClaim::done(const base::Json& metrics) {
    finish(RunState::done, &metrics, "");
    std::error_code ignored;
    std::filesystem::remove(checkpoint(), ignored);
}

void RunClaim::failed(std::string_view error) { finish(RunState::failed, nullptr, error); }
void RunClaim::cancelled() { finish(RunState::cancelled, nullptr, ""); }

bool is_claimed(const Store& store, std::string_view run_id) {
    const std::filesystem::path file = run_folder(store, find_run(store, run_id).id) / "lock";
    const int fd = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0) return false;
    const bool held = ::flock(fd, LOCK_EX | LOCK_NB) != 0;
    ::close(fd);
    return held;
}

}  // namespace mote::store
