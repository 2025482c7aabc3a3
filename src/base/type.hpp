// What is known of a type while the program runs: enough to read, write, check and describe its values through untyped pointers. The
// work lies in fields.cpp, compiled once; a described struct only adds where its fields are (base/fields.hpp).
#pragma once

#include "base/json_fwd.hpp"

#include <cstddef>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mote::base {

/// What is said of a field, whatever its type.
struct FieldText {
    std::string_view name;  ///< snake_case; the command line shows it with '-' for '_'
    std::string_view help;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    std::string_view choice_list{};  ///< "a|b|c": the allowed words of a text field
    std::string_view unit_name{};    ///< "Hz", "ms", "bytes"
    char short_flag = 0;             ///< one-letter flag on the command line
    bool is_positional = false;      ///< filled from the command line's words without a flag
    bool is_required = false;
};

enum class Kind { boolean, whole, real, text, any, optional, list, map, table };

class Type {
  public:
    virtual Kind kind() const = 0;
    /// The type within an optional, a list or a map; null for others.
    virtual const Type* item() const { return nullptr; }
    /// Replaces `value`; `where` names its place in messages. Throws Error "bad_input".
    virtual void read(const Json& json, std::string_view where, void* value) const = 0;
    virtual Json write(const void* value) const = 0;
    virtual Json schema() const = 0;
    /// Holds a value that was read to its field's range and choices. Throws Error "bad_input".
    virtual void check(const FieldText&, const void* /*value*/, std::string_view /*where*/) const {}
    /// Whether there is nothing to write: an optional without a value.
    virtual bool is_absent(const void* /*value*/) const { return false; }

  protected:
    ~Type() = default;
};

/// The description of a type: a described struct, a number, text, a path, JSON, or optional, list or map (by text) of these.
template <class T>
const Type& type_of();

/// A field of a struct whose type only its author knows.
struct AnyField : FieldText {
    const Type& (*type)();
    void* (*in)(void* owner);  ///< the field's place in its struct

    const void* of(const void* owner) const { return in(const_cast<void*>(owner)); }
};

namespace detail {

class OptionalType : public Type {
  public:
    Kind kind() const final { return Kind::optional; }
    void read(const Json& json, std::string_view where, void* value) const final;
    Json write(const void* value) const final;
    Json schema() const final;
    void check(const FieldText& field, const void* value, std::string_view where) const final;
    bool is_absent(const void* value) const final { return get(value) == nullptr; }

  protected:
    ~OptionalType() = default;
    virtual const void* get(const void* optional) const = 0;
    virtual void* emplace(void* optional) const = 0;
    virtual void clear(void* optional) const = 0;
};

class ListType : public Type {
  public:
    Kind kind() const final { return Kind::list; }
    void read(const Json& json, std::string_view where, void* value) const final;
    Json write(const void* value) const final;
    Json schema() const final;
    void check(const FieldText& field, const void* value, std::string_view where) const final;

  protected:
    ~ListType() = default;
    virtual std::size_t size(const void* list) const = 0;
    virtual const void* at(const void* list, std::size_t index) const = 0;
    virtual void* append(void* list) const = 0;
    virtual void clear(void* list) const = 0;
};

class MapType : public Type {
  public:
    Kind kind() const final { return Kind::map; }
    void read(const Json& json, std::string_view where, void* value) const final;
    Json write(const void* value) const final;
    Json schema() const final;

  protected:
    ~MapType() = default;
    virtual std::vector<std::pair<const std::string*, const void*>> entries(const void* map) const = 0;
    virtual void* put(void* map, const std::string& key) const = 0;
    virtual void clear(void* map) const = 0;
};

class TableType : public Type {
  public:
    Kind kind() const final { return Kind::table; }
    void read(const Json& json, std::string_view where, void* value) const final;
    Json write(const void* value) const final;
    Json schema() const final;

  protected:
    ~TableType() = default;
    virtual std::span<const AnyField> fields() const = 0;
    virtual const void* defaults() const = 0;
    virtual void reset(void* value) const = 0;  ///< to the defaults
};

template <class T>
class OptionalOf final : public OptionalType {
  public:
    const Type* item() const override { return &type_of<T>(); }

  private:
    using Optional = std::optional<T>;
    const void* get(const void* value) const override {
        const auto& optional = *static_cast<const Optional*>(value);
        return optional ? &*optional : nullptr;
    }
    void* emplace(void* value) const override { return &static_cast<Optional*>(value)->emplace(); }
    void clear(void* value) const override { static_cast<Optional*>(value)->reset(); }
};

template <class T>
class ListOf final : public ListType {
  public:
    const Type* item() const override { return &type_of<T>(); }

  private:
    using List = std::vector<T>;
    std::size_t size(const void* list) const override { return static_cast<const List*>(list)->size(); }
    const void* at(const void* list, std::size_t index) const override { return &(*static_cast<const List*>(list))[index]; }
    void* append(void* list) const override { return &static_cast<List*>(list)->emplace_back(); }
    void clear(void* list) const override { static_cast<List*>(list)->clear(); }
};

template <class T>
class MapOf final : public MapType {
  public:
    const Type* item() const override { return &type_of<T>(); }

  private:
    using Map = std::map<std::string, T>;
    std::vector<std::pair<const std::string*, const void*>> entries(const void* map) const override {
        std::vector<std::pair<const std::string*, const void*>> list;
        for (const auto& [key, value] : *static_cast<const Map*>(map)) list.emplace_back(&key, &value);
        return list;
    }
    void* put(void* map, const std::string& key) const override { return &(*static_cast<Map*>(map))[key]; }
    void clear(void* map) const override { static_cast<Map*>(map)->clear(); }
};

/// Which composite a type is; void for a leaf.
template <class T>
struct Composite {
    using type = void;
};
template <class T>
struct Composite<std::optional<T>> {
    using type = OptionalOf<T>;
};
template <class T>
struct Composite<std::vector<T>> {
    using type = ListOf<T>;
};
template <class T>
struct Composite<std::map<std::string, T>> {
    using type = MapOf<T>;
};

}  // namespace detail

// The leaves.
template <>
const Type& type_of<bool>();
template <>
const Type& type_of<signed char>();
template <>
const Type& type_of<unsigned char>();
template <>
const Type& type_of<short>();
template <>
const Type& type_of<unsigned short>();
template <>
const Type& type_of<int>();
template <>
const Type& type_of<unsigned>();
template <>
const Type& type_of<long>();
template <>
const Type& type_of<unsigned long>();
template <>
const Type& type_of<long long>();
template <>
const Type& type_of<unsigned long long>();
template <>
const Type& type_of<float>();
template <>
const Type& type_of<double>();
template <>
const Type& type_of<std::string>();
template <>
const Type& type_of<std::filesystem::path>();
template <>
const Type& type_of<Json>();

}  // namespace mote::base
