#include "support.hpp"

#include <cstring>
#include <fstream>

#include <sys/stat.h>

namespace {

using namespace mote::store;
using namespace mote::store::test;
using mote::base::Error;

struct Ingests : Fixture {};

TEST_F(Ingests, FoldersGiveLabelsAndEverySampleReadsBack) {
    write_words(data, 12);
    write(data / "README.md", "about");
    Store store = Store::open(dot);
    const IngestReport report = take_in(store, {data});
    EXPECT_EQ(report.files, 13u);
    EXPECT_EQ(report.added, 12u);
    EXPECT_TRUE(report.bad.empty());
    EXPECT_EQ(report.skipped, std::vector<std::string>{"README.md"});
    const Sample sample = store.sample("no/clip1001.wav");
    EXPECT_EQ(sample.annotation.label, "no");
    EXPECT_EQ(sample.descriptor.rate_hz, 16000);
    EXPECT_EQ(std::get<std::vector<std::int16_t>>(store.read(sample).values), noise(1));
    EXPECT_TRUE(store.check().problems.empty());
}

TEST_F(Ingests, AFileNamedAloneIsReadWithTheLabelsBesideIt) {
    const auto idx = [](std::initializer_list<int> sizes, std::initializer_list<int> values) {
        std::string text{0, 0, 8, static_cast<char>(sizes.size())};
        for (const int size : sizes) text += {0, 0, 0, static_cast<char>(size)};
        for (const int value : values) text += static_cast<char>(value);
        return text;
    };
    write(data / "t-images-idx3-ubyte", idx({2, 1, 1}, {40, 50}));
    write(data / "t-labels-idx1-ubyte", idx({2}, {7, 3}));
    Store store = Store::open(dot);
    EXPECT_EQ(take_in(store, {data / "t-images-idx3-ubyte"}).added, 2u);
    EXPECT_EQ(store.sample("t-images-idx3-ubyte/0").annotation.label, "7");
    // A companion that changes is noticed, though the file that was named did not change.
    write(data / "t-labels-idx1-ubyte", idx({2}, {7, 4}));
    EXPECT_EQ(take_in(store, {data / "t-images-idx3-ubyte"}).unchanged, 0u);
    EXPECT_EQ(store.sample("t-images-idx3-ubyte/1").annotation.label, "4");
}

TEST_F(Ingests, TheSameAgainChangesNothing) {
    write_words(data, 30);
    Store store = Store::open(dot);
    take_in(store, {data});
    const std::string snapshot = store.snapshot().hash;
    const std::string segments = sha_of_folder(dot / "segments");
    const IngestReport again = take_in(store, {data});
    EXPECT_EQ(again.unchanged, 30u);
    EXPECT_EQ(again.added + again.replaced + again.relabelled, 0u);
    EXPECT_EQ(store.snapshot().hash, snapshot);
    EXPECT_EQ(sha_of_folder(dot / "segments"), segments);
    // Touched, but the same bytes: recognised by content.
    for (const auto& item : fs::recursive_directory_iterator(data))
        if (item.is_regular_file()) fs::last_write_time(item.path(), fs::file_time_type::clock::now() + std::chrono::hours(1));
    const IngestReport touched = take_in(store, {data});
    EXPECT_EQ(touched.unchanged, 0u);
    EXPECT_EQ(touched.added + touched.replaced + touched.relabelled, 0u);
    EXPECT_EQ(store.snapshot().hash, snapshot);
    EXPECT_EQ(sha_of_folder(dot / "segments"), segments);
    EXPECT_EQ(take_in(store, {data}).unchanged, 30u);
}

TEST_F(Ingests, BadFilesAreNamedAndTheGoodOnesLand) {
    write_words(data, 6);
    write(data / "yes/empty.wav", "");
    write(data / "yes/lying.wav", wav(noise(1)).substr(0, 100));
    write(data / "yes/text.wav", "not a sound at all");
    write(data / "yes/nan.csv", "timestamp,x\n0,1\n10,nan\n20,3\n");
    write(data / "yes/slow.wav", wav(noise(2), 8000));
    fs::create_symlink(data / "yes/clip1000.wav", data / "yes/link.wav");
    write(data / "yes" / std::string("caf\xe9.wav"), wav(noise(3)));
    Store store = Store::open(dot);
    const IngestReport report = take_in(store, {data});
    EXPECT_EQ(report.added, 6u);
    std::map<std::string, std::string> bad;
    for (const IngestIssue& issue : report.bad) bad[issue.file] = issue.message + " | " + issue.hint;
    EXPECT_EQ(bad.size(), 7u);
    EXPECT_EQ(bad["yes/empty.wav"], "is empty | record or copy it again, or leave it out");
    EXPECT_NE(bad["yes/lying.wav"].find("the header declares 800 bytes of sound, but only 56 follow"), std::string::npos)
        << bad["yes/lying.wav"];
    EXPECT_EQ(bad["yes/text.wav"],
              "byte 0: is no wav file, whatever its name says | export it again, give it its right extension, or leave it out (exclude)");
    EXPECT_NE(bad["yes/nan.csv"].find("row 3"), std::string::npos) << bad["yes/nan.csv"];
    EXPECT_EQ(bad["yes/slow.wav"],
              "its rate is 8000 Hz, sensor \"audio\" has 16000 Hz in this project (no/clip1001.wav) | convert it, or accept mixed rates "
              "(mixed_rates) and let windows be resampled to one rate");
    EXPECT_EQ(bad["yes/link.wav"], "is a symbolic link, and links are not followed | copy the file, or name what the link points to");
    EXPECT_EQ(bad["yes/caf\\xe9.wav"], "its name is not UTF-8 | rename it");
    // They are named again the next time, and the good ones are still known.
    const IngestReport again = take_in(store, {data});
    EXPECT_EQ(again.bad.size(), 7u);
    EXPECT_EQ(again.unchanged, 6u);
}

TEST_F(Ingests, ChangedContentReplacesAndComingBackRevives) {
    write(data / "a/x.wav", wav(noise(1)));
    write(data / "a/y.wav", wav(noise(2)));
    Store store = Store::open(dot);
    take_in(store, {data});
    const std::string before = store.snapshot().hash;
    write(data / "a/x.wav", wav(noise(3)));
    const IngestReport changed = take_in(store, {data});
    EXPECT_EQ(changed.replaced, 1u);
    EXPECT_EQ(changed.added, 0u);
    EXPECT_EQ(store.sample_count(), 2u);
    EXPECT_NE(store.snapshot().hash, before);
    const SnapshotDiff diff = store.diff(before, store.snapshot().hash);
    ASSERT_EQ(diff.changed.size(), 1u);
    EXPECT_EQ(diff.changed[0].field, "values");
    write(data / "a/x.wav", wav(noise(1)));
    take_in(store, {data});
    EXPECT_EQ(store.snapshot().hash, before);
    EXPECT_TRUE(store.check().problems.empty());
}

TEST_F(Ingests, ANameTakenByAnotherFileIsRefused) {
    write(folder.path() / "one/x.wav", wav(noise(1)));
    write(folder.path() / "two/x.wav", wav(noise(2)));
    Store store = Store::open(dot);
    take_in(store, {folder.path() / "one"});
    const IngestReport report = take_in(store, {folder.path() / "two"});
    ASSERT_EQ(report.bad.size(), 1u);
    EXPECT_EQ(report.bad[0].message, "the project has another sample \"x.wav\", from " + (folder.path() / "one/x.wav").string());
    IngestOptions options;
    options.prefix = "second";
    EXPECT_EQ(take_in(store, {folder.path() / "two"}, options).added, 1u);
    EXPECT_EQ(store.sample("second/x.wav").annotation.label, "");
    // Several folders at once keep apart by their own names, which are then labels too.
    Store other = Store::open(folder.path() / "other/.mote");
    EXPECT_EQ(take_in(other, {folder.path() / "one", folder.path() / "two"}).added, 2u);
    EXPECT_EQ(other.sample("two/x.wav").annotation.label, "two");
}

TEST_F(Ingests, AMovedFolderIsRecognised) {
    write_words(data, 9);
    Store store = Store::open(dot);
    take_in(store, {data});
    const std::string before = store.snapshot().hash;
    fs::rename(data, folder.path() / "elsewhere");
    const IngestReport moved = take_in(store, {folder.path() / "elsewhere"});
    EXPECT_EQ(moved.added + moved.replaced, 0u);
    EXPECT_TRUE(moved.bad.empty());
    EXPECT_EQ(store.snapshot().hash, before);
}

TEST_F(Ingests, ThreadsDoNotMatter) {
    write_words(data, 40);
    write(data / "yes/bad.wav", "x");
    std::vector<std::string> snapshots, bytes;
    for (const char* threads : {"1", "2", "7"}) {
        ::setenv("MOTE_THREADS", threads, 1);
        const fs::path place = folder.path() / threads / ".mote";
        Store store = Store::open(place);
        take_in(store, {data});
        snapshots.push_back(store.snapshot().hash);
        bytes.push_back(sha_of_folder(place / "segments"));
    }
    ::unsetenv("MOTE_THREADS");
    EXPECT_EQ(snapshots[0], snapshots[1]);
    EXPECT_EQ(snapshots[0], snapshots[2]);
    EXPECT_EQ(bytes[0], bytes[1]);
    EXPECT_EQ(bytes[0], bytes[2]);
}

TEST_F(Ingests, ACancelledIngestGoesOnWhereItStopped) {
    write_words(data, 40);
    Store whole = Store::open(folder.path() / "whole/.mote");
    take_in(whole, {data});
    Store store = Store::open(dot);
    mote::base::Cancel cancel;
    struct StopSoon : mote::base::Progress {
        explicit StopSoon(mote::base::Cancel& c) : cancel(c) {}
        void begin(std::string_view, std::uint64_t) override { cancel.request(); }
        mote::base::Cancel& cancel;
    } progress(cancel);
    const std::vector<fs::path> paths{data};
    EXPECT_EQ(failure_of([&] { ingest(store, paths, {}, progress, cancel); }),
              "cancelled: stopped on request | run the same command again to go on from here");
    take_in(store, {data});
    EXPECT_EQ(store.snapshot().hash, whole.snapshot().hash);
}

TEST_F(Ingests, APathThatIsMissingIsAnError) {
    Store store = Store::open(dot);
    EXPECT_EQ(failure_of([&] { take_in(store, {"/nowhere/at/all"}); }),
              "not_found: /nowhere/at/all: No such file or directory | check the path");
}

TEST_F(Ingests, AnArchiveLandsWithoutItsBadMembers) {
    write_words(data / "in", 30, 4000);
    write(data / "in/yes/cut.wav", wav(noise(1)).substr(0, 60));
    write(data / "outside.wav", wav(noise(2)));
    fs::create_symlink("clip1000.wav", data / "in/yes/link.wav");
    const std::string pack = "cd '" + (data / "in").string() + "' && tar -P -c -z -f '" + (folder.path() / "set.tar.gz").string() +
                             "' yes no stop ../outside.wav";
    ASSERT_EQ(std::system(pack.c_str()), 0);
    Store store = Store::open(dot);
    const IngestReport report = take_in(store, {folder.path() / "set.tar.gz"});
    EXPECT_EQ(report.added, 30u);
    EXPECT_EQ(store.sample("set.tar.gz/no/clip1001.wav").annotation.label, "no");
    std::string all;
    for (const IngestIssue& issue : report.bad) all += issue.file + ": " + issue.message + "\n";
    EXPECT_EQ(report.bad.size(), 3u) << all;
    for (const char* member : {"yes/cut.wav", "yes/link.wav", "../outside.wav"}) EXPECT_NE(all.find(member), std::string::npos) << all;
    const std::string snapshot = store.snapshot().hash;
    const IngestReport again = take_in(store, {folder.path() / "set.tar.gz"});
    EXPECT_EQ(again.bad.size(), 3u);  // named again, as nothing was done about them
    EXPECT_EQ(again.added + again.replaced, 0u);
    EXPECT_EQ(store.snapshot().hash, snapshot);
}

TEST_F(Ingests, AFileLargerThanABatchGoesInPieceByPiece) {
    const std::vector<std::int16_t> samples = noise(5, std::size_t{6} << 20);
    write(data / "long.wav", wav(samples));
    write(data / "short.wav", wav(noise(1)));
    Store store = Store::open(dot);
    EXPECT_EQ(take_in(store, {data}).added, 2u);
    EXPECT_EQ(std::get<std::vector<std::int16_t>>(store.read(store.sample("long.wav")).values), samples);
    EXPECT_EQ(take_in(store, {data}).unchanged, 2u);
}

}  // namespace
