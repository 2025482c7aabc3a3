// The engine over the model that was compiled in: binding.hpp, made with it, says which.
#include "binding.hpp"
#include "engine.hpp"

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <type_traits>

namespace runner {

namespace {

using model::Sample;

std::uint32_t microseconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

class AlignedMemory {
  public:
    AlignedMemory(std::size_t bytes, std::size_t alignment) {
        if (::posix_memalign(&memory_, alignment, bytes) != 0) throw std::bad_alloc();
    }
    ~AlignedMemory() { std::free(memory_); }
    AlignedMemory(const AlignedMemory&) = delete;
    AlignedMemory& operator=(const AlignedMemory&) = delete;
    void* get() const { return memory_; }

  private:
    void* memory_ = nullptr;
};

/// Numbers as samples: integers are rounded and stay in their range.
template <class T>
struct Converted {
    static T from(float value) {
        const float low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
        return static_cast<T>(value < low ? low : value > high ? high : std::round(value));
    }
};
template <>
struct Converted<float> {
    static float from(float value) { return value; }
};

SampleKind kind_of_samples() {
    return std::is_same<Sample, std::int16_t>::value   ? SampleKind::int16
           : std::is_same<Sample, std::uint8_t>::value ? SampleKind::uint8
                                                       : SampleKind::float32;
}

Facts facts_of_model() {
    Facts f;
    f.project = binding::project, f.model_hash = binding::model_hash, f.sensor = binding::sensor, f.sample = kind_of_samples();
    f.rate_hz = static_cast<double>(model::rate_hz);
    f.frames = model::window_frames, f.channels = model::channel_count, f.width = binding::image_width, f.height = binding::image_height;
    f.fit = binding::image_fit, f.stride_frames = model::stride_frames;
    f.labels.assign(model::labels, model::labels + model::class_count);
    f.channel_names.assign(binding::channels, binding::channels + model::channel_count);
    return f;
}

std::string said(model::Status status) {
    switch (status) {
        case model::Status::ok:
            return "";
        case model::Status::wrong_features:
            return "this build computes other features than the trainer did: are its compiler flags without -ffast-math?";
        case model::Status::wrong_outputs:
            return "this build computes other outputs than the trainer did: are its compiler flags without -ffast-math?";
        default:
            return "the model's memory is not as it should be";
    }
}

class ModelEngine final : public Engine {
  public:
    ModelEngine()
        : facts_(facts_of_model()),
          arena_(model::arena_bytes, model::arena_alignment),
          listener_memory_(model::listener_bytes, model::arena_alignment),
          model_(arena_.get(), model::arena_bytes),
          listener_(listener_memory_.get(), model::listener_bytes),
          features_(model::feature_count) {
        listener_.set_clock(microseconds);
    }

    const Facts& facts() const override { return facts_; }

    std::string classify(const std::vector<float>& values, Decision& decision) override {
        if (values.size() != facts_.window_values()) return "a window of " + std::to_string(values.size()) + " values";
        const std::vector<Sample> samples = convert(values);
        decision.probabilities.resize(facts_.labels.size());
        return run(samples.data(), decision, std::is_same<model::Input, float>());
    }

    std::string listen(const std::vector<float>& values, std::vector<Decision>& decisions) override {
        if (values.size() % facts_.channels != 0) return "a part of a frame";
        const std::vector<Sample> samples = convert(values);
        const std::size_t frames = samples.size() / facts_.channels;
        for (std::size_t done = 0; done < frames;) {
            const std::size_t rest = frames - done, room = model::ring_frames;
            done += listener_.push(samples.data() + done * facts_.channels, rest < room ? rest : room);
            model::Event event = {0, 0, 0};
            for (model::Heard heard; (heard = listener_.poll(&event)) != model::Heard::waiting;) {
                if (heard == model::Heard::failed) return said(listener_.status());
                decisions.push_back(describe(heard, event));
            }
        }
        return "";
    }

    void reset() override {
        (void)listener_.reset();
        bad_values_ = 0, bad_before_ = listener_.bad_values();
    }
    std::uint64_t bad_values() const override { return bad_values_ + listener_.bad_values() - bad_before_; }
    std::string self_test() override { return said(model_.self_test()); }

  private:
    /// Numbers as the model's samples. Floats keep what is no number, which the listener replaces; integers cannot.
    std::vector<Sample> convert(const std::vector<float>& values) {
        std::vector<Sample> samples(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            const bool is_bad = !std::isfinite(values[i]) && !std::is_same<Sample, float>::value;
            samples[i] = !is_bad ? Converted<Sample>::from(values[i]) : i >= facts_.channels ? samples[i - facts_.channels] : Sample(0);
            bad_values_ += is_bad ? 1u : 0u;
        }
        return samples;
    }

    /// The network takes the features as they are: both halves are timed.
    std::string run(const Sample* samples, Decision& decision, std::true_type) {
        const std::uint32_t begin = microseconds();
        std::string wrong = said(model_.features(samples, features_.data()));
        const std::uint32_t middle = microseconds();
        std::int8_t outputs[model::class_count];
        if (wrong.empty()) wrong = said(model_.infer(reinterpret_cast<const model::Input*>(features_.data()), outputs));
        const std::uint32_t end = microseconds();
        for (std::size_t i = 0; i < model::class_count; ++i)
            decision.probabilities[i] = model::output_scale * static_cast<float>(outputs[i] - model::output_zero_point);
        decision.features_ms = (middle - begin) * 1e-3, decision.model_ms = (end - middle) * 1e-3;
        return wrong;
    }
    std::string run(const Sample* samples, Decision& decision, std::false_type) {
        const std::uint32_t begin = microseconds();
        const std::string wrong = said(model_.classify(samples, decision.probabilities.data()));
        decision.model_ms = (microseconds() - begin) * 1e-3;
        return wrong;
    }

    Decision describe(model::Heard heard, const model::Event& event) {
        Decision d;
        d.probabilities.resize(facts_.labels.size());
        listener_.probabilities(d.probabilities.data());
        d.features_ms = listener_.timing().features * 1e-3, d.model_ms = listener_.timing().model * 1e-3;
        d.frame = listener_.frame();
        d.is_event = heard == model::Heard::event;
        if (d.is_event) d.label = event.label, d.score = event.score;
        return d;
    }

    Facts facts_;
    AlignedMemory arena_, listener_memory_;
    model::Model model_;
    model::Listener listener_;
    std::vector<float> features_;
    std::uint64_t bad_values_ = 0, bad_before_ = 0;
};

}  // namespace

std::unique_ptr<Engine> make_engine() { return std::unique_ptr<Engine>(new ModelEngine()); }

}  // namespace runner
