// A folder as a web site with TLS, for pages that need a phone's sensors.
#include "app/serve/site.hpp"
#include "app/verb.hpp"
#include "base/text.hpp"

namespace mote::app {

namespace {

struct Serve {
    struct Request {
        std::string folder;
        int port = 8443;
        bool lan = false;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(
                field("folder", &Request::folder, "a folder with an index.html, as mote deploy --as wasm makes it").positional().required(),
                field("port", &Request::port, "where it listens; 0: any port that is free").range(0, 65535),
                field("lan", &Request::lan, "for every device of the networks that this machine is in, not for this machine alone"));
        }
    };
    struct Response {
        std::string folder;
        std::vector<std::string> addresses;
        std::uint64_t requests = 0;
        static constexpr auto fields() {
            using base::field;
            return std::make_tuple(field("folder", &Response::folder, "what was served"),
                                   field("addresses", &Response::addresses, "where the page was"),
                                   field("requests", &Response::requests, "that were answered"));
        }
    };
    static constexpr std::string_view name = "serve";
    static constexpr std::string_view help = "show a page in browsers, over https, so that it may use their sensors";
    static constexpr std::string_view example = "mote serve page --lan";
    static constexpr bool is_long = true;

    static Response run(const Request& request, Context& context) {
        Site site(request.folder, request.lan, request.port);
        Response response;
        response.folder = request.folder, response.addresses = site.addresses();
        context.progress->say("serving " + request.folder + " at " + base::join(response.addresses, " and ") + " until Ctrl-C");
        context.progress->say("the certificate is this program's own: the browser asks once whether to go on");
        site.run(*context.cancel);
        response.requests = site.requests();
        return response;
    }

    static void print(const Response& response, std::ostream& out) { out << "answered " << response.requests << " requests\n"; }
    static int exit_code(const Response&) { return 0; }
};

}  // namespace

namespace catalogue {
const Verb& serve() { return make_verb<Serve>(); }
}  // namespace catalogue

}  // namespace mote::app
