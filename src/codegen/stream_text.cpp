#include "codegen/stream_text.hpp"

#include "base/text.hpp"

#include <map>

namespace mote::codegen {

namespace {

constexpr const char* rows_header = "mote/rt/nn/copy/rows.hpp";

class StreamPrinter {
  public:
    StreamPrinter(const graph::Graph& graph, const RowStream& stream, const Layout& layout, const std::string& scratch)
        : graph_(graph), stream_(stream), layout_(layout), scratch_(scratch) {}

    CallText print(Identifiers& names, Common& shared) {
        for (std::size_t n = stream_.range.first; n <= stream_.range.last; ++n) {
            const graph::Node& node = graph_.nodes[n];
            layers_.try_emplace(n, graph_, names.make(node.name.empty() ? node.op : node.name), shared);
        }
        CallText text;
        for (const BandRun& run : stream_.runs) text.calls += run_text(run, text);
        for (const auto& [node, layer] : layers_) {
            const CallText& part = layer.text();
            text.constants += part.constants, text.parameters += part.parameters, text.constant_bytes += part.constant_bytes;
            text.headers.insert(part.headers.begin(), part.headers.end());
        }
        return text;
    }

  private:
    std::string run_text(const BandRun& run, CallText& text) {
        std::string body;
        for (const BandItem& item : run.items) body += item_text(item, text);
        if (run.count == 1) return body;
        std::string out = "for (size_t band = 0; band < " + std::to_string(run.count) + "; ++band) {\n";
        for (const std::string& line : base::split(body, '\n'))
            if (!line.empty()) out += "    " + line + "\n";
        return out + "}\n";
    }

    std::string item_text(const BandItem& item, CallText& text) {
        if (item.kept_bytes > 0) {
            text.headers.insert(rows_header);
            return "::mote::rt::nn::keep_rows(arena + " + std::to_string(layout_.tensor_offset(item.output.tensor)) + ", " +
                   std::to_string(item.output.offset) + ", " + std::to_string(item.kept_bytes) + ");\n";
        }
        const CallPlaces places{[&](int tensor) {
                                    for (const BandPlace& place : item.inputs)
                                        if (place.tensor == tensor) return place_text(place);
                                    return std::string();
                                },
                                place_text(item.output), scratch_};
        std::string out;
        for (const graph::KernelCall& call : stream_.plans[item.plan].calls) out += layers_.at(item.node).call(call, places);
        return out;
    }

    std::string place_text(const BandPlace& place) const {
        std::string offset = std::to_string(layout_.tensor_offset(place.tensor) + place.offset);
        if (place.step_bytes > 0) offset += " + band * " + std::to_string(place.step_bytes);
        return typed_place(graph_, place.tensor, offset);
    }

    const graph::Graph& graph_;
    const RowStream& stream_;
    const Layout& layout_;
    const std::string& scratch_;
    std::map<std::size_t, LayerText> layers_;  ///< by node
};

}  // namespace

CallText stream_text(const graph::Graph& graph, const RowStream& stream, const Layout& layout, const std::string& scratch,
                     Identifiers& names, Common& shared) {
    return StreamPrinter(graph, stream, layout, scratch).print(names, shared);
}

}  // namespace mote::codegen
