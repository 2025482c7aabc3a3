// Whole public data sets, as they come: labels, splits and groups against the figures that their descriptions state.
#include "store/dataset.hpp"

#include "support.hpp"

#include <set>

namespace {

using namespace mote::store;
using namespace mote::store::test;

struct DataSets : Fixture {
    fs::path root;

    /// Unpacks a data set, or says that it is absent.
    bool unpack(const std::string& name) {
        const char* named = std::getenv("MOTE_SHARED");
        const fs::path file = fs::path(named ? named : MOTE_TEST_SHARED) / "data" / (name + ".tar.xz");
        if (!fs::exists(file)) {
            if (std::getenv("CI")) ADD_FAILURE() << file << " is absent: set MOTE_SHARED";
            return false;
        }
        const std::string command = "tar xf '" + file.string() + "' -C '" + folder.path().string() + "'";
        EXPECT_EQ(std::system(command.c_str()), 0);
        root = folder.path() / name;
        return true;
    }
};

using Counts = std::map<std::string, std::size_t>;

TEST_F(DataSets, SpeechCommandsBySpeaker) {
    if (!unpack("speech_commands_mini")) GTEST_SKIP() << "skipped: the data set is absent (MOTE_SHARED names its place)";
    Store store = Store::open(dot);
    IngestOptions options;
    options.group_by = "speaker";
    const IngestReport report = take_in(store, {root}, options);
    EXPECT_EQ(report.added, 1743u);
    EXPECT_TRUE(report.bad.empty());
    EXPECT_EQ(report.skipped, (std::vector<std::string>{"LICENSE", "README.md"}));
    Counts labels, splits;
    std::map<std::string, std::set<std::string>> of_group;
    for (const Sample& sample : store.samples()) {
        ++labels[sample.annotation.label], ++splits[sample.annotation.split];
        if (!sample.annotation.group.empty()) of_group[sample.annotation.group].insert(sample.annotation.split);
    }
    EXPECT_EQ(labels, (Counts{{"yes", 419}, {"no", 405}, {"stop", 411}, {"unknown", 408}, {"silence", 100}}));
    EXPECT_EQ(splits, (Counts{{"train", 1057}, {"validation", 360}, {"test", 326}}));
    for (const auto& [group, of] : of_group) EXPECT_EQ(of.size(), 1u) << group;
    const IngestReport again = take_in(store, {root}, options);
    EXPECT_EQ(again.unchanged, 1743u);
    EXPECT_EQ(again.bytes, 0u);
}

TEST_F(DataSets, PhoneActivityByPerson) {
    if (!unpack("phone_watch_har")) GTEST_SKIP() << "skipped: the data set is absent (MOTE_SHARED names its place)";
    Store store = Store::open(dot);
    IngestOptions options;
    options.name_pattern = "{subject}_{run}_{device}.csv";
    options.tables = {(root / "split_subjects.csv").string()};
    options.include = {"s*_sp.csv"};
    const IngestReport report = take_in(store, {root / "DATA"}, options);
    EXPECT_EQ(report.added, 223u);
    EXPECT_TRUE(report.bad.empty()) << report.bad[0].file << ": " << report.bad[0].message;
    std::set<std::string> test_people;
    for (const Sample& sample : store.samples())
        if (sample.annotation.split == split_test) test_people.insert(sample.annotation.group);
    EXPECT_EQ(test_people, (std::set<std::string>{"s03", "s08", "s13", "s18", "s23"}));
    DatasetOptions windows;
    windows.window.length_ms = 1000, windows.window.stride_ms = 500;
    const Dataset dataset(store, store.samples(), windows);
    EXPECT_EQ(dataset.labels(), (std::vector<std::string>{"SEATED", "SITTING_DOWN", "STANDING_UP", "TURNING", "WALKING"}));
    EXPECT_NEAR(static_cast<double>(dataset.window().frames), 103, 2);
    EXPECT_GT(dataset.size(), 4000u);
}

}  // namespace
