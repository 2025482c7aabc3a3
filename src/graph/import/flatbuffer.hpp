// Reading FlatBuffers (the wire format of flatbuffers.dev) without trusting a byte: every access is checked against the end of the file, so
// there is no separate verification pass and no generated code. Tables are read by field number.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mote::graph::flatbuffer {

class Table;

class Buffer {
  public:
    Buffer(std::span<const std::byte> bytes, std::string where) : bytes_(bytes), where_(std::move(where)) {}

    Table root() const;
    const std::string& where() const { return where_; }
    std::size_t size() const { return bytes_.size(); }

    template <class T>
    T read(std::size_t at) const {
        static_assert(std::is_arithmetic_v<T>);
        T value;
        std::memcpy(&value, slice(at, sizeof value).data(), sizeof value);
        return value;
    }
    std::span<const std::byte> slice(std::size_t at, std::size_t size) const {
        if (at > bytes_.size() || size > bytes_.size() - at) damaged("reaches beyond its end at byte " + std::to_string(at));
        return bytes_.subspan(at, size);
    }
    [[noreturn]] void damaged(const std::string& what) const {
        throw base::Error("bad_input", where_ + ": " + what, "the file is damaged or in another format: export it again");
    }

  private:
    std::span<const std::byte> bytes_;
    std::string where_;
};

class Table {
  public:
    Table(const Buffer& buffer, std::size_t at) : buffer_(&buffer), at_(at) {
        const auto back = std::int64_t{buffer.read<std::int32_t>(at)};
        const std::int64_t vtable = static_cast<std::int64_t>(at) - back;
        if (vtable < 0) buffer.damaged("has a table whose description lies before the file");
        vtable_ = static_cast<std::size_t>(vtable);
        vtable_size_ = buffer.read<std::uint16_t>(vtable_);
    }

    /// A number, or `otherwise` where the field is absent.
    template <class T>
    T number(int field, T otherwise = 0) const {
        const auto place = find(field);
        return place ? buffer_->read<T>(*place) : otherwise;
    }
    std::optional<Table> table(int field) const {
        const auto place = target(field);
        if (!place) return std::nullopt;
        return Table(*buffer_, *place);
    }
    std::string text(int field) const {
        const auto bytes = data(field, 1);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    std::span<const std::byte> bytes(int field) const { return data(field, 1); }
    template <class T>
    std::vector<T> numbers(int field) const {
        const auto bytes = data(field, sizeof(T));
        std::vector<T> values(bytes.size() / sizeof(T));
        if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
        return values;
    }
    std::vector<Table> tables(int field) const {
        std::vector<Table> all;
        const auto place = target(field);
        if (!place) return all;
        const std::size_t count = buffer_->read<std::uint32_t>(*place);
        (void)buffer_->slice(*place + 4, count * 4);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t entry = *place + 4 + 4 * i;
            all.emplace_back(*buffer_, entry + buffer_->read<std::uint32_t>(entry));
        }
        return all;
    }

  private:
    std::optional<std::size_t> find(int field) const {
        const std::size_t slot = 4 + 2 * static_cast<std::size_t>(field);
        if (slot + 2 > vtable_size_) return std::nullopt;
        const auto offset = buffer_->read<std::uint16_t>(vtable_ + slot);
        if (offset == 0) return std::nullopt;
        return at_ + offset;
    }
    std::optional<std::size_t> target(int field) const {
        const auto place = find(field);
        if (!place) return std::nullopt;
        return *place + buffer_->read<std::uint32_t>(*place);
    }
    std::span<const std::byte> data(int field, std::size_t item_bytes) const {
        const auto place = target(field);
        if (!place) return {};
        return buffer_->slice(*place + 4, std::size_t{buffer_->read<std::uint32_t>(*place)} * item_bytes);
    }

    const Buffer* buffer_;
    std::size_t at_, vtable_ = 0, vtable_size_ = 0;
};

inline Table Buffer::root() const { return {*this, read<std::uint32_t>(0)}; }

}  // namespace mote::graph::flatbuffer
