#include "helpers.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace mote;
using namespace mote::test;

store::Recording csv(std::string_view text, const store::ReadOptions& options = {}) { return read_one("a.csv", to_bytes(text), options); }
std::string error_of(std::string_view text, const store::ReadOptions& options = {}) { return message_of("a.csv", to_bytes(text), options); }

store::ReadOptions at_rate(double rate_hz) {
    store::ReadOptions options;
    options.rate_hz = rate_hz;
    return options;
}

std::vector<std::string> names_of(const store::Signal& signal) {
    std::vector<std::string> names;
    for (const auto& channel : signal.channels) names.push_back(channel.name + (channel.unit.empty() ? "" : "|" + channel.unit));
    return names;
}

using Names = std::vector<std::string>;
using Values = std::vector<float>;

TEST(Csv, HeaderTimeStampsAndSensors) {
    const auto recording = csv("timestamp,accX,accY\n0,1,-2\n10,1.5,2e1\n20,+0.25,.5\n");
    EXPECT_EQ(names_of(recording.signal), (Names{"accX", "accY"}));
    EXPECT_EQ(values_of(recording.signal), (Values{1, -2, 1.5, 20, 0.25, 0.5}));
    EXPECT_EQ(recording.signal.rate_hz, 100);
    EXPECT_EQ(recording.signal.frames, 3u);
    EXPECT_TRUE(recording.warnings.empty());
    EXPECT_FALSE(recording.label);
}

TEST(Csv, WithoutHeaderAtAFixedRate) {
    const auto recording = csv("0.047363, 0.246094\n-0.065918, 0.157227\n", at_rate(200));
    EXPECT_EQ(names_of(recording.signal), (Names{"column_1", "column_2"}));
    EXPECT_EQ(values_of(recording.signal), (Values{0.047363f, 0.246094f, -0.065918f, 0.157227f}));
    EXPECT_EQ(recording.signal.rate_hz, 200);
    EXPECT_EQ(error_of("1,2\n3,4\n"),
              "has no time stamps and no rate | give the rate in Hz (rate_hz), or name the time column (time_column)");
}

TEST(Csv, DelimitersDecimalCommasAndLineEnds) {
    const Values expected{1.5, 2, 3, -4.25};
    EXPECT_EQ(values_of(csv("a;b\n1,5;2\n3;-4,25\n", at_rate(1)).signal), expected);
    EXPECT_EQ(values_of(csv("a\tb\n1.5\t2\n3\t-4.25\n", at_rate(1)).signal), expected);
    EXPECT_EQ(values_of(csv("1.5 2\n3  -4.25 \n", at_rate(1)).signal), expected);
    EXPECT_EQ(values_of(csv("a|b\r\n1.5|2\r\n\r\n3|-4.25\r\n", at_rate(1)).signal), expected);
    EXPECT_EQ(values_of(csv("\xef\xbb\xbf"
                            "a,b\r1.5,2\r3,-4.25",
                            at_rate(1))
                            .signal),
              expected);
    EXPECT_EQ(values_of(csv("# made by hand\n\"a\",\"b\"\n\"1.5\",2\n 3 ,\"-4.25\" \n", at_rate(1)).signal), expected);
    EXPECT_EQ(values_of(read_one("a.tsv", to_bytes("1,5\t2\n3\t-4,25\n"), at_rate(1)).signal), expected);
}

TEST(Csv, LabelsOfRowsBecomeSpans) {
    const auto recording = csv("timestamp,x,label\n0,1,walk\n10,2,walk\n20,3,\n30,4,\"sit, down\"\n40,5,walk\n");
    ASSERT_EQ(recording.signal.labels.size(), 3u);
    EXPECT_EQ(recording.signal.labels[0].end, 2u);
    EXPECT_EQ(recording.signal.labels[1].begin, 3u);
    EXPECT_EQ(recording.signal.labels[1].label, "sit, down");
    EXPECT_EQ(recording.signal.labels[2].end, 5u);
    EXPECT_FALSE(recording.label);
    const auto one = csv("timestamp,x,Label\n0,1,walk\n10,2,walk\n");
    EXPECT_EQ(one.label, "walk");
    EXPECT_TRUE(one.signal.labels.empty());
}

TEST(Csv, TimeUnits) {
    EXPECT_EQ(csv("t (s),x\n0,1\n0.5,1\n1,2\n").signal.rate_hz, 2);
    EXPECT_EQ(csv("time_us,x\n0,1\n500,1\n1000,2\n").signal.rate_hz, 2000);
    EXPECT_EQ(csv("ms,x\n0,1\n4,1\n8,2\n").signal.rate_hz, 250);
    EXPECT_EQ(csv("time,x\n1657533977810,1\n1657533977820,1\n1657533977830,2\n").signal.rate_hz, 100);
    EXPECT_EQ(csv("time,x\n1657533977.81,1\n1657533977.82,1\n1657533977.83,2\n").metadata["time_unit"], "s");
    EXPECT_EQ(csv("time,x\n1657533977810000000,1\n1657533977820000000,1\n").metadata["time_unit"], "ns");
    EXPECT_EQ(csv("time,x\n0,1\n0.01,1\n0.02,2\n").signal.rate_hz, 100);
    const auto guessed = csv("time,x\n0,1\n10,1\n20,2\n");
    EXPECT_EQ(guessed.signal.rate_hz, 100);
    EXPECT_EQ(guessed.warnings, (Names{"column \"time\" does not say its unit, taken as ms (set time_unit where that is wrong)"}));
    store::ReadOptions options;
    options.time_unit = "s", options.time_column = "x";
    EXPECT_EQ(csv("y,x\n5,1\n5,2\n", options).signal.rate_hz, 1);
    options.time_unit = "h";
    EXPECT_EQ(error_of("y,x\n5,1\n5,2\n", options), "time unit \"h\" is not known | choose one of s, ms, us, ns, auto");
}

TEST(Csv, DatesAndTimes) {
    EXPECT_DOUBLE_EQ(csv("date,v\n2015-02-02 14:19:00,1\n2015-02-02 14:19:59,2\n2015-02-02 14:21:00,3\n").signal.rate_hz, 1.0 / 60);
    EXPECT_EQ(csv("when,v\n1964-01-12T23:59:59.5Z,1\n1964-01-13T00:00:00.000Z,2\n1964-01-13T01:00:00.5+01:00,3\n").signal.rate_hz, 2);
    EXPECT_EQ(csv("when,v\n2024-02-28 23:59,1\n2024-02-29 00:00,2\n2024-02-29 00:01,2\n").metadata["time_unit"], "s");
    EXPECT_EQ(
        error_of("when,v\n2024-02-28 23:59,1\n2024-02-28 23:60,2\n2024-02-28 23:59,1\n"),
        "row 3, column \"when\": \"2024-02-28 23:60\" is not a time stamp | write numbers, or dates such as 2024-05-01T12:00:00.5, or name "
        "another column (time_column)");
}

TEST(Csv, JitterKeepsTheRateAndGapsAreNamed) {
    std::string jittered = "timestamp,x\n", gap = jittered;
    for (int i = 0; i < 200; ++i) {
        jittered += std::to_string(i * 10 + (i % 7 == 3 ? 9 : 0)) + ",1\n";
        gap += std::to_string(i * 10 + (i >= 100 ? 5000 : 0)) + ",1\n";
    }
    const auto even = csv(jittered);
    EXPECT_NEAR(even.signal.rate_hz, 100, 0.02);
    EXPECT_TRUE(even.warnings.empty());
    const auto irregular = csv(gap);
    EXPECT_EQ(irregular.signal.rate_hz, 100);
    EXPECT_EQ(irregular.metadata["irregular"], true);
    EXPECT_EQ(irregular.warnings,
              (Names{"column \"timestamp\": the time stamps are irregular (median interval 10.0 ms, widest 5.0 s before row 102): "
                     "the rows are taken as evenly spaced by the median"}));
    EXPECT_EQ(csv(gap, at_rate(50)).signal.rate_hz, 50);
}

TEST(Csv, ChosenColumns) {
    store::ReadOptions options = at_rate(10);
    options.channels = {"c", "a"}, options.label_column = "b";
    const auto recording = csv("a,b,c\n1,0,3\n4,1,6\n", options);
    EXPECT_EQ(names_of(recording.signal), (Names{"c", "a"}));
    EXPECT_EQ(values_of(recording.signal), (Values{3, 1, 6, 4}));
    EXPECT_EQ(recording.signal.labels[1].label, "1");
    options.channels = {"acc"}, options.label_column = "";
    EXPECT_EQ(error_of("accX (g),accY\n1,2\n", options), "has no column \"acc\" (channels) | did you mean \"accY\"?");
    options.channels = {"accX"};
    EXPECT_EQ(names_of(csv("accX (g),accY\n1,2\n", options).signal), (Names{"accX|g"}));
    options.channels = {"accX", "accX"};
    EXPECT_EQ(error_of("accX (g),accY\n1,2\n", options), "column \"accX\" is asked for twice | name each column once");
}

TEST(Csv, TheHeaderMayLackTheNameOfTheRowNumber) {
    const std::string rows = "\"140\",\"2015-02-02 14:19:00\",23.7,1\n\"141\",\"2015-02-02 14:20:00\",23.8,0\n";
    store::ReadOptions options;
    options.label_column = "Occupancy";
    const auto recording = csv("\"date\",\"Temperature\",\"Occupancy\"\n" + rows, options);
    EXPECT_EQ(names_of(recording.signal), (Names{"Temperature"}));
    EXPECT_EQ(recording.signal.labels[0].label, "1");
    EXPECT_EQ(error_of("a,b\n3,1,2\n9,1,2\n"), "the header names 2 columns, but the rows have 3 | give each column one name");
}

TEST(Csv, BadRowsAreNamed) {
    EXPECT_EQ(error_of("timestamp,x\n0,1\n10\n20,2\n30,4\n"),
              "row 3 has 1 value, the others have 2 | correct the row; a file that was cut short ends in such a row");
    EXPECT_EQ(error_of("timestamp,x\n0,1\n10,2,3\n20,2\n"),
              "row 3 has 3 values, the others have 2 | correct the row; a file that was cut short ends in such a row");
    EXPECT_EQ(error_of("timestamp,x\n0,1\n10,abc\n20,3\n"),
              "row 3, column \"x\": \"abc\" is not a number | correct it, or leave the column out (channels)");
    EXPECT_EQ(error_of("timestamp,x\n0,1\n10,nan\n20,3\n"),
              "row 3, column \"x\": \"nan\" is not a finite number | repair or remove the row");
    EXPECT_EQ(error_of("timestamp,x\n0,1\n10,-inf\n20,3\n"),
              "row 3, column \"x\": \"-inf\" is not a finite number | repair or remove the row");
    EXPECT_EQ(error_of("timestamp,x\n0,1\n10,1e39\n20,3\n"),
              "row 3, column \"x\": \"1e39\" is not a finite number | repair or remove the row");
    EXPECT_EQ(error_of("timestamp,x\n0,1\n10,\n20,3\n"),
              "row 3, column \"x\": the value is missing | fill it in, remove the row, or leave the column out (channels)");
    EXPECT_EQ(error_of("timestamp,x\n0,1\n20,2\n10,3\n"),
              "row 4, column \"timestamp\": the time stamp goes back | sort the rows by time, or cut the file where it was restarted");
    EXPECT_EQ(error_of("timestamp,x\n5,1\n5,2\n"),
              "column \"timestamp\": the time stamps do not advance | correct the column, or name another one (time_column)");
    EXPECT_EQ(error_of("timestamp,x\n5,1\n"),
              "column \"timestamp\": one time stamp alone tells no rate | correct the column, or name another one (time_column)");
    EXPECT_EQ(error_of("timestamp,x\n0,\"1\n10,2\n"), "row 2: a quote is opened and never closed | close the quote, or remove it");
    EXPECT_EQ(error_of("timestamp,x\n0,\"1\"2\n10,2\n"),
              "row 2: something stands between a closing quote and the next column | double the quotes inside quoted text (\"\")");
}

TEST(Csv, RowNumbersCountLinesInsideQuotes) {
    EXPECT_EQ(error_of("timestamp,note,x\n0,\"two\nlines\",1\n10,b,2\n20,c,z\n"),
              "row 5, column \"x\": \"z\" is not a number | correct it, or leave the column out (channels)");
}

TEST(Csv, FilesThatAreNoTables) {
    EXPECT_EQ(error_of(""), "is empty | leave it out, or record it again");
    EXPECT_EQ(error_of("a,b\n"), "holds a header but no rows | record it again, or leave it out");
    EXPECT_EQ(error_of("\n\n"), "holds no rows | record it again, or leave it out");
    EXPECT_EQ(error_of("file,split\na.wav,train\nb.wav,test\n"),
              "has no column of numbers to read | its columns are file, split; is this a table of labels rather than of readings?");
    EXPECT_EQ(error_of(std::string_view("\xff\xfe"
                                        "a\0,\0",
                                        6)),
              "byte 0: is UTF-16 text | save it as UTF-8");
    try {
        format_named("csv").read("a.csv", to_bytes(std::string_view("1,2\n\0", 5)), {}, [](store::Recording&&) {});
        FAIL();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.message(), "byte 4: is not text");
    }
    EXPECT_EQ(error_of("caf\xe9,x\n1,2\n", at_rate(1)), "row 1: the header is not UTF-8 | save the file as UTF-8");
    EXPECT_EQ(error_of("x,label\n1,caf\xe9\n", at_rate(1)), "row 2, column \"label\": the label is not UTF-8 | save the file as UTF-8");
    EXPECT_EQ(error_of("x,y\n1,2\n2,caf\xe9\n3,4\n", at_rate(1)),
              "row 3, column \"y\": bytes that are not UTF-8 is not a number | correct it, or leave the column out (channels)");
    EXPECT_EQ(error_of("1,2\n3,4\n5,6\n",
                       [] {
                           auto options = at_rate(1);
                           options.limit_bytes = 16;
                           return options;
                       }()),
              "holds more than 16 B of readings | split the file, or raise the size limit");
}

TEST(Csv, OtherNamesNeedAPlainTable) {
    const auto knows = [](std::string_view name, std::string_view text) {
        const auto bytes = to_bytes(text);
        return store::find_format(name, bytes) == &format_named("csv");
    };
    EXPECT_TRUE(knows("a.txt", "date,v\n2015-02-02 14:19:00,1\n2015-02-02 14:20:00,1\n"));
    EXPECT_TRUE(knows("a", "1,2\n3,4\n"));
    EXPECT_FALSE(knows("README", "This is text,\nwith commas, and more,\nof them.\n"));
    EXPECT_FALSE(knows("a.txt", "{\"a\":1,\n\"b\":2}\n"));
    EXPECT_FALSE(knows("a.md", "1,2\n3,4\n"));
    EXPECT_FALSE(knows("A00004.hea", "A00004 1 300 9000\nA00004.mat 16+24 1000/mV\n"));
}

TEST(Csv, SharedDataSets) {
    if (const auto bytes = shared_member("phone_watch_har", "s01_01_sp.csv")) {
        const auto recording = read_one("a.csv", *bytes);
        EXPECT_EQ(recording.signal.frames, 1351u);
        EXPECT_EQ(names_of(recording.signal), (Names{"x_acc", "y_acc", "z_acc", "x_gyro", "y_gyro", "z_gyro"}));
        EXPECT_NEAR(recording.signal.rate_hz, 102.46, 0.1);
        EXPECT_TRUE(recording.warnings.empty());
        EXPECT_EQ(recording.signal.labels.front().label, "SEATED");
        EXPECT_EQ(recording.signal.labels.back().end, 1351u);
    }
    store::ReadOptions occupancy;
    occupancy.label_column = "Occupancy";
    if (const auto bytes = shared_member("room_occupancy", "datatraining.txt")) {
        const auto recording = read_one("datatraining.txt", *bytes, occupancy);
        EXPECT_EQ(recording.signal.frames, 8143u);
        EXPECT_EQ(names_of(recording.signal), (Names{"Temperature", "Humidity", "Light", "CO2", "HumidityRatio"}));
        EXPECT_NEAR(recording.signal.rate_hz, 1.0 / 60, 1e-5);
        std::size_t occupied = 0;
        for (const auto& span : recording.signal.labels) occupied += span.label == "1" ? span.end - span.begin : 0;
        EXPECT_EQ(occupied, 1729u);
    }
    if (const auto bytes = shared_member("ceiling_fan_vibration", "fan_0_high_0_weight/0000.csv")) {
        const auto recording = read_one("a.csv", *bytes, at_rate(200));
        EXPECT_EQ(recording.signal.frames, 200u);
        EXPECT_EQ(recording.signal.channels.size(), 3u);
        EXPECT_FLOAT_EQ(recording.signal.at(0), 0.047363f);
    }
}

TEST(Csv, CutAndChangedBytes) {
    expect_robust("csv", "a.csv", to_bytes("timestamp,x (g),label\n0,1.5,a\n10,-2,\"b\"\"c\"\n20,3e2,b\n"));
    expect_robust("csv", "b.csv", to_bytes("d;x\r\n2015-02-02T14:19:00.5Z;1,5\r\n2015-02-02T14:19:01.5Z;2,5\r\n"), at_rate(3));
    expect_robust("csv", "c.csv", to_bytes("1 2 3\n4 5 6\n"), at_rate(3));
}

}  // namespace
