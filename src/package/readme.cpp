#include "package/readme.hpp"

#include "base/text.hpp"
#include "codegen/source_text.hpp"

#include <array>
#include <cctype>
#include <cstdio>

namespace mote::package {

namespace {

using codegen::comment_text;

std::string percent(double share) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.1f %%", share * 100);
    return text.data();
}

/// Text for one cell of a table.
std::string cell(std::string_view text) {
    std::string out = comment_text(text);
    for (std::size_t at = 0; (at = out.find('|', at)) != std::string::npos; at += 2) out.replace(at, 1, "\\|");
    return out;
}

std::string title_of(const Package& package) { return comment_text(package.card.title.empty() ? package.name() : package.card.title, 80); }

std::string quality_text(const Package& package) {
    if (!package.card.quality)
        return "How well it does is not recorded: the model was deployed as a file. `mote import` in a project with your data, then `mote "
               "test`, tells.\n";
    const Quality& q = *package.card.quality;
    std::string out = percent(q.accuracy) + " of " + std::to_string(q.examples) + " windows of the " + comment_text(q.split) +
                      " split, which it was not trained on, are judged rightly by these very integers.\n\n"
                      "| class | windows | found (recall) | right when it says so (precision) |\n|---|---|---|---|\n";
    for (const Quality::Class& c : q.classes)
        out += "| " + cell(c.label) + " | " + std::to_string(c.examples) + " | " + (c.examples > 0 ? percent(c.recall) : "-") + " | " +
               percent(c.precision) + " |\n";
    return out;
}

std::string cost_text(const Package& package) {
    std::string out = package.library.sizes;
    if (package.library.emission.listener_bytes > 0)
        out += "| listening: that arena with ring, features and detector, in place of arena and window | " +
               std::to_string(package.library.emission.listener_bytes) + " bytes of RAM |\n";
    if (!package.card.cost)
        return out + "\nTime is not measured yet: `mote test --on " + (package.destination.board ? package.destination.name : "BOARD") +
               "` (of a model file `mote profile`) counts instructions in the emulator.\n";
    const Cost& c = *package.card.cost;
    out += "| one window on " + comment_text(package.destination.title) + " | " + std::to_string(c.instructions) +
           " instructions (counted), " + base::human_seconds(c.latency_s) + " (" + comment_text(c.confidence, 200) + ") |\n";
    out += "| whole test firmware there | " + std::to_string(c.flash_bytes) + " bytes of flash, " + std::to_string(c.ram_bytes) +
           " bytes of RAM with its stack |\n";
    return out;
}

std::string provenance_text(const Package& package) {
    std::string out = "| what | |\n|---|---|\n";
    for (const auto& [key, value] : package.pipeline.provenance.items())
        out += "| " + cell(key) + " | " + cell(value.is_string() ? value.get<std::string>() : value.dump()) + " |\n";
    return out + "| package | " + comment_text(package.card.version) + ", for " + package.destination.name + " |\n\n" + "`" +
           codegen::manifest_name + "` holds the SHA-256 of every file.\n";
}

constexpr std::string_view listening = R"(
A decision comes every `mote_model::stride_frames` frames, an event when one begins: probabilities are averaged, held against a
threshold and suppressed for a while afterwards, as `[listen]` in mote.toml said. The ring holds `mote_model::ring_frames` frames
while a decision is being made; what does not fit is counted by `lost_frames()`, and what is no number by `bad_values()`.
`mote_model::check_rate(measured_hz)` says whether your sensor gives the rate that the model was trained on, and `timing()` where the
time goes, once `set_clock()` has a clock. To choose the memory yourself, or to listen to several streams:

    alignas(mote_model::arena_alignment) static unsigned char memory[mote_model::listener_bytes];
    static mote_model::Listener listener(memory, sizeof memory);
)";

constexpr std::string_view from_c = R"(
The library itself is compiled as C++; your files may all be C. `model.h` has every function that `model.hpp` and `listener.hpp` have.
)";

constexpr std::string_view memory = R"(
This works in one static arena. To choose the memory yourself, or to run on several threads:

    alignas(mote_model::arena_alignment) static unsigned char memory[mote_model::arena_bytes];
    mote_model::Model model(memory, sizeof memory);

Nothing is allocated, thrown or printed. `model.hpp` says what each call does and returns.
)";

constexpr std::string_view self_test = R"(
`mote_model::self_test()` runs inputs whose results are known and compares bit for bit. Call it once on a new board or with new compiler
flags; leave it out of the product, and its data is not linked.
)";

constexpr std::string_view edge_impulse = R"(
## An application written for Edge Impulse

It compiles as it is: `edge-impulse-sdk/classifier/ei_run_classifier.h` lies beside the model's headers and offers `run_classifier`,
`run_classifier_continuous`, `signal_t`, `ei_impulse_result_t` and the `EI_CLASSIFIER_...` macros over this model. Nothing of it is linked
where it is not called.
)";

}  // namespace

std::string with_name(std::string text, const Package& package) {
    std::string capitals = package.name();
    for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    const auto replace = [&](std::string_view old, std::string_view with) {
        for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += with.size()) text.replace(at, old.size(), with);
    };
    replace("mote_model", package.name());
    replace("MOTE_MODEL", capitals);
    return text;
}

std::string channels_text(const Package& package) {
    return comment_text(base::join(package.pipeline.input.channels, ", "), codegen::channel_names_limit);
}

std::string what_it_detects(const Package& package) {
    std::vector<std::string> labels;
    for (const std::string& label : package.pipeline.labels) labels.push_back(comment_text(label, 40));
    std::string out = labels.empty() ? "Computes " + std::to_string(package.library.emission.output_bytes) + " bytes of output"
                                     : "Tells apart " + base::join_first(labels, 12);
    const dsp::InputSpec& in = package.pipeline.input;
    if (!package.has_features()) return out + " from the model's own input.";
    if (in.height > 0) return out + " in images of " + std::to_string(in.width) + " x " + std::to_string(in.height) + " pixels.";
    if (in.rate_hz <= 0) return out + " in windows of " + std::to_string(in.frames) + " frames.";
    std::array<char, 80> time{}, rate{};
    std::snprintf(time.data(), time.size(), " in %.4g s of ", static_cast<double>(in.frames) / in.rate_hz);
    std::snprintf(rate.data(), rate.size(), " at %.6g Hz.", in.rate_hz);
    std::vector<std::string> channels;
    for (const std::string& channel : in.channels) channels.push_back(comment_text(channel, 40));
    return out + time.data() + base::join_first(channels, 6) + rate.data();
}

std::string readme(const Package& package, std::string_view install, const Uses& uses) {
    std::string out = "# " + title_of(package) + "\n\n" + what_it_detects(package) + " Generated by mote for " +
                      comment_text(package.destination.title) + "; generate it again rather than edit it.\n\n## How well\n\n" +
                      quality_text(package) + "\n## At what cost\n\n" + cost_text(package) + "\n";
    out += with_name(std::string(install), package);
    const auto block = [](const std::string& title, const std::string& text, const std::string& language = "cpp") {
        return "\n## " + title + "\n\n```" + language + "\n" + text + "```\n";
    };
    if (!uses.listen.empty()) out += block("Listen", uses.listen) + with_name(std::string(listening), package);
    if (!uses.c.empty()) out += block("From C", uses.c, "c") + with_name(std::string(from_c), package);
    if (!uses.classify.empty())
        out += block(uses.listen.empty() ? "Use it" : "One window", uses.classify) + with_name(std::string(memory), package) +
               package.library.state;
    if (!uses.classify.empty() && package.has_features()) out += edge_impulse;
    out += "\n## Check it on the device\n" + with_name(std::string(self_test), package);
    if (package.destination.family == Family::xtensa)
        out += "\nmote has no compiler for this core: the code is plain C++, but nothing of it was compiled for " +
               package.destination.name + " before. Run the self-test first.\n";
    return out + "\n## Where it comes from\n\n" + provenance_text(package) + "\n" + package.library.steps +
           "\nThe code may be used, changed and passed on without any obligation: see LICENSE.\n";
}

}  // namespace mote::package
