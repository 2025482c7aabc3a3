#include "makers.hpp"

#include "base/hash.hpp"
#include "base/json.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace mote;
using namespace mote::test;

using Values = std::vector<float>;
const std::string zeros(64, '0');

std::string document(std::string_view values, std::string_view extra = "", std::string_view alg = "HS256") {
    return "{\"protected\":{\"ver\":\"v1\",\"alg\":\"" + std::string(alg) + "\",\"iat\":1795332739},\"signature\":\"" + zeros +
           "\", \"payload\" : "
           "{\"device_name\":\"aa:bb\",\"device_type\":\"T\",\"interval_ms\":10,\"sensors\":[{\"name\":\"accX\",\"units\":\"m/s2\"}," +
           "{\"name\":\"accY\",\"units\":\"m/s2\"}],\"values\":" + std::string(values) + std::string(extra) + "}}";
}

Bytes sign(Bytes bytes, std::string_view key) {
    const std::string signature = base::hex(base::hmac_sha256(key, bytes));
    std::string text(base::as_text(bytes));
    text.replace(text.find(zeros), 64, signature);
    return to_bytes(text);
}

Bytes cbor_of(const std::string& json) {
    const auto bytes = base::Json::to_cbor(base::Json::parse(json));
    return bytes_of(bytes);
}

store::ReadOptions with_key(std::string_view key) {
    store::ReadOptions options;
    options.hmac_key = key;
    return options;
}

std::string error_of(std::string_view values) { return message_of("a.json", to_bytes(document(values))); }

TEST(Acquisition, JsonAndCborAreTheSame) {
    const std::string json = document("[[1,-2],[2.5,3e2]]");
    for (const auto& [name, bytes] : {std::pair{"a.json", to_bytes(json)}, {"a.cbor", cbor_of(json)}}) {
        const auto recording = read_one(name, sign(bytes, "secret"), with_key("secret"));
        EXPECT_EQ(values_of(recording.signal), (Values{1, -2, 2.5, 300}));
        EXPECT_EQ(recording.signal.rate_hz, 100);
        EXPECT_EQ(recording.signal.channels[1].name, "accY");
        EXPECT_EQ(recording.signal.channels[1].unit, "m/s2");
        EXPECT_EQ(recording.metadata["signature"], "verified");
        EXPECT_EQ(recording.metadata["device_name"], "aa:bb");
        EXPECT_TRUE(recording.warnings.empty());
    }
}

TEST(Acquisition, WhatAKeyDoesNotVouchForIsRefused) {
    const std::string hint = " | fetch it from its device again, give that device's key, or leave hmac_key out for this file";
    const std::string mismatch = "the signature does not match the key: the file was changed, or signed with another key" + hint;
    const std::string not_signed = "is not signed, although a key was given" + hint;
    for (const std::string kind : {"json", "cbor"}) {
        const std::string name = "a." + kind;
        const auto bytes_of_text = [&](const std::string& json) { return kind == "json" ? to_bytes(json) : cbor_of(json); };
        const Bytes zeroed = bytes_of_text(document("[[1,2]]"));
        Bytes bytes = sign(zeroed, "secret");
        EXPECT_EQ(message_of(name, bytes, with_key("other")), mismatch);
        EXPECT_EQ(message_of(name, zeroed, with_key("secret")), not_signed);
        EXPECT_EQ(message_of(name, bytes_of_text(document("[[1,2]]", "", "none")), with_key("secret")), not_signed);
        EXPECT_EQ(message_of(name, bytes_of_text(document("[[1,2]]", "", "RS256").replace(70, 1, "1")), with_key("s")),
                  "is signed by \"RS256\", only HS256 can be checked" + hint);
        const std::string text(base::as_text(bytes));
        bytes[text.find("aa:bb")] = std::byte{'c'};
        EXPECT_EQ(message_of(name, bytes, with_key("secret")), mismatch);
    }
}

TEST(Acquisition, WithoutAKeyNothingIsCheckedAndThatIsRemarked) {
    const auto unchecked = read_one("a.json", sign(to_bytes(document("[[1,2]]")), "secret"));
    EXPECT_EQ(unchecked.metadata["signature"], "unchecked");
    EXPECT_EQ(unchecked.remarks,
              std::vector<std::string>{"signed, but no signature was checked: give the key (hmac_key) to have that done"});
    EXPECT_TRUE(unchecked.warnings.empty());
    for (const char* algorithm : {"none", "HS256"}) {
        const auto open = read_one("a.json", to_bytes(document("[[1,2]]", "", algorithm)));
        EXPECT_EQ(open.metadata["signature"], "none");
        EXPECT_TRUE(open.remarks.empty());
    }
}

TEST(Acquisition, OneSensorMayBeAFlatList) {
    const auto recording =
        read_one("a.json", to_bytes("{\"payload\":{\"values\":[1,2,3],\"interval_ms\":0.5,\"sensors\":[{\"name\":\"\"}]}}"));
    EXPECT_EQ(values_of(recording.signal), (Values{1, 2, 3}));
    EXPECT_EQ(recording.signal.rate_hz, 2000);
    EXPECT_EQ(recording.signal.channels[0].name, "sensor_1");
}

TEST(Acquisition, BadValuesAreNamed) {
    EXPECT_EQ(error_of("[[1,2],[3]]"), "payload.values, row 2 has 1 values, the others have 2 | repair or remove the row");
    EXPECT_EQ(error_of("[[1,2],[3,null]]"), "payload.values, row 2, sensor 2: null is not a number | repair or remove the row");
    EXPECT_EQ(error_of("[[1,2],[\"x\",1]]"), "payload.values, row 2, sensor 1: text is not a number | repair or remove the row");
    EXPECT_EQ(error_of("[[1,1e39]]"), "payload.values, row 1, sensor 2: the value is not a finite number | repair or remove the row");
    EXPECT_EQ(error_of("[[1,[2]]]"), "payload.values, row 1, sensor 2: a list in a list is not a number | repair or remove the row");
    EXPECT_EQ(error_of("[]"), "payload.values holds no readings | record it again, or leave it out");
    EXPECT_EQ(error_of("5"), "payload.values is not a list | write one row a reading");
    EXPECT_EQ(error_of("[[1,2,3]]"), "payload.sensors names 2 sensors, but payload.values has 3 values a row | name each sensor once");
    const std::string good = document("[[1,2]]");
    EXPECT_EQ(message_of("a.json", to_bytes(good.substr(0, good.size() - 1))),
              "byte " + std::to_string(good.size()) + ": is not valid JSON | the file is damaged or cut short: copy it again");
    EXPECT_EQ(message_of("a.json", to_bytes("{\"payload\":{\"values\":[[1]],\"sensors\":[{\"name\":\"a\"}]}}")),
              "payload.interval_ms is missing or not above zero | give the milliseconds between two readings");
    std::string deep = "{\"payload\":";
    deep.append(100000, '[');
    EXPECT_EQ(message_of("a.json", to_bytes(deep)), "is nested more than 16 levels deep | check the file");
    Bytes deep_cbor = to_bytes("\xa1\x67payload");
    deep_cbor.insert(deep_cbor.end(), 1'000'000, std::byte{0x81});
    EXPECT_EQ(message_of("a.cbor", deep_cbor), "is nested more than 16 levels deep | check the file");
    const auto nan =
        base::Json::to_cbor(base::Json{{"payload", {{"interval_ms", 1}, {"sensors", {{{"name", "a"}}}}, {"values", {{std::nan("")}}}}}});
    EXPECT_EQ(message_of("a.cbor", bytes_of(nan)),
              "payload.values, row 1, sensor 1: the value is not a finite number | repair or remove the row");
    store::ReadOptions small;
    small.limit_bytes = 8;
    EXPECT_EQ(message_of("a.json", to_bytes(document("[[1,2],[3,4]]")), small),
              "holds more than 8 B of readings | split the file, or raise the size limit");
}

TEST(Acquisition, CutAndChangedBytes) {
    const std::string json = document("[[1,-2],[2.5,3e2]]");
    expect_robust("acquisition_json", "a.json", sign(to_bytes(json), "k"), with_key("k"));
    expect_robust("acquisition_cbor", "a.cbor", sign(cbor_of(json), "k"), with_key("k"));
}

}  // namespace
