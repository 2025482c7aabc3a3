// What makes a Verb from a described type.
#pragma once

#include <type_traits>

namespace mote::app {

/// The response of a verb that has nothing to say but that it worked.
struct Nothing {
    static constexpr auto fields() { return std::make_tuple(); }
};

namespace detail {

template <class Member>
std::string flag_type() {
    if constexpr (base::detail::is_optional<Member>::value)
        return flag_type<typename Member::value_type>();
    else if constexpr (base::detail::is_vector<Member>::value)
        return "list";
    else if constexpr (base::detail::is_string_map<Member>::value)
        return "map";
    else if constexpr (std::is_same_v<Member, bool>)
        return "bool";
    else if constexpr (std::is_integral_v<Member>)
        return "int";
    else if constexpr (std::is_floating_point_v<Member>)
        return "number";
    else
        return "text";
}

/// The type of what one occurrence of a flag carries.
template <class Member>
std::string item_type() {
    if constexpr (base::detail::is_vector<Member>::value)
        return flag_type<typename Member::value_type>();
    else if constexpr (base::detail::is_string_map<Member>::value)
        return flag_type<typename Member::mapped_type>();
    else
        return flag_type<Member>();
}

std::string default_words(const base::Json& value);

/// What is wrong with a request is wrong use of the program, whatever surface it came through.
template <class Request>
Request read_request(const base::Json& request, std::string_view verb) {
    try {
        return base::from_json<Request>(request, verb);
    } catch (const base::Error& error) {
        throw base::Error("usage", error.message(), error.hint());
    }
}

template <class Request>
std::vector<Verb::Flag> flags_of() {
    std::vector<Verb::Flag> flags;
    const Request defaults{};
    base::for_each_field<Request>([&](const auto& f) {
        using Member = std::decay_t<decltype(defaults.*(f.member))>;
        static_assert(!base::Described<Member>, "a request is flat, so that it fits a command line");
        Verb::Flag flag;
        flag.name = std::string(f.name), flag.help = std::string(f.help);
        flag.type = flag_type<Member>(), flag.item = item_type<Member>();
        flag.unit = std::string(f.unit_name), flag.choices = std::string(f.choice_list);
        flag.default_text = default_words(base::to_json(defaults.*(f.member)));
        flag.positional = f.is_positional, flag.required = f.is_required, flag.letter = f.short_flag;
        flags.push_back(std::move(flag));
    });
    return flags;
}

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
        .request_schema = [] { return base::json_schema<Request>(); },
        .response_schema = [] { return base::json_schema<Response>(); },
        .run = [](const base::Json& request,
                  Context& context) { return base::to_json(V::run(detail::read_request<Request>(request, V::name), context)); },
        .print = [](const base::Json& response,
                    std::ostream& out) { V::print(base::from_json<Response>(response, std::string(V::name) + " response"), out); },
        .exit_code =
            [](const base::Json& response) {
                return V::exit_code(base::from_json<Response>(response, std::string(V::name) + " response"));
            },
        .flags = &detail::flags_of<Request>,
    };
    return verb;
}

}  // namespace mote::app
