// Samples that are no longer listed.
#include "app/edit_samples.hpp"

namespace mote::app {

namespace {

struct DataRemove {
    struct Request {
        std::vector<std::string> names;
        bool undo = false;
        static constexpr auto fields() {
            return std::make_tuple(base::field("names", &Request::names, "ids, names or patterns (\"yes/*\")").positional().required(),
                                   base::field("undo", &Request::undo, "bring them back"));
        }
    };
    using Response = EditResponse;
    static constexpr std::string_view name = "data remove";
    static constexpr std::string_view help = "take samples out of the project; older snapshots keep them";
    static constexpr std::string_view example = "mote data remove clipped.wav";
    static constexpr bool is_long = false;

    static Response run(const Request& request, Context& context) {
        store::Edit change;
        change.removed = !request.undo;
        return edit_samples(context, request.names, change, request.undo);
    }
    static void print(const Response& response, std::ostream& out) { print_edit(response, out); }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& data_remove() { return make_verb<DataRemove>(); }
}  // namespace catalogue

}  // namespace mote::app
