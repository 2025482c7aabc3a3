#include "app/deployment.hpp"

#include "app/fit.hpp"
#include "app/measurement.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "package/memory.hpp"
#include "package/rules/rules.hpp"

#include <algorithm>

namespace mote::app {

namespace {

void check_line(const std::string& text, const std::string& what, std::size_t longest) {
    const bool plain = base::is_utf8(text) && std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 32 || c == 127; });
    if (plain && !base::trim(text).empty() && text.size() <= longest) return;
    throw base::Error("usage", what + " is no line of text", "one line of at most " + std::to_string(longest) + " bytes");
}

}  // namespace

void check_card(const package::ModelCard& card) {
    if (!package::rules::is_version(card.version))
        throw base::Error("usage", "\"" + card.version + "\" is no version of a package", "three numbers: --package-version 1.0.0");
    check_line(card.author, "--author", 50);  // the least of what the formats allow
    check_line(card.url, "--url", 200);
    if (!package::rules::is_url(card.url))
        throw base::Error("usage", "\"" + card.url + "\" is no address of a page", "--url https://example.com/");
}

std::optional<package::Quality> quality_of(const RunRecord& record) {
    for (const Evaluation& e : record.evaluations) {
        if (e.split != record.judged_split || e.arithmetic != "int8" || e.metrics.examples == 0) continue;
        package::Quality quality{e.split, e.metrics.examples, e.metrics.accuracy, {}};
        for (const learn::ClassScore& c : e.metrics.classes) quality.classes.push_back({c.label, c.examples, c.precision, c.recall});
        return quality;
    }
    return std::nullopt;
}

std::optional<package::Cost> cost_of(const store::Store& store, const RunRecord& record, const std::string& board) {
    const auto measured = latest_measurement(store, record, board);
    if (!measured || measured->instructions == 0) return std::nullopt;
    return package::Cost{measured->instructions,     measured->flash_bytes,    measured->static_ram_bytes + measured->stack_bytes,
                         measured->arena_bytes,      measured->constant_bytes, measured->latency_s,
                         measured->cycles.confidence};
}

bool is_of(const package::Cost& cost, const codegen::Emission& emission) {
    return cost.arena_bytes == emission.arena_bytes && cost.constant_bytes == emission.constant_bytes;
}

std::string fit_note(const codegen::Pipeline& pipeline, const package::Destination& destination, std::span<const std::byte> window,
                     const std::string& model, const std::filesystem::path& project, Context& context) {
    if (!destination.board) {
        package::check_memory(codegen::plan(pipeline), destination, model, project);
        return "";
    }
    context.progress->begin("building the firmware for " + destination.name, 0);
    std::string note = check_fit(pipeline, *destination.board, window, model, project, *context.cancel);
    context.progress->end();
    return note;
}

std::filesystem::path project_of(const Context& context) {
    try {
        return store::Project::find(context.project).folder();
    } catch (const base::Error& error) {
        if (error.code() != "not_found") throw;
        return {};
    }
}

}  // namespace mote::app
