#include "base/fields.hpp"

#include <gtest/gtest.h>
#include <cmath>

namespace {

using namespace mote::base;

struct Inner {
    double cutoff_hz = 3;
    static constexpr auto fields() { return std::make_tuple(field("cutoff_hz", &Inner::cutoff_hz, "cut-off").range(0, 100).unit("Hz")); }
};

struct Params {
    int filters = 40;
    std::string window = "hann";
    std::vector<int> sizes{1, 2};
    std::optional<double> gain;
    Inner filter;
    static constexpr auto fields() {
        return std::make_tuple(field("filters", &Params::filters, "number of filters").range(2, 128),
                               field("window", &Params::window, "window function").choices("hann|hamming"),
                               field("sizes", &Params::sizes, "sizes"), field("gain", &Params::gain, "gain"),
                               field("filter", &Params::filter, "filter"));
    }
};

std::string message_of(const Json& json) {
    try {
        from_json<Params>(json, "mote.toml: features");
    } catch (const Error& error) {
        return error.message() + " | " + error.hint();
    }
    return "accepted";
}

TEST(Fields, RoundTripKeepsEveryValue) {
    Params params;
    params.filters = 32, params.gain = 2.5, params.filter.cutoff_hz = 7, params.sizes = {9};
    const Json json = to_json(params);
    EXPECT_EQ(to_json(from_json<Params>(json, "x")), json);
    EXPECT_EQ(json["filter"]["cutoff_hz"], 7);
}

TEST(Fields, ErrorsNameThePlaceAndTheRemedy) {
    EXPECT_EQ(message_of({{"fliters", 3}}), "mote.toml: features has no setting \"fliters\" | did you mean \"filters\"?");
    EXPECT_EQ(message_of({{"filters", 1}}), "mote.toml: features.filters is 1, allowed is from 2 to 128 | choose a value in that range");
    EXPECT_EQ(message_of({{"window", "hanm"}}),
              "mote.toml: features.window is \"hanm\", allowed are hann, hamming | did you mean \"hann\"?");
    EXPECT_EQ(message_of({{"filters", "x"}}), "mote.toml: features.filters must be a whole number, not \"x\" | change its value");
    EXPECT_EQ(message_of({{"filter", {{"cutoff_hz", 500}}}}),
              "mote.toml: features.filter.cutoff_hz is 500 Hz, allowed is from 0 to 100 Hz | choose a value in that range");
    EXPECT_EQ(message_of({{"filter", {{"cutoff_hz", std::nan("")}}}}),
              "mote.toml: features.filter.cutoff_hz is nan | choose a finite number");
}

TEST(Fields, SchemaCarriesRangesAndDefaults) {
    const Json schema = json_schema<Params>();
    EXPECT_EQ(schema["properties"]["filters"]["maximum"], 128);
    EXPECT_EQ(schema["properties"]["window"]["enum"], Json::array({"hann", "hamming"}));
    EXPECT_EQ(schema["properties"]["sizes"]["default"], Json::array({1, 2}));
}

}  // namespace
