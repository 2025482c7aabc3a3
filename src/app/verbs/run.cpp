// A model listening on the host: the device's pipeline on a live sensor or a recording.
#include "app/listen/host_listener.hpp"
#include "app/listen/sensor.hpp"
#include "app/listen/view.hpp"
#include "app/training.hpp"
#include "app/verb.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>

#include <unistd.h>

namespace mote::app {

namespace {

struct Run {
    struct Request {
        std::string source, run = "latest";
        int baud = 115200;
        bool any_rate = false, all = false;
        std::uint64_t limit = 0;
        static constexpr auto fields() {
            using base::field;
            using R = Request;
            return std::make_tuple(
                field("source", &R::source,
                      "a recording; a serial port that sends lines of numbers; microphone or microphone:DEVICE; - for raw values on "
                      "standard input")
                    .positional()
                    .required(),
                field("run", &R::run, "the beginning of a run's id; the latest finished one where none is given"),
                field("baud", &R::baud, "speed of a serial port").range(1, 1e7),
                field("any_rate", &R::any_rate, "listen although samples come at another rate than the model was trained for"),
                field("all", &R::all, "tell every decision, not events alone"),
                field("limit", &R::limit, "end after so many events; 0: never"));
        }
    };
    struct Response {
        std::string type = "summary", run, source;
        double seconds = 0;
        std::uint64_t frames = 0, decisions = 0, events = 0, bad_values = 0, overruns = 0;
        std::map<std::string, std::uint64_t> by_label;
        std::vector<std::string> notes;
        bool was_stopped = false;
        static constexpr auto fields() {
            using base::field;
            using R = Response;
            return std::make_tuple(
                field("type", &R::type, "summary; the lines before it are events and decisions"), field("run", &R::run, "id of the run"),
                field("source", &R::source, "what was listened to"), field("seconds", &R::seconds, "heard").unit("s"),
                field("frames", &R::frames, "heard"), field("decisions", &R::decisions, "made"), field("events", &R::events, "that began"),
                field("by_label", &R::by_label, "events of each label"),
                field("bad_values", &R::bad_values, "that were no numbers; each was replaced by its channel's value before it"),
                field("overruns", &R::overruns, "times that the device could not wait for this program, and samples were lost"),
                field("notes", &R::notes, "what was done to make the source fit the model"),
                field("was_stopped", &R::was_stopped, "by Ctrl-C"));
        }
    };
    static constexpr std::string_view name = "run";
    static constexpr std::string_view help = "listen with a model here: to a recording, a microphone or a serial port, as the device would";
    static constexpr std::string_view example = "mote run microphone";
    static constexpr bool is_long = true;
    static constexpr bool is_live = true;

    static listen::View make_view(const Request& request, const Finished& finished, const codegen::ListenPlan& plan, bool is_live_source,
                                  const Context& context, std::ostream& out) {
        std::vector<double> thresholds;
        for (const std::int32_t sum : plan.thresholds)
            thresholds.push_back(sum == rt::stream::never ? 2 : sum * static_cast<double>(plan.score_scale));
        const bool is_terminal = context.live == &std::cout && ::isatty(STDOUT_FILENO) == 1;
        const auto telling = context.lines                   ? listen::Telling::lines
                             : is_terminal && is_live_source ? listen::Telling::bars
                                                             : listen::Telling::words;
        return {out, telling, finished.record.labels, std::move(thresholds), finished.features.input.rate_hz, request.all};
    }

    static Response run(const Request& request, Context& context) {
        Session session = open_session(context);
        const Config config = session_config(session);
        const Finished finished = open_finished(session, request.run);
        const dsp::InputSpec& input = finished.features.input;
        if (input.height > 0 || input.rate_hz <= 0)
            throw base::Error("unsupported", "listening needs a series with a rate; this model looks at images", "mote test judges images");
        const codegen::ListenPlan plan = codegen::plan_listening(config.listen, *finished.features.prepared, input,
                                                                 finished.int8_model.output(), finished.record.labels);
        const auto sensor = listen::open_sensor({request.source, request.baud, request.any_rate}, input);
        listen::HostListener listener(finished.features, finished.int8_model, plan);
        std::ostream nowhere(nullptr);
        listen::View view = make_view(request, finished, plan, sensor->is_live(), context, context.live ? *context.live : nowhere);
        Response response;
        response.run = finished.record.run, response.source = request.source, response.notes = sensor->notes();
        for (const auto& note : response.notes) context.progress->say(note);
        follow(request, *sensor, listener, view, finished.record.labels, response, context);
        response.seconds = static_cast<double>(response.frames) / input.rate_hz;
        if (response.decisions == 0 && !response.was_stopped)
            throw base::Error(
                "bad_input",
                request.source + ": " + std::to_string(response.frames) + " frames came, a window has " + std::to_string(input.frames),
                "listen to something longer");
        return response;
    }

    static void follow(const Request& request, listen::Sensor& sensor, listen::HostListener& listener, listen::View& view,
                       const std::vector<std::string>& labels, Response& response, Context& context) {
        std::vector<float> values;
        std::vector<listen::Decision> decisions;
        if (!sensor.is_live()) context.progress->begin("listening", sensor.frames());
        for (bool goes_on = true; goes_on;) {
            if ((response.was_stopped = context.cancel->requested())) break;
            values.clear(), decisions.clear();
            goes_on = sensor.read(values);
            listener.listen(values, decisions);
            for (const listen::Decision& decision : decisions) {
                ++response.decisions;
                view.tell(decision);
                if (decision.event < 0) continue;
                ++response.events, ++response.by_label[labels[static_cast<std::size_t>(decision.event)]];
                if (request.limit > 0 && response.events >= request.limit) {
                    goes_on = false;
                    break;
                }
            }
            if (!sensor.is_live()) context.progress->advance(listener.frames());
        }
        view.end();
        context.progress->end();
        response.frames = listener.frames(), response.bad_values = listener.bad_values(), response.overruns = sensor.overruns();
    }

    static void print(const Response& response, std::ostream& out) {
        out << base::human_seconds(response.seconds) << " heard, " << response.decisions << " decisions, " << response.events
            << (response.events == 1 ? " event" : " events");
        for (const auto& [label, count] : response.by_label)
            out << (label == response.by_label.begin()->first ? ": " : ", ") << count << " " << label;
        out << "\n";
        if (response.bad_values > 0) out << response.bad_values << " values were no numbers; each was replaced by the one before it\n";
        if (response.overruns > 0) out << "samples were lost " << response.overruns << " times: this machine is too busy\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& run() { return make_verb<Run>(); }
}  // namespace catalogue

}  // namespace mote::app
