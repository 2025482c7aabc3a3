#include "graph/import/onnx.hpp"

#include "base/error.hpp"
#include "graph/onnx/translator.hpp"

namespace mote::graph {

namespace {

// A ModelProto has no mark of its own: its fields are those that the message has, and one of them is a graph or an opset.
bool looks_like_onnx(std::string_view name, std::span<const std::byte> head) {
    bool telling = name.ends_with(".onnx");
    try {
        onnx::Message message(head, name);
        for (onnx::Field f; message.next(f);) {
            if (f.number > 25 || (f.number > 8 && f.number != 14 && f.number != 20 && f.number != 25)) return false;
            if ((f.number == 7 || f.number == 8) && f.kind != onnx::Field::Kind::bytes) return false;
            if ((f.number == 1 || f.number == 5) && f.kind != onnx::Field::Kind::varint) return false;
            telling = telling || f.number == 8;
        }
    } catch (const base::Error&) {
        // The graph is longer than the head: what stood before it decides.
        return telling || (!head.empty() && head[0] == std::byte{8});
    }
    return telling;
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
