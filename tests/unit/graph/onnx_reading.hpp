// What becomes of an ONNX file: a graph, or what is said about it.
#pragma once

#include "base/error.hpp"
#include "graph/import/onnx.hpp"
#include "graph/onnx_writer.hpp"

namespace mote::graph::testing {

inline Graph read(const OnnxFile& file) { return import_onnx(file.bytes(), "model.onnx").graph; }

inline std::string message_of(const OnnxFile& file) {
    try {
        (void)read(file);
    } catch (const base::Error& error) {
        return error.message();
    }
    return "was accepted";
}

inline std::string hint_of(const OnnxFile& file) {
    try {
        (void)read(file);
    } catch (const base::Error& error) {
        return error.hint();
    }
    return "was accepted";
}

}  // namespace mote::graph::testing
