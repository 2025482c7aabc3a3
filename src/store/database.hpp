// SQLite behind three small classes: whatever goes wrong becomes base::Error, statements are finalised, transactions end.
#pragma once

#include "base/hash.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace mote::store {

/// A prepared statement. Parameters and columns are counted from 1 and 0, as SQLite counts them.
class Statement {
  public:
    Statement(sqlite3* connection, std::string_view sql);
    ~Statement();
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;

    /// Resets the statement and binds all parameters in order.
    template <class... Values>
    Statement& bind(const Values&... values) {
        reset();
        int place = 0;
        (bind_one(++place, values), ...);
        return *this;
    }
    /// True while there is a row.
    bool step();
    /// Binds, and steps to the end.
    template <class... Values>
    void run(const Values&... values) {
        bind(values...);
        while (step()) {
        }
        reset();
    }
    void reset();

    std::int64_t integer(int column) const;
    double real(int column) const;
    std::string text(int column) const;
    base::Hash hash(int column) const;
    bool is_null(int column) const;

  private:
    void bind_one(int place, std::int64_t value);
    void bind_one(int place, std::size_t value) { bind_one(place, static_cast<std::int64_t>(value)); }
    void bind_one(int place, int value) { bind_one(place, static_cast<std::int64_t>(value)); }
    void bind_one(int place, bool value) { bind_one(place, static_cast<std::int64_t>(value)); }
    void bind_one(int place, double value);
    void bind_one(int place, std::string_view value);
    void bind_one(int place, const std::string& value) { bind_one(place, std::string_view(value)); }
    void bind_one(int place, const char* value) { bind_one(place, std::string_view(value)); }
    void bind_one(int place, const base::Hash& value);
    sqlite3_stmt* handle_ = nullptr;
    sqlite3* connection_ = nullptr;
};

/// One connection, in WAL mode, each commit synced. Not for several threads at once.
class Database {
  public:
    explicit Database(const std::filesystem::path& file);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    void execute(const char* sql);
    Statement prepare(std::string_view sql) { return Statement(handle_, sql); }
    std::int64_t last_row() const;
    /// First column of the first row; 0 when there is none.
    template <class... Values>
    std::int64_t integer(std::string_view sql, const Values&... values) {
        Statement statement = prepare(sql);
        statement.bind(values...);
        return statement.step() ? statement.integer(0) : 0;
    }

  private:
    void enter_wal();
    sqlite3* handle_ = nullptr;
};

}  // namespace mote::store
