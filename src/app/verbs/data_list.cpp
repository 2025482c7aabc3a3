// What is in the project: a table of labels and splits, and the samples.
#include "app/sample_row.hpp"
#include "app/session.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <iomanip>
#include <set>

namespace mote::app {

namespace {

struct LabelCount {
    std::string label;
    std::map<std::string, std::size_t> by_split;
    double seconds = 0;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("label", &LabelCount::label, "as given to the samples"),
                               field("by_split", &LabelCount::by_split, "samples in each split"),
                               field("seconds", &LabelCount::seconds, "length of all").unit("s"));
    }
};

struct DataList {
    struct Request {
        std::vector<std::string> names, label, split;
        std::string sensor;
        bool removed = false;
        int limit = 20;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("names", &Request::names, "ids, names or patterns (\"yes/*\"); all where none is given").positional(),
                field("label", &Request::label, "only samples with this label"),
                field("split", &Request::split, "only samples of this split"),
                field("sensor", &Request::sensor, "only samples with these channels"),
                field("removed", &Request::removed, "removed samples too"),
                field("limit", &Request::limit, "samples to list; 0: all").range(0, 1e9).flag('n'));
        }
    };
    struct Response {
        std::size_t count = 0, in_project = 0;
        double seconds = 0;
        std::size_t excluded = 0, warned = 0;
        std::vector<LabelCount> labels;
        std::vector<SampleRow> samples;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("count", &Response::count, "samples found"),
                                   field("in_project", &Response::in_project, "samples, found or not"),
                                   field("seconds", &Response::seconds, "length of all").unit("s"),
                                   field("excluded", &Response::excluded, "of these, left out of snapshots"),
                                   field("warned", &Response::warned, "of these, with a warning"),
                                   field("labels", &Response::labels, "samples by label and split"),
                                   field("samples", &Response::samples, "the first of them, by name"));
        }
    };
    static constexpr std::string_view name = "data list";
    static constexpr std::string_view help = "show what is in the project: labels, splits, samples";
    static constexpr std::string_view example = "mote data list --split test --limit 5";
    static constexpr bool is_long = false;

    static Response run(const Request& request, Context& context) {
        const Session session = open_session(context);
        store::SampleFilter filter;
        filter.names = request.names, filter.labels = request.label, filter.sensor = request.sensor, filter.with_removed = request.removed;
        for (const auto& split : request.split) filter.splits.push_back(known_split(session.store, split));
        Response response;
        response.in_project = session.store.sample_count();
        std::map<std::string, LabelCount> labels;
        for (const auto& sample : session.store.samples(filter)) {
            SampleRow row = row_of(sample);
            ++response.count, response.seconds += row.seconds;
            response.excluded += row.excluded, response.warned += !row.warnings.empty();
            LabelCount& count = labels[row.label];
            count.label = row.label, count.seconds += row.seconds, ++count.by_split[row.split];
            if (request.limit == 0 || response.samples.size() < static_cast<std::size_t>(request.limit))
                response.samples.push_back(std::move(row));
        }
        for (auto& [label, count] : labels) response.labels.push_back(std::move(count));
        return response;
    }

    static void print(const Response& response, std::ostream& out) {
        if (response.count == 0) {
            if (response.in_project > 0)
                out << "none of the " << response.in_project << " samples in the project fits\n";
            else
                out << "no samples\nnext: mote ingest FILES...\n";
            return;
        }
        std::vector<std::string> splits{"train", "validation", "test"};
        for (const auto& row : response.labels)
            for (const auto& [split, count] : row.by_split)
                if (std::find(splits.begin(), splits.end(), split) == splits.end()) splits.push_back(split);
        out << std::left << std::setw(28) << "label" << std::right;
        for (const auto& split : splits) out << std::setw(12) << (split.empty() ? "(no split)" : split);
        out << std::setw(14) << "length"
            << "\n";
        for (const auto& row : response.labels) {
            out << std::left << std::setw(28) << (row.label.empty() ? "(none)" : row.label) << std::right;
            for (const auto& split : splits) out << std::setw(12) << (row.by_split.contains(split) ? row.by_split.at(split) : 0);
            out << std::setw(14) << (row.seconds > 0 ? base::human_seconds(row.seconds) : "-") << "\n";
        }
        out << response.count << " samples";
        if (response.excluded > 0) out << ", " << response.excluded << " excluded";
        if (response.warned > 0) out << ", " << response.warned << " with warnings (mote data show NAME says which)";
        out << "\n";
        for (const auto& row : response.samples)
            out << "  " << row.id << "  " << row.name << "  " << (row.label.empty() ? "-" : row.label) << "  "
                << (row.split.empty() ? "-" : row.split) << (row.excluded ? "  excluded" : "") << (row.removed ? "  removed" : "") << "\n";
        if (response.samples.size() < response.count) out << "  ... (--limit 0 lists all)\n";
    }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& data_list() { return make_verb<DataList>(); }
}  // namespace catalogue

}  // namespace mote::app
