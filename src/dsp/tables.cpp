#include "dsp/tables.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <cmath>

namespace mote::dsp {

namespace {

template <class T>
std::string type_name() {
    if constexpr (std::is_same_v<T, float>) return "float";
    if constexpr (std::is_same_v<T, std::uint16_t>) return "uint16_t";
    return "uint8_t";
}

template <class T>
std::string item_text(T value) {
    if constexpr (std::is_same_v<T, float>)
        return literal(value);
    else
        return std::to_string(value);
}

constexpr std::size_t line_columns = 120;

}  // namespace

std::string literal(float value) {
    if (!std::isfinite(value)) throw base::Error("internal", "a table of a signal block holds a value that is not finite");
    return base::exact(value) + "f";
}

std::size_t Tables::size_bytes() const {
    std::size_t total = 0;
    for (const auto& item : items_) total += std::visit([](const auto& v) { return v.size() * sizeof(v[0]); }, item.values);
    return total;
}

std::string Tables::definitions(std::string_view prefix) const {
    std::string text;
    for (const auto& item : items_) {
        std::visit(
            [&](const auto& values) {
                using T = typename std::decay_t<decltype(values)>::value_type;
                text += "static const " + type_name<T>() + " " + std::string(prefix) + item.name + "[" + std::to_string(values.size()) +
                        "] = {\n    ";
                std::size_t column = 4;
                for (const T value : values) {
                    const std::string word = item_text(value) + ",";
                    if (column + word.size() + 1 > line_columns) text += "\n    ", column = 4;
                    text += (column > 4 ? " " : "") + word;
                    column += word.size() + (column > 4 ? 1 : 0);
                }
                text += "\n};\n";
            },
            item.values);
    }
    return text;
}

std::string Tables::name_of(const void* pointer, std::string_view prefix) const {
    if (!pointer) return "nullptr";
    for (const auto& item : items_)
        if (std::visit([](const auto& v) { return static_cast<const void*>(v.data()); }, item.values) == pointer)
            return std::string(prefix) + item.name;
    throw base::Error("internal", "a signal block's configuration points to an array that is not among its tables");
}

}  // namespace mote::dsp
