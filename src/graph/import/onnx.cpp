#include "graph/import/onnx.hpp"

#include "graph/onnx/translator.hpp"

namespace mote::graph {

namespace {

// A ModelProto has no mark of its own. Writers begin with the version of the format, a small number, and go on with a text, the model's
// version, the graph or an opset: a first byte of 8 and a third that is the key of one of these.
bool looks_like_onnx(std::string_view name, std::span<const std::byte> head) {
    static constexpr std::string_view next = "\x12\x1a\x22\x28\x32\x3a\x42";
    const std::string_view bytes = base::as_text(head);
    const bool begins = bytes.size() > 2 && bytes[0] == 8 && bytes[1] > 0 && bytes[1] < 100 && next.find(bytes[2]) != next.npos;
    return begins || name.ends_with(".onnx");
}

}  // namespace

Imported import_onnx(std::span<const std::byte> bytes, std::string_view where, const std::map<std::string, onnx::FileTensor>& constants) {
    const onnx::File file = onnx::read_file(bytes, where);
    return onnx::Translator(file, where, constants).run();
}

namespace imports {

const ImportFormat& onnx() {
    static const ImportFormat format{"onnx",
                                     "ONNX: float32, QDQ (int8 and uint8)",
                                     {".onnx"},
                                     looks_like_onnx,
                                     [](std::span<const std::byte> bytes, std::string_view where) { return import_onnx(bytes, where); }};
    return format;
}

}  // namespace imports

}  // namespace mote::graph
