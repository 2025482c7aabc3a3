// Describe a struct once; reading, writing, checking, help, JSON schema, forms and command-line flags all come from that.
//
//   struct Params {
//       int filters = 40;
//       static constexpr auto fields() {
//           using base::field;
//           return std::make_tuple(field("filters", &Params::filters, "number of mel filters").range(2, 128));
//       }
//   };
#pragma once

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

namespace mote::base {

template <class Owner, class Member>
struct Field {
    std::string_view name;  ///< snake_case; the command line shows it with '-' for '_'
    Member Owner::*member;
    std::string_view help;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    std::string_view choice_list{};  ///< "a|b|c": the allowed words of a text field
    std::string_view unit_name{};    ///< "Hz", "ms", "bytes"
    char short_flag = 0;             ///< one-letter flag on the command line
    bool is_positional = false;      ///< filled from the command line's words without a flag
    bool is_required = false;

    constexpr Field range(double minimum, double maximum) const {
        return with([&](Field& f) { f.low = minimum, f.high = maximum; });
    }
    constexpr Field choices(std::string_view words) const {
        return with([&](Field& f) { f.choice_list = words; });
    }
    constexpr Field unit(std::string_view name_of_unit) const {
        return with([&](Field& f) { f.unit_name = name_of_unit; });
    }
    constexpr Field flag(char letter) const {
        return with([&](Field& f) { f.short_flag = letter; });
    }
    constexpr Field positional() const {
        return with([&](Field& f) { f.is_positional = true; });
    }
    constexpr Field required() const {
        return with([&](Field& f) { f.is_required = true; });
    }

  private:
    template <class Change>
    constexpr Field with(Change change) const {
        Field copy = *this;
        change(copy);
        return copy;
    }
};

template <class Owner, class Member>
constexpr Field<Owner, Member> field(std::string_view name, Member Owner::*member, std::string_view help) {
    Field<Owner, Member> f{};
    f.name = name, f.member = member, f.help = help;
    return f;
}

template <class T>
concept Described = requires {
    T::fields();
};

template <class T, class Visit>
constexpr void for_each_field(Visit&& visit) {
    std::apply([&](const auto&... f) { (visit(f), ...); }, T::fields());
}

template <class T>
std::vector<std::string> field_names() {
    std::vector<std::string> names;
    for_each_field<T>([&](const auto& f) { names.emplace_back(f.name); });
    return names;
}

namespace detail {
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_string_map : std::false_type {};
template <class T>
struct is_string_map<std::map<std::string, T>> : std::true_type {};

[[noreturn]] void bad_type(std::string_view where, std::string_view wanted, const Json& got);
[[noreturn]] void bad_range(std::string_view where, double value, double low, double high, std::string_view unit);
[[noreturn]] void bad_choice(std::string_view where, std::string_view value, std::string_view choices);
[[noreturn]] void bad_key(std::string_view where, std::string_view key, const std::vector<std::string>& known);
[[noreturn]] void missing_key(std::string_view where, std::string_view key, std::string_view help);
bool in_choices(std::string_view value, std::string_view choices);

/// Exact for every 64-bit number; a number such as 3.0 counts as whole.
template <class T>
T whole_number(const Json& json, std::string_view where) {
    using Limits = std::numeric_limits<T>;
    const auto outside = [&] {
        bad_range(where, json.get<double>(), static_cast<double>(Limits::min()), static_cast<double>(Limits::max()), "");
    };
    if (json.is_number_unsigned()) {
        if (json.get<std::uint64_t>() > static_cast<std::uint64_t>(Limits::max())) outside();
        return json.get<T>();
    }
    if (json.is_number_integer()) {
        const auto value = json.get<std::int64_t>();
        const bool below = value < 0 && (!Limits::is_signed || value < static_cast<std::int64_t>(Limits::min()));
        if (below || (value > 0 && static_cast<std::uint64_t>(value) > static_cast<std::uint64_t>(Limits::max()))) outside();
        return json.get<T>();
    }
    const double value = json.is_number_float() ? json.get<double>() : 0.5;
    if (value != std::trunc(value)) bad_type(where, "a whole number", json);
    // The double nearest to the largest 64-bit number lies one above it, so the upper end is compared as a power of two.
    if (!(value >= static_cast<double>(Limits::min()) && value < std::ldexp(1.0, Limits::digits))) outside();
    return static_cast<T>(value);
}
}  // namespace detail

template <class T>
Json to_json(const T& value) {
    if constexpr (Described<T>) {
        Json object = Json::object();
        for_each_field<T>([&](const auto& f) {
            if constexpr (detail::is_optional<std::decay_t<decltype(value.*(f.member))>>::value) {
                if (!(value.*(f.member))) return;
            }
            object[std::string(f.name)] = to_json(value.*(f.member));
        });
        return object;
    } else if constexpr (detail::is_optional<T>::value) {
        return value ? to_json(*value) : Json(nullptr);
    } else if constexpr (detail::is_vector<T>::value) {
        Json array = Json::array();
        for (const auto& item : value) array.push_back(to_json<typename T::value_type>(item));
        return array;
    } else if constexpr (detail::is_string_map<T>::value) {
        Json object = Json::object();
        for (const auto& [key, item] : value) object[key] = to_json(item);
        return object;
    } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
        return value.string();
    } else {
        return value;
    }
}

/// Reads a described value; `where` names its place in messages ("mote.toml: features"). Absent keys keep their default; an unknown
/// key, a wrong type, a number out of range, a word not among the choices throw Error "bad_input" with the nearest right name.
template <class T>
T from_json(const Json& json, std::string_view where) {
    const std::string place(where);
    if constexpr (std::is_same_v<T, Json>) {
        return json;
    } else if constexpr (Described<T>) {
        if (!json.is_object()) detail::bad_type(where, "a table", json);
        T value{};
        const auto known = field_names<T>();
        for (const auto& entry : json.items()) {
            // Plain references: clang 14 lets no lambda use a structured binding.
            const std::string& key = entry.key();
            const Json& item = entry.value();
            bool found = false;
            for_each_field<T>([&](const auto& f) {
                if (f.name != key) return;
                found = true;
                using Member = std::decay_t<decltype(value.*(f.member))>;
                const std::string inner = place + "." + key;
                value.*(f.member) = from_json<Member>(item, inner);
                check_field(f, value.*(f.member), inner);
            });
            if (!found) detail::bad_key(where, key, known);
        }
        for_each_field<T>([&](const auto& f) {
            if (f.is_required && !json.contains(std::string(f.name))) detail::missing_key(where, f.name, f.help);
        });
        return value;
    } else if constexpr (detail::is_optional<T>::value) {
        if (json.is_null()) return std::nullopt;
        return from_json<typename T::value_type>(json, where);
    } else if constexpr (detail::is_vector<T>::value) {
        T values;
        if (!json.is_array()) {
            values.push_back(from_json<typename T::value_type>(json, where));
            return values;
        }
        for (std::size_t i = 0; i < json.size(); ++i)
            values.push_back(from_json<typename T::value_type>(json[i], place + "[" + std::to_string(i) + "]"));
        return values;
    } else if constexpr (detail::is_string_map<T>::value) {
        if (!json.is_object()) detail::bad_type(where, "a table", json);
        T values;
        for (const auto& [key, item] : json.items()) values[key] = from_json<typename T::mapped_type>(item, place + "." + key);
        return values;
    } else if constexpr (std::is_same_v<T, bool>) {
        if (!json.is_boolean()) detail::bad_type(where, "true or false", json);
        return json.get<bool>();
    } else if constexpr (std::is_integral_v<T>) {
        return detail::whole_number<T>(json, where);
    } else if constexpr (std::is_floating_point_v<T>) {
        if (!json.is_number()) detail::bad_type(where, "a number", json);
        const double wide = json.get<double>();
        constexpr double most = static_cast<double>(std::numeric_limits<T>::max());
        if (!(std::fabs(wide) <= most)) detail::bad_range(where, wide, -most, most, "");
        return static_cast<T>(wide);
    } else {
        if (!json.is_string()) detail::bad_type(where, "text", json);
        return T(json.get<std::string>());
    }
}

/// Range and choice checks of one field; `where` names it.
template <class Owner, class Member, class Value>
void check_field(const Field<Owner, Member>& f, const Value& value, std::string_view where) {
    if constexpr (detail::is_optional<Value>::value) {
        if (value) check_field(f, *value, where);
    } else if constexpr (detail::is_vector<Value>::value) {
        for (const auto& item : value) check_field(f, static_cast<typename Value::value_type>(item), where);
    } else if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>) {
        const double number = static_cast<double>(value);
        if (!(number >= f.low && number <= f.high)) detail::bad_range(where, number, f.low, f.high, f.unit_name);
    } else if constexpr (std::is_same_v<Value, std::string>) {
        if (!f.choice_list.empty() && !detail::in_choices(value, f.choice_list)) detail::bad_choice(where, value, f.choice_list);
    }
}

/// JSON Schema (draft 2020-12) of a described struct, defaults included.
template <class T>
Json json_schema() {
    if constexpr (Described<T>) {
        Json properties = Json::object();
        Json required = Json::array();
        const T defaults{};
        for_each_field<T>([&](const auto& f) {
            using Member = std::decay_t<decltype(defaults.*(f.member))>;
            Json property = json_schema<Member>();
            property["description"] = std::string(f.help);
            if (!f.unit_name.empty()) property["unit"] = std::string(f.unit_name);
            if (f.low > -std::numeric_limits<double>::infinity()) property["minimum"] = f.low;
            if (f.high < std::numeric_limits<double>::infinity()) property["maximum"] = f.high;
            if (!f.choice_list.empty()) property["enum"] = split(f.choice_list, '|');
            if (f.is_required)
                required.push_back(std::string(f.name));
            else if constexpr (!Described<Member>)
                property["default"] = to_json(defaults.*(f.member));
            properties[std::string(f.name)] = std::move(property);
        });
        Json schema = {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
        if (!required.empty()) schema["required"] = std::move(required);
        return schema;
    } else if constexpr (std::is_same_v<T, Json>) {
        return Json::object();
    } else if constexpr (detail::is_optional<T>::value) {
        return json_schema<typename T::value_type>();
    } else if constexpr (detail::is_vector<T>::value) {
        return {{"type", "array"}, {"items", json_schema<typename T::value_type>()}};
    } else if constexpr (detail::is_string_map<T>::value) {
        return {{"type", "object"}, {"additionalProperties", json_schema<typename T::mapped_type>()}};
    } else if constexpr (std::is_same_v<T, bool>) {
        return {{"type", "boolean"}};
    } else if constexpr (std::is_integral_v<T>) {
        return {{"type", "integer"}};
    } else if constexpr (std::is_floating_point_v<T>) {
        return {{"type", "number"}};
    } else {
        return {{"type", "string"}};
    }
}

}  // namespace mote::base
