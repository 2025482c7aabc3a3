#include "app/verb.hpp"

namespace mote::app {

namespace detail {

std::string default_words(const base::Json& value) {
    if (value.is_null() || value.is_structured()) return value.empty() || value.is_object() ? "" : value.dump();
    if (value.is_boolean()) return value.get<bool>() ? "on" : "";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace detail

}  // namespace mote::app
