// include/mote_model/listener.hpp and what stands behind it: continuous inference.
#include "base/text.hpp"
#include "codegen/model_text.hpp"
#include "codegen/source_text.hpp"

namespace mote::codegen {

namespace {

std::string constant(std::string_view type, std::string_view name, const std::string& value, const std::string& comment = "") {
    return "constexpr " + std::string(type) + " " + std::string(name) + " = " + value + ";" + (comment.empty() ? "" : "  // " + comment) +
           "\n";
}

std::string ms(const Parts& parts, std::size_t frames) {
    const double rate = parts.pipeline.input.rate_hz;
    return rate > 0 ? base::exact(static_cast<double>(frames) * 1e3 / rate) + " ms" : "";
}

std::string constants(const Parts& parts) {
    const dsp::InputSpec& input = parts.pipeline.input;
    const rt::stream::Plan& p = parts.listen.stream;
    const auto size = [](std::string_view name, std::size_t n, const std::string& comment) {
        return constant("size_t", name, std::to_string(n), comment);
    };
    std::string out = constant("float", "rate_hz", float_literal(static_cast<float>(input.rate_hz), "the rate"),
                               input.rate_hz > 0 ? "frames a second that the model was trained on" : "images come at any rate");
    out += size("channel_count", input.channels.size(), "values of a frame: " + comment_text(base::join(input.channels, ", "), 80));
    out += size("window_frames", input.frames, ms(parts, input.frames));
    out += size("stride_frames", p.stride, "from a decision to the next, on average; " + ms(parts, p.stride));
    out += size("ring_frames", p.ring, "that may arrive while a decision is made");
    out += size("smoothing_decisions", parts.listen.smoothing, "that probabilities are averaged over");
    out += size("minimum_decisions", parts.listen.minimum, "in a row above the threshold until an event begins");
    out += size("suppression_decisions", parts.listen.suppression, "after an event in which no other begins");
    out += constant("float", "event_threshold", float_literal(static_cast<float>(parts.pipeline.listen.threshold), "the threshold"),
                    "averaged probability at which an event begins");
    out += size("listener_bytes", parts.emission.listener_bytes, "arena, ring, features, detector");
    return out;
}

constexpr std::string_view listener_class = R"(
/// Something was heard.
struct Event {
    uint32_t label;  ///< labels[label]
    float score;     ///< its averaged probability
    uint64_t frame;  ///< frames taken since reset(), up to the end of the window that decided
};

enum class Heard : unsigned char {
    waiting,   ///< all that arrived is worked off: sleep until more arrives
    decision,  ///< a window was classified, and nothing begins with it
    event,     ///< an event begins
    failed,    ///< status() says what is wrong with the memory
};

/// In ticks of the clock given by set_clock(); 0 without one.
struct Timing {
    uint32_t features;      ///< signal processing since the decision before
    uint32_t model;         ///< the network, at the last decision
    uint32_t detector;      ///< smoothing and events, at the last decision
    uint32_t longest_poll;  ///< the ring must hold what arrives meanwhile
};

/// Listens to one stream. Nothing is allocated, thrown or printed; objects over memory of their own may run side by side. The object is
/// but a handle: copies of it listen to the same stream.
class Listener {
  public:
    /// `memory` holds `bytes` >= listener_bytes, aligned to arena_alignment, and stays with the listener. Begins anew.
    Listener(void* memory, size_t bytes);
    Status status() const { return status_; }

    /// For an interrupt or another thread, but one at a time: `count` frames of channel_count values. Returns how many were taken; the
    /// others found the ring full, are lost and counted.
    size_t push(const Sample* frames, size_t count);
    /// For the main loop: works off what arrived, up to the next decision; call it until it says `waiting`. `event` is written when one
    /// begins.
    Heard poll(Event* event);

    /// Outputs of the last decision, as the model gives them; null before the first, and gone with the next call of poll().
    const int8_t* outputs() const;
    /// class_count probabilities, averaged as the detector saw them.
    void probabilities(float* averaged) const;
    uint64_t frame() const;        ///< frames taken since reset(), up to the end of the last decision's window
    uint32_t lost_frames() const;  ///< that found the ring full
    uint32_t bad_values() const;   ///< that were no numbers (NaN, infinity); each was replaced by its channel's value before it
    Timing timing() const;
    /// `ticks` is any clock that counts up and may wrap around.
    void set_clock(uint32_t (*ticks)());
    /// Forgets what was heard; counters stay. For the main loop.
    Status reset();

  private:
    friend Listener static_listener();
    Listener(unsigned char* memory, Status status) : memory_(memory), status_(status) {}

    unsigned char* memory_;
    Status status_;
};

/// The listener over one static memory of listener_bytes, which is there only when this is used. Every call gives the same one.
Listener static_listener();

/// wrong_rate when frames come at another rate than the model was trained on, by more than 2 %.
inline Status check_rate(float measured_hz) {
    const float difference = measured_hz > rate_hz ? measured_hz - rate_hz : rate_hz - measured_hz;
    return rate_hz > 0.0f && !(difference <= 0.02f * rate_hz) ? Status::wrong_rate : Status::ok;
}

}  // namespace mote_model

#endif
)";

constexpr std::string_view stream_methods = R"(    float* features() const { return detail::float_at(arena, detail::features_offset); }
    void reset() const { detail::reset_state(arena); }
};

/// Lives behind the arena, in front of its own memory.
struct Stream : ::mote::rt::stream::Listener<Work> {
    using ::mote::rt::stream::Listener<Work>::Listener;
    static void* operator new(size_t, void* place) { return place; }
    static void operator delete(void*, void*) {}
};
static_assert(sizeof(Stream) <= stream_bytes, "the listener's object is larger than the generator knew");

Stream& stream_at(unsigned char* memory) { return *static_cast<Stream*>(static_cast<void*>(memory + arena_bytes)); }

Status memory_status(const void* memory, size_t bytes) {
    if (memory == nullptr) return Status::null_pointer;
    if (bytes < listener_bytes) return Status::arena_too_small;
    return reinterpret_cast<uintptr_t>(memory) % arena_alignment == 0 ? Status::ok : Status::arena_misaligned;
}

}  // namespace

Listener::Listener(void* memory, size_t bytes) : memory_(static_cast<unsigned char*>(memory)), status_(memory_status(memory, bytes)) {
    if (status_ != Status::ok) return;
    detail::reset_state(memory_);
    new (memory_ + arena_bytes) Stream(Work{memory_}, memory_ + arena_bytes + stream_bytes);
}

size_t Listener::push(const Sample* frames, size_t count) {
    if (status_ != Status::ok || frames == nullptr) return 0;
    return stream_at(memory_).push(frames, count > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(count));
}

Heard Listener::poll(Event* event) {
    if (status_ != Status::ok) return Heard::failed;
    Stream& stream = stream_at(memory_);
    const auto heard = stream.poll();
    if (heard == ::mote::rt::stream::Heard::waiting) return Heard::waiting;
    if (heard == ::mote::rt::stream::Heard::decision) return Heard::decision;
    if (event != nullptr) {
        event->label = stream.event_label();
        event->score = score_scale * static_cast<float>(stream.detector().sum(event->label));
        event->frame = stream.frames_heard();
    }
    return Heard::event;
}

const int8_t* Listener::outputs() const { return status_ == Status::ok ? stream_at(memory_).outputs() : nullptr; }

void Listener::probabilities(float* averaged) const {
    if (status_ != Status::ok || averaged == nullptr) return;
    for (uint32_t i = 0; i < class_count; ++i) averaged[i] = score_scale * static_cast<float>(stream_at(memory_).detector().sum(i));
}

uint64_t Listener::frame() const { return status_ == Status::ok ? stream_at(memory_).frames_heard() : 0; }

uint32_t Listener::lost_frames() const { return status_ == Status::ok ? stream_at(memory_).lost_frames() : 0; }
uint32_t Listener::bad_values() const { return status_ == Status::ok ? stream_at(memory_).bad_values() : 0; }

Timing Listener::timing() const {
    if (status_ != Status::ok) return {0, 0, 0, 0};
    const auto& t = stream_at(memory_).timing();
    return {t.features, t.model, t.detector, t.longest_poll};
}

void Listener::set_clock(uint32_t (*ticks)()) {
    if (status_ == Status::ok) stream_at(memory_).set_clock(ticks);
}

Status Listener::reset() {
    if (status_ == Status::ok) stream_at(memory_).reset();
    return status_;
}

}  // namespace mote_model
)";

constexpr std::string_view static_text = R"(// The static listener. A program that gives its own memory never links this file.
#include "../include/mote_model/listener.hpp"

namespace mote_model {

namespace {
alignas(arena_alignment) unsigned char memory[listener_bytes];
bool is_made = false;
}  // namespace

Listener static_listener() {
    if (is_made) return Listener(memory, Status::ok);
    is_made = true;
    return Listener(memory, listener_bytes);
}

}  // namespace mote_model
)";

std::string plan_text(const rt::stream::Plan& p) {
    const std::vector<std::uint32_t> members = {p.channels, p.span, p.advance, p.rows, p.row_values, p.stride, p.ring, p.unit};
    std::string out =
        "    // Values of a frame; frames of a computation, to the next one; rows of a window, values of a row; stride; ring; unit.\n"
        "    static constexpr ::mote::rt::stream::Plan plan() { return {";
    for (std::size_t i = 0; i < members.size(); ++i) out += (i > 0 ? ", " : "") + std::to_string(members[i]) + "u";
    return out + "}; }\n";
}

std::string thresholds(const ListenPlan& plan) {
    std::vector<std::string> values;
    for (const std::int32_t t : plan.thresholds) values.push_back(t == rt::stream::never ? "::mote::rt::stream::never" : std::to_string(t));
    return "// By label: the least sum of (output - zero point) over the averaged decisions.\n" +
           array_definition("const int32_t", "thresholds", values);
}

std::string work(const Parts& parts) {
    const bool has_rows = parts.listen.stream.rows > 0;
    std::string out =
        "struct Work {\n    using Sample = mote_model::Sample;\n    unsigned char* arena;\n\n" + plan_text(parts.listen.stream);
    const ListenPlan& l = parts.listen;
    out += "    static ::mote::rt::stream::DetectorPlan detector_plan() {\n        return {static_cast<uint32_t>(class_count), " +
           std::to_string(l.smoothing) + "u, " + std::to_string(l.minimum) + "u, " + std::to_string(l.suppression) + "u, " +
           std::to_string(l.zero_point) + ", thresholds};\n    }\n";
    out += has_rows ? "    void row(const Sample* frames, float* row) const { detail::compute_row(frames, row, arena); }\n"
                      "    void window(const Sample*) const {}\n"
                    : "    void row(const Sample*, float*) const {}\n"
                      "    void window(const Sample* frames) const { detail::compute_features(frames, features(), arena); }\n";
    out += "    const int8_t* infer() const {\n";
    if (has_rows) out += "        detail::finish_rows(arena);\n";
    return out +
           "        MOTE_MODEL_TRACE(-1, arena + detail::features_offset, feature_count * sizeof(float));\n"
           "        detail::quantise_features(arena);\n        detail::run_model(arena);\n"
           "        return detail::int8_at(arena, detail::output_offset);\n    }\n" +
           std::string(stream_methods);
}

}  // namespace

std::string listener_header(const Parts& parts) {
    return with_name(
               "// Continuous inference: samples in, events out.\n#ifndef MOTE_MODEL_LISTENER_HPP\n#define MOTE_MODEL_LISTENER_HPP\n\n"
               "#include \"model.hpp\"\n\nnamespace mote_model {\n\n",
               parts) +
           constants(parts) + with_name(listener_class, parts);
}

std::string listener_source(const Parts& parts) {
    std::string out = "// Continuous inference over the model's own calls.\n#include \"contraction.hpp\"\n\n";
    out += with_name("#include \"../include/mote_model/listener.hpp\"\n#include \"internal.hpp\"\n", parts);
    out += "\n#include \"" + std::string(listener_runtime_header) + "\"\n\n";
    out += with_name("namespace mote_model {\n\nnamespace {\n\n", parts) + thresholds(parts.listen);
    out += constant("float", "score_scale", float_literal(parts.listen.score_scale, "the score's scale"),
                    "of a sum of outputs, to an averaged probability");
    out += constant("size_t", "stream_bytes", std::to_string(listener_object_bytes())) + "\n";
    return out + with_name(work(parts), parts);
}

std::string static_listener_source(const Parts& parts) { return with_name(static_text, parts); }

}  // namespace mote::codegen
