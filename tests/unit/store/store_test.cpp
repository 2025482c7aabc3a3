#include "store/store.hpp"
#include "store/parts.hpp"
#include "store/project.hpp"

#include "support.hpp"

#include <fstream>

#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace mote::store;
using namespace mote::store::test;
using mote::base::Error;

struct Stores : Fixture {};

TEST_F(Stores, ProjectsAreFoundFromBelow) {
    const fs::path home = folder.path() / "home";
    Project::create(home, "# a project\n");
    fs::create_directories(home / "a/b");
    EXPECT_EQ(Project::find(home / "a/b").folder(), fs::canonical(home));
    EXPECT_TRUE(fs::exists(home / ".mote/store.sqlite"));
    EXPECT_EQ(failure_of([&] { Project::create(home, ""); }).substr(0, 8), "conflict");
    EXPECT_NE(failure_of([&] { Project::find(folder.path()); }).find("`mote init` makes one"), std::string::npos);
}

TEST_F(Stores, ObjectsAreKeptOnceAndComeBackExactly) {
    Store store = Store::open(dot);
    const auto hash = store.put("some bytes");
    EXPECT_EQ(store.put("some bytes"), hash);
    EXPECT_EQ(mote::base::as_text(store.get(hash)), "some bytes");
    const std::string big(std::size_t{70} << 20, 'x');  // larger than a segment: one of its own
    const auto big_hash = store.put(big);
    const auto after = store.put("after");
    EXPECT_EQ(mote::base::as_text(store.get(big_hash)), big);
    EXPECT_EQ(mote::base::as_text(store.get(after)), "after");
    EXPECT_EQ(mote::base::as_text(store.get(store.put(""))), "");
    Store again = Store::open(dot);
    EXPECT_EQ(mote::base::as_text(again.get(hash)), "some bytes");
    EXPECT_EQ(again.check().objects, 4u);
    EXPECT_TRUE(again.check().problems.empty());
    EXPECT_EQ(failure_of([&] { again.get(mote::base::sha256("other")); }).substr(0, 9), "not_found");
}

TEST_F(Stores, ATailLeftByADeadWriterIsCutOff) {
    {
        Store store = Store::open(dot);
        store.put("first");
    }
    std::ofstream(dot / "segments/000001.segment", std::ios::app) << std::string(1000, 'z');
    Store store = Store::open(dot);
    const auto hash = store.put("second");
    EXPECT_EQ(mote::base::as_text(store.get(hash)), "second");
    EXPECT_EQ(fs::file_size(dot / "segments/000001.segment"), 16u + 6u);
    EXPECT_TRUE(store.check().problems.empty());
}

TEST_F(Stores, DamageIsFound) {
    Store store = Store::open(dot);
    const auto hash = store.put("precious bytes");
    {
        std::fstream file(dot / "segments/000001.segment", std::ios::in | std::ios::out);
        file.seekp(3);
        file.put('X');
    }
    const CheckReport report = store.check();
    ASSERT_EQ(report.problems.size(), 1u);
    EXPECT_EQ(report.problems[0], "object " + mote::base::hex(hash) + ": its bytes have changed (segment 1, byte 0)");
    fs::resize_file(dot / "segments/000001.segment", 5);
    Store other = Store::open(dot);
    EXPECT_NE(other.check().problems.at(0).find("ends before byte 14"), std::string::npos);
    EXPECT_EQ(failure_of([&] { other.put("more"); }).substr(0, 9), "bad_input");
}

TEST_F(Stores, AFileThatIsNoStoreIsNamed) {
    fs::create_directories(dot);
    write(dot / "store.sqlite", std::string(5000, 'q'));
    EXPECT_EQ(failure_of([&] { Store::open(dot); }).substr(0, 50), "bad_input: the project's store is damaged: file is");
}

TEST_F(Stores, EditsAreRevisionsAndSnapshotsKeepWhatWas) {
    write_words(data, 6);
    Store store = Store::open(dot);
    take_in(store, {data});
    const SnapshotInfo first = store.snapshot("as recorded");
    EXPECT_EQ(store.snapshot().hash, first.hash);
    EXPECT_EQ(store.snapshots().size(), 1u);
    Edit relabel;
    relabel.label = "ja";
    SampleFilter yes;
    yes.names = {"yes/*"};
    EXPECT_EQ(store.edit(yes, relabel), 2u);
    EXPECT_EQ(store.edit(yes, relabel), 0u);
    Edit leave_out;
    leave_out.excluded = true;
    SampleFilter one;
    one.names = {"no/clip1001.wav"};
    store.edit(one, leave_out);
    Edit take_out;
    take_out.removed = true;
    one.names = {"stop/clip1002.wav"};
    store.edit(one, take_out);
    const SnapshotInfo second = store.snapshot();
    EXPECT_EQ(second.samples, 4u);
    const SnapshotDiff diff = store.diff(first.hash, "latest");
    EXPECT_EQ(diff.removed, (std::vector<std::string>{"no/clip1001.wav", "stop/clip1002.wav"}));
    ASSERT_EQ(diff.changed.size(), 2u);
    EXPECT_EQ(diff.changed[0].before, "yes");
    EXPECT_EQ(diff.changed[0].after, "ja");
    EXPECT_EQ(store.snapshot_samples(first.hash.substr(0, 10)).size(), 6u);
    EXPECT_EQ(store.snapshot_samples(first.hash)[5].annotation.label, "yes");
    EXPECT_EQ(store.history("yes/clip1000.wav").size(), 2u);
    // What a person said outlives ingesting again, also with other rules.
    IngestOptions options;
    options.label = "all the same";
    take_in(store, {data}, options);
    EXPECT_EQ(store.sample("yes/clip1000.wav").annotation.label, "ja");
    EXPECT_EQ(store.sample("no/clip1004.wav").annotation.label, "all the same");
    EXPECT_EQ(store.sample_count(), 5u);
    // Undone, the content is what it was, and so is its name.
    take_in(store, {data});
    Edit back;
    back.label = "yes";
    store.edit(yes, back);
    Edit keep;
    keep.excluded = false, keep.removed = false;
    SampleFilter everything;
    everything.with_removed = true;
    store.edit(everything, keep);
    EXPECT_EQ(store.snapshot().hash, first.hash);
    EXPECT_TRUE(store.check().problems.empty());
}

TEST_F(Stores, WrongNamesAreMetWithTheNearest) {
    write_words(data, 3);
    Store store = Store::open(dot);
    EXPECT_EQ(failure_of([&] { store.snapshot(); }),
              "bad_input: there are no samples to take a snapshot of | `mote ingest FOLDER` brings some in");
    take_in(store, {data});
    EXPECT_EQ(failure_of([&] { store.sample("yes/clip1009.wav"); }),
              "not_found: no sample \"yes/clip1009.wav\" in this project | did you mean \"yes/clip1000.wav\"?");
    SampleFilter filter;
    filter.names = {"zzz"};
    EXPECT_EQ(failure_of([&] { store.edit(filter, {}); }),
              "not_found: no sample \"zzz\" in this project | `mote data list` shows the names");
    EXPECT_EQ(failure_of([&] { store.find_snapshot("latest"); }),
              "not_found: this project has no snapshot yet | `mote data snapshot` takes one");
    EXPECT_EQ(failure_of([&] { store.find_snapshot("123"); }).substr(0, 25), "not_found: no snapshot \"1");
}

TEST_F(Stores, ASplitMovesWholeGroups) {
    for (int i = 0; i < 8; ++i)
        write(data / ("s" + std::to_string(i % 2) + "_" + std::to_string(i) + ".wav"), wav(noise(static_cast<std::uint64_t>(i))));
    IngestOptions options;
    options.name_pattern = "{subject}_{run}.wav", options.group_by = "subject", options.test_share = 0, options.validation_share = 0;
    Store store = Store::open(dot);
    take_in(store, {data}, options);
    Edit edit;
    edit.split = "testing";
    SampleFilter filter;
    filter.names = {"s1_3.wav"};
    EXPECT_EQ(store.edit(filter, edit), 4u);
    for (const Sample& sample : store.samples()) EXPECT_EQ(sample.annotation.split, sample.annotation.group == "s1" ? "test" : "train");
    // A newcomer of the group follows it.
    write(data / "s1_99.wav", wav(noise(99)));
    take_in(store, {data}, options);
    EXPECT_EQ(store.sample("s1_99.wav").annotation.split, "test");
}

/// Runs `body` in so many processes at once; each returns its exit status.
void expect_success_of_all(int processes, const std::function<int(int)>& body) {
    std::vector<pid_t> pids;
    for (int child = 0; child < processes; ++child) {
        const pid_t pid = ::fork();
        if (pid == 0) {
            try {
                ::_exit(body(child));
            } catch (...) {
                ::_exit(1);
            }
        }
        pids.push_back(pid);
    }
    for (const pid_t pid : pids) {
        int status = 0;
        ASSERT_EQ(::waitpid(pid, &status, 0), pid);
        EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
    }
}

TEST_F(Stores, WritersTakeTurnsAcrossProcesses) {
    constexpr int puts = 12;
    expect_success_of_all(4, [&](int child) {
        Store store = Store::open(dot);
        for (int i = 0; i < puts; ++i) store.put("object " + std::to_string(child % 2) + " " + std::to_string(i));
        return 0;
    });
    Store store = Store::open(dot);
    EXPECT_EQ(store.check().objects, 2u * puts);
    EXPECT_TRUE(store.check().problems.empty());
}

TEST_F(Stores, TwoProcessesIngestTheSameFolderAtOnce) {
    write_words(data, 90);
    Store alone = Store::open(folder.path() / "alone/.mote");
    take_in(alone, {data});
    expect_success_of_all(2, [&](int child) {
        Store store = Store::open(dot);
        IngestOptions options;
        options.batch_files = static_cast<std::size_t>(5 + 2 * child);
        return take_in(store, {data}, options).bad.empty() ? 0 : 2;
    });
    Store store = Store::open(dot);
    EXPECT_EQ(store.sample_count(), 90u);
    EXPECT_EQ(store.snapshot().hash, alone.snapshot().hash);
    EXPECT_TRUE(store.check().problems.empty());
}

TEST_F(Stores, ASnapshotThatLostAnEntryIsFound) {
    write_words(data, 3);
    Store store = Store::open(dot);
    take_in(store, {data});
    const std::string hash = store.snapshot().hash;
    EXPECT_TRUE(store.check().problems.empty());
    store.parts().database.execute("DELETE FROM entry WHERE sample = 2");
    EXPECT_EQ(store.check().problems, std::vector<std::string>{"snapshot " + hash + ": its entries are not what they were"});
}

}  // namespace
