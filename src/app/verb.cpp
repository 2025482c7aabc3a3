#include "app/verb.hpp"

namespace mote::app {

namespace detail {

namespace {

std::string default_words(const base::Json& value) {
    if (value.is_null() || value.is_structured()) return value.empty() || value.is_object() ? "" : value.dump();
    if (value.is_boolean()) return value.get<bool>() ? "on" : "";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string flag_type(const base::Type& type) {
    switch (type.kind()) {
        case base::Kind::optional:
            return flag_type(*type.item());
        case base::Kind::list:
            return "list";
        case base::Kind::map:
            return "map";
        case base::Kind::boolean:
            return "bool";
        case base::Kind::whole:
            return "int";
        case base::Kind::real:
            return "number";
        case base::Kind::text:
            return "text";
        case base::Kind::any:
        case base::Kind::table:
            break;
    }
    throw base::Error("internal", "a request is flat, so that it fits a command line");
}

/// The type of what one occurrence of a flag carries.
std::string item_type(const base::Type& type) {
    const bool holds_many = type.kind() == base::Kind::list || type.kind() == base::Kind::map;
    return flag_type(holds_many ? *type.item() : type);
}

}  // namespace

void read_request(const base::Type& type, const base::Json& json, std::string_view verb, void* request) {
    try {
        type.read(json, verb, request);
    } catch (const base::Error& error) {
        throw base::Error("usage", error.message(), error.hint());
    }
}

std::vector<Verb::Flag> flags_of(std::span<const base::AnyField> fields, const void* defaults) {
    std::vector<Verb::Flag> flags;
    for (const base::AnyField& field : fields) {
        Verb::Flag flag;
        flag.name = field.name, flag.help = field.help, flag.unit = field.unit_name, flag.choices = field.choice_list;
        flag.type = flag_type(field.type()), flag.item = item_type(field.type());
        flag.default_text = default_words(field.type().write(field.of(defaults)));
        flag.positional = field.is_positional, flag.required = field.is_required, flag.letter = field.short_flag;
        flags.push_back(std::move(flag));
    }
    return flags;
}

}  // namespace detail

}  // namespace mote::app
