#include "json.hpp"

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace runner {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, unsigned long code) {
    const auto put = [&](unsigned long byte) { out.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xc0 | code >> 6), put(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        put(0xe0 | code >> 12), put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
    } else {
        put(0xf0 | code >> 18), put(0x80 | (code >> 12 & 0x3f)), put(0x80 | (code >> 6 & 0x3f)), put(0x80 | (code & 0x3f));
    }
}

class Parser {
  public:
    explicit Parser(const std::string& text) : text_(text) {}

    std::string run(Json& value) {
        skip_space();
        if (!parse(value, 0)) return error_;
        skip_space();
        if (at_ != text_.size()) return place("something stands behind the value");
        return "";
    }

  private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_space() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    }
    std::string place(const std::string& what) const { return "byte " + std::to_string(at_) + ": " + what; }
    bool fail(const std::string& what) {
        error_ = place(what);
        return false;
    }

    bool word(const char* expected) {
        const std::size_t length = std::strlen(expected);
        if (text_.compare(at_, length, expected) != 0) return fail("no JSON value");
        at_ += length;
        return true;
    }

    bool parse(Json& value, int depth) {
        if (depth > json_depth) return fail("values lie deeper in each other than " + std::to_string(json_depth));
        switch (peek()) {
            case '{':
                return parse_object(value, depth);
            case '[':
                return parse_array(value, depth);
            case '"':
                value.kind = Json::Kind::string;
                return parse_string(value.text);
            case 't':
                value.kind = Json::Kind::boolean, value.boolean = true;
                return word("true");
            case 'f':
                value.kind = Json::Kind::boolean;
                return word("false");
            case 'n':
                return word("null");
            default:
                value.kind = Json::Kind::number;
                return parse_number(value.number);
        }
    }

    bool digits() {
        const std::size_t before = at_;
        while (is_digit(peek())) ++at_;
        return at_ > before;
    }

    bool parse_number(double& number) {
        const std::size_t begin = at_;
        if (peek() == '-') ++at_;
        if (!digits()) return fail("no JSON value");
        if (peek() == '.' && (++at_, !digits())) return fail("no digit behind the decimal point");
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (!digits()) return fail("no digit in the exponent");
        }
        number = std::strtod(text_.c_str() + begin, nullptr);
        return true;
    }

    bool hex4(unsigned long& code) {
        code = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const char c = peek();
            const int digit = is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
            if (digit < 0) return fail("no hexadecimal digit");
            code = code * 16 + static_cast<unsigned long>(digit);
        }
        return true;
    }

    bool parse_escape(std::string& out) {
        static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
        const char c = peek();
        if (c == 'u') {
            ++at_;
            unsigned long code = 0, low = 0;
            if (!hex4(code)) return false;
            if (code >= 0xd800 && code < 0xdc00 && text_.compare(at_, 2, "\\u") == 0) {
                at_ += 2;
                if (!hex4(low)) return false;
                if (low < 0xdc00 || low > 0xdfff) return fail("half a surrogate pair");
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            }
            if (code >= 0xd800 && code < 0xe000) return fail("half a surrogate pair");
            append_utf8(out, code);
            return true;
        }
        const char* found = c == '\0' ? nullptr : std::strchr(from, c);
        if (found == nullptr) return fail("no such escape");
        out.push_back(to[found - from]);
        ++at_;
        return true;
    }

    bool parse_string(std::string& out) {
        for (++at_; at_ < text_.size();) {
            const char c = text_[at_];
            if (c == '"') return ++at_, true;
            if (static_cast<unsigned char>(c) < 0x20) return fail("a control character in a string");
            ++at_;
            if (c != '\\')
                out.push_back(c);
            else if (!parse_escape(out))
                return false;
        }
        return fail("the string does not end");
    }

    bool parse_array(Json& value, int depth) {
        value.kind = Json::Kind::array;
        ++at_;
        skip_space();
        if (peek() == ']') return ++at_, true;
        for (;;) {
            skip_space();
            const std::size_t before = at_;
            Json item;
            if (!parse(item, depth + 1)) return false;
            const bool is_number = item.kind == Json::Kind::number;
            if (is_number ? !value.items.empty() : !value.numbers.empty()) {
                at_ = before;
                return fail("an array holds numbers and other values");
            }
            if (is_number)
                value.numbers.push_back(item.number);
            else
                value.items.push_back(std::move(item));
            skip_space();
            const char c = peek();
            if (c != ',' && c != ']') return fail("no comma and no ] in an array");
            ++at_;
            if (c == ']') return true;
        }
    }

    bool parse_object(Json& value, int depth) {
        value.kind = Json::Kind::object;
        ++at_;
        skip_space();
        if (peek() == '}') return ++at_, true;
        for (;;) {
            skip_space();
            if (peek() != '"') return fail("no name in an object");
            value.names.emplace_back();
            if (!parse_string(value.names.back())) return false;
            skip_space();
            if (peek() != ':') return fail("no colon behind a name");
            ++at_;
            skip_space();
            value.items.emplace_back();
            if (!parse(value.items.back(), depth + 1)) return false;
            skip_space();
            const char c = peek();
            if (c != ',' && c != '}') return fail("no comma and no closing brace in an object");
            ++at_;
            if (c == '}') return true;
        }
    }

    const std::string& text_;
    std::size_t at_ = 0;
    std::string error_;
};

}  // namespace

const Json* Json::find(const std::string& name) const {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return &items[i];
    return nullptr;
}

std::string parse_json(const std::string& text, Json& value) {
    value = Json();
    return Parser(text).run(value);
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (static_cast<unsigned char>(c) < 0x20 || c == '{' || c == '}' || c == 0x7f) {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(static_cast<unsigned char>(c)));
            out += escape;
        } else {
            out.push_back(c);
        }
    }
    return out + "\"";
}

std::string number_text(double value) {
    if (!std::isfinite(value)) return "0";
    char text[40];
    for (int digits = 6; digits <= 17; ++digits) {
        std::snprintf(text, sizeof text, "%.*g", digits, value);
        if (static_cast<float>(std::strtod(text, nullptr)) == static_cast<float>(value)) break;
    }
    return text;
}

JsonCutter::Found JsonCutter::too_long_or_nothing() const { return pending_.size() > limit_ ? Found::too_long : Found::nothing; }

JsonCutter::Found JsonCutter::next(std::string& object) {
    if (at_ == 0) {
        std::size_t begin = 0;
        while (begin < pending_.size() && (is_space(pending_[begin]) || pending_[begin] == '\0')) ++begin;
        pending_.erase(0, begin);
        if (pending_.empty()) return Found::nothing;
        if (pending_[0] != '{') {
            const std::size_t end = pending_.find('\n');
            if (end == std::string::npos) return too_long_or_nothing();
            pending_.erase(0, end + 1);
            return Found::garbage;
        }
    }
    for (; at_ < pending_.size(); ++at_) {
        const char c = pending_[at_];
        if (in_string_) {
            if (after_backslash_)
                after_backslash_ = false;
            else if (c == '\\')
                after_backslash_ = true;
            else if (c == '"')
                in_string_ = false;
            continue;
        }
        if (c == '"') in_string_ = true;
        if (c == '{') ++depth_;
        if (c == '}' && --depth_ == 0) {
            if (at_ + 1 > limit_) return Found::too_long;
            object = pending_.substr(0, at_ + 1);
            pending_.erase(0, at_ + 1);
            at_ = 0;
            return Found::object;
        }
    }
    return too_long_or_nothing();
}

}  // namespace runner
