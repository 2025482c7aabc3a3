#include "learn/checkpoint.hpp"

#include "base/files.hpp"

#include <cstring>

namespace mote::learn {

namespace {
constexpr std::string_view magic = "mote-checkpoint-1\n";

struct Head {
    std::string fingerprint;
    int epochs_done = 0;
    std::int64_t steps_done = 0;
    int best_epoch = -1;
    double best_score = 0;
    std::vector<EpochRecord> epochs;
    std::vector<std::int64_t> sizes;
    std::string content;  ///< hash of what follows the head
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("fingerprint", &Head::fingerprint, ""), field("epochs_done", &Head::epochs_done, "").range(0, 1e9),
                               field("steps_done", &Head::steps_done, "").range(0, 1e15), field("best_epoch", &Head::best_epoch, ""),
                               field("best_score", &Head::best_score, ""), field("epochs", &Head::epochs, ""),
                               field("sizes", &Head::sizes, "").range(0, 1 << 28), field("content", &Head::content, ""));
    }
};
}  // namespace

base::Hash fingerprint(const TrainRequest& request) {
    base::Hasher hasher;
    for (const graph::Tensor& tensor : request.graph.tensors)
        hasher.update(tensor.name).update(base::canonical_json(base::to_json(tensor.shape))).update(tensor.data);
    for (const graph::Node& node : request.graph.nodes)
        hasher.update(node.op)
            .update(base::canonical_json({base::to_json(node.inputs), base::to_json(node.outputs)}))
            .update(base::canonical_json(node.attributes));
    hasher.update(base::canonical_json(base::to_json(request.options))).update(std::to_string(request.seed));
    for (const ExampleSource* source : {request.train, request.validation}) {
        if (!source) continue;
        hasher.update("source");
        for (std::size_t i = 0; i < source->size(); ++i) hasher.update(std::to_string(source->label(i)) + " ");
    }
    return hasher.finish();
}

void write_checkpoint(const std::filesystem::path& file, const base::Hash& fingerprint, const Checkpoint& checkpoint) {
    Head head{base::hex(fingerprint),
              checkpoint.epochs_done,
              checkpoint.steps_done,
              checkpoint.best_epoch,
              checkpoint.best_score,
              checkpoint.epochs,
              {},
              {}};
    base::Bytes content;
    for (const auto& values : checkpoint.state) {
        head.sizes.push_back(static_cast<std::int64_t>(values.size()));
        const auto bytes = std::as_bytes(std::span(values));
        content.insert(content.end(), bytes.begin(), bytes.end());
    }
    head.content = base::hex(base::sha256(content));
    const std::string text = std::string(magic) + base::to_json(head).dump() + "\n";
    base::Bytes all;
    const auto head_bytes = base::as_bytes(text);
    all.reserve(head_bytes.size() + content.size());
    all.insert(all.end(), head_bytes.begin(), head_bytes.end());
    all.insert(all.end(), content.begin(), content.end());
    base::write_file(file, all);
}

std::optional<Checkpoint> read_checkpoint(const std::filesystem::path& file, const base::Hash& fingerprint) {
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) return std::nullopt;
    const base::Bytes bytes = base::read_file(file, std::uint64_t{1} << 31);
    const std::string_view text = base::as_text(bytes);
    const auto damaged = [&](const std::string& why) {
        return base::Error("bad_input", file.string() + ": not a sound training checkpoint: " + why, "delete it; training starts anew");
    };
    const std::size_t line_end = text.find('\n', magic.size());
    if (text.substr(0, magic.size()) != magic || line_end == std::string_view::npos) throw damaged("it does not start as one");
    const auto head =
        base::from_json<Head>(base::parse_json(text.substr(magic.size(), line_end - magic.size()), file.string()), file.string());
    if (head.fingerprint != base::hex(fingerprint)) return std::nullopt;
    const auto content = std::span(bytes).subspan(line_end + 1);
    std::uint64_t wanted = 0;
    for (const std::int64_t size : head.sizes) wanted += static_cast<std::uint64_t>(size) * sizeof(float);
    if (wanted != content.size() || head.content != base::hex(base::sha256(content))) throw damaged("its content does not match its hash");
    Checkpoint checkpoint{head.epochs_done, head.steps_done, head.best_epoch, head.best_score, head.epochs, {}};
    std::size_t at = 0;
    for (const std::int64_t size : head.sizes) {
        std::vector<float> values(static_cast<std::size_t>(size));
        if (!values.empty()) std::memcpy(values.data(), content.data() + at, values.size() * sizeof(float));
        at += values.size() * sizeof(float);
        checkpoint.state.push_back(std::move(values));
    }
    return checkpoint;
}

}  // namespace mote::learn
