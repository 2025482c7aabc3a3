// Everything about one sample.
#include "app/sample_row.hpp"
#include "app/session.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mote::app {

namespace {

struct ChannelSummary {
    std::string name, unit;
    double minimum = 0, maximum = 0, mean = 0, deviation = 0;
    static constexpr auto fields() {
        using base::field;
        using C = ChannelSummary;
        return std::make_tuple(field("name", &C::name, "of the channel"), field("unit", &C::unit, "empty: not known"),
                               field("minimum", &C::minimum, "smallest value"), field("maximum", &C::maximum, "largest value"),
                               field("mean", &C::mean, "of all values"), field("deviation", &C::deviation, "standard deviation"));
    }
};

struct Revision {
    std::string time;
    base::Json annotation = base::Json::object();
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("time", &Revision::time, "UTC"),
                               field("annotation", &Revision::annotation, "label, split, group, ..."));
    }
};

struct SpanRow {
    std::size_t begin = 0, end = 0;
    std::string label;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("begin", &SpanRow::begin, "first frame"), field("end", &SpanRow::end, "frame after the last"),
                               field("label", &SpanRow::label, "in between"));
    }
};

struct DataShow {
    struct Request {
        std::string name;
        static constexpr auto fields() {
            return std::make_tuple(base::field("name", &Request::name, "id or name of a sample").positional().required());
        }
    };
    struct Response {
        SampleRow sample;
        std::string source, type, object;
        double rate_hz = 0;
        std::size_t height = 0, width = 0;
        base::Json metadata = base::Json::object();
        std::vector<ChannelSummary> channels;
        std::vector<SpanRow> labels;
        std::vector<Revision> history;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("sample", &Response::sample, "name, label, split"), field("source", &Response::source, "the file it came from"),
                field("type", &Response::type, "how a value is kept"), field("object", &Response::object, "hash of the values"),
                field("rate_hz", &Response::rate_hz, "frames a second").unit("Hz"),
                field("height", &Response::height, "of an image").unit("pixels"),
                field("width", &Response::width, "of an image").unit("pixels"), field("metadata", &Response::metadata, "said by the file"),
                field("channels", &Response::channels, "what the values look like"),
                field("labels", &Response::labels, "inside the recording, by frame"),
                field("history", &Response::history, "every change of label, split and the like"));
        }
    };
    static constexpr std::string_view name = "data show";
    static constexpr std::string_view help = "show everything about one sample";
    static constexpr std::string_view example = "mote data show yes/0a7c2a8d_nohash_0.wav";
    static constexpr bool is_long = false;

    static std::vector<ChannelSummary> summarise(const store::Signal& signal) {
        std::vector<ChannelSummary> out;
        const std::size_t channels = signal.channels.size();
        for (std::size_t c = 0; c < channels; ++c) {
            ChannelSummary row{signal.channels[c].name, signal.channels[c].unit, 0, 0, 0, 0};
            double sum = 0, squares = 0;
            for (std::size_t t = 0; t < signal.frames; ++t) {
                const double v = signal.at(t * channels + c);
                row.minimum = t == 0 ? v : std::min(row.minimum, v), row.maximum = t == 0 ? v : std::max(row.maximum, v);
                sum += v, squares += v * v;
            }
            const double frames = std::max<double>(1, static_cast<double>(signal.frames));
            row.mean = sum / frames, row.deviation = std::sqrt(std::max(0.0, squares / frames - row.mean * row.mean));
            out.push_back(std::move(row));
        }
        return out;
    }

    static Response run(const Request& request, Context& context) {
        const Session session = open_session(context);
        const store::Sample sample = session.store.sample(request.name);
        Response response;
        response.sample = row_of(sample), response.source = sample.source;
        response.type = name_of(sample.descriptor.type), response.object = base::hex(sample.object);
        response.rate_hz = sample.descriptor.rate_hz, response.height = sample.descriptor.height, response.width = sample.descriptor.width;
        response.metadata = sample.annotation.metadata;
        response.channels = summarise(session.store.read(sample));
        for (const auto& span : sample.annotation.spans) response.labels.push_back({span.begin, span.end, span.label});
        for (const auto& [time, annotation] : session.store.history(sample.id))
            response.history.push_back({time,
                                        {{"label", annotation.label},
                                         {"split", annotation.split},
                                         {"group", annotation.group},
                                         {"excluded", annotation.excluded},
                                         {"removed", annotation.removed}}});
        return response;
    }

    static void print(const Response& response, std::ostream& out) {
        const auto& sample = response.sample;
        out << sample.name << "  (" << sample.id << ")\n";
        out << "  label " << (sample.label.empty() ? "-" : sample.label) << ", split " << (sample.split.empty() ? "-" : sample.split)
            << ", group " << (sample.group.empty() ? "-" : sample.group) << (sample.excluded ? ", excluded" : "") << "\n";
        out << "  from " << response.source << "\n";
        if (response.height > 0)
            out << "  image " << response.width << " x " << response.height << ", " << response.type << "\n";
        else
            out << "  " << sample.frames << " frames at " << response.rate_hz << " Hz (" << base::human_seconds(sample.seconds) << "), "
                << response.type << "\n";
        for (const auto& channel : response.channels)
            out << "  " << channel.name << (channel.unit.empty() ? "" : " [" + channel.unit + "]") << ": " << channel.minimum << " to "
                << channel.maximum << ", mean " << channel.mean << ", deviation " << channel.deviation << "\n";
        for (const auto& warning : sample.warnings) out << "  warning: " << warning << "\n";
        for (std::size_t i = 0; i < std::min<std::size_t>(response.labels.size(), 20); ++i)
            out << "  frames " << response.labels[i].begin << " to " << response.labels[i].end << ": " << response.labels[i].label << "\n";
        if (response.labels.size() > 20) out << "  ... (--json lists all)\n";
        for (const auto& revision : response.history) out << "  " << revision.time << "  " << revision.annotation.dump() << "\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& data_show() { return make_verb<DataShow>(); }
}  // namespace catalogue

}  // namespace mote::app
