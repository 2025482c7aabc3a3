#include "graph/onnx/wire.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

#include <cstring>

namespace mote::graph::onnx {

void damaged(std::string_view where, const std::string& what) {
    throw base::Error("bad_input", std::string(where) + ": " + what, "the file is damaged or in another format: export it again");
}

float Field::real() const {
    const auto bits = static_cast<std::uint32_t>(value);
    float result;
    std::memcpy(&result, &bits, sizeof result);
    return result;
}

std::uint64_t Message::varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        if (at_ == bytes_.size()) damaged(where_, "ends within a number");
        const auto byte = static_cast<std::uint64_t>(bytes_[at_++]);
        value |= (byte & 127) << shift;
        if (byte < 128) return value;
    }
    damaged(where_, "holds a number of more than 64 bits");
}

std::span<const std::byte> Message::take(std::uint64_t size) {
    if (size > bytes_.size() - at_) damaged(where_, "holds a field that reaches beyond its end");
    const auto taken = bytes_.subspan(at_, static_cast<std::size_t>(size));
    at_ += static_cast<std::size_t>(size);
    return taken;
}

bool Message::next(Field& field) {
    if (at_ == bytes_.size()) return false;
    const std::uint64_t key = varint();
    if (key >> 3 == 0 || key >> 3 >= 1u << 29) damaged(where_, "holds a field with number " + std::to_string(key >> 3));
    field.number = static_cast<std::uint32_t>(key >> 3);
    field.kind = static_cast<Field::Kind>(key & 7);
    field.value = 0;
    field.bytes = {};
    switch (field.kind) {
        case Field::Kind::varint:
            field.value = varint();
            return true;
        case Field::Kind::bytes:
            field.bytes = take(varint());
            return true;
        case Field::Kind::fixed64:
        case Field::Kind::fixed32: {
            const auto bytes = take(field.kind == Field::Kind::fixed64 ? 8 : 4);
            std::memcpy(&field.value, bytes.data(), bytes.size());
            return true;
        }
    }
    damaged(where_, "holds a field of a kind that protobuf does not have");
}

namespace {

template <class T, class U>
void append_fixed(const Field& field, std::string_view where, Field::Kind kind, std::vector<U>& values) {
    if (field.kind == kind) {
        T value;
        std::memcpy(&value, &field.value, sizeof value);
        values.push_back(value);
        return;
    }
    if (field.kind != Field::Kind::bytes || field.bytes.size() % sizeof(T) != 0) damaged(where, "holds a list of reals that is cut short");
    const std::size_t before = values.size();
    values.resize(before + field.bytes.size() / sizeof(T));
    if (!field.bytes.empty()) std::memcpy(values.data() + before, field.bytes.data(), field.bytes.size());
}

}  // namespace

void append_integers(const Field& field, std::string_view where, std::vector<std::int64_t>& values) {
    if (field.kind == Field::Kind::varint) {
        values.push_back(field.integer());
        return;
    }
    if (field.kind != Field::Kind::bytes) damaged(where, "holds a list of whole numbers in another form");
    std::uint64_t value = 0;
    int shift = 0;
    for (const std::byte b : field.bytes) {
        if (shift > 63) damaged(where, "holds a number of more than 64 bits");
        value |= (static_cast<std::uint64_t>(b) & 127) << shift;
        shift += 7;
        if (static_cast<unsigned>(b) >= 128) continue;
        values.push_back(static_cast<std::int64_t>(value));
        value = 0, shift = 0;
    }
    if (shift != 0) damaged(where, "ends within a number");
}

void append_reals(const Field& field, std::string_view where, std::vector<float>& values) {
    append_fixed<float>(field, where, Field::Kind::fixed32, values);
}

void append_doubles(const Field& field, std::string_view where, std::vector<double>& values) {
    append_fixed<double>(field, where, Field::Kind::fixed64, values);
}

std::string utf8_of(const Field& field, std::string_view where) {
    std::string text(base::as_text(field.bytes));
    if (!base::is_utf8(text)) damaged(where, "holds a name that is not UTF-8");
    return text;
}

}  // namespace mote::graph::onnx
