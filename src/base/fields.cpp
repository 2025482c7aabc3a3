#include "base/fields.hpp"

#include <cmath>

namespace mote::base::detail {

namespace {
std::string number(double value) {
    if (std::floor(value) == value && std::fabs(value) < 1e15) return std::to_string(static_cast<long long>(value));
    return exact(value);
}
}  // namespace

void bad_type(std::string_view where, std::string_view wanted, const Json& got) {
    using Handler = Json::error_handler_t;
    std::string text = got.dump(-1, ' ', false, Handler::replace);
    // Cut only where it is plain ASCII, never inside a character.
    if (text.size() > 100) text = got.dump(-1, ' ', true, Handler::replace).substr(0, 100) + "...";
    throw Error("bad_input", std::string(where) + " must be " + std::string(wanted) + ", not " + text, "change its value");
}

void bad_range(std::string_view where, double value, double low, double high, std::string_view unit) {
    const std::string suffix = unit.empty() ? "" : " " + std::string(unit);
    std::string allowed = std::isinf(high)  ? "at least " + number(low) + suffix
                          : std::isinf(low) ? "at most " + number(high) + suffix
                                            : "from " + number(low) + " to " + number(high) + suffix;
    throw Error("bad_input", std::string(where) + " is " + number(value) + suffix + ", allowed is " + allowed,
                "choose a value in that range");
}

void bad_choice(std::string_view where, std::string_view value, std::string_view choices) {
    const auto words = split(choices, '|');
    const std::string near = did_you_mean(value, words);
    throw Error("bad_input", std::string(where) + " is \"" + std::string(value) + "\", allowed are " + join(words, ", "),
                near.empty() ? "choose one of these" : near);
}

void bad_key(std::string_view where, std::string_view key, const std::vector<std::string>& known) {
    const std::string near = did_you_mean(key, known);
    throw Error("bad_input", std::string(where) + " has no setting \"" + std::string(key) + "\"",
                near.empty() ? "the settings are " + join(known, ", ") : near);
}

void missing_key(std::string_view where, std::string_view key, std::string_view help) {
    throw Error("bad_input", std::string(where) + " needs \"" + std::string(key) + "\" (" + std::string(help) + ")", "add it");
}

bool in_choices(std::string_view value, std::string_view choices) {
    for (const auto& word : split(choices, '|'))
        if (word == value) return true;
    return false;
}

}  // namespace mote::base::detail
