// What makes a Verb from a described type.
#pragma once

namespace mote::app {

/// The response of a verb that has nothing to say but that it worked.
struct Nothing {
    static constexpr auto fields() { return std::make_tuple(); }
};

namespace detail {

/// What is wrong with a request is wrong use of the program, whatever surface it came through.
void read_request(const base::Type& type, const base::Json& json, std::string_view verb, void* request);

template <class Request>
Request request_from(const base::Json& json, std::string_view verb) {
    Request request{};
    read_request(base::type_of<Request>(), json, verb, &request);
    return request;
}

template <class V>
constexpr bool is_live() {
    if constexpr (requires { V::is_live; })
        return V::is_live;
    else
        return false;
}

/// `defaults` is a request without settings.
std::vector<Verb::Flag> flags_of(std::span<const base::AnyField> fields, const void* defaults);

}  // namespace detail

template <class V>
const Verb& make_verb() {
    using Request = typename V::Request;
    using Response = typename V::Response;
    static const Verb verb{
        .name = V::name,
        .help = V::help,
        .example = V::example,
        .is_long = V::is_long,
        .is_live = detail::is_live<V>(),
        .request_schema = [] { return base::json_schema<Request>(); },
        .response_schema = [] { return base::json_schema<Response>(); },
        .run = [](const base::Json& request,
                  Context& context) { return base::to_json(V::run(detail::request_from<Request>(request, V::name), context)); },
        .print = [](const base::Json& response,
                    std::ostream& out) { V::print(base::from_json<Response>(response, std::string(V::name) + " response"), out); },
        .exit_code =
            [](const base::Json& response) {
                return V::exit_code(base::from_json<Response>(response, std::string(V::name) + " response"));
            },
        .flags =
            [] {
                const Request defaults{};
                return detail::flags_of(base::fields_of<Request>(), &defaults);
            },
    };
    return verb;
}

}  // namespace mote::app
