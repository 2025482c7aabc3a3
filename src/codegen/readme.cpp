// What comes with the sources: how to use them, how to build them, and that they may be used.
#include "base/text.hpp"
#include "codegen/kernel_choice.hpp"
#include "codegen/model_text.hpp"
#include "codegen/source_text.hpp"
#include "graph/node_view.hpp"

namespace mote::codegen {

namespace {

std::string count_text(std::size_t n, std::string_view unit) { return std::to_string(n) + " " + std::string(unit); }

/// Text for one cell of a table.
std::string cell_text(std::string_view text, std::size_t limit = 120) {
    std::string out = comment_text(text, limit);
    for (std::size_t at = 0; (at = out.find('|', at)) != std::string::npos; at += 2) out.replace(at, 1, "\\|");
    return out;
}

constexpr std::string_view usage = R"(
## Use

```cpp
#include "mote_model/model.hpp"

static mote_model::Sample window[mote_model::window_samples];  // fill it: all channels of the oldest frame first
static float probabilities[mote_model::class_count];

if (mote_model::classify(window, probabilities) == mote_model::Status::ok) {
    // probabilities[i] belongs to mote_model::labels[i]
}
```
)";

constexpr std::string_view bare_usage = R"(
## Use

```cpp
#include "mote_model/model.hpp"

mote_model::Model model = mote_model::static_model();
mote_model::Input* input = model.input();  // in the arena: fill input_count values before every run
if (model.run() == mote_model::Status::ok) {
    // model.output() holds output_count values, until the next input is written
}
```

`mote_model::infer(inputs, outputs)` does the same with memory of yours, and copies.
)";

/// The same of several inputs or outputs, with their names.
std::string several_usage(const Parts& parts) {
    std::vector<std::string> arguments;
    std::string text = "\n## Use\n\n```cpp\n#include \"mote_model/model.hpp\"\n\nmote_model::Model model = mote_model::static_model();\n";
    for (const End& end : parts.emission.inputs) {
        text += "// in the arena: fill model.inputs()." + end.variable + "[0 .. mote_model::input_" + end.variable +
                "_count - 1] before every run\n";
        arguments.push_back(end.variable);
    }
    text += "if (model.run() == mote_model::Status::ok) {\n";
    for (const End& end : parts.emission.outputs) {
        text += "    // model.outputs()." + end.variable + " holds mote_model::output_" + end.variable +
                "_count values, until an input is written\n";
        arguments.push_back(end.variable);
    }
    return text + "}\n```\n\n`mote_model::infer(" + base::join(arguments, ", ") + ")` does the same with memory of yours, and copies.\n";
}

constexpr std::string_view state_usage = R"(
The model remembers: an answer depends on what it was given before. `mote_model::reset()` makes it forget, where a recording ends and
another begins. Each stream of data wants an object, with an arena, of its own.
)";

constexpr std::string_view building = R"(
Compile the files in `src/` (they find each other without an include path) and put `include/` on your include path; with CMake:
`add_subdirectory(this_folder)` and `target_link_libraries(your_firmware mote_model)`. C++14 or later, any flags but `-ffast-math`; no heap,
exceptions, run-time type information or C library is used.

These work in one static arena. To choose the memory yourself, or to run on several threads:
`alignas(mote_model::arena_alignment) static unsigned char memory[mote_model::arena_bytes]; mote_model::Model model(memory, sizeof memory);`

`mote_model::self_test()` runs inputs whose results are known and compares bit for bit. Call it once on a new board or with new compiler
flags; leave it out of the product, and its data is not linked.

`-DMOTE_TRACE` makes every step call `extern "C" void mote_model_trace(int step, const void* data, unsigned long bytes)`, which you
define: -1 with the float features (the input of a model alone; of several inputs those before the last with -2), then the output of each
step of the table below.

)";

}  // namespace

std::string size_table(const Parts& parts) {
    const Emission& e = parts.emission;
    std::uint64_t macs = 0;
    for (const Step& step : parts.steps) macs += step.point.macs;
    const std::string bound = " (no plan of these kernels needs less than " + std::to_string(e.arena_lower_bound_bytes) + ") | ";
    std::string out = "| what | size |\n|---|---|\n";
    if (parts.block) {
        const dsp::InputSpec& input = parts.pipeline.input;
        out += "| window: " + count_text(input.frames, "frames of ") + count_text(input.channels.size(), "channel(s), ") +
               std::string(sample_type(input.type)) + (input.rate_hz > 0 ? ", " + base::exact(input.rate_hz) + " Hz" : std::string()) +
               " | " + count_text(e.window_bytes, "bytes, yours") + " |\n";
        out += "| channels of a frame in this order, in the units of the recordings | " +
               cell_text(base::join(input.channels, ", "), channel_names_limit) + " |\n";
        out += "| features " + graph::text_of(parts.block->output().shape) + ", block `" + comment_text(parts.pipeline.block) +
               "` | in the arena |\n";
        out += "| arena: features, activations, scratch" + bound + count_text(e.arena_bytes, "bytes of RAM") + " |\n";
    } else {
        for (const auto& [which, ends] : {std::pair("input", &e.inputs), std::pair("output", &e.outputs)})
            for (const End& end : *ends)
                out += "| " + std::string(which) +
                       (end.variable.empty() ? "" : " `" + end.variable + "`, in the model " + cell_text(end.name)) + " " +
                       graph::text_of(end.shape) + " | " + count_text(end.size_bytes, "bytes, in the arena") + " |\n";
        out += "| arena: input, activations, output, scratch" + bound + count_text(e.arena_bytes, "bytes of RAM") + " |\n";
    }
    if (e.state_bytes > 0)
        out += "| of it state, its first bytes, kept from one call to the next | " + count_text(e.state_bytes, "bytes of RAM") + " |\n";
    out += "| weights and tables | " + count_text(e.constant_bytes, "bytes of flash") + " |\n";
    out += "| one inference of the model | " + count_text(macs, "multiply-accumulates") + " |\n";
    return out;
}

std::string usage_text(const Parts& parts) {
    const std::string own = parts.emission.has_several_ends() ? several_usage(parts) : std::string(parts.block ? usage : bare_usage);
    return with_name(own, parts);
}

std::string state_text(const Parts& parts) { return parts.emission.state_bytes > 0 ? with_name(state_usage, parts) : ""; }

std::string plan_table(const Parts& parts) {
    std::string out = "## Steps\n\n| step | operator | shapes | arena | bytes | multiply-accumulates |\n|---|---|---|---|---|---|\n";
    for (std::size_t i = 0; i < parts.steps.size(); ++i) {
        const Step& s = parts.steps[i];
        out += "| " + std::to_string(i) + " | " + s.point.op + " | " + cell_text(short_title(s.title)) +
               (s.left_out.empty() ? "" : " (" + s.left_out + ")") + " | " + s.reads + " -> " + std::to_string(s.offset) + ".." +
               std::to_string(s.offset + s.point.size_bytes - 1) + " | " + std::to_string(s.point.size_bytes) + " | " +
               std::to_string(s.point.macs) + " |\n";
    }
    return out;
}

std::string readme(const Parts& parts) {
    std::string out = "# " + parts.pipeline.name + ": " +
                      comment_text(parts.pipeline.model.name.empty() ? "model" : parts.pipeline.model.name, 80) + "\n\n";
    out += "Generated by mote. Generate it again rather than edit it.\n\n" + size_table(parts);
    out += usage_text(parts) + state_text(parts) + with_name(building, parts) + plan_table(parts);
    return out + "\nThe code may be used, changed and passed on without any obligation: see LICENSE.\n";
}

std::string cmake_lists(const Parts& parts) {
    std::string out = with_name(
        "# add_subdirectory() this folder, then target_link_libraries(your_firmware mote_model).\nadd_library(mote_model STATIC", parts);
    for (const auto& source : parts.emission.sources) out += "\n    " + source.generic_string();
    out += with_name(
        ")\ntarget_include_directories(mote_model PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include)\n"
        "target_compile_features(mote_model PUBLIC cxx_std_14)\n",
        parts);
    if (is_compact(parts.pipeline)) out += with_name("target_compile_options(mote_model PRIVATE -Os)  # made for size\n", parts);
    return out;
}

std::string license_note() {
    return "Everything in this folder was generated by mote. You may use, copy, change, sell and pass it on, in source or binary form, "
           "without\n"
           "any obligation: no attribution, no notice and no licence text is needed. That holds for the parts copied from the mote "
           "runtime\n"
           "(src/mote/) as well.\n\n"
           "It is provided as it is, without warranty of any kind.\n";
}

}  // namespace mote::codegen
