#include "app/listen/host_listener.hpp"

#include "base/error.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mote::app::listen {

namespace {

/// What every kind of sample shares.
struct Machine {
    const dsp::Block& block;
    const graph::Graph& model;
    const codegen::ListenPlan& plan;
    graph::Evaluator evaluator;
    std::vector<float> features;
    std::vector<std::uint64_t> scratch;  // 8-byte aligned

    Machine(const Features& f, const graph::Graph& graph, const codegen::ListenPlan& p)
        : block(*f.prepared),
          model(graph),
          plan(p),
          evaluator(graph, graph::HostKernels::fastest),
          features(f.count()),
          scratch(f.prepared->scratch_bytes() / sizeof(std::uint64_t) + 1) {}
};

template <class T>
struct Work {
    using Sample = T;
    Machine* m;
    rt::stream::Plan plan() const { return m->plan.stream; }
    rt::stream::DetectorPlan detector_plan() const { return m->plan.detector(); }
    void row(const T* frames, float* row) const { m->block.compute_row(frames, {row, m->plan.stream.row_values}, m->scratch.data()); }
    void window(const T* frames) const { m->block.compute(frames, m->features, m->scratch.data()); }
    float* features() const { return m->features.data(); }
    const std::int8_t* infer() const {
        if (m->plan.stream.rows > 0) m->block.finish_rows(m->features, m->scratch.data());
        (void)m->evaluator.run_features(m->features);
        return reinterpret_cast<const std::int8_t*>(m->evaluator.tensor(m->model.outputs[0]).data());
    }
    void reset() const { m->evaluator.reset(); }
};

class Stream {
  public:
    virtual ~Stream() = default;
    virtual void listen(std::span<const float> values, std::vector<Decision>& decisions) = 0;
    std::uint64_t bad = 0, frames = 0;
};

template <class T>
class StreamOf final : public Stream {
  public:
    explicit StreamOf(Machine& machine)
        : machine_(machine),
          memory_(rt::stream::places_of<T>(machine.plan.stream, machine.plan.detector()).bytes / sizeof(Unit) + 1),
          listener_({&machine}, memory_.front().bytes),
          before_(machine.plan.stream.channels) {}

    void listen(std::span<const float> values, std::vector<Decision>& decisions) override {
        const std::size_t channels = machine_.plan.stream.channels;
        frames += values.size() / channels;
        for (std::size_t at = 0; at < values.size();) {
            const std::size_t some = std::min(values.size() - at, machine_.plan.stream.ring * channels);
            samples_.resize(some);
            for (std::size_t i = 0; i < some; ++i) samples_[i] = sample(values[at + i], i % channels);
            at += some;
            (void)listener_.push(samples_.data(), static_cast<std::uint32_t>(some / channels));
            for (auto heard = listener_.poll(); heard != rt::stream::Heard::waiting; heard = listener_.poll())
                decisions.push_back(decision(heard));
        }
    }

  private:
    struct alignas(16) Unit {
        unsigned char bytes[16];
    };

    /// The listener's ring replaces floats that are no numbers; an integer cannot even hold one.
    T sample(float value, std::size_t channel) {
        const bool is_number = std::isfinite(value);
        bad += is_number ? 0 : 1;
        if constexpr (std::is_floating_point_v<T>) return value;
        if (!is_number) return before_[channel];
        const float low = std::numeric_limits<T>::lowest(), high = std::numeric_limits<T>::max();
        return before_[channel] = static_cast<T>(std::nearbyint(std::clamp(value, low, high)));
    }

    Decision decision(rt::stream::Heard heard) const {
        const auto labels = static_cast<std::uint32_t>(machine_.plan.thresholds.size());
        Decision out;
        out.frame = listener_.frames_heard();
        out.outputs.assign(listener_.outputs(), listener_.outputs() + labels);
        for (std::uint32_t label = 0; label < labels; ++label)
            out.probabilities.push_back(static_cast<float>(listener_.detector().sum(label)) * machine_.plan.score_scale);
        if (heard == rt::stream::Heard::event) out.event = static_cast<int>(listener_.event_label());
        return out;
    }

    Machine& machine_;
    std::vector<Unit> memory_;
    rt::stream::Listener<Work<T>> listener_;
    std::vector<T> before_, samples_;
};

std::unique_ptr<Stream> make_stream(Machine& machine, store::SampleType type) {
    if (type == store::SampleType::i16) return std::make_unique<StreamOf<std::int16_t>>(machine);
    if (type == store::SampleType::u8) return std::make_unique<StreamOf<std::uint8_t>>(machine);
    return std::make_unique<StreamOf<float>>(machine);
}

}  // namespace

struct HostListener::State {
    Machine machine;
    std::unique_ptr<Stream> stream;
};

HostListener::HostListener(const Features& features, const graph::Graph& model, const codegen::ListenPlan& plan) {
    if (model.output().type != graph::Type::i8)
        throw base::Error("unsupported", "the model's output is not of 8 bits, as listening needs it",
                          "train or import it with 8-bit outputs");
    state_.reset(new State{Machine(features, model, plan), nullptr});
    state_->stream = make_stream(state_->machine, features.input.type);
}

HostListener::~HostListener() = default;

void HostListener::listen(std::span<const float> values, std::vector<Decision>& decisions) { state_->stream->listen(values, decisions); }
std::uint64_t HostListener::bad_values() const { return state_->stream->bad; }
std::uint64_t HostListener::frames() const { return state_->stream->frames; }

}  // namespace mote::app::listen
