#include "app/report/profile_page.hpp"

#include "app/report/html.hpp"
#include "app/report/picture.hpp"
#include "app/report/style.hpp"
#include "app/tables.hpp"
#include "base/text.hpp"

#include <functional>

namespace mote::app::report {

namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string side_by_side(const std::vector<Profile>& targets) {
    const std::vector<std::pair<std::string, std::function<std::string(const Profile&)>>> figures = {
        {"instructions", [](const Profile& p) { return std::to_string(p.instructions); }},
        {"cycles", [](const Profile& p) { return fixed(p.cycles, 0); }},
        {"latency", [](const Profile& p) { return with_unit(p.latency_ms / 1e3, "s"); }},
        {"energy", [](const Profile& p) { return p.energy_uj > 0 ? with_unit(p.energy_uj / 1e6, "J") : "not known"; }},
        {"flash beyond an empty firmware, bytes", [](const Profile& p) { return std::to_string(p.flash_bytes); }},
        {"arena, bytes", [](const Profile& p) { return std::to_string(p.arena_bytes); }},
        {"stack, bytes", [](const Profile& p) { return std::to_string(p.stack_bytes); }},
        {"RAM beyond an empty firmware, bytes", [](const Profile& p) { return std::to_string(p.ram_bytes); }},
        {"fits", [](const Profile& p) { return std::string(p.fits ? "yes" : "no"); }},
    };
    Rows rows = {{"one inference"}};
    for (const Profile& p : targets) rows[0].push_back(p.target + ", for " + p.goal);
    for (const auto& [what, figure] : figures) {
        rows.push_back({what});
        for (const Profile& p : targets) rows.back().push_back(figure(p));
    }
    return table(rows);
}

std::string sureness(const Profile& p) {
    Rows rows = {{"figure", "how sure"}};
    for (const auto& [figure, words] : p.confidence) rows.push_back({figure, words});
    return table(rows);
}

std::string memory(const Profile& p) {
    std::vector<Part> flash, ram;
    for (const auto& part : p.parts) {
        if (part.flash_bytes > 0) flash.push_back({part.name, static_cast<double>(part.flash_bytes)});
        if (part.ram_bytes > 0) ram.push_back({part.name, static_cast<double>(part.ram_bytes)});
    }
    ram.push_back({"stack", static_cast<double>(p.stack_bytes)});
    std::vector<codegen::Buffer> plan;
    for (const auto& b : p.plan) plan.push_back({b.tensor, b.offset, b.size_bytes, b.first_step, b.last_step});
    return "<p>" + memory_bar("flash", flash, static_cast<double>(p.board_flash_bytes)) + "</p><p>" +
           memory_bar("RAM", ram, static_cast<double>(p.board_ram_bytes)) + "</p><h3>Arena: what lies where, and when</h3><p>" +
           arena_map(plan, p.arena_bytes) + "</p><p>" + std::to_string(p.arena_bytes) +
           " bytes; no plan of these kernels needs less than " + std::to_string(p.arena_lower_bound_bytes) + ".</p>";
}

std::string operators(const Profile& p) {
    Rows rows = {{"operator", "layers", "supported", "instructions a MAC", "kernels"}};
    for (const auto& o : p.operators)
        rows.push_back({o.op, std::to_string(o.count), o.specialised ? "kernels for this core" : "plain kernels",
                        o.instructions_per_mac > 0 ? fixed(o.instructions_per_mac, 2) : "", o.kernels});
    return table(rows);
}

std::string layers(const Profile& p) {
    Rows rows = {{"step", "layer", "operator", "shapes", "MACs", "instructions", "cycles (modelled)", "share", "kernel"}};
    for (std::size_t i = 0; i < p.layers.size(); ++i) {
        const LayerProfile& l = p.layers[i];
        rows.push_back({std::to_string(i), short_name(l.name, 32), l.op, l.shapes, std::to_string(l.macs), std::to_string(l.instructions),
                        fixed(l.cycles, 0), percent(l.share), l.kernel});
    }
    return table(rows);
}

std::string dropped(const Profile& p) {
    if (p.dropped.empty()) return "";
    Rows rows = {{"layer", "operator", "channels left out", "of"}};
    for (const auto& d : p.dropped) rows.push_back({short_name(d.layer, 32), d.op, std::to_string(d.channels), std::to_string(d.of)});
    return "<h3>Channels that make no difference</h3><p>They always hold the same value, or nothing reads them: " +
           std::to_string(p.dropped_macs) + " multiply-accumulates less.</p>" + table(rows);
}

std::string listening(const Profile& p) {
    const auto figures = listening_figures(p);
    if (figures.empty() && p.listening_note.empty()) return "";
    Rows rows = {{"figure", ""}};
    for (const auto& [figure, words] : figures) rows.push_back({figure, words});
    const std::string note = p.listening_note.empty() ? "" : "<p>" + escape(p.listening_note) + "</p>";
    return "<h3>Listening without a break</h3>" + (figures.empty() ? "" : table(rows)) + note;
}

std::string target(const Profile& p) {
    std::string html = "<h2>" + escape(p.title) + "</h2>";
    if (!p.fits) {
        html += "<div class=\"note\"><b>It does not fit.</b><ul>";
        for (const auto& advice : p.advice) html += "<li>" + escape(advice) + "</li>";
        html += "</ul></div>";
    }
    return html + memory(p) + listening(p) + "<h3>Operators</h3>" + operators(p) + "<h3>Layers</h3>" + layers(p) + dropped(p) +
           "<h3>How sure the figures are</h3>" + sureness(p);
}

}  // namespace

std::string render(const ProfilePage& page) {
    std::string html =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>" +
        escape(page.title) + "</title><style>" + std::string(style()) + "</style></head><body><h1>" + escape(page.title) +
        "</h1><p class=\"sub\">" + escape(page.subtitle) + "</p>";
    for (const auto& note : page.notes) html += "<div class=\"note\">" + escape(note) + "</div>";
    html += side_by_side(page.targets);
    for (const Profile& p : page.targets) html += target(p);
    return html + "</body></html>\n";
}

}  // namespace mote::app::report
