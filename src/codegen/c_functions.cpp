// include/mote_model/model.h and src/c_functions.cpp: the same model for programs in C.
#include "base/text.hpp"
#include "codegen/model_text.hpp"
#include "codegen/source_text.hpp"

#include <cctype>

namespace mote::codegen {

namespace {

constexpr std::string_view header_end = R"(
#ifdef __cplusplus
}
#endif

#endif
)";

std::string macro(const std::string& name, std::size_t value, const std::string& comment) {
    return "#define MOTE_MODEL_" + name + " " + std::to_string(value) + "u  /* " + comment + " */\n";
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

constexpr std::string_view listening_macros = R"(
/* What a listener's poll says. */
enum { MOTE_MODEL_WAITING, MOTE_MODEL_DECISION, MOTE_MODEL_EVENT, MOTE_MODEL_FAILED };
)";

std::string sizes(const Parts& parts) {
    const Emission& e = parts.emission;
    std::string out = macro("ARENA_BYTES", e.arena_bytes, "that one model needs beside the stack; aligned to 16");
    if (parts.block) {
        const dsp::InputSpec& input = parts.pipeline.input;
        out += macro("WINDOW_SAMPLES", input.value_count(), "values of one window") + macro("CLASS_COUNT", e.class_count, "probabilities");
        out += macro("CHANNEL_COUNT", input.channels.size(), "values of a frame");
        out += macro("STRIDE_FRAMES", e.listen.stream.stride, "from a decision to the next, on average");
        out += macro("RING_FRAMES", e.listen.stream.ring, "that may arrive while a decision is made");
        out += macro("LISTENER_BYTES", e.listener_bytes, "that one listener needs beside the stack; aligned to 16");
        return out + std::string(listening_macros);
    }
    for (const auto* ends : {&e.inputs, &e.outputs}) {
        const std::string which = ends == &e.inputs ? "INPUT_" : "OUTPUT_";
        for (const End& end : *ends)
            out += macro(which + (end.variable.empty() ? "" : upper(end.variable) + "_") + "COUNT", end.count, "values");
    }
    return out;
}

std::string status_names(const Parts& parts) {
    std::string out = "\n/* Every function that answers mote_model_status says OK or what is wrong. */\ntypedef enum {\n";
    std::vector<std::string> names = {"OK", "NULL_POINTER", "ARENA_TOO_SMALL", "ARENA_MISALIGNED"};
    if (parts.block) names.emplace_back("WRONG_FEATURES");
    names.emplace_back("WRONG_OUTPUTS");
    if (parts.block) names.insert(names.end(), {"WRONG_RATE", "NOT_FINITE"});
    for (const std::string& name : names) out += "    MOTE_MODEL_" + name + ",\n";
    return out + "} mote_model_status;\n";
}

constexpr std::string_view pipeline_functions = R"(
/* The name of a label, 0 to MOTE_MODEL_CLASS_COUNT - 1; a null pointer for another number. */
const char* mote_model_label(uint32_t label);

/* Over one static arena, from one thread. window: MOTE_MODEL_WINDOW_SAMPLES values; probabilities: MOTE_MODEL_CLASS_COUNT places. */
mote_model_status mote_model_classify(const mote_model_sample* window, float* probabilities);
mote_model_status mote_model_reset(void);
mote_model_status mote_model_self_test(void);
/* The same over memory of your own: MOTE_MODEL_ARENA_BYTES; what a model remembers is forgotten. */
mote_model_status mote_model_classify_in(void* arena, size_t bytes, const mote_model_sample* window, float* probabilities);

/* Continuous inference: see listener.hpp, of which these are the methods. A listener is a handle: copy it freely. */
typedef struct {
    void* handle[2];
} mote_model_listener;
typedef struct {
    uint32_t label;  /* mote_model_label(label) */
    float score;     /* its averaged probability */
    uint64_t frame;  /* frames taken since the last reset, up to the end of the window that decided */
} mote_model_event;

mote_model_listener mote_model_listen(void* memory, size_t bytes); /* MOTE_MODEL_LISTENER_BYTES of your own; begins anew */
mote_model_listener mote_model_listen_static(void);                /* over one static memory; every call gives the same */
mote_model_status mote_model_listener_status(const mote_model_listener* listener);
size_t mote_model_push(mote_model_listener* listener, const mote_model_sample* frames, size_t count); /* from an interrupt */
int mote_model_poll(mote_model_listener* listener, mote_model_event* event); /* in the main loop, until MOTE_MODEL_WAITING */
void mote_model_probabilities(const mote_model_listener* listener, float* averaged);
uint32_t mote_model_lost_frames(const mote_model_listener* listener);
uint32_t mote_model_bad_values(const mote_model_listener* listener);
mote_model_status mote_model_listener_reset(mote_model_listener* listener);
mote_model_status mote_model_check_rate(float measured_hz);
)";

constexpr std::string_view pipeline_source = R"(
static_assert(sizeof(mote_model::Listener) <= sizeof(mote_model_listener), "a listener fits its handle");
static_assert(sizeof(mote_model_sample) == sizeof(mote_model::Sample), "the same samples");

namespace {

using mote_model::Listener;

mote_model_status of(mote_model::Status status) { return static_cast<mote_model_status>(status); }
Listener& of(mote_model_listener* listener) { return *static_cast<Listener*>(static_cast<void*>(listener)); }
const Listener& of(const mote_model_listener* listener) { return *static_cast<const Listener*>(static_cast<const void*>(listener)); }

mote_model_listener handle_of(const Listener& listener) {
    mote_model_listener handle = {{nullptr, nullptr}};
    const unsigned char* from = static_cast<const unsigned char*>(static_cast<const void*>(&listener));
    unsigned char* to = static_cast<unsigned char*>(static_cast<void*>(&handle));
    for (size_t i = 0; i < sizeof listener; ++i) to[i] = from[i];
    return handle;
}

}  // namespace

extern "C" {

const char* mote_model_label(uint32_t label) {
    return label < sizeof mote_model::labels / sizeof mote_model::labels[0] ? mote_model::labels[label] : nullptr;
}

mote_model_status mote_model_classify(const mote_model_sample* window, float* probabilities) {
    return of(mote_model::classify(window, probabilities));
}
mote_model_status mote_model_reset(void) { return of(mote_model::reset()); }
mote_model_status mote_model_self_test(void) { return of(mote_model::self_test()); }
mote_model_status mote_model_classify_in(void* arena, size_t bytes, const mote_model_sample* window, float* probabilities) {
    return of(mote_model::Model(arena, bytes).classify(window, probabilities));
}

mote_model_listener mote_model_listen(void* memory, size_t bytes) { return handle_of(Listener(memory, bytes)); }
mote_model_listener mote_model_listen_static(void) { return handle_of(mote_model::static_listener()); }
mote_model_status mote_model_listener_status(const mote_model_listener* listener) { return of(of(listener).status()); }
size_t mote_model_push(mote_model_listener* listener, const mote_model_sample* frames, size_t count) {
    return of(listener).push(frames, count);
}

int mote_model_poll(mote_model_listener* listener, mote_model_event* event) {
    mote_model::Event heard_event = {0, 0.0f, 0};
    const mote_model::Heard heard = of(listener).poll(&heard_event);
    if (heard == mote_model::Heard::event && event != nullptr) *event = {heard_event.label, heard_event.score, heard_event.frame};
    return static_cast<int>(heard);
}

void mote_model_probabilities(const mote_model_listener* listener, float* averaged) { of(listener).probabilities(averaged); }
uint32_t mote_model_lost_frames(const mote_model_listener* listener) { return of(listener).lost_frames(); }
uint32_t mote_model_bad_values(const mote_model_listener* listener) { return of(listener).bad_values(); }
mote_model_status mote_model_listener_reset(mote_model_listener* listener) { return of(of(listener).reset()); }
mote_model_status mote_model_check_rate(float measured_hz) { return of(mote_model::check_rate(measured_hz)); }

}  // extern "C"
)";

constexpr std::string_view bare_functions = R"(
/* Over one static arena, from one thread. */
mote_model_status mote_model_infer(const mote_model_input* inputs, mote_model_output* outputs);
mote_model_status mote_model_reset(void);
mote_model_status mote_model_self_test(void);
)";

constexpr std::string_view bare_source = R"(
extern "C" {

mote_model_status mote_model_infer(const mote_model_input* inputs, mote_model_output* outputs) {
    return static_cast<mote_model_status>(mote_model::infer(inputs, outputs));
}
mote_model_status mote_model_reset(void) { return static_cast<mote_model_status>(mote_model::reset()); }
mote_model_status mote_model_self_test(void) { return static_cast<mote_model_status>(mote_model::self_test()); }

}  // extern "C"
)";

constexpr std::string_view several_functions = R"(
/* Over one static arena, from one thread: fill all inputs, run, read the outputs. Places by number, in the order of the counts above. */
void* mote_model_input(int number);
mote_model_status mote_model_run(void);
const void* mote_model_output(int number);
mote_model_status mote_model_reset(void);
mote_model_status mote_model_self_test(void);
)";

constexpr std::string_view several_source = R"(
extern "C" {

void* mote_model_input(int number) { return mote_model::static_model().input(number); }
mote_model_status mote_model_run(void) { return static_cast<mote_model_status>(mote_model::static_model().run()); }
const void* mote_model_output(int number) { return mote_model::static_model().output(number); }
mote_model_status mote_model_reset(void) { return static_cast<mote_model_status>(mote_model::reset()); }
mote_model_status mote_model_self_test(void) { return static_cast<mote_model_status>(mote_model::self_test()); }

}  // extern "C"
)";

std::string types(const Parts& parts) {
    if (parts.block) return "typedef " + std::string(sample_type(parts.pipeline.input.type)) + " mote_model_sample;\n";
    if (parts.emission.has_several_ends()) return "";
    const graph::Graph& graph = parts.pipeline.model;
    return "typedef " + type_of_end(graph.input()) + " mote_model_input;\ntypedef " + type_of_end(graph.output()) + " mote_model_output;\n";
}

}  // namespace

std::string c_header(const Parts& parts) {
    const bool several = parts.emission.has_several_ends();
    std::string out = "/* The model for programs in C. */\n#ifndef MOTE_MODEL_MODEL_H\n#define MOTE_MODEL_MODEL_H\n\n";
    out += "#include <stddef.h>\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
    out += sizes(parts) + "\n" + types(parts) + status_names(parts);
    out += parts.block ? pipeline_functions : several ? several_functions : bare_functions;
    return with_name(out + std::string(header_end), parts);
}

std::string c_source(const Parts& parts) {
    const bool several = parts.emission.has_several_ends();
    std::string out =
        "// The functions of model.h. A program in C++ never links this file.\n#include \"../include/mote_model/model.h\"\n\n";
    out += parts.block ? "#include \"../include/mote_model/listener.hpp\"\n" : "#include \"../include/mote_model/model.hpp\"\n";
    return with_name(out + std::string(parts.block ? pipeline_source : several ? several_source : bare_source), parts);
}

}  // namespace mote::codegen
