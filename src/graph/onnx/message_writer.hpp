// Writing protobuf's wire format: one message, field by field.
#pragma once

#include "base/files.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace mote::graph::onnx {

class MessageWriter {
  public:
    MessageWriter& integer(std::uint32_t field, std::int64_t value) {
        varint(std::uint64_t{field} << 3);
        varint(static_cast<std::uint64_t>(value));
        return *this;
    }
    MessageWriter& real(std::uint32_t field, float value) {
        varint(std::uint64_t{field} << 3 | 5);
        text_.append(reinterpret_cast<const char*>(&value), sizeof value);
        return *this;
    }
    MessageWriter& text(std::uint32_t field, std::string_view value) {
        varint(std::uint64_t{field} << 3 | 2);
        varint(value.size());
        text_ += value;
        return *this;
    }
    MessageWriter& message(std::uint32_t field, const MessageWriter& value) { return text(field, value.text_); }
    const std::string& bytes() const { return text_; }

  private:
    void varint(std::uint64_t value) {
        for (; value >= 128; value >>= 7) text_ += static_cast<char>((value & 127) | 128);
        text_ += static_cast<char>(value);
    }
    std::string text_;
};

}  // namespace mote::graph::onnx
