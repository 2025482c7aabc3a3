// A label for whole recordings.
#include "app/edit_samples.hpp"

namespace mote::app {

namespace {

struct DataLabel {
    struct Request {
        std::string label;
        std::vector<std::string> names;
        static constexpr auto fields() {
            return std::make_tuple(base::field("label", &Request::label, "the new label; \"\" takes it away").positional().required(),
                                   base::field("names", &Request::names, "ids, names or patterns (\"yes/*\")").positional().required());
        }
    };
    using Response = EditResponse;
    static constexpr std::string_view name = "data label";
    static constexpr std::string_view help = "give samples a label";
    static constexpr std::string_view example = "mote data label walking run3.csv run4.csv";
    static constexpr bool is_long = false;

    static Response run(const Request& request, Context& context) {
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
