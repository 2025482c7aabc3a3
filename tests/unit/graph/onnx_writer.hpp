// ONNX files for tests, written field by field (numbers of onnx.proto3).
#pragma once

#include "base/files.hpp"
#include "graph/onnx/message_writer.hpp"

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mote::graph::testing {

using Wire = onnx::MessageWriter;

/// Codes of TensorProto.DataType.
enum OnnxType : int { onnx_f32 = 1, onnx_u8 = 2, onnx_i8 = 3, onnx_i32 = 6, onnx_i64 = 7 };

inline Wire onnx_integer(const std::string& name, std::int64_t value) { return Wire().text(1, name).integer(3, value).integer(20, 2); }
inline Wire onnx_real(const std::string& name, float value) { return Wire().text(1, name).real(2, value).integer(20, 1); }
inline Wire onnx_text(const std::string& name, const std::string& value) { return Wire().text(1, name).text(4, value).integer(20, 3); }
inline Wire onnx_list(const std::string& name, const std::vector<std::int64_t>& values) {
    Wire wire;
    wire.text(1, name);
    for (const std::int64_t v : values) wire.integer(8, v);
    return wire.integer(20, 7);
}

class OnnxFile {
  public:
    explicit OnnxFile(std::int64_t opset = 13) : opset_(opset) {}

    /// A dimension of -1 has no size.
    OnnxFile& input(const std::string& name, const std::vector<std::int64_t>& shape, int type = onnx_f32) {
        graph_.message(11, value(name, shape, type));
        return *this;
    }
    /// Without a shape, where none is given.
    OnnxFile& output(const std::string& name, const std::vector<std::int64_t>& shape = {}, int type = onnx_f32) {
        graph_.message(12, value(name, shape, type, !shape.empty()));
        return *this;
    }
    template <class T>
    OnnxFile& constant(const std::string& name, const std::vector<std::int64_t>& shape, const std::vector<T>& values) {
        constexpr int type = std::is_same_v<T, float>          ? onnx_f32
                             : std::is_same_v<T, std::int8_t>  ? onnx_i8
                             : std::is_same_v<T, std::uint8_t> ? onnx_u8
                             : std::is_same_v<T, std::int32_t> ? onnx_i32
                                                               : onnx_i64;
        Wire tensor;
        for (const std::int64_t d : shape) tensor.integer(1, d);
        tensor.integer(2, type).text(8, name);
        tensor.text(9, std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)));
        graph_.message(5, tensor);
        return *this;
    }
    OnnxFile& raw_constant(const Wire& tensor) {
        graph_.message(5, tensor);
        return *this;
    }
    OnnxFile& node(const std::string& op, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs,
                   const std::vector<Wire>& attributes = {}, const std::string& domain = "") {
        Wire wire;
        for (const std::string& i : inputs) wire.text(1, i);
        for (const std::string& o : outputs) wire.text(2, o);
        wire.text(4, op);
        for (const Wire& a : attributes) wire.message(5, a);
        if (!domain.empty()) wire.text(7, domain);
        graph_.message(1, wire);
        return *this;
    }
    base::Bytes bytes() const {
        Wire model;
        model.integer(1, 8).message(7, Wire(graph_).text(2, "test")).message(8, Wire().text(1, "").integer(2, opset_));
        const auto view = base::as_bytes(model.bytes());
        return {view.begin(), view.end()};
    }

  private:
    static Wire value(const std::string& name, const std::vector<std::int64_t>& shape, int type, bool has_shape = true) {
        if (!has_shape) return Wire().text(1, name).message(2, Wire().message(1, Wire().integer(1, type)));
        Wire dimensions;
        for (const std::int64_t d : shape) dimensions.message(1, d < 0 ? Wire().text(2, "N") : Wire().integer(1, d));
        return Wire().text(1, name).message(2, Wire().message(1, Wire().integer(1, type).message(2, dimensions)));
    }

    Wire graph_;
    std::int64_t opset_;
};

}  // namespace mote::graph::testing
