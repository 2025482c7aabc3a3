// The part of JSON (RFC 8259) that the socket protocol needs: values in, text out. What comes in is untrusted.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace runner {

/// One value. An array holds either numbers or other values, never both: that keeps a window of samples at eight bytes a value.
struct Json {
    enum class Kind { null, boolean, number, string, array, object };
    Kind kind = Kind::null;
    bool boolean = false;
    double number = 0;
    std::string text;                ///< of a string, UTF-8
    std::vector<double> numbers;     ///< of an array of numbers
    std::vector<Json> items;         ///< of any other array; of an object, its values
    std::vector<std::string> names;  ///< of an object, one a value; a name may come twice, the first counts

    const Json* find(const std::string& name) const;
    bool is_numbers() const { return kind == Kind::array && items.empty(); }
};

/// Values lie at most this deep in each other.
constexpr int json_depth = 16;

/// Reads one value that fills `text` but for white space. Returns "" and sets `value`, or says what is wrong and where.
std::string parse_json(const std::string& text, Json& value);

/// `text` in quotes. Braces are written as \u007b and \u007d: stock clients count them, also inside strings.
std::string quoted(const std::string& text);

/// The shortest text that reads back as the same float; 0 for what is no number.
std::string number_text(double value);

/// Cuts a stream into values: objects by their braces, which is how stock clients write them, with or without a line feed between.
class JsonCutter {
  public:
    explicit JsonCutter(std::size_t limit_bytes) : limit_(limit_bytes) {}

    enum class Found { nothing, object, garbage, too_long };
    void add(const char* bytes, std::size_t count) { pending_.append(bytes, count); }
    /// The next whole object, or what stands instead of one: garbage up to the end of its line. After too_long nothing more is found.
    Found next(std::string& object);

  private:
    Found too_long_or_nothing() const;

    std::size_t limit_;
    std::string pending_;
    std::size_t at_ = 0;  ///< bytes of pending_ that were looked at
    int depth_ = 0;
    bool in_string_ = false, after_backslash_ = false;
};

}  // namespace runner
