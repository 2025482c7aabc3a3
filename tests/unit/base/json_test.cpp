#include "base/json.hpp"
#include "base/error.hpp"
#include "base/fields.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace {

using namespace mote::base;

template <class Call>
std::string message_of(const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.message() + " | " + error.hint();
    }
    return "accepted";
}

TEST(Json, BadTextIsNamed) {
    const auto json = [](const std::string& text) { return message_of([&] { parse_json(text, "a.json"); }); };
    EXPECT_EQ(json("{\n\"a\":]"), "a.json:2: not valid JSON | check the text near byte 7");
    EXPECT_EQ(json("[1e999]"), "a.json: holds a number too large for a double | write a number below 1.8e308");
    EXPECT_EQ(json(std::string(1000000, '[')), "a.json: is nested more than 256 levels deep | check the file");
    EXPECT_EQ(json("\"[[\\\"[[\""), "accepted");
    EXPECT_EQ(json(std::string(256, '[') + std::string(256, ']')), "accepted");
    const auto toml = [](const std::string& text) { return message_of([&] { parse_toml(text, "a.toml"); }); };
    std::string key = "a";
    for (int i = 0; i < 100000; ++i) key += ".a";
    EXPECT_EQ(toml(key + " = 1"), "a.toml: a key has more than 64 parts | check the file");
    EXPECT_EQ(toml("a.b.c = \"....................................................................................\""), "accepted");
    EXPECT_TRUE(toml("\xc3\xa9 = 1").starts_with("a.toml:1:1: not valid TOML: ")) << toml("\xc3\xa9 = 1");
    EXPECT_TRUE(toml("[=]").starts_with("a.toml:1:2: not valid TOML: ")) << toml("[=]");
    EXPECT_NE(toml("a = " + std::string(1000, '[')), "accepted");
}

TEST(Json, WholeNumbersAreExactAtTheEndsOfTheirRange) {
    const auto read = []<class T>(T, const char* text) {
        return message_of([&] { EXPECT_EQ(to_json(from_json<T>(parse_json(text, "x"), "x")).dump(), text); });
    };
    EXPECT_EQ(read(std::uint64_t{}, "18446744073709551615"), "accepted");
    EXPECT_EQ(read(std::int64_t{}, "-9223372036854775808"), "accepted");
    EXPECT_EQ(read(std::int64_t{}, "9223372036854775807"), "accepted");
    EXPECT_NE(read(std::int64_t{}, "9223372036854775808"), "accepted");
    EXPECT_NE(read(std::uint64_t{}, "-1"), "accepted");
    EXPECT_NE(read(std::uint8_t{}, "256"), "accepted");
    EXPECT_NE(read(std::int64_t{}, "1e300"), "accepted");
    EXPECT_NE(read(std::int64_t{}, "9223372036854775808.0"), "accepted");
    EXPECT_EQ(from_json<int>(parse_json("3.0", "x"), "x"), 3);
    EXPECT_NE(read(int{}, "3.5"), "accepted");
    EXPECT_NE(message_of([] { from_json<float>(Json(1e300), "x"); }), "accepted");
    EXPECT_NE(message_of([] { from_json<double>(Json(std::numeric_limits<double>::infinity()), "x"); }), "accepted");
}

}  // namespace
