#include "store/database.hpp"

#include "base/error.hpp"

#include <chrono>
#include <cstring>
#include <thread>

#include <sqlite3.h>

namespace mote::store {

namespace {

[[noreturn]] void fail(sqlite3* connection, int code) {
    const std::string text = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            throw base::Error("conflict", "the project's store is busy: " + text, "wait for the other mote to finish and try again");
        case SQLITE_FULL:
        case SQLITE_IOERR:
            throw base::Error("tool_failed", "cannot write the project's store: " + text, "free some space and run the same command again");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            throw base::Error("bad_input", "the project's store is damaged: " + text,
                              "restore .mote from a copy, or move it away and ingest again");
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
        case SQLITE_PERM:
            throw base::Error("tool_failed", "cannot open the project's store: " + text, "check the permissions of the .mote folder");
        default:
            throw base::Error("internal", "the project's store: " + text, "please report this");
    }
}

void require(sqlite3* connection, int code) {
    if (code != SQLITE_OK) fail(connection, code);
}

}  // namespace

Statement::Statement(sqlite3* connection, std::string_view sql) : connection_(connection) {
    require(connection, sqlite3_prepare_v2(connection, sql.data(), static_cast<int>(sql.size()), &handle_, nullptr));
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Statement::Statement(Statement&& other) noexcept : handle_(other.handle_), connection_(other.connection_) { other.handle_ = nullptr; }

bool Statement::step() {
    const int code = sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    fail(connection_, code);
}

void Statement::reset() { sqlite3_reset(handle_); }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }
double Statement::real(int column) const { return sqlite3_column_double(handle_, column); }

std::string Statement::text(int column) const {
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    return data ? std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))) : std::string();
}

base::Hash Statement::hash(int column) const {
    base::Hash hash{};
    const void* data = sqlite3_column_blob(handle_, column);
    if (!data || sqlite3_column_bytes(handle_, column) != static_cast<int>(hash.size()))
        throw base::Error("bad_input", "the project's store is damaged: a hash has the wrong size",
                          "restore .mote from a copy, or move it away and ingest again");
    std::memcpy(hash.data(), data, hash.size());
    return hash;
}

bool Statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }

void Statement::bind_one(int place, std::int64_t value) { require(connection_, sqlite3_bind_int64(handle_, place, value)); }
void Statement::bind_one(int place, double value) { require(connection_, sqlite3_bind_double(handle_, place, value)); }

void Statement::bind_one(int place, std::string_view value) {
    const char* data = value.empty() ? "" : value.data();  // a null pointer would bind NULL
    require(connection_, sqlite3_bind_text(handle_, place, data, static_cast<int>(value.size()), SQLITE_TRANSIENT));
}

void Statement::bind_one(int place, const base::Hash& value) {
    require(connection_, sqlite3_bind_blob(handle_, place, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT));
}

Database::Database(const std::filesystem::path& file) {
    const int code = sqlite3_open_v2(file.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
    try {
        require(handle_, code);
        sqlite3_busy_timeout(handle_, 30000);
        enter_wal();
        execute("PRAGMA synchronous = FULL");
        execute("PRAGMA foreign_keys = ON");
        execute("PRAGMA cache_size = -32768");
    } catch (...) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

/// Turning a new file to WAL is the one statement that does not wait for another process doing the same.
void Database::enter_wal() {
    for (int attempt = 0;; ++attempt) {
        try {
            return execute("PRAGMA journal_mode = WAL");
        } catch (const base::Error& error) {
            if (error.code() != "conflict" || attempt >= 500) throw;
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }
}

Database::~Database() { sqlite3_close_v2(handle_); }

void Database::execute(const char* sql) { require(handle_, sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr)); }
std::int64_t Database::last_row() const { return sqlite3_last_insert_rowid(handle_); }

}  // namespace mote::store
