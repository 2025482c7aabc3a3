#include "base/error.hpp"
#include "graph/half.hpp"
#include "graph/limits.hpp"
#include "graph/node_view.hpp"
#include "graph/onnx/file.hpp"

#include <cstring>

namespace mote::graph::onnx {

namespace {

std::size_t size_of(DataType type) {
    switch (type) {
        case DataType::u8:
        case DataType::i8:
        case DataType::boolean:
            return 1;
        case DataType::u16:
        case DataType::i16:
        case DataType::f16:
        case DataType::bf16:
            return 2;
        case DataType::f32:
        case DataType::i32:
        case DataType::u32:
            return 4;
        case DataType::f64:
        case DataType::i64:
        case DataType::u64:
            return 8;
        default:
            return 0;
    }
}

// The field that holds a type's values where raw_data does not.
std::uint32_t list_of(DataType type) {
    switch (type) {
        case DataType::f32:
            return 4;
        case DataType::i64:
            return 7;
        case DataType::f64:
            return 10;
        case DataType::u32:
        case DataType::u64:
            return 11;
        default:
            return 5;
    }
}

[[noreturn]] void refuse_external(std::string_view where, const std::string& name) {
    throw base::Error("unsupported", std::string(where) + ": the values of \"" + name + "\" lie in another file",
                      "save the model with its weights inside: onnx.save(model, path, save_as_external_data=False)");
}

void check_size(const FileTensor& tensor, std::string_view where) {
    std::uint64_t count = 1;
    if (tensor.shape.size() > limits::rank) damaged(where, "has constant \"" + tensor.name + "\" of shape " + text_of(tensor.shape));
    for (const int d : tensor.shape) {
        count *= static_cast<std::uint64_t>(d);
        if (count * 8 > limits::tensor_bytes)
            throw base::Error("bad_input",
                              std::string(where) + ": constant \"" + tensor.name + "\" of shape " + text_of(tensor.shape) +
                                  " is larger than a model for a small machine can hold",
                              "give a smaller model");
    }
}

template <class T, class U>
void append_raw(std::span<const std::byte> raw, std::vector<U>& values) {
    values.reserve(raw.size() / sizeof(T));
    for (std::size_t i = 0; i + sizeof(T) <= raw.size(); i += sizeof(T)) {
        T value;
        std::memcpy(&value, raw.data() + i, sizeof value);
        values.push_back(static_cast<U>(value));
    }
}

float brain_float(std::uint16_t bits) {
    const std::uint32_t wide = std::uint32_t{bits} << 16;
    float value;
    std::memcpy(&value, &wide, sizeof value);
    return value;
}

void check_count(const FileTensor& tensor, std::size_t count, std::string_view where) {
    if (count != tensor.count())
        damaged(where,
                "constant \"" + tensor.name + "\" of shape " + text_of(tensor.shape) + " holds " + std::to_string(count) + " values");
}

}  // namespace

bool is_real(DataType type) { return type == DataType::f32 || type == DataType::f16 || type == DataType::bf16 || type == DataType::f64; }

std::string name_of(DataType type) {
    static constexpr const char* names[] = {"no tensor", "float32", "uint8",     "int8",       "uint16",  "int16",
                                            "int32",     "int64",   "text",      "bool",       "float16", "double",
                                            "uint32",    "uint64",  "complex64", "complex128", "bfloat16"};
    const auto code = static_cast<std::size_t>(type);
    return code < std::size(names) ? names[code] : "type " + std::to_string(code);
}

std::size_t FileTensor::count() const {
    std::size_t n = 1;
    for (const int d : shape) n *= static_cast<std::size_t>(d);
    return n;
}

FileTensor read_tensor(std::span<const std::byte> bytes, std::string_view where) {
    FileTensor tensor;
    std::vector<std::int64_t> dims;
    bool is_external = false;
    Message message(bytes, where);
    for (Field f; message.next(f);) {
        switch (f.number) {
            case 1:
                append_integers(f, where, dims);
                break;
            case 2:
                tensor.type = static_cast<DataType>(f.integer() & 0xffff);
                break;
            case 8:
                tensor.name = utf8_of(f, where);
                break;
            case 9:
                tensor.raw = f.bytes;
                break;
            case 13:
                is_external = true;
                break;
            case 14:
                is_external = is_external || f.integer() != 0;
                break;
            case 4:
            case 5:
            case 7:
            case 10:
            case 11:
                tensor.listed.push_back(f);
                break;
            default:
                break;
        }
    }
    if (is_external) refuse_external(where, tensor.name);
    if (dims.size() > 64) damaged(where, "has a constant of more than 64 dimensions");
    for (const std::int64_t d : dims) {
        if (d < 0 || d > (std::int64_t{1} << 30))
            damaged(where, "constant \"" + tensor.name + "\" has a dimension of " + std::to_string(d));
        tensor.shape.push_back(static_cast<int>(d));
    }
    check_size(tensor, where);
    if (size_of(tensor.type) == 0)
        throw base::Error("unsupported", std::string(where) + ": constant \"" + tensor.name + "\" is of type " + name_of(tensor.type),
                          "use float32");
    return tensor;
}

std::vector<float> reals_of(const FileTensor& t, std::string_view where) {
    std::vector<float> values;
    if (t.type == DataType::f16 || t.type == DataType::bf16) {
        std::vector<std::int64_t> bits;
        append_raw<std::uint16_t>(t.raw, bits);
        for (const Field& f : t.listed)
            if (t.raw.empty() && f.number == 5) append_integers(f, where, bits);
        for (const std::int64_t b : bits) {
            const auto half = static_cast<std::uint16_t>(b);
            values.push_back(t.type == DataType::f16 ? widened(half) : brain_float(half));
        }
    } else if (t.type == DataType::f64) {
        std::vector<double> wide;
        append_raw<double>(t.raw, wide);
        for (const Field& f : t.listed)
            if (t.raw.empty() && f.number == 10) append_doubles(f, where, wide);
        for (const double v : wide) values.push_back(static_cast<float>(v));
    } else {
        append_raw<float>(t.raw, values);
        for (const Field& f : t.listed)
            if (t.raw.empty() && f.number == 4) append_reals(f, where, values);
    }
    check_count(t, values.size(), where);
    return values;
}

std::vector<std::int64_t> integers_of(const FileTensor& t, std::string_view where) {
    std::vector<std::int64_t> values;
    switch (t.type) {
        case DataType::i8:
            append_raw<std::int8_t>(t.raw, values);
            break;
        case DataType::i16:
            append_raw<std::int16_t>(t.raw, values);
            break;
        case DataType::u16:
            append_raw<std::uint16_t>(t.raw, values);
            break;
        case DataType::i32:
            append_raw<std::int32_t>(t.raw, values);
            break;
        case DataType::u32:
            append_raw<std::uint32_t>(t.raw, values);
            break;
        case DataType::i64:
        case DataType::u64:
            append_raw<std::int64_t>(t.raw, values);
            break;
        default:
            append_raw<std::uint8_t>(t.raw, values);
            break;
    }
    for (const Field& f : t.listed)
        if (t.raw.empty() && f.number == list_of(t.type)) append_integers(f, where, values);
    check_count(t, values.size(), where);
    return values;
}

}  // namespace mote::graph::onnx
