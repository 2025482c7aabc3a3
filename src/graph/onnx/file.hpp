// An ONNX file as plain data. Field numbers are those of onnx.proto3 (IR version 3 to 10). Tensors stay where they lie in the file until
// they are asked for.
#pragma once

#include "graph/onnx/wire.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mote::graph::onnx {

/// TensorProto.DataType.
enum class DataType : int {
    none = 0,
    f32 = 1,
    u8 = 2,
    i8 = 3,
    u16 = 4,
    i16 = 5,
    i32 = 6,
    i64 = 7,
    text = 8,
    boolean = 9,
    f16 = 10,
    f64 = 11,
    u32 = 12,
    u64 = 13,
    bf16 = 16,
};
std::string name_of(DataType type);

/// A constant of the file, its values where they lie.
struct FileTensor {
    std::string name;
    DataType type = DataType::none;
    std::vector<int> shape;  ///< a dimension may be 0: then there are no values
    std::span<const std::byte> raw;
    std::vector<Field> listed;  ///< float_data, int32_data, int64_data, double_data, uint64_data
    std::size_t count() const;
};
/// Reads a TensorProto. Throws base::Error: "unsupported" where its values lie in another file, "bad_input" for a damaged one.
FileTensor read_tensor(std::span<const std::byte> bytes, std::string_view where);
/// Values of a real tensor (f32, f16, bf16, f64), as f32.
std::vector<float> reals_of(const FileTensor& tensor, std::string_view where);
/// Values of a tensor of whole numbers or booleans.
std::vector<std::int64_t> integers_of(const FileTensor& tensor, std::string_view where);
bool is_real(DataType type);

struct Attribute {
    enum class Kind : int { none = 0, real = 1, integer = 2, text = 3, tensor = 4, graph = 5, reals = 6, integers = 7, texts = 8 };
    Kind kind = Kind::none;
    float real = 0;
    std::int64_t integer = 0;
    std::string text;
    std::vector<float> reals;
    std::vector<std::int64_t> integers;
    std::vector<std::string> texts;
    std::span<const std::byte> tensor;
};

struct FileNode {
    std::string name, op_type, domain;
    std::vector<std::string> inputs, outputs;  ///< "" where an optional one is absent
    std::map<std::string, Attribute> attributes;
};

/// A graph input or output.
struct FileValue {
    std::string name;
    DataType type = DataType::none;                  ///< none: no tensor, or a file that does not say
    std::optional<std::vector<std::int64_t>> shape;  ///< -1 where a size is not given
};

struct File {
    std::string name;
    std::map<std::string, std::int64_t> opsets;  ///< by domain; "ai.onnx" is ""
    std::vector<FileNode> nodes;
    std::map<std::string, FileTensor> constants;
    std::vector<FileValue> inputs, outputs;
};

/// Reads a ModelProto; `bytes` must outlive the result. Memory is bounded by the file's size and graph/limits.hpp.
File read_file(std::span<const std::byte> bytes, std::string_view where);

}  // namespace mote::graph::onnx
