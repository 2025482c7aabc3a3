// Constant arrays of a prepared block: held for the host, written as `static const` arrays for the device.
#pragma once

#include "dsp/aggregate.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

namespace mote::dsp {

class Tables {
  public:
    Tables() = default;
    Tables(Tables&&) = default;
    Tables& operator=(Tables&&) = default;
    Tables(const Tables&) = delete;  // configurations point into it
    Tables& operator=(const Tables&) = delete;

    /// Keeps the values under a name; null when there are none. The pointer holds as long as the tables do.
    template <class T>
    const T* add(std::string_view name, std::vector<T> values) {
        if (values.empty()) return nullptr;
        items_.push_back({std::string(name), std::move(values)});
        return std::get<std::vector<T>>(items_.back().values).data();
    }

    std::size_t size_bytes() const;
    /// `static const float prefix_name[n] = {...};` for each.
    std::string definitions(std::string_view prefix) const;
    /// The name, with prefix, of the array that starts at `pointer`; "nullptr" for null. Throws Error "internal" for any other address.
    std::string name_of(const void* pointer, std::string_view prefix) const;

  private:
    struct Item {
        std::string name;
        std::variant<std::vector<float>, std::vector<std::uint16_t>, std::vector<std::uint8_t>> values;
    };
    std::deque<Item> items_;
};

/// A number as C++14 source: exact, of the right type.
std::string literal(float value);

/// A plain struct of numbers, pointers into `tables` and such structs, as a braced initialiser.
template <class T>
std::string initialiser(const T& value, const Tables& tables, std::string_view prefix) {
    if constexpr (std::is_same_v<T, float>) {
        return literal(value);
    } else if constexpr (std::is_same_v<T, bool>) {
        return value ? "true" : "false";
    } else if constexpr (std::is_unsigned_v<T>) {
        return std::to_string(value) + "u";
    } else if constexpr (std::is_integral_v<T>) {
        return std::to_string(value);
    } else if constexpr (std::is_pointer_v<T>) {
        return tables.name_of(value, prefix);
    } else {
        std::string text;
        for_each_member(value, [&](const auto& member) {
            text += text.empty() ? "{" : ", ";
            text += initialiser(member, tables, prefix);
        });
        return text + "}";
    }
}

}  // namespace mote::dsp
