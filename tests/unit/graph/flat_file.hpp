// FlatBuffers made by hand, for files that no exporter writes.
#pragma once

#include "base/files.hpp"

#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace mote::graph::testing {

/// A table: numbers stand in it, everything else behind it. What one pointer names from many places is written once.
struct FlatTable {
    std::map<int, std::int64_t> numbers;                  ///< by field; written in 8 bytes, read in as few as the reader wants
    std::map<int, std::string> bytes;                     ///< vectors of bytes, and texts
    std::map<int, std::vector<std::int32_t>> lists;       ///< vectors of i32, or of floats by their bits
    std::map<int, std::vector<std::int64_t>> wide_lists;  ///< vectors of i64
    std::map<int, std::vector<const FlatTable*>> tables;  ///< vectors of tables
    std::map<int, const FlatTable*> table;                ///< one table
};

class FlatFile {
  public:
    FlatFile(const FlatTable& root, const char (&identifier)[5]) {
        put<std::uint32_t>(0);
        append(identifier, 4);
        want(0, root);
        while (!wanted_.empty()) {
            const FlatTable* next = wanted_.front();
            wanted_.pop_front();
            write(*next);
        }
    }
    const base::Bytes& bytes() const { return out_; }

  private:
    void append(const void* data, std::size_t size) {
        const auto* from = static_cast<const std::byte*>(data);
        out_.insert(out_.end(), from, from + size);
    }
    template <class T>
    void put(T value) {
        append(&value, sizeof value);
    }
    template <class T>
    void set(std::size_t at, T value) {
        std::memcpy(out_.data() + at, &value, sizeof value);
    }
    void point_here(std::size_t at) { set(at, static_cast<std::uint32_t>(out_.size() - at)); }
    void want(std::size_t at, const FlatTable& table) {
        auto& places = places_[&table];
        if (places.empty()) wanted_.push_back(&table);
        places.push_back(at);
    }

    void write(const FlatTable& t) {
        constexpr int fields = 16, slot = 8;
        while (out_.size() % 8 != 0) put<std::uint8_t>(0);  // the fields lie at multiples of 8 then
        const std::size_t description = out_.size();
        put<std::uint16_t>(4 + 2 * fields);
        put<std::uint16_t>(4 + slot * fields);
        for (int f = 0; f < fields; ++f) {
            const bool set = t.numbers.count(f) || t.bytes.count(f) || t.lists.count(f) || t.wide_lists.count(f) || t.tables.count(f) ||
                             t.table.count(f);
            put<std::uint16_t>(set ? static_cast<std::uint16_t>(4 + slot * f) : std::uint16_t{0});
        }
        const std::size_t start = out_.size();
        for (const std::size_t place : places_.at(&t)) point_here(place);
        put(static_cast<std::int32_t>(start - description));
        out_.resize(out_.size() + slot * fields);
        const auto place = [&](int field) { return start + 4 + static_cast<std::size_t>(slot * field); };
        for (const auto& [field, value] : t.numbers) set(place(field), value);
        for (const auto& [field, text] : t.bytes) vector(place(field), text.data(), text.size(), text.size());
        for (const auto& [field, list] : t.lists) vector(place(field), list.data(), list.size(), list.size() * sizeof(std::int32_t));
        for (const auto& [field, list] : t.wide_lists) vector(place(field), list.data(), list.size(), list.size() * sizeof(std::int64_t));
        for (const auto& [field, one] : t.table) want(place(field), *one);
        for (const auto& [field, list] : t.tables) {
            const std::vector<std::uint32_t> offsets(list.size());
            const std::size_t entries = vector(place(field), offsets.data(), offsets.size(), 4 * offsets.size());
            for (std::size_t i = 0; i < list.size(); ++i) want(entries + 4 * i, *list[i]);
        }
    }
    /// Where the data lies.
    std::size_t vector(std::size_t place, const void* data, std::size_t count, std::size_t size) {
        while (out_.size() % 16 != 12) put<std::uint8_t>(0);
        point_here(place);
        put(static_cast<std::uint32_t>(count));
        append(data, size);
        put<std::uint8_t>(0);  // ends a text
        return out_.size() - 1 - size;
    }

    base::Bytes out_;
    std::deque<const FlatTable*> wanted_;
    std::map<const FlatTable*, std::vector<std::size_t>> places_;
};

}  // namespace mote::graph::testing
