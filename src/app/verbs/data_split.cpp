// Which part of the work samples are for.
#include "app/edit_samples.hpp"
#include "base/error.hpp"

namespace mote::app {

namespace {

struct DataSplit {
    struct Request {
        std::string split;
        std::vector<std::string> names;
        bool is_new = false;
        static constexpr auto fields() {
            return std::make_tuple(
                base::field("split", &Request::split, "train, validation, test or another one; \"\": none").positional().required(),
                base::field("names", &Request::names, "ids, names or patterns (\"yes/*\")").positional().required(),
                base::field("new", &Request::is_new, "the split is one that the project does not have yet"));
        }
    };
    using Response = EditResponse;
    static constexpr std::string_view name = "data split";
    static constexpr std::string_view help = "put samples, and the groups they belong to, into a split";
    static constexpr std::string_view example = "mote data split test 'kitchen/*'";
    static constexpr bool is_long = false;

    static Response run(const Request& request, Context& context) {
        store::Edit change;
        change.split = request.split.empty() ? std::string() : store::normal_split(request.split);
        try {
            if (!request.is_new && !request.split.empty()) known_split(open_session(context).store, *change.split);
        } catch (const base::Error& error) {
            throw base::Error(error.code(), error.message(), error.hint() + (error.code() == "usage" ? " (--new makes another one)" : ""));
        }
        return edit_samples(context, request.names, change);
    }
    static void print(const Response& response, std::ostream& out) { print_edit(response, out); }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& data_split() { return make_verb<DataSplit>(); }
}  // namespace catalogue

}  // namespace mote::app
