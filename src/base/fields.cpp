#include "base/fields.hpp"

#include <cmath>
#include <concepts>

namespace mote::base {

namespace detail {

namespace {

std::string number(double value) {
    if (std::floor(value) == value && std::fabs(value) < 1e15) return std::to_string(static_cast<long long>(value));
    return exact(value);
}

[[noreturn]] void bad_range(std::string_view where, double value, double low, double high, std::string_view unit) {
    if (!std::isfinite(value)) throw Error("bad_input", std::string(where) + " is " + number(value), "choose a finite number");
    const std::string suffix = unit.empty() ? "" : " " + std::string(unit);
    // Limits of a type are nothing that a person would type.
    const double beyond = std::ldexp(1.0, 63);
    std::string allowed = high >= beyond   ? "at least " + number(low) + suffix
                          : low <= -beyond ? "at most " + number(high) + suffix
                                           : "from " + number(low) + " to " + number(high) + suffix;
    throw Error("bad_input", std::string(where) + " is " + number(value) + suffix + ", allowed is " + allowed,
                "choose a value in that range");
}

[[noreturn]] void bad_choice(std::string_view where, std::string_view value, std::string_view choices) {
    const auto words = split(choices, '|');
    const std::string near = did_you_mean(value, words);
    throw Error("bad_input", std::string(where) + " is \"" + std::string(value) + "\", allowed are " + join(words, ", "),
                near.empty() ? "choose one of these" : near);
}

[[noreturn]] void missing_key(std::string_view where, std::string_view key, std::string_view help) {
    throw Error("bad_input", std::string(where) + " needs \"" + std::string(key) + "\" (" + std::string(help) + ")", "add it");
}

}  // namespace

void bad_type(std::string_view where, std::string_view wanted, const Json& got) {
    using Handler = Json::error_handler_t;
    std::string text = got.dump(-1, ' ', false, Handler::replace);
    // Cut only where it is plain ASCII, never inside a character.
    if (text.size() > 100) text = got.dump(-1, ' ', true, Handler::replace).substr(0, 100) + "...";
    throw Error("bad_input", std::string(where) + " must be " + std::string(wanted) + ", not " + text, "change its value");
}

void bad_key(std::string_view where, std::string_view key, const std::vector<std::string>& known) {
    const std::string near = did_you_mean(key, known);
    throw Error("bad_input", std::string(where) + " has no setting \"" + std::string(key) + "\"",
                near.empty() ? "the settings are " + join(known, ", ") : near);
}

bool in_choices(std::string_view value, std::string_view choices) {
    for (const auto& word : split(choices, '|'))
        if (word == value) return true;
    return false;
}

void OptionalType::read(const Json& json, std::string_view where, void* value) const {
    if (json.is_null())
        clear(value);
    else
        item()->read(json, where, emplace(value));
}

Json OptionalType::write(const void* value) const {
    const void* inner = get(value);
    return inner ? item()->write(inner) : Json(nullptr);
}

Json OptionalType::schema() const { return item()->schema(); }

void OptionalType::check(const FieldText& field, const void* value, std::string_view where) const {
    if (const void* inner = get(value)) item()->check(field, inner, where);
}

void ListType::read(const Json& json, std::string_view where, void* value) const {
    clear(value);
    if (!json.is_array()) return item()->read(json, where, append(value));
    for (std::size_t i = 0; i < json.size(); ++i) item()->read(json[i], std::string(where) + "[" + std::to_string(i) + "]", append(value));
}

Json ListType::write(const void* value) const {
    Json array = Json::array();
    for (std::size_t i = 0; i < size(value); ++i) array.push_back(item()->write(at(value, i)));
    return array;
}

Json ListType::schema() const { return {{"type", "array"}, {"items", item()->schema()}}; }

void ListType::check(const FieldText& field, const void* value, std::string_view where) const {
    for (std::size_t i = 0; i < size(value); ++i) item()->check(field, at(value, i), where);
}

void MapType::read(const Json& json, std::string_view where, void* value) const {
    if (!json.is_object()) bad_type(where, "a table", json);
    clear(value);
    for (const auto& [key, entry] : json.items()) item()->read(entry, std::string(where) + "." + key, put(value, key));
}

Json MapType::write(const void* value) const {
    Json object = Json::object();
    for (const auto& [key, entry] : entries(value)) object[*key] = item()->write(entry);
    return object;
}

Json MapType::schema() const { return {{"type", "object"}, {"additionalProperties", item()->schema()}}; }

void TableType::read(const Json& json, std::string_view where, void* value) const {
    if (!json.is_object()) bad_type(where, "a table", json);
    reset(value);
    for (const auto& [key, entry] : json.items()) {
        const AnyField* found = nullptr;
        for (const AnyField& field : fields())
            if (field.name == key) found = &field;
        if (!found) {
            std::vector<std::string> known;
            for (const AnyField& field : fields()) known.emplace_back(field.name);
            bad_key(where, key, known);
        }
        const std::string inner = std::string(where) + "." + key;
        found->type().read(entry, inner, found->in(value));
        found->type().check(*found, found->of(value), inner);
    }
    for (const AnyField& field : fields())
        if (field.is_required && !json.contains(field.name)) missing_key(where, field.name, field.help);
}

Json TableType::write(const void* value) const {
    Json object = Json::object();
    for (const AnyField& field : fields())
        if (!field.type().is_absent(field.of(value))) object[std::string(field.name)] = field.type().write(field.of(value));
    return object;
}

Json TableType::schema() const {
    Json properties = Json::object();
    Json required = Json::array();
    for (const AnyField& field : fields()) {
        Json property = field.type().schema();
        property["description"] = std::string(field.help);
        if (!field.unit_name.empty()) property["unit"] = std::string(field.unit_name);
        if (!std::isinf(field.low)) property["minimum"] = field.low;
        if (!std::isinf(field.high)) property["maximum"] = field.high;
        if (!field.choice_list.empty()) property["enum"] = split(field.choice_list, '|');
        if (field.is_required)
            required.push_back(std::string(field.name));
        else if (field.type().kind() != Kind::table)
            property["default"] = field.type().write(field.of(defaults()));
        properties[std::string(field.name)] = std::move(property);
    }
    Json schema = {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

namespace {

/// A type that holds no other.
template <class T, Kind kind_of_leaf>
class Leaf : public Type {
  public:
    Kind kind() const final { return kind_of_leaf; }
    Json write(const void* value) const override { return get(value); }

  protected:
    ~Leaf() = default;
    static const T& get(const void* value) { return *static_cast<const T*>(value); }
    static void set(void* value, T to) { *static_cast<T*>(value) = std::move(to); }
};

class Boolean final : public Leaf<bool, Kind::boolean> {
  public:
    void read(const Json& json, std::string_view where, void* value) const override {
        if (!json.is_boolean()) bad_type(where, "true or false", json);
        set(value, json.get<bool>());
    }
    Json schema() const override { return {{"type", "boolean"}}; }
};

void check_range(const FieldText& field, double value, std::string_view where) {
    if (!(value >= field.low && value <= field.high)) bad_range(where, value, field.low, field.high, field.unit_name);
}

/// Exact for every 64-bit number; a number such as 3.0 counts as whole.
template <std::integral T>
class Whole final : public Leaf<T, Kind::whole> {
  public:
    void read(const Json& json, std::string_view where, void* value) const override { this->set(value, whole_number(json, where)); }
    Json schema() const override { return {{"type", "integer"}}; }
    void check(const FieldText& field, const void* value, std::string_view where) const override {
        check_range(field, static_cast<double>(this->get(value)), where);
    }

  private:
    using Limits = std::numeric_limits<T>;

    static T whole_number(const Json& json, std::string_view where) {
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
};

template <std::floating_point T>
class Real final : public Leaf<T, Kind::real> {
  public:
    void read(const Json& json, std::string_view where, void* value) const override {
        if (!json.is_number()) bad_type(where, "a number", json);
        const double wide = json.get<double>();
        constexpr double most = static_cast<double>(std::numeric_limits<T>::max());
        if (!(std::fabs(wide) <= most)) bad_range(where, wide, -most, most, "");
        this->set(value, static_cast<T>(wide));
    }
    Json schema() const override { return {{"type", "number"}}; }
    void check(const FieldText& field, const void* value, std::string_view where) const override {
        check_range(field, static_cast<double>(this->get(value)), where);
    }
};

std::string text_of(const Json& json, std::string_view where) {
    if (!json.is_string()) bad_type(where, "text", json);
    return json.get<std::string>();
}

class Text final : public Leaf<std::string, Kind::text> {
  public:
    void read(const Json& json, std::string_view where, void* value) const override { set(value, text_of(json, where)); }
    Json schema() const override { return {{"type", "string"}}; }
    void check(const FieldText& field, const void* value, std::string_view where) const override {
        if (!field.choice_list.empty() && !in_choices(get(value), field.choice_list)) bad_choice(where, get(value), field.choice_list);
    }
};

class Path final : public Leaf<std::filesystem::path, Kind::text> {
  public:
    void read(const Json& json, std::string_view where, void* value) const override { set(value, text_of(json, where)); }
    Json write(const void* value) const override { return get(value).string(); }
    Json schema() const override { return {{"type", "string"}}; }
};

class Anything final : public Leaf<Json, Kind::any> {
  public:
    void read(const Json& json, std::string_view, void* value) const override { set(value, json); }
    Json schema() const override { return Json::object(); }
};

template <class T>
const Type& only() {
    static const T type;
    return type;
}

}  // namespace

}  // namespace detail

// clang-format off
template <> const Type& type_of<bool>() { return detail::only<detail::Boolean>(); }
template <> const Type& type_of<signed char>() { return detail::only<detail::Whole<signed char>>(); }
template <> const Type& type_of<unsigned char>() { return detail::only<detail::Whole<unsigned char>>(); }
template <> const Type& type_of<short>() { return detail::only<detail::Whole<short>>(); }
template <> const Type& type_of<unsigned short>() { return detail::only<detail::Whole<unsigned short>>(); }
template <> const Type& type_of<int>() { return detail::only<detail::Whole<int>>(); }
template <> const Type& type_of<unsigned>() { return detail::only<detail::Whole<unsigned>>(); }
template <> const Type& type_of<long>() { return detail::only<detail::Whole<long>>(); }
template <> const Type& type_of<unsigned long>() { return detail::only<detail::Whole<unsigned long>>(); }
template <> const Type& type_of<long long>() { return detail::only<detail::Whole<long long>>(); }
template <> const Type& type_of<unsigned long long>() { return detail::only<detail::Whole<unsigned long long>>(); }
template <> const Type& type_of<float>() { return detail::only<detail::Real<float>>(); }
template <> const Type& type_of<double>() { return detail::only<detail::Real<double>>(); }
template <> const Type& type_of<std::string>() { return detail::only<detail::Text>(); }
template <> const Type& type_of<std::filesystem::path>() { return detail::only<detail::Path>(); }
template <> const Type& type_of<Json>() { return detail::only<detail::Anything>(); }
// clang-format on

}  // namespace mote::base
