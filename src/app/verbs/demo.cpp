// The main job from one command: a typed phrase in, measured firmware out.
#include "app/config.hpp"
#include "app/measurement.hpp"
#include "app/tables.hpp"
#include "app/verb.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "synth/corpus.hpp"

#include <algorithm>
#include <chrono>
#include <iomanip>

namespace mote::app {

namespace {

namespace fs = std::filesystem;

constexpr const char* synthetic_note =
    "All voices but your own recordings are synthetic (espeak-ng). Figures on real voices will differ: record some people and test with "
    "them.";

struct Demo {
    struct Request {
        std::vector<std::string> keyword = {"hey mote"};
        std::string samples, out, target = "nrf52840", language = "en";
        bool quick = false;
        std::uint32_t seed = 1;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("keyword", &Request::keyword, "a phrase to recognise; repeat for a vocabulary").flag('k'),
                field("samples", &Request::samples, "folder of your own recordings: DIR/PHRASE/*.wav, or DIR/*.wav with one phrase"),
                field("out", &Request::out, "folder of the project, as seen from the current folder; demo/PHRASE where none is given")
                    .flag('o'),
                field("target", &Request::target, "the board that it is made for").flag('t'),
                field("language", &Request::language, "espeak-ng language of the phrases"),
                field("quick", &Request::quick, "few clips and epochs: shows the road, not what can be reached"),
                field("seed", &Request::seed, "every random choice follows from this number"));
        }
    };
    struct Response {
        std::string folder, report, firmware, run;
        std::uint32_t seed = 1;
        synth::CorpusReport corpus;
        base::Json train = base::Json::object(), test = base::Json::object();
        double seconds = 0;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(field("folder", &R::folder, "the project"), field("report", &R::report, "the HTML report"),
                                   field("firmware", &R::firmware, "the generated C++"), field("run", &R::run, "id of the run"),
                                   field("seed", &R::seed, "every random choice followed from it"),
                                   field("corpus", &R::corpus, "the clips"), field("train", &R::train, "what mote train answered"),
                                   field("test", &R::test, "what mote test --on answered"),
                                   field("seconds", &R::seconds, "taken").unit("s"));
        }
    };
    static constexpr std::string_view name = "demo";
    static constexpr std::string_view help = "teach an emulated chip a wake word of your own, from the phrase to measured firmware";
    static constexpr std::string_view example = "mote demo --keyword \"hey mote\"";
    static constexpr bool is_long = true;

    static base::Json call(std::string_view verb_name, const base::Json& request, Context& context) {
        for (const Verb* verb : verbs())
            if (verb->name == verb_name) return verb->run(request, context);
        throw base::Error("internal", "there is no verb " + std::string(verb_name), "report this");
    }

    static void write_settings(const Request& request, const synth::CorpusReport& corpus, const fs::path& folder) {
        if (fs::exists(folder / "mote.toml")) return;
        std::string title;
        for (const auto& phrase : request.keyword) title += (title.empty() ? "" : ", ") + phrase;
        Config config = template_config("keyword", title);
        config.project.seed = request.seed;
        config.data.window_ms = corpus.clip_ms;
        config.target.board = request.target;
        config.augment.noise_label = synth::noise_label;
        // The clips have rooms, levels and noise already; and what listens all day must be sure of itself, which blended examples and
        // softened labels prevent.
        config.augment.noise_probability = 0.25, config.augment.noise_snr_low_db = 10;
        config.train.mixup = 0, config.train.label_smoothing = 0.05;
        config.train.epochs = request.quick ? 24 : 50;
        if (request.quick) config.train.warmup_epochs = 2;
        base::write_file(folder / "mote.toml", commented_toml(config));
    }

    static synth::CorpusOptions corpus_options(const Request& request) {
        synth::CorpusOptions options;
        options.keyword = request.keyword, options.samples = request.samples, options.language = request.language;
        options.seed = request.seed;
        if (request.samples.size() && fs::path(request.samples).is_relative()) options.samples = fs::absolute(request.samples).string();
        if (request.quick) {
            options.train_per_keyword = 120, options.validation_per_keyword = 30, options.test_per_keyword = 40;
            options.train_speech_min = 1, options.validation_speech_min = 1, options.test_speech_min = 1;
        }
        return options;
    }

    static Response run(const Request& request, Context& context) {
        const auto started = std::chrono::steady_clock::now();
        if (request.keyword.empty()) throw base::Error("usage", "no phrase was given", "--keyword \"hey mote\"");
        Response response;
        response.seed = request.seed;
        const fs::path usual = context.project / "demo" / synth::label_of(request.keyword.front());
        const fs::path folder = (request.out.empty() ? usual : fs::path(request.out)).lexically_normal();
        response.folder = folder.string();
        response.corpus = synth::make_corpus(corpus_options(request), folder / "clips", *context.progress, *context.cancel);
        write_settings(request, response.corpus, folder);
        Context inside = context;
        inside.project = folder;
        const fs::path clips = fs::absolute(folder / "clips");
        call("ingest",
             {{"paths", {clips.string()}}, {"tables", {(clips / "split.csv").string()}}, {"group_by", "voice"}, {"include", {"*.wav"}}},
             inside);
        response.train = call("train", base::Json::object(), inside);
        response.run = response.train.at("run").get<std::string>();
        response.test = call("test", {{"run", response.run}, {"on", request.target}}, inside);
        response.firmware = (folder / "firmware").string(), response.report = (folder / "report.html").string();
        call("deploy", {{"run", response.run}, {"target", request.target}, {"out", response.firmware}}, inside);
        call("report", {{"run", response.run}, {"out", response.report}, {"note", {synthetic_note}}}, inside);
        response.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        return response;
    }

    static double accuracy_of(const base::Json& test, std::string_view arithmetic) {
        for (const auto& evaluation : test.at("evaluations"))
            if (evaluation.at("arithmetic") == arithmetic) return evaluation.at("metrics").at("accuracy").get<double>();
        return 0;
    }

    static void line(std::ostream& out, const char* what, const std::string& figure, const std::string& note) {
        out << "  " << std::left << std::setw(13) << what << std::setw(26) << figure << note << "\n";
    }

    static void print_classes(const Measurement& m, std::ostream& out) {
        for (const auto& score : m.metrics.classes)
            line(out, "", score.label, percent(score.recall) + " found, " + percent(score.precision) + " of the alarms are right");
    }

    static void print(const Response& response, std::ostream& out) {
        const auto m = base::from_json<Measurement>(response.test.at("target"), "test");
        const auto& corpus = response.corpus;
        out << "\n" << base::join(corpus.labels, " · ") << "  on  " << m.title << "\n\n";
        line(out, "accuracy", percent(accuracy_of(response.test, "float")) + " float",
             percent(accuracy_of(response.test, "int8")) + " int8, " + percent(m.metrics.accuracy) + " on the chip");
        print_classes(m, out);
        line(out, "parity", std::to_string(m.differing_outputs + m.differing_features) + " bytes differ",
             "host against chip, " + std::to_string(m.windows) + " windows, features and outputs");
        line(out, "flash", base::human_bytes(m.flash_bytes - m.empty_flash_bytes), "beyond an empty firmware, exact");
        line(out, "RAM", base::human_bytes(m.arena_bytes + m.stack_bytes),
             "arena " + base::human_bytes(m.arena_bytes) + ", stack " + base::human_bytes(m.stack_bytes) +
                 ", exact; the window apart: " + base::human_bytes(m.window_bytes));
        line(out, "instructions", base::human_count(static_cast<double>(m.instructions)),
             "a window, exact (" + base::human_count(static_cast<double>(m.feature_instructions)) + " features, " +
                 base::human_count(static_cast<double>(m.model_instructions)) + " network)");
        line(out, "latency", base::human_seconds(m.latency_s),
             "modelled, " + base::human_seconds(m.latency_s * m.cycles.low / m.cycles.expected) + " to " +
                 base::human_seconds(m.latency_s * m.cycles.high / m.cycles.expected) +
                 "; the report says what the model was held against");
        line(out, "energy", base::human_count(m.energy_joule * 1e6) + " uJ", "a window, modelled from the board's currents");
        out << "\n  " << corpus.clips << " clips, " << corpus.voices_train << " voices to train, " << corpus.voices_test
            << " others to test";
        if (corpus.own_recordings > 0) out << ", " << corpus.own_recordings << " recordings of your own";
        out << "; seed " << response.seed << "\n  " << synthetic_note << "\n";
        for (const auto& problem : corpus.problems) out << "  left out: " << problem << "\n";
        out << "\n  report    " << response.report << "\n  firmware  " << response.firmware << "\n  project   " << response.folder << "   ("
            << base::human_seconds(response.seconds) << ")\n"
            << "next: open the report, or change " << response.folder << "/mote.toml and run mote -C " << response.folder << " train\n";
    }
    static int exit_code(const Response& response) { return response.corpus.problems.empty() ? 0 : 1; }
};

}  // namespace

namespace catalogue {
const Verb& demo() { return make_verb<Demo>(); }
}  // namespace catalogue

}  // namespace mote::app
