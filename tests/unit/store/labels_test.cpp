#include "store/name_pattern.hpp"
#include "store/rules.hpp"
#include "store/side_table.hpp"
#include "store/sidecar.hpp"

#include "support.hpp"

#include <set>

namespace {

using namespace mote::store;
using namespace mote::store::test;

TEST(NamePatterns, TemplatesAndExpressions) {
    const NamePattern har("{subject}_{run}_{device}.csv");
    EXPECT_EQ(har.match("DATA/s01/s01_02_sw.csv"), (NameFields{{"subject", "s01"}, {"run", "02"}, {"device", "sw"}}));
    EXPECT_TRUE(har.match("s01_02_sw.wav").empty());
    const NamePattern dot("{label}.{rest}");
    EXPECT_EQ(dot.match("idle.01.csv").at("label"), "idle");
    const NamePattern folders("{split}/{label}/*.wav");
    EXPECT_EQ(folders.match("set/testing/yes/1.wav"), (NameFields{{"split", "testing"}, {"label", "yes"}}));
    const NamePattern named("re:^(?:un)?(?<label>[a-z]+)_(?<speaker>[0-9a-f]{8})");
    EXPECT_EQ(named.match("x/unknown_0a1b2c3d_nohash_0.wav"), (NameFields{{"label", "known"}, {"speaker", "0a1b2c3d"}}));
    EXPECT_TRUE(NamePattern("").match("anything").empty());
}

TEST(NamePatterns, AFieldTakesAsLittleAsItCanAndTheLastOneTheRest) {
    const NamePattern two("{a}-{b}.csv");
    EXPECT_EQ(two.match("1-2-3.csv"), (NameFields{{"a", "1"}, {"b", "2-3"}}));
    EXPECT_EQ(two.match("--.csv"), NameFields{});
    EXPECT_EQ(two.match("---.csv"), (NameFields{{"a", "-"}, {"b", "-"}}));
    EXPECT_EQ(NamePattern("{a}*.csv").match("x.csv.csv"), (NameFields{{"a", "x.csv"}}));
    EXPECT_EQ(NamePattern("*{a}*_{b}").match("no_on_1"), (NameFields{{"a", "n"}, {"b", "on_1"}}));
    EXPECT_TRUE(NamePattern("a/{b}").match("a/").empty());
    EXPECT_TRUE(NamePattern("{a}{b}").match("1").empty());
}

TEST(NamePatterns, ManyStarsAreNoMoreWorkThanOne) {
    const std::string name = std::string(400, 's') + "x";
    EXPECT_TRUE(NamePattern(std::string(60, '*') + "{a}b").match(name).empty());
    EXPECT_TRUE(NamePattern("*s*s*s*s*s*s*s*s*s*s*s*s*s*{a}b").match(name).empty());
    EXPECT_EQ(NamePattern("*s*s*s*s*s*s*s*s*s*s*s*s*s*{a}x").match(name).at("a"), std::string(387, 's'));
}

TEST(NamePatterns, FaultsAreShown) {
    const std::string hint = " | write a pattern such as {label}.{rest} or {subject}_{run}.csv";
    EXPECT_EQ(failure_of([] { NamePattern("{label"); }), "usage: name pattern \"{label\": a '{' is never closed" + hint);
    EXPECT_EQ(failure_of([] { NamePattern("{a}_{a}"); }), "usage: name pattern \"{a}_{a}\": names the field \"a\" twice" + hint);
    EXPECT_EQ(failure_of([] { NamePattern("plain.csv"); }), "usage: name pattern \"plain.csv\": has no field" + hint);
    EXPECT_EQ(failure_of([] { NamePattern("re:(?<label>["); }).substr(0, 66),
              "usage: name pattern \"re:(?<label>[\": is not a regular expression: ");
}

TEST(SideTables, RowsAreFoundByPathNameOrStem) {
    const SideTable table("/d/split.csv", "file,label,split\nyes/a.wav,yes,train\nA0004,af,test\n");
    EXPECT_EQ(table.find_file("/d/yes/a.wav", "x/yes/a.wav", "")->at("split"), "train");
    EXPECT_EQ(table.find_file("/other/place/yes/a.wav", "place/yes/a.wav", "")->at("label"), "yes");
    EXPECT_EQ(table.find_file("/d/all.zip", "all.zip/deep/yes/a.wav", "deep/yes/a.wav")->at("label"), "yes");
    EXPECT_EQ(table.find_file("/d/records/A0004.csv", "records/A0004.csv", "")->at("label"), "af");
    EXPECT_EQ(table.find_file("/d/no/a.wav", "no/a.wav", ""), nullptr);
    EXPECT_EQ(failure_of([] { SideTable("/t.csv", "file,label\na,b,c\n"); }),
              "bad_input: row 2 has 3 values, the header names 2 | correct the row");
    EXPECT_EQ(failure_of([] { SideTable("/t.csv", "file,label\na,b\na,c\n"); }),
              "bad_input: row 3 says something else about \"a\" than a row before it | keep one of them");
    EXPECT_EQ(SideTable::header_of("0.1, 0.2\n0.3, 0.4\n"), std::nullopt);
}

TEST(Sidecars, InfoAndStructuredLabels) {
    std::map<std::string, SidecarEntry> entries;
    read_sidecar("/d/info.labels",
                 R"({"version":1,"files":[{"path":"training/a.wav","category":"training","label":{"type":"label","label":"noise"},
                     "metadata":{"speaker":"s1"}},{"path":"b.wav","category":"testing","label":{"type":"unlabeled"}}]})",
                 entries);
    EXPECT_EQ(*entries.at("/d/training/a.wav").label, "noise");
    EXPECT_EQ(*entries.at("/d/training/a.wav").split, "train");
    EXPECT_EQ(entries.at("/d/training/a.wav").metadata["speaker"], "s1");
    EXPECT_EQ(*entries.at("/d/b.wav").label, "");
    read_sidecar("/d/structured_labels.labels",
                 R"({"version":1,"type":"structured-labels","structuredLabels":{"c.wav":[{"label":"x","startIndex":0,"endIndex":79},
                     {"label":"y","startIndex":80,"endIndex":99}]}})",
                 entries);
    ASSERT_EQ(entries.at("/d/c.wav").spans->size(), 2u);
    EXPECT_EQ(entries.at("/d/c.wav").spans->at(0).end, 80u);
    const auto failure = [&](const char* text) { return failure_of([&] { read_sidecar("/d/structured_labels.labels", text, entries); }); };
    EXPECT_EQ(failure("{"), "bad_input: structured_labels.labels:1: not valid JSON | check the text near byte 2");
    EXPECT_EQ(failure(R"({"structuredLabels":{"c":[{"label":"x","startIndex":5,"endIndex":2}]}})"),
              "bad_input: structured_labels.labels: c[0]: ends before it starts | correct it, or remove the label file");
    EXPECT_EQ(failure(R"({"structuredLabels":{"c":[{"label":"x","startIndex":-1,"endIndex":2}]}})"),
              "bad_input: structured_labels.labels: c[0]: \"startIndex\" is not an index | correct it, or remove the label file");
    EXPECT_EQ(failure(R"([])"), "bad_input: structured_labels.labels: has no \"structuredLabels\" | correct it, or remove the label file");
}

TEST(Splits, TheHashIsStableAndSharesAreMet) {
    // Pinned: a change would move people's data between splits.
    EXPECT_EQ(split_by_hash("yes/clip1000.wav", "", 0.2, 0.2), "validation");  // sha256sum of "\nyes/clip1000.wav"
    EXPECT_EQ(split_by_hash("yes/clip1000.wav", "", 0.1, 0.1), "train");
    std::map<std::string, int> counts;
    for (int i = 0; i < 10000; ++i) ++counts[split_by_hash("name" + std::to_string(i), "", 0.15, 0.25)];
    EXPECT_NEAR(counts["test"], 2500, 150);
    EXPECT_NEAR(counts["validation"], 1500, 120);
    int moved = 0;
    for (int i = 0; i < 1000; ++i)
        moved += split_by_hash("name" + std::to_string(i), "", 0.2, 0.2) != split_by_hash("name" + std::to_string(i), "other", 0.2, 0.2);
    EXPECT_GT(moved, 300);
}

struct Labels : Fixture {
    Store store = Store::open(dot);
    std::string label(const std::string& name) { return store.sample(name).annotation.label; }
};

TEST_F(Labels, ATableAtTheTopIsFoundAndSpeaksFirst) {
    write_words(data, 6);
    write(data / "split.csv",
          "file,label,speaker,split\nyes/clip1000.wav,JA,p1,train\nno/clip1001.wav,NEIN,p2,val\n"
          "stop/clip1002.wav,HALT,p3,test\nyes/gone.wav,JA,p9,train\n");
    IngestOptions options;
    options.group_by = "speaker";
    const IngestReport report = take_in(store, {data}, options);
    EXPECT_EQ(report.added, 6u);
    EXPECT_TRUE(report.bad.empty());
    EXPECT_EQ(label("yes/clip1000.wav"), "JA");
    EXPECT_EQ(label("yes/clip1003.wav"), "yes");  // no row: the folder speaks
    const Sample sample = store.sample("no/clip1001.wav");
    EXPECT_EQ(sample.annotation.split, "validation");
    EXPECT_EQ(sample.annotation.group, "p2");
    EXPECT_EQ(sample.annotation.metadata["speaker"], "p2");
    std::set<std::string> warnings;
    for (const IngestIssue& issue : report.warnings) warnings.insert(issue.message);
    EXPECT_TRUE(warnings.count("1 of 4 rows name nothing that was read"));
    EXPECT_TRUE(warnings.count("this and 2 others have no row in the table"));
    // The table changes, the files do not: they are judged anew without being read.
    write(data / "split.csv", "file,label,speaker,split\nyes/clip1000.wav,OUI,p1,test\n");
    const IngestReport again = take_in(store, {data}, options);
    EXPECT_EQ(again.unchanged, 6u);
    EXPECT_EQ(again.bytes, 0u);
    EXPECT_EQ(again.relabelled, 3u);
    EXPECT_EQ(label("yes/clip1000.wav"), "OUI");
    EXPECT_EQ(store.sample("yes/clip1000.wav").annotation.split, "test");
    EXPECT_EQ(label("no/clip1001.wav"), "no");
}

TEST_F(Labels, SubjectsOfATableNeverLieInTwoSplits) {
    for (int s = 1; s <= 4; ++s)
        for (int run = 0; run < 3; ++run)
            write(data / ("s0" + std::to_string(s)) / ("s0" + std::to_string(s) + "_" + std::to_string(run) + "_sp.wav"),
                  wav(noise(static_cast<std::uint64_t>(10 * s + run))));
    write(data / "split_subjects.csv", "subject,split\ns01,train\ns02,train\ns03,val\ns04,test\n");
    IngestOptions options;
    options.name_pattern = "{subject}_{run}_{device}.wav", options.label_from = "none";
    const IngestReport report = take_in(store, {data}, options);
    EXPECT_EQ(report.added, 12u);
    EXPECT_TRUE(report.bad.empty());
    std::map<std::string, std::set<std::string>> splits;
    for (const Sample& sample : store.samples()) splits[sample.annotation.group].insert(sample.annotation.split);
    EXPECT_EQ(splits, (std::map<std::string, std::set<std::string>>{
                          {"s01", {"train"}}, {"s02", {"train"}}, {"s03", {"validation"}}, {"s04", {"test"}}}));
    EXPECT_EQ(store.sample("s01/s01_0_sp.wav").annotation.metadata["device"], "sp");
}

TEST_F(Labels, ATableThatTearsAGroupApartIsRefusedThere) {
    write(data / "a.wav", wav(noise(1)));
    write(data / "b.wav", wav(noise(2)));
    write(data / "split.csv", "file,speaker,split\na.wav,p1,train\nb.wav,p1,test\n");
    IngestOptions options;
    options.group_by = "speaker";
    const IngestReport report = take_in(store, {data}, options);
    EXPECT_EQ(report.added, 1u);
    ASSERT_EQ(report.bad.size(), 1u);
    EXPECT_EQ(report.bad[0].file, "b.wav");
    EXPECT_EQ(report.bad[0].message, "belongs to split \"test\", but others of its group \"p1\" are in \"train\"");
}

TEST_F(Labels, GroupsByHashStayTogether) {
    for (int i = 0; i < 60; ++i)
        write(data / ("p" + std::to_string(i % 20) + "_" + std::to_string(i) + ".wav"), wav(noise(static_cast<std::uint64_t>(i), 20)));
    IngestOptions options;
    options.name_pattern = "{person}_{n}.wav", options.group_by = "person";
    take_in(store, {data}, options);
    std::map<std::string, std::set<std::string>> splits;
    std::set<std::string> used;
    for (const Sample& sample : store.samples())
        splits[sample.annotation.group].insert(sample.annotation.split), used.insert(sample.annotation.split);
    EXPECT_EQ(splits.size(), 20u);
    for (const auto& [group, of_group] : splits) EXPECT_EQ(of_group.size(), 1u) << group;
    EXPECT_EQ(used.size(), 3u);
}

TEST_F(Labels, EverySourceOfLabels) {
    write(data / "walk/run.01.csv", "timestamp,x,label\n0,1,rest\n10,2,rest\n20,3,move\n30,4,move\n");
    const auto ingested = [&](const char* from, const char* label = "", const char* pattern = "") {
        Store fresh = Store::open(folder.path() / (std::string("p_") + from + label) / ".mote");
        IngestOptions options;
        options.label_from = from, options.label = label, options.name_pattern = pattern;
        const IngestReport report = take_in(fresh, {data}, options);
        EXPECT_TRUE(report.bad.empty()) << report.bad[0].message;
        const Annotation a = fresh.samples().at(0).annotation;
        return a.label + "/" + std::to_string(a.spans.size());
    };
    EXPECT_EQ(ingested("auto"), "/2");
    EXPECT_EQ(ingested("file"), "/2");
    EXPECT_EQ(ingested("name"), "run/0");
    EXPECT_EQ(ingested("folder"), "walk/0");
    EXPECT_EQ(ingested("none"), "/0");
    EXPECT_EQ(ingested("auto", "all"), "all/0");
}

TEST_F(Labels, SidecarsOfTheBestKnownStudio) {
    write(data / "training/a.wav", wav(noise(1, 100)));
    write(data / "testing/b.wav", wav(noise(2, 100)));
    write(data / "testing/c.wav", wav(noise(3, 100)));
    write(data / "info.labels", R"({"version":1,"files":[
        {"path":"training/a.wav","category":"training","label":{"type":"label","label":"noise"}},
        {"path":"testing/b.wav","category":"testing","label":{"type":"label","label":"voice"}}]})");
    write(data / "testing/structured_labels.labels",
          R"({"version":1,"type":"structured-labels","structuredLabels":{"c.wav":[{"label":"x","startIndex":0,"endIndex":49},
              {"label":"y","startIndex":50,"endIndex":100}]}})");
    const IngestReport report = take_in(store, {data});
    EXPECT_EQ(label("training/a.wav"), "noise");
    EXPECT_EQ(store.sample("testing/b.wav").annotation.split, "test");
    ASSERT_EQ(report.bad.size(), 1u);
    EXPECT_EQ(report.bad[0].message, "a label reaches to frame 101, the recording has 100");
    write(data / "testing/structured_labels.labels",
          R"({"version":1,"type":"structured-labels","structuredLabels":{"c.wav":[{"label":"x","startIndex":0,"endIndex":49},
              {"label":"y","startIndex":50,"endIndex":99}]}})");
    EXPECT_TRUE(take_in(store, {data}).bad.empty());
    EXPECT_EQ(store.sample("testing/c.wav").annotation.spans.size(), 2u);
}

}  // namespace
