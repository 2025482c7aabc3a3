#include "makers.hpp"

#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>

namespace {

using namespace mote;
using namespace mote::test;

const char* const kinds[] = {"zip", "tar", "tar.gz", "tar.xz", "tar.zst", "tar.bz2"};

Bytes wav() { return make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 1, tone(100)); }
Bytes csv() { return to_bytes("timestamp,x\n0,1\n10,2\n"); }

struct Result {
    std::vector<std::string> names;
    std::vector<std::string> errors;
};

Result read_archive(std::string_view name, const Bytes& bytes, store::ReadOptions options = {}) {
    Result result;
    options.on_bad_member = [&](const base::Error& error) { result.errors.push_back(error.code() + ": " + error.message()); };
    for (const auto& recording : read_all(name, bytes, options)) result.names.push_back(recording.name);
    return result;
}

TEST(Archive, EveryKindGivesItsMembers) {
    for (const std::string kind : kinds) {
        const auto recordings =
            read_all("a." + kind, make_archive(kind, {{"yes/a.wav", wav(), "", ""}, {"no/\xc3\xa4.csv", csv(), "", ""}}));
        ASSERT_EQ(recordings.size(), 2u) << kind;
        EXPECT_EQ(recordings[0].name, "yes/a.wav");
        EXPECT_EQ(recordings[0].signal.frames, 100u);
        EXPECT_EQ(recordings[1].name, "no/\xc3\xa4.csv") << kind;
    }
}

TEST(Archive, HarmfulMembersAreRefusedAndTheOthersRead) {
    for (const std::string kind : kinds) {
        const Bytes bytes = make_archive(kind, {{"../up.wav", wav(), "", ""},
                                                {"/etc/absolute.wav", wav(), "", ""},
                                                {"a/../../b.wav", wav(), "", ""},
                                                {"link.wav", {}, "/etc/passwd", ""},
                                                {"good.wav", wav(), "", ""},
                                                {"README.md", to_bytes("Read me."), "", ""},
                                                {"labels.csv", to_bytes("file,label\na.wav,x\n"), "", ""},
                                                {"bad.wav", to_bytes({"RIFF\x04\x00\x00\x00WAVEjunk", 16}), "", ""},
                                                {"empty.csv", {}, "", ""},
                                                {"._good.wav", wav(), "", ""},
                                                {"inner.zip", make_archive("zip", {{"x.wav", wav(), "", ""}}), "", ""},
                                                {"last.csv", csv(), "", ""}});
        const Result result = read_archive("a." + kind, bytes);
        EXPECT_EQ(result.names, (std::vector<std::string>{"good.wav", "last.csv"})) << kind;
        std::vector<std::string> expected{"bad_input: ../up.wav: its name leads out of the archive (..)",
                                          "bad_input: /etc/absolute.wav: its name is absolute",
                                          "bad_input: a/../../b.wav: its name leads out of the archive (..)",
                                          "bad_input: link.wav: is a link",
                                          "unsupported: README.md: no format knows it",
                                          "unsupported: labels.csv: has no column of numbers to read",
                                          "bad_input: bad.wav: holds no \"data\" chunk",
                                          "bad_input: empty.csv: is empty",
                                          "bad_input: inner.zip: is an archive inside an archive"};
        EXPECT_EQ(result.errors, expected) << kind;
    }
    const Bytes hard = make_archive("tar", {{"good.wav", wav(), "", ""}, {"hard.wav", {}, "", "good.wav"}});
    EXPECT_EQ(read_archive("a.tar", hard).errors, std::vector<std::string>{"bad_input: hard.wav: is a link"});
}

TEST(Archive, WithoutAReceiverTheFirstErrorIsThrownAtTheEnd) {
    const Bytes bytes = make_archive("zip", {{"notes.md", to_bytes("x"), "", ""}, {"empty.csv", {}, "", ""}, {"good.wav", wav(), "", ""}});
    std::size_t recordings = 0;
    try {
        format_named("zip").read("a.zip", bytes, {}, [&](store::Recording&&) { ++recordings; });
        ADD_FAILURE();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.message(), "empty.csv: is empty");
    }
    EXPECT_EQ(recordings, 1u);
    EXPECT_EQ(message_of("a.zip", make_archive("zip", {{"notes.md", to_bytes("x"), "", ""}})),
              "holds no recording: notes.md: no format knows it | put recordings into it");
    EXPECT_EQ(message_of("a.zip", make_archive("zip", {})), "holds no file that can be read | put recordings into it");
}

TEST(Archive, SizesAreCapped) {
    store::ReadOptions small;
    small.limit_bytes = 100'000;
    const Bytes zeros(1 << 20);
    for (const std::string kind : {"zip", "tar.gz", "tar.xz", "tar.zst", "tar.bz2"})
        EXPECT_EQ(message_of("a." + kind, make_archive(kind, {{"zeros.csv", zeros, "", ""}}), small),
                  "unpacks to more than 97.7 KB | split the archive, or raise the size limit")
            << kind;
    const Bytes many = make_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16000, 1, std::vector<std::int16_t>(30000));
    EXPECT_EQ(message_of("a.zip", make_archive("zip", {{"a.flac", many, "", ""}, {"b.flac", many, "", ""}}), small),
              "decodes to more than 97.7 KB | split the archive, or raise the size limit");
}

TEST(Archive, AnErrorOfTheReceiverStopsReading) {
    const Bytes bytes = make_archive("zip", {{"a.wav", wav(), "", ""}, {"b.wav", wav(), "", ""}});
    std::size_t calls = 0;
    store::ReadOptions options;
    options.on_bad_member = [](const base::Error& error) { ADD_FAILURE() << error.message(); };
    try {
        format_named("zip").read("a.zip", bytes, options, [&](store::Recording&&) {
            ++calls;
            throw base::Error("cancelled", "stopped");
        });
        ADD_FAILURE();
    } catch (const base::Error& error) {
        EXPECT_EQ(error.code(), "cancelled");
    }
    EXPECT_EQ(calls, 1u);
}

TEST(Archive, IdxImagesFindTheirLabels) {
    const Bytes images = make_idx({2, 1, 3}, {1, 2, 3, 4, 5, 6}), labels = make_gzip(make_idx({2}, {7, 9}));
    for (const bool labels_first : {true, false}) {
        std::vector<Entry> entries{{"d/train-labels-idx1-ubyte.gz", labels, "", ""}, {"d/train-images-idx3-ubyte", images, "", ""}};
        if (!labels_first) std::swap(entries[0], entries[1]);
        const auto recordings = read_all("a.tar.gz", make_archive("tar.gz", entries));
        ASSERT_EQ(recordings.size(), 2u);
        EXPECT_EQ(recordings[1].name, "d/train-images-idx3-ubyte/1");
        EXPECT_EQ(recordings[1].label, "9");
    }
    EXPECT_EQ(read_archive("a.tar", make_archive("tar", {{"train-labels-idx1-ubyte.gz", labels, "", ""}, {"a.wav", wav(), "", ""}})).errors,
              std::vector<std::string>{"bad_input: train-labels-idx1-ubyte.gz: holds labels and no images"});
}

TEST(Archive, CutAndChangedBytes) {
    expect_robust("zip", "a.zip", make_archive("zip", {{"a.csv", csv(), "", ""}, {"b.csv", csv(), "", ""}}));
    expect_robust("tar", "a.tar.gz", make_archive("tar.gz", {{"a.csv", csv(), "", ""}}));
    expect_robust("tar", "a.tar.xz", make_archive("tar.xz", {{"a.csv", csv(), "", ""}}));
    expect_robust("tar", "a.tar.zst", make_archive("tar.zst", {{"a.csv", csv(), "", ""}}));
    expect_robust("tar", "a.tar", make_archive("tar", {{"a.csv", csv(), "", ""}}));
}

}  // namespace
