// ONNX models.
#pragma once

#include "graph/import_format.hpp"
#include "graph/onnx/file.hpp"

#include <map>
#include <string>

namespace mote::graph {

/// Reads an ONNX model: float32, or quantised by QuantizeLinear and DequantizeLinear (int8 and uint8; unsigned tensors become signed ones
/// of 128 less). Inputs and outputs keep the file's shapes and order. `constants` stand for inputs of these names. Throws base::Error
/// "bad_input" or "unsupported"; memory-safe for any bytes.
Imported import_onnx(std::span<const std::byte> bytes, std::string_view where,
                     const std::map<std::string, onnx::FileTensor>& constants = {});

}  // namespace mote::graph
