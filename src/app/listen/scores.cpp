#include "app/listen/scores.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

namespace mote::app::listen {

using base::Error;

Schedule::Schedule(const rt::stream::Plan& plan)
    : stride_(plan.stride),
      grid_(plan.rows > 0 ? plan.advance : 1),
      heard_(plan.span + (plan.rows > 0 ? (plan.rows - 1) * plan.advance : 0)) {}

std::int64_t Schedule::begin(std::size_t decision) const { return static_cast<std::int64_t>(decision) * stride_ / grid_ * grid_; }

std::size_t Schedule::count(std::int64_t frames) const {
    if (frames < heard_) return 0;
    auto decisions = static_cast<std::size_t>((frames - heard_) / stride_) + 1;
    while (end(decisions) <= frames) ++decisions;
    return decisions;
}

namespace {

// Decisions of one stretch: long enough that a thread's evaluator pays, short enough that little is lost when the work is stopped.
constexpr std::size_t stretch = 1024;
constexpr int scores_version = 1;  // raise it when signal processing or kernels give other bytes

std::filesystem::path cache_folder(const std::filesystem::path& cache, const Stream& stream, const Features& features,
                                   const graph::Graph& model, const Schedule& schedule) {
    if (cache.empty()) return {};
    base::Hasher hasher;
    const base::Json head = {
        {"version", scores_version},         {"stream", base::hex(stream.identity())}, {"block", features.block},
        {"parameters", features.parameters}, {"input", dsp::to_json(features.input)},  {"stride", schedule.stride_frames()}};
    hasher.update(base::canonical_json(head)).update(std::span<const std::byte>(graph::serialise(model)));
    return cache / base::hex(hasher.finish()).substr(0, 32);
}

/// One thread's share: a stretch of the stream, its features and outputs.
class Worker {
  public:
    Worker(const Stream& stream, const Features& features, const graph::Graph& model, const Schedule& schedule)
        : stream_(stream),
          features_(features),
          model_(model),
          schedule_(schedule),
          evaluator_(model, graph::HostKernels::fastest),
          row_(features.count()),
          scratch_(features.prepared->scratch_bytes() / sizeof(std::uint64_t) + 1) {}

    void run(std::size_t from, std::size_t to, std::span<std::int8_t> outputs, const base::Cancel& cancel) {
        const std::size_t frame_bytes = stream_.input().channels.size() * store::size_of(stream_.input().type);
        const std::int64_t begin = schedule_.begin(from);
        const auto last = static_cast<std::size_t>(schedule_.begin(to - 1) - begin);
        bytes_.resize(last * frame_bytes + features_.input.size_bytes());
        stream_.read(begin, bytes_);
        const std::size_t labels = model_.output().count();
        for (std::size_t k = from; k < to; ++k) {
            if (k % 16 == 0) cancel.check();
            const auto at = static_cast<std::size_t>(schedule_.begin(k) - begin) * frame_bytes;
            features_.prepared->compute(bytes_.data() + at, row_, scratch_.data());
            if (!std::all_of(row_.begin(), row_.end(), [](float x) { return std::isfinite(x); }))
                throw Error("bad_input", "the features of the stream at frame " + std::to_string(schedule_.begin(k)) + " are not finite",
                            "a recording holds values that are no numbers: mote data check finds it");
            (void)evaluator_.run_features(row_);
            std::memcpy(outputs.data() + (k - from) * labels, evaluator_.tensor(model_.outputs[0]).data(), labels);
        }
    }

  private:
    const Stream& stream_;
    const Features& features_;
    const graph::Graph& model_;
    const Schedule& schedule_;
    graph::Evaluator evaluator_;
    std::vector<float> row_;
    std::vector<std::uint64_t> scratch_;  // 8-byte aligned
    base::Bytes bytes_;
};

bool read_piece(const std::filesystem::path& file, std::span<std::int8_t> outputs) {
    std::error_code failed;
    if (file.empty() || std::filesystem::file_size(file, failed) != outputs.size() || failed) return false;
    const base::Bytes bytes = base::read_file(file);
    if (bytes.size() != outputs.size()) return false;
    std::memcpy(outputs.data(), bytes.data(), bytes.size());
    return true;
}

}  // namespace

Scores score_stream(const Stream& stream, const Features& features, const graph::Graph& model, const Schedule& schedule,
                    const std::filesystem::path& cache, base::Progress& progress, const base::Cancel& cancel) {
    if (model.output().type != graph::Type::i8)
        throw Error("unsupported", "the model's output is not of 8 bits, as listening needs it", "train or import it with 8-bit outputs");
    Scores scores;
    scores.labels = model.output().count();
    const std::size_t count = schedule.count(stream.frames());
    scores.outputs.resize(count * scores.labels);
    const auto folder = cache_folder(cache, stream, features, model, schedule);
    const std::size_t stretches = (count + stretch - 1) / stretch;
    const auto file_of = [&](std::size_t s) { return folder.empty() ? folder : folder / (std::to_string(s) + ".i8"); };
    const auto part = [&](std::size_t s) {
        return std::span(scores.outputs).subspan(s * stretch * scores.labels, std::min(stretch, count - s * stretch) * scores.labels);
    };
    progress.begin("listening", count);
    std::atomic<std::size_t> done{0};
    const bool has_state = std::any_of(model.tensors.begin(), model.tensors.end(), [](const graph::Tensor& t) { return t.is_variable; });
    const std::size_t tasks = has_state ? 1 : stretches;
    base::parallel_for(tasks, [&](std::size_t task) {
        // State goes from one window to the next: what such a model gave for one stretch is worth something only with all before it.
        const std::size_t end = has_state ? stretches : task + 1;
        bool all = true;
        for (std::size_t s = task; s < end && all; ++s) all = read_piece(file_of(s), part(s));
        if (!all) {
            Worker worker(stream, features, model, schedule);
            for (std::size_t s = task; s < end; ++s) {
                worker.run(s * stretch, std::min(count, (s + 1) * stretch), part(s), cancel);
                if (!folder.empty()) base::write_file(file_of(s), std::as_bytes(part(s)));
                progress.advance(done + (s - task) * stretch);
            }
        }
        progress.advance(done += (end - task) * stretch);
    });
    progress.end();
    return scores;
}

}  // namespace mote::app::listen
