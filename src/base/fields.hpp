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
#include "base/type.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace mote::base {

template <class Owner, class Member>
struct Field : FieldText {
    Member Owner::*member = nullptr;

    constexpr Field range(double minimum, double maximum) const {
        Field f = *this;
        f.low = minimum, f.high = maximum;
        return f;
    }
    constexpr Field choices(std::string_view words) const {
        Field f = *this;
        f.choice_list = words;
        return f;
    }
    constexpr Field unit(std::string_view name_of_unit) const {
        Field f = *this;
        f.unit_name = name_of_unit;
        return f;
    }
    constexpr Field flag(char letter) const {
        Field f = *this;
        f.short_flag = letter;
        return f;
    }
    constexpr Field positional() const {
        Field f = *this;
        f.is_positional = true;
        return f;
    }
    constexpr Field required() const {
        Field f = *this;
        f.is_required = true;
        return f;
    }
};

template <class Owner, class Member>
constexpr Field<Owner, Member> field(std::string_view name, Member Owner::*member, std::string_view help) {
    Field<Owner, Member> f;
    f.name = name, f.member = member, f.help = help;
    return f;
}

template <class T>
concept Described = requires {
    T::fields();
};

namespace detail {

[[noreturn]] void bad_type(std::string_view where, std::string_view wanted, const Json& got);
[[noreturn]] void bad_key(std::string_view where, std::string_view key, const std::vector<std::string>& known);
bool in_choices(std::string_view value, std::string_view choices);

template <class T>
inline constexpr auto described_fields = T::fields();

template <class T, std::size_t Index>
constexpr AnyField any_field() {
    constexpr auto field = std::get<Index>(described_fields<T>);
    using Member = std::remove_reference_t<decltype(std::declval<T&>().*field.member)>;
    return {field, &type_of<Member>,
            [](void* owner) -> void* { return &(static_cast<T*>(owner)->*std::get<Index>(described_fields<T>).member); }};
}

template <class T, std::size_t... Index>
constexpr auto any_fields(std::index_sequence<Index...>) {
    return std::array<AnyField, sizeof...(Index)>{any_field<T, Index>()...};
}

}  // namespace detail

/// The fields of a described struct in their order.
template <Described T>
std::span<const AnyField> fields_of() {
    static constexpr auto fields = detail::any_fields<T>(std::make_index_sequence<std::tuple_size_v<decltype(T::fields())>>{});
    return fields;
}

namespace detail {

template <class T>
class TableOf final : public TableType {
  public:
    std::span<const AnyField> fields() const override { return fields_of<T>(); }
    const void* defaults() const override { return &defaults_; }
    void reset(void* value) const override { *static_cast<T*>(value) = T{}; }

  private:
    T defaults_{};
};

}  // namespace detail

template <class T>
const Type& type_of() {
    if constexpr (Described<T>) {
        static const detail::TableOf<T> type;
        return type;
    } else {
        using Composite = typename detail::Composite<T>::type;
        static_assert(!std::is_void_v<Composite>, "no field can have this type: see base/type.hpp for those that can");
        static const Composite type;
        return type;
    }
}

template <class T>
Json to_json(const T& value) {
    return type_of<T>().write(&value);
}

/// Reads a described value; `where` names its place in messages ("mote.toml: features"). Absent keys keep their default; an unknown
/// key, a wrong type, a number out of range, a word not among the choices throw Error "bad_input" with the nearest right name.
template <class T>
T from_json(const Json& json, std::string_view where) {
    T value{};
    type_of<T>().read(json, where, &value);
    return value;
}

/// JSON Schema (draft 2020-12) of a described struct, defaults included.
template <class T>
Json json_schema() {
    return type_of<T>().schema();
}

}  // namespace mote::base
