// Samples that are kept but not learnt from.
#include "app/edit_samples.hpp"

namespace mote::app {

namespace {

struct DataExclude {
    struct Request {
        std::vector<std::string> names;
        bool undo = false;
        static constexpr auto fields() {
            return std::make_tuple(base::field("names", &Request::names, "ids, names or patterns (\"yes/*\")").positional().required(),
                                   base::field("undo", &Request::undo, "take them in again"));
        }
    };
    using Response = EditResponse;
    static constexpr std::string_view name = "data exclude";
    static constexpr std::string_view help = "leave samples out of snapshots from now on";
    static constexpr std::string_view example = "mote data exclude 'noisy/*'";
    static constexpr bool is_long = false;

    static Response run(const Request& request, Context& context) {
        store::Edit change;
        change.excluded = !request.undo;
        return edit_samples(context, request.names, change);
    }
    static void print(const Response& response, std::ostream& out) { print_edit(response, out); }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& data_exclude() { return make_verb<DataExclude>(); }
}  // namespace catalogue

}  // namespace mote::app
