#include "app/report/report.hpp"

#include "app/report/chart.hpp"
#include "app/report/html.hpp"
#include "app/report/style.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>

namespace mote::app::report {

namespace {

std::string facts(const ReportData& data) {
    std::string html = "<div class=\"facts\">";
    for (const auto& fact : data.facts)
        html += "<div class=\"fact\"><span>" + escape(fact.name) + "</span><b>" + escape(fact.value) + "</b><span>" +
                escape(fact.confidence) + "</span></div>";
    return html + "</div>";
}

std::string learning(const ReportData& data) {
    if (data.epochs.empty()) return "";
    Chart loss, accuracy;
    loss.x.title = accuracy.x.title = "epoch";
    loss.y.title = "loss", accuracy.y.title = "accuracy";
    loss.series = accuracy.series = {{"training", {}}, {"validation", {}}};
    for (const auto& e : data.epochs) {
        const int epoch = e.epoch + 1;  // as the command line counts
        loss.series[0].points.emplace_back(epoch, e.train_loss), accuracy.series[0].points.emplace_back(epoch, e.train_accuracy);
        if (e.validation_loss <= 0) continue;  // there is no validation split
        loss.series[1].points.emplace_back(epoch, e.validation_loss);
        accuracy.series[1].points.emplace_back(epoch, e.validation_accuracy);
    }
    if (loss.series[1].points.empty()) loss.series.pop_back(), accuracy.series.pop_back();
    return "<h2>Learning</h2><div class=\"row\">" + line_chart(accuracy) + line_chart(loss) + "</div>";
}

std::string confusion(const ReportData& data) {
    if (data.confusion.empty()) return "";
    std::string html = "<table class=\"confusion\"><tr><th>truth \\ heard</th>";
    for (const auto& label : data.labels) html += "<th>" + escape(label) + "</th>";
    html += "<th>recall</th></tr>";
    for (std::size_t r = 0; r < data.confusion.size(); ++r) {
        std::uint64_t total = 0;
        for (const auto n : data.confusion[r]) total += n;
        html += "<tr><th>" + escape(data.labels.at(r)) + "</th>";
        for (const auto n : data.confusion[r]) {
            const double share = total ? static_cast<double>(n) / static_cast<double>(total) : 0;
            html += "<td style=\"background:rgba(var(--hit)," + fixed(std::sqrt(share) * 0.75, 2) + ")\">" + std::to_string(n) + "</td>";
        }
        html += "<td>" + (total ? fixed(100.0 * static_cast<double>(data.confusion[r][r]) / static_cast<double>(total), 1) + " %" : "") +
                "</td></tr>";
    }
    return html + "</table>";
}

std::string detection(const ReportData& data) {
    if (data.detection.empty()) return "";
    Chart chart;
    chart.x = {"false alarms (share of other windows)", Scale::normal_deviate, 0.0005, 0.6};
    chart.y = {"misses (share of windows of the class)", Scale::normal_deviate, 0.0005, 0.6};
    chart.width = 460, chart.height = 400;
    for (const auto& [label, points] : data.detection) chart.series.push_back({label, points});
    return line_chart(chart);
}

std::string quality(const ReportData& data) {
    const std::string matrix = confusion(data), curve = detection(data);
    if (matrix.empty() && curve.empty()) return "";
    return "<h2>Test set</h2><div class=\"row\"><div>" + matrix + "</div><div>" + curve + "</div></div>";
}

std::string mistakes(const ReportData& data) {
    if (data.mistakes.empty()) return "";
    std::string html = "<h2>Worst mistakes</h2><div class=\"mistakes\">";
    for (const auto& m : data.mistakes)
        html += "<div class=\"mistake\"><b>" + escape(m.truth) + "</b> taken for <b>" + escape(m.predicted) + "</b> (" +
                fixed(100 * m.probability, 0) + " %)<br><code>" + escape(m.sample) + "</code>" + m.raw_picture + m.feature_picture +
                "</div>";
    return html + "</div>";
}

std::string memory(const ReportData& data) {
    std::string html;
    if (!data.flash.empty()) html += "<p>" + memory_bar("flash", data.flash, data.flash_limit) + "</p>";
    if (!data.ram.empty()) html += "<p>" + memory_bar("RAM", data.ram, data.ram_limit) + "</p>";
    if (!data.arena.empty()) html += "<p>" + arena_map(data.arena, data.arena_bytes) + "</p>";
    return html.empty() ? "" : "<h2>Memory</h2>" + html;
}

std::string layers(const ReportData& data) {
    if (data.layers.empty()) return "";
    double total = 0;
    for (const auto& layer : data.layers) total += layer.instructions;
    std::vector<std::vector<std::string>> rows = {{"step", "instructions", "cycles (modelled)", "share"}};
    for (const auto& layer : data.layers)
        rows.push_back({layer.name, fixed(layer.instructions, 0), fixed(layer.cycles, 0),
                        total > 0 ? fixed(100 * layer.instructions / total, 1) + " %" : ""});
    return "<h2>Steps of one inference</h2>" + table(rows);
}

std::string provenance(const ReportData& data) {
    if (data.provenance.empty()) return "";
    std::string html = "<h2>Provenance</h2><table>";
    for (const auto& [name, value] : data.provenance)
        html += "<tr><th>" + escape(name) + "</th><td><code>" + escape(value) + "</code></td></tr>";
    return html + "</table>";
}

}  // namespace

std::string render(const ReportData& data) {
    std::string html =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width,initial-scale=1\"><title>" +
        escape(data.title) + "</title><style>" + std::string(style()) + "</style></head><body><h1>" + escape(data.title) +
        "</h1><p class=\"sub\">" + escape(data.subtitle) + "</p>";
    for (const auto& note : data.notes) html += "<div class=\"note\">" + escape(note) + "</div>";
    html += facts(data) + quality(data) + mistakes(data) + learning(data) + memory(data) + layers(data) + provenance(data);
    return html + "</body></html>\n";
}

}  // namespace mote::app::report
