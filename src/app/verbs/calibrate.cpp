// How a model listens: settings of [listen], found on a long stream with known events.
#include "app/listen/calibration.hpp"
#include "app/listen/calibration_page.hpp"
#include "app/listen/on_target.hpp"
#include "app/tables.hpp"
#include "app/toml_edit.hpp"
#include "app/verb.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "board/board.hpp"

#include <iomanip>

namespace mote::app {

namespace {

struct Calibrate {
    struct Request {
        std::string run = "latest", split = store::split_validation, background, test_background, out, on;
        double hours = 2, test_hours = 0, limit = 0.5, tolerance_ms = 0, minutes = 10, near_misses = 1;
        std::optional<double> threshold, smoothing_ms, minimum_ms, suppression_ms;
        int point = 0;
        bool apply = false;
        std::uint32_t seed = 1;
        static constexpr auto fields() {
            using base::field;
            using R = Request;
            return std::make_tuple(
                field("run", &R::run, "the beginning of a run's id; the latest finished one where none is given").positional(),
                field("split", &R::split, "whose recordings the stream is made of"),
                field("hours", &R::hours, "length of the stream").range(0.001, 1000).unit("h"),
                field("background", &R::background, "a folder of recordings without any event, mixed into the stream").flag('b'),
                field("test_background", &R::test_background,
                      "another one for the test split's stream; where none is given that takes half of the recordings of --background"),
                field("test_hours", &R::test_hours, "length of the test split's stream; 0: as the other").range(0, 1000).unit("h"),
                field("near_misses", &R::near_misses,
                      "an hour: recordings that were made to be mistaken, whose metadata says kind near_miss, as those of mote demo")
                    .range(0, 3600),
                field("false_accepts_per_hour", &R::limit, "most that the proposal may have").range(0, 1000),
                field("tolerance_ms", &R::tolerance_ms, "time behind an event in which its detection counts; 0: one window")
                    .range(0, 1e6)
                    .unit("ms"),
                field("point", &R::point, "choose this point of the list instead of the proposal").range(0, 1000),
                field("threshold", &R::threshold, "or choose settings by hand; those not given are of mote.toml").range(0, 1),
                field("smoothing_ms", &R::smoothing_ms, "by hand").range(0, 1e6).unit("ms"),
                field("minimum_ms", &R::minimum_ms, "by hand").range(0, 1e6).unit("ms"),
                field("suppression_ms", &R::suppression_ms, "by hand").range(0, 1e7).unit("ms"),
                field("on", &R::on,
                      "let the firmware for this board hear the end of the stream in the emulator, and compare it with the host"),
                field("minutes", &R::minutes, "of stream for --on").range(0.01, 1000).unit("min"),
                field("apply", &R::apply, "write the chosen settings into mote.toml"),
                field("out", &R::out, "the page with the curves; calibration.html in the project where none is given").flag('o'),
                field("seed", &R::seed, "of the order, times and levels of the stream"));
        }
        bool by_hand() const { return threshold || smoothing_ms || minimum_ms || suppression_ms; }
    };
    struct Response {
        std::string run, project, file, config;
        double limit = 0, stride_ms = 0;
        listen::StreamInfo stream;
        std::vector<listen::Point> points;
        listen::Point chosen;
        int chosen_point = 0;
        bool keeps_limit = false, applied = false;
        std::optional<listen::StreamInfo> test_stream;
        std::optional<listen::Point> test;
        std::vector<listen::Mistaken> mistaken, missed;
        std::optional<listen::TargetCheck> target;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(
                field("run", &R::run, "id of the run"), field("project", &R::project, "how to name the project in a next command"),
                field("file", &R::file, "the page with the curves"), field("config", &R::config, "the project's settings"),
                field("limit", &R::limit, "false accepts an hour that were allowed"),
                field("stride_ms", &R::stride_ms, "of [listen]: between decisions").unit("ms"),
                field("stream", &R::stream, "what was listened to"),
                field("points", &R::points, "settings that no others beat, fewest false accepts first"),
                field("chosen", &R::chosen, "settings and what they give"),
                field("chosen_point", &R::chosen_point, "its place in points, from 1; 0: none of them"),
                field("keeps_limit", &R::keeps_limit, "whether the chosen settings keep to the limit"),
                field("applied", &R::applied, "whether they were written into mote.toml"),
                field("test_stream", &R::test_stream, "of the test split, where there is one"),
                field("test", &R::test, "the chosen settings on it"),
                field("mistaken", &R::mistaken, "what they took for an event on the first stream, most often first"),
                field("missed", &R::missed, "recordings whose events they did not find on the first stream, most often first"),
                field("target", &R::target, "the end of the last stream as firmware, where a board was named"));
        }
    };
    static constexpr std::string_view name = "calibrate";
    static constexpr std::string_view help = "find the settings of [listen]: false accepts an hour against false rejects on a long stream";
    static constexpr std::string_view example = "mote calibrate --hours 10 --apply";
    static constexpr bool is_long = true;

    static listen::CalibrationOptions options_of(const Request& request, const std::string& split) {
        listen::CalibrationOptions options;
        options.split = split;
        options.stream.hours = request.hours, options.stream.seed = request.seed, options.stream.near_misses_per_hour = request.near_misses;
        options.tolerance_ms = request.tolerance_ms, options.limit = request.limit, options.test_hours = request.test_hours;
        for (const std::string& folder : {request.background, request.test_background})
            if (!folder.empty() && !std::filesystem::is_directory(folder))
                throw base::Error("usage", folder + " is no folder", "name a folder of recordings");
        options.background = request.background, options.test_background = request.test_background;
        return options;
    }

    static codegen::Listen by_hand(const Request& request, const codegen::Listen& before) {
        codegen::Listen settings = before;
        settings.threshold = request.threshold.value_or(before.threshold);
        settings.smoothing_ms = request.smoothing_ms.value_or(before.smoothing_ms);
        settings.minimum_ms = request.minimum_ms.value_or(before.minimum_ms);
        settings.suppression_ms = request.suppression_ms.value_or(before.suppression_ms);
        return settings;
    }

    static codegen::Listen settings_of(const listen::Point& point, const codegen::Listen& before) {
        codegen::Listen settings = before;
        settings.threshold = point.threshold, settings.smoothing_ms = point.smoothing_ms;
        settings.minimum_ms = point.minimum_ms, settings.suppression_ms = point.suppression_ms;
        return settings;
    }

    static void write(const std::filesystem::path& file, const listen::Point& p) {
        base::write_file(file, with_settings(base::read_text(file), "listen",
                                             {{"smoothing_ms", base::exact(p.smoothing_ms)},
                                              {"threshold", base::exact(p.threshold)},
                                              {"minimum_ms", base::exact(p.minimum_ms)},
                                              {"suppression_ms", base::exact(p.suppression_ms)}}));
    }

    static Response run(const Request& request, Context& context) {
        if (request.by_hand() && request.point > 0)
            throw base::Error("usage", "--point and settings by hand choose twice", "leave one of them out");
        Session session = open_session(context);
        const Config config = session_config(session);
        const Finished finished = open_finished(session, request.run);
        const auto options = options_of(request, known_split(session.store, request.split));
        const auto cache = session.project.store_folder() / "cache" / "listen";
        if (!request.on.empty()) typed([&] { return board::find_board(request.on, session.project.folder()); });
        std::optional<codegen::Listen> wanted;
        if (request.by_hand()) wanted = by_hand(request, config.listen);
        listen::Calibration found = listen::calibrate(finished, config, options, wanted, cache, context);
        if (request.point > 0) {
            if (static_cast<std::size_t>(request.point) > found.frontier.size())
                throw base::Error("usage", "there is no point " + std::to_string(request.point),
                                  "there are " + std::to_string(found.frontier.size()) + "; mote calibrate lists them");
            // Outputs are kept, so that this costs no more than the sweep.
            wanted = settings_of(found.frontier[static_cast<std::size_t>(request.point) - 1], config.listen);
            found = listen::calibrate(finished, config, options, wanted, cache, context);
        }
        Response response;
        response.run = finished.record.run, response.project = in_project(context), response.limit = request.limit;
        response.stride_ms = config.listen.stride_ms, response.stream = found.stream, response.points = found.frontier;
        response.chosen = found.chosen, response.keeps_limit = found.keeps_limit;
        response.test = found.test, response.test_stream = found.test_stream;
        response.mistaken = found.mistakes.accepted, response.missed = found.mistakes.missed;
        for (std::size_t i = 0; i < found.frontier.size(); ++i)
            if (base::to_json(found.frontier[i]) == base::to_json(found.chosen)) response.chosen_point = static_cast<int>(i) + 1;
        const std::filesystem::path folder = session.project.folder(), toml = folder / "mote.toml";
        const std::filesystem::path page =
            request.out.empty() ? std::filesystem::proximate(folder / "calibration.html") : std::filesystem::path(request.out);
        response.config = std::filesystem::proximate(toml).string(), response.file = page.string();
        if (!request.on.empty())
            response.target = listen::check_on_target(session, finished, settings_of(found.chosen, config.listen), request.on,
                                                      *found.last_stream, request.minutes, context);
        if (request.apply) write(toml, found.chosen), response.applied = true;
        base::write_file(page, listen::calibration_page(found, config.project.name + ": how it listens", request.limit));
        return response;
    }

    static std::string count(double value) {
        std::ostringstream text;
        text << std::fixed << std::setprecision(2) << value;
        return text.str();
    }

    static void line(std::ostream& out, const std::string& name, const listen::Point& p) {
        const auto ms = [](double value) { return std::to_string(std::lround(value)) + " ms"; };
        out << "  " << std::left << std::setw(10) << name << std::right << std::setw(8) << count(p.false_accepts_per_hour) << std::setw(9)
            << count(p.highest_false_accepts_per_hour) << std::setw(10) << percent(p.false_rejects) << std::setw(8) << count(p.delay_s)
            << " s" << std::setw(11) << count(p.threshold) << std::setw(11) << ms(p.smoothing_ms) << std::setw(10) << ms(p.minimum_ms)
            << std::setw(10) << ms(p.suppression_ms) << "\n";
    }

    static void print_stream(const listen::StreamInfo& s, std::ostream& out) {
        out << s.split << ": " << count(s.hours) << " hours, " << s.decisions << " decisions, " << s.events << " events from "
            << s.event_recordings << " recordings";
        if (s.background_recordings > 0)
            out << ", over " << count(s.background_minutes) << " minutes of different background (" << s.background_recordings
                << " recordings)";
        out << "\n";
    }

    static void print_mistakes(const char* what, const char* joint, const std::vector<listen::Mistaken>& mistakes, std::ostream& out) {
        constexpr std::size_t most = 5;
        if (!mistakes.empty()) out << what << " most often:\n";
        for (std::size_t i = 0; i < std::min(most, mistakes.size()); ++i) {
            const auto& m = mistakes[i];
            out << "  " << (m.recording.empty() ? "silence" : m.recording) << joint << m.label << ", " << m.times
                << (m.times == 1 ? " time" : " times") << "\n";
        }
    }

    static void print(const Response& response, std::ostream& out) {
        print_stream(response.stream, out);
        out << "             false   at most     false\n"
            << "  point     acc./h    (95 %)   rejects     delay  threshold  smoothing   minimum  suppress.\n";
        for (std::size_t i = 0; i < response.points.size(); ++i) line(out, std::to_string(i + 1), response.points[i]);
        line(out, "chosen", response.chosen);
        if (response.test) {
            line(out, "on " + response.test_stream->split, *response.test);
            print_stream(*response.test_stream, out);
        }
        print_mistakes("taken for an event", " for ", response.mistaken, out);
        print_mistakes("missed", " of ", response.missed, out);
        if (response.target) {
            const auto& t = *response.target;
            out << t.title << ": " << base::human_seconds(t.seconds) << " of stream, " << t.decisions << " decisions, " << t.events
                << " events; " << t.differing_events << " events and " << t.differing_outputs << " bytes of outputs differ from the host\n";
        }
        out << "wrote " << response.file << "\n";
        if (!response.keeps_limit) out << "the chosen settings have more than " << count(response.limit) << " false accepts an hour\n";
        if (response.applied)
            out << "wrote the chosen settings into " << response.config << "\n"
                << "next: mote " << response.project << "run FILE listens with them, mote " << response.project
                << "deploy takes them along\n";
        else
            out << "next: mote " << response.project << "calibrate --apply writes the chosen settings into " << response.config
                << "; --point N chooses another\n";
    }
    static int exit_code(const Response& response) {
        const bool is_other = response.target && response.target->differing_events + response.target->differing_outputs > 0;
        return response.keeps_limit && !is_other ? 0 : 1;
    }
};

}  // namespace

namespace catalogue {
const Verb& calibrate() { return make_verb<Calibrate>(); }
}  // namespace catalogue

}  // namespace mote::app
