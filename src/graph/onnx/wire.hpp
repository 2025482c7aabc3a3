// Reading protobuf's wire format (protobuf.dev, "Encoding") without trusting a byte and without a copy: a message is a run of fields, each
// a number, a kind and a value or a range of bytes. Nothing is allocated for what a caller does not ask for, and nothing recurses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::graph::onnx {

/// What a damaged file throws: base::Error "bad_input", "WHERE: WHAT".
[[noreturn]] void damaged(std::string_view where, const std::string& what);

struct Field {
    enum class Kind : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };
    std::uint32_t number = 0;
    Kind kind = Kind::varint;
    std::uint64_t value = 0;           ///< of a varint, fixed64 or fixed32
    std::span<const std::byte> bytes;  ///< of a string, a message within, or packed numbers

    std::int64_t integer() const { return static_cast<std::int64_t>(value); }
    float real() const;
};

/// Goes through the fields of one message. `where` must outlive it.
class Message {
  public:
    Message(std::span<const std::byte> bytes, std::string_view where) : bytes_(bytes), where_(where) {}

    /// False at the end; throws base::Error "bad_input" when a field reaches beyond it or is of a kind that does not exist.
    bool next(Field& field);
    std::string_view where() const { return where_; }

  private:
    std::uint64_t varint();
    std::span<const std::byte> take(std::uint64_t size);

    std::span<const std::byte> bytes_;
    std::string_view where_;
    std::size_t at_ = 0;
};

/// Adds the numbers of a repeated field, packed into one field or one by one.
void append_integers(const Field& field, std::string_view where, std::vector<std::int64_t>& values);
void append_reals(const Field& field, std::string_view where, std::vector<float>& values);
void append_doubles(const Field& field, std::string_view where, std::vector<double>& values);

/// The field's bytes as text; throws base::Error "bad_input" unless they are UTF-8.
std::string utf8_of(const Field& field, std::string_view where);

}  // namespace mote::graph::onnx
