// Everything about a finished run in one HTML file.
#include "app/report/report.hpp"
#include "app/measurement.hpp"
#include "app/tables.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "board/board.hpp"

#include <algorithm>
#include <cstring>

namespace mote::app {

namespace {

struct Report {
    struct Request {
        std::string run = "latest", out, on;
        std::vector<std::string> note;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("run", &Request::run, "the beginning of a run's id; the latest finished one where none is given").positional(),
                field("out", &Request::out,
                      "the file to write, as seen from the current folder; report.html in the project where none is given")
                    .flag('o'),
                field("on", &Request::on, "the board whose measurement is shown; the latest measured where none is given"),
                field("note", &Request::note, "what a reader must know first; repeat for several"));
        }
    };
    struct Response {
        std::string run, file, target, project;
        std::uint64_t size_bytes = 0;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("run", &Response::run, "id of the run"), field("file", &Response::file, "what was written"),
                                   field("target", &Response::target, "the board that it shows; empty: not measured on one yet"),
                                   field("project", &Response::project, "how to name the project in a next command"),
                                   field("size_bytes", &Response::size_bytes, "of the file").unit("bytes"));
        }
    };
    static constexpr std::string_view name = "report";
    static constexpr std::string_view help = "write one HTML file with everything about a run";
    static constexpr std::string_view example = "mote report --out report.html";
    static constexpr bool is_long = true;

    static std::vector<float> as_floats(const dsp::InputSpec& input, std::span<const std::byte> bytes) {
        std::vector<float> values(input.value_count());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (input.type == store::SampleType::u8) values[i] = static_cast<float>(bytes[i]);
            std::int16_t whole = 0;
            if (input.type == store::SampleType::i16) std::memcpy(&whole, bytes.data() + i * 2, 2), values[i] = whole;
            if (input.type == store::SampleType::f32) std::memcpy(&values[i], bytes.data() + i * 4, 4);
        }
        return values;
    }

    static std::string picture_of_features(const dsp::FeatureSpec& spec, std::span<const float> values) {
        if (spec.shape.size() == 1) return report::waveform(values, 1);
        if (spec.shape.size() == 2) {
            const auto rows = static_cast<std::size_t>(spec.shape[1]);
            return report::heat_map(values, static_cast<std::size_t>(spec.shape[0]), rows);
        }
        return "";
    }

    static report::Mistake show(const Finished& finished, const Mistake& mistake) {
        report::Mistake out{mistake.name, mistake.truth, mistake.predicted, mistake.probability, "", ""};
        if (mistake.begin != 0) out.sample += " at " + with_unit(mistake.begin_s, "s");
        const DataPlan& plan = finished.plan;
        const auto& items = plan.data->items();
        const auto& samples = plan.data->samples();
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (items[i].begin != mistake.begin || samples[items[i].sample].id != mistake.sample) continue;
            std::vector<std::byte> window(plan.input.size_bytes());
            plan.data->read(i, window);
            const auto values = as_floats(plan.input, window);
            const auto& input = plan.input;
            out.raw_picture = input.height > 0 ? report::image(values, input.height, input.width, input.channels.size())
                                               : report::waveform(values, input.channels.size());
            std::vector<std::uint64_t> scratch(finished.features.prepared->scratch_bytes() / sizeof(std::uint64_t) + 1);
            std::vector<float> features(finished.features.count());
            finished.features.prepared->compute(window.data(), features, scratch.data());
            out.feature_picture = picture_of_features(finished.features.prepared->output(), features);
            break;
        }
        return out;
    }

    static void add_target(report::ReportData& data, const Measurement& m) {
        const std::size_t differing = m.differing_features + m.differing_outputs + m.differing_layers;
        data.facts.push_back(
            {"accuracy on " + m.target, percent(m.metrics.accuracy), std::to_string(m.windows) + " windows in the emulator"});
        data.facts.push_back({"host against chip", std::to_string(differing) + " bytes differ", "exact"});
        data.facts.push_back(
            {"flash", base::human_bytes(m.flash_bytes),
             base::human_bytes(m.flash_bytes - std::min(m.flash_bytes, m.empty_flash_bytes)) + " beyond an empty firmware"});
        data.facts.push_back({"arena", base::human_bytes(m.arena_bytes), "exact"});
        data.facts.push_back({"stack", base::human_bytes(m.stack_bytes), "exact"});
        data.facts.push_back({"instructions", base::human_count(static_cast<double>(m.instructions)), "exact, a window"});
        data.facts.push_back({"latency", with_unit(m.latency_s, "s"), m.cycles.confidence});
        if (m.energy_joule > 0) data.facts.push_back({"energy", with_unit(m.energy_joule, "J"), "modelled, a window"});
        for (const auto& part : m.parts) {
            if (part.flash_bytes > 0) data.flash.push_back({part.name, static_cast<double>(part.flash_bytes)});
            if (part.ram_bytes > 0) data.ram.push_back({part.name, static_cast<double>(part.ram_bytes)});
        }
        data.flash_limit = static_cast<double>(m.board_flash_bytes), data.ram_limit = static_cast<double>(m.board_ram_bytes);
        for (const auto& b : m.plan) data.arena.push_back({b.tensor, b.offset, b.size_bytes, b.first_step, b.last_step});
        data.arena_bytes = m.arena_bytes;
        for (const auto& layer : m.layers)
            data.layers.push_back({layer.name, static_cast<double>(layer.instructions), layer.cycles.expected});
        data.confusion.assign(m.metrics.confusion.begin(), m.metrics.confusion.end());
    }

    static report::ReportData collect(const Finished& finished, const std::optional<Measurement>& measurement) {
        const RunRecord& record = finished.record;
        report::ReportData data;
        data.title = record.project;
        data.subtitle = record.features.block + " -> " + record.model.learner + ", run " + record.run.substr(0, 12);
        data.labels = record.labels, data.epochs = record.epochs;
        for (const auto& e : record.evaluations) {
            if (e.split != record.judged_split) continue;
            data.facts.push_back(
                {"accuracy, " + e.arithmetic, percent(e.metrics.accuracy),
                 std::to_string(e.metrics.examples) + " " + e.split + " windows, macro-F1 " + percent(e.metrics.macro_f1)});
            if (e.arithmetic == "int8")
                for (const auto& row : e.metrics.confusion) data.confusion.emplace_back(row.begin(), row.end());
        }
        data.facts.push_back({"weights", base::human_count(static_cast<double>(record.model.weights)),
                              base::human_count(static_cast<double>(record.model.macs)) + " multiplications"});
        if (measurement)
            add_target(data, *measurement);
        else
            data.notes.push_back("Not measured on a board yet: mote test --on " + record.config.at("target").value("board", "nrf52840"));
        if (record.judged_split != "test")
            data.notes.push_back("There is no test split: figures are from the " + record.judged_split + " split.");
        for (const auto& curve : record.det) {
            std::vector<std::pair<double, double>> points;
            for (const auto& p : curve.points) points.emplace_back(p.false_alarm_rate, p.miss_rate);
            data.detection.emplace_back(curve.label, std::move(points));
        }
        for (const auto& mistake : record.mistakes) data.mistakes.push_back(show(finished, mistake));
        data.provenance = {{"run", record.run},
                           {"data", record.snapshot},
                           {"settings", record.pipeline},
                           {"8-bit model", record.model.int8_model},
                           {"seed", std::to_string(record.seed)},
                           {"mote", record.code},
                           {"environment", record.environment.dump()}};
        return data;
    }

    static Response run(const Request& request, Context& context) {
        const Session session = open_session(context);
        const Finished finished = open_finished(session, request.run);
        if (!request.on.empty()) typed([&] { return board::find_board(request.on, session.project.folder()); });
        const auto measurement = latest_measurement(session.store, finished.record, request.on);
        if (!request.on.empty() && !measurement)
            throw base::Error(
                "not_found",
                "run " + finished.record.run.substr(0, 12) + " has not been measured on " + request.on + " with its whole split",
                "mote " + in_project(context) + "test " + finished.record.run.substr(0, 12) + " --on " + request.on);
        report::ReportData data = collect(finished, measurement);
        data.notes.insert(data.notes.begin(), request.note.begin(), request.note.end());
        const std::string html = report::render(data);
        const std::filesystem::path file =
            request.out.empty() ? std::filesystem::proximate(session.project.folder() / "report.html") : std::filesystem::path(request.out);
        base::write_file(file, html);
        return {finished.record.run, file.string(), measurement ? measurement->target : "", in_project(context), html.size()};
    }

    static void print(const Response& response, std::ostream& out) {
        out << "wrote " << response.file << " (" << base::human_bytes(response.size_bytes) << ", run " << response.run.substr(0, 12)
            << (response.target.empty() ? ", not measured on a board" : ", measured on " + response.target) << ")\n";
        out << "next: open it in a browser\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& report() { return make_verb<Report>(); }
}  // namespace catalogue

}  // namespace mote::app
