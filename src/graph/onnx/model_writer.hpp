// An ONNX file in the making (field numbers of onnx.proto3).
#pragma once

#include "graph/onnx/file.hpp"
#include "graph/onnx/message_writer.hpp"

#include <span>
#include <string>
#include <vector>

namespace mote::graph::onnx {

MessageWriter integer_attribute(std::string_view name, std::int64_t value);
MessageWriter real_attribute(std::string_view name, float value);
MessageWriter text_attribute(std::string_view name, std::string_view value);
MessageWriter list_attribute(std::string_view name, const std::vector<std::int64_t>& values);

class ModelWriter {
  public:
    void input(const std::string& name, const std::vector<int>& shape, DataType type) { inputs_.push_back(value(name, shape, type)); }
    void output(const std::string& name, const std::vector<int>& shape, DataType type) { outputs_.push_back(value(name, shape, type)); }
    void constant(const std::string& name, const std::vector<int>& shape, DataType type, std::span<const std::byte> values);
    void node(std::string_view op_type, const std::vector<std::string>& inputs, const std::string& output,
              const std::vector<MessageWriter>& attributes);
    /// Gives the output of the node written last another name; false where it is not called `output`.
    bool rename_last(const std::string& output, const std::string& name);
    base::Bytes bytes(const std::string& name, int opset) const;

  private:
    static MessageWriter value(const std::string& name, const std::vector<int>& shape, DataType type);

    struct Node {
        std::string op_type;
        std::vector<std::string> inputs;
        std::string output;
        std::vector<MessageWriter> attributes;
    };
    std::vector<Node> nodes_;
    std::vector<MessageWriter> constants_, inputs_, outputs_;
};

}  // namespace mote::graph::onnx
