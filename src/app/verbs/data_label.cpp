// A label for whole recordings.
#include "app/edit_samples.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

namespace mote::app {

namespace {

struct DataLabel {
    struct Request {
        std::string label;
        std::vector<std::string> names;
        bool all_rows = false;
        static constexpr auto fields() {
            return std::make_tuple(base::field("label", &Request::label, "the new label; \"\" takes it away").positional().required(),
                                   base::field("names", &Request::names, "ids, names or patterns (\"yes/*\")").positional().required(),
                                   base::field("all_rows", &Request::all_rows, "also where rows have labels of their own, which go"));
        }
    };
    using Response = EditResponse;
    static constexpr std::string_view name = "data label";
    static constexpr std::string_view help = "give samples a label";
    static constexpr std::string_view example = "mote data label walking run3.csv run4.csv";
    static constexpr bool is_long = false;

    /// One label for a whole recording takes the place of those inside it, which nobody brings back by hand.
    static void refuse_rows(const Request& request, Context& context) {
        store::SampleFilter filter;
        filter.names = request.names;
        std::vector<std::string> found;
        for (const auto& sample : open_session(context).store.samples(filter))
            if (!sample.annotation.spans.empty())
                found.push_back(sample.name + " (" + std::to_string(sample.annotation.spans.size()) + " stretches)");
        if (!found.empty())
            throw base::Error("conflict", "has labels by row, which one label would take the place of: " + base::join_first(found),
                              "--all-rows if that is meant, or name the other samples alone");
    }

    static Response run(const Request& request, Context& context) {
        if (!request.all_rows) refuse_rows(request, context);
        store::Edit change;
        change.label = request.label;
        return edit_samples(context, request.names, change);
    }
    static void print(const Response& response, std::ostream& out) { print_edit(response, out); }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& data_label() { return make_verb<DataLabel>(); }
}  // namespace catalogue

}  // namespace mote::app
