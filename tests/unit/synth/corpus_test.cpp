#include "synth/corpus.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "synth/made_voices.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>

namespace {

using namespace mote;
namespace fs = std::filesystem;

synth::CorpusOptions small() {
    synth::CorpusOptions options;
    options.keyword = {"hey mote"};
    options.train_per_keyword = 12, options.validation_per_keyword = 5, options.test_per_keyword = 5;
    options.made_voices = 20;
    options.train_speech_min = 0.25, options.validation_speech_min = 0, options.test_speech_min = 0;
    return options;
}

std::map<std::string, base::Bytes> contents(const fs::path& folder) {
    std::map<std::string, base::Bytes> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) files[fs::relative(entry.path(), folder).string()] = base::read_file(entry.path());
    return files;
}

synth::CorpusReport make(const synth::CorpusOptions& options, const fs::path& folder) {
    base::Progress progress;
    base::Cancel cancel;
    return synth::make_corpus(options, folder, progress, cancel);
}

TEST(Corpus, SameOptionsGiveTheSameBytesOnAnyNumberOfThreads) {
    const base::TemporaryFolder one, two;
    ::setenv("MOTE_THREADS", "1", 1);
    make(small(), one.path() / "corpus");
    ::setenv("MOTE_THREADS", "3", 1);
    make(small(), two.path() / "corpus");
    ::unsetenv("MOTE_THREADS");
    const auto files = contents(one.path());
    EXPECT_EQ(files, contents(two.path()));
    EXPECT_GT(files.size(), 60u);
    std::size_t running = 0;  // 15 s of speech, where the other clips have one
    for (const auto& [name, bytes] : files) {
        running += bytes.size() == 44u + 480000u;
        EXPECT_TRUE(!name.ends_with(".wav") || bytes.size() == 44u + 32000u || bytes.size() == 44u + 480000u) << name;
    }
    EXPECT_EQ(running, 1u);
}

TEST(Corpus, NoVoiceStandsInTwoSplits) {
    const base::TemporaryFolder folder;
    const auto report = make(small(), folder.path() / "corpus");
    std::map<std::string, std::set<std::string>> splits_of;
    int rows = 0;
    for (const auto& line : base::split(base::read_text(folder.path() / "corpus/split.csv"), '\n')) {
        const auto cells = base::split(line, ',');
        if (cells.size() != 5 || cells[0] == "file") continue;
        splits_of[cells[2]].insert(cells[3]);
        ++rows;
    }
    EXPECT_EQ(rows, report.clips);
    int made = 0;
    for (const auto& [voice, splits] : splits_of) {
        EXPECT_EQ(splits.size(), 1u) << voice;
        if (!voice.starts_with(synth::MadeVoices::prefix)) continue;
        EXPECT_EQ(*splits.begin(), "train") << voice << " is no speaker to be judged on";
        ++made;
    }
    EXPECT_GT(made, 5);
    EXPECT_EQ(report.labels, (std::vector<std::string>{"hey_mote", "_other_", "_noise_"}));
    EXPECT_GT(report.voices_train, 50);
    EXPECT_GT(report.voices_validation, 15);
    EXPECT_GT(report.voices_test, 15);
}

TEST(Corpus, AnInterruptedRunIsCompletedWithTheSameBytes) {
    const base::TemporaryFolder whole, broken;
    make(small(), whole.path() / "corpus");
    make(small(), broken.path() / "corpus");
    fs::remove(broken.path() / "corpus/hey_mote/00003.wav");
    fs::remove(broken.path() / "corpus/split.csv");
    make(small(), broken.path() / "corpus");
    EXPECT_EQ(contents(whole.path()), contents(broken.path()));
}

TEST(Corpus, OwnRecordingsJoinAndBadOnesAreNamed) {
    const base::TemporaryFolder spoken, folder;
    make(small(), spoken.path() / "corpus");
    fs::create_directories(folder.path() / "mine/hey mote");
    for (int i = 0; i < 6; ++i)
        fs::copy_file(spoken.path() / ("corpus/hey_mote/0000" + std::to_string(i) + ".wav"),
                      folder.path() / ("mine/hey mote/take" + std::to_string(i) + ".wav"));
    base::write_file(folder.path() / "mine/hey mote/broken.wav", std::string_view("RIFF"));
    auto options = small();
    options.samples = (folder.path() / "mine").string();
    const auto report = make(options, folder.path() / "corpus");
    EXPECT_EQ(report.own_recordings, 6);
    ASSERT_EQ(report.problems.size(), 1u);
    EXPECT_NE(report.problems[0].find("hey mote/broken.wav"), std::string::npos) << report.problems[0];
    EXPECT_NE(base::read_text(folder.path() / "corpus/split.csv").find(",own-0,"), std::string::npos);
}

std::string refusal(const synth::CorpusOptions& options, const fs::path& folder) {
    try {
        make(options, folder);
    } catch (const base::Error& error) {
        return error.message();
    }
    return "accepted";
}

TEST(Corpus, RefusalsSayWhy) {
    const base::TemporaryFolder folder;
    auto options = small();
    options.keyword = {"!!"};
    EXPECT_EQ(refusal(options, folder.path() / "a"), "\"!!\" cannot be spoken as a wake word");
    options.keyword = {"hey mote", "Hey, mote"};
    EXPECT_EQ(refusal(options, folder.path() / "a"), "the phrases give the label \"hey_mote\" twice");
    options.keyword = {"hey mote"};
    make(options, folder.path() / "a");
    options.seed = 2;
    EXPECT_NE(refusal(options, folder.path() / "a").find("holds a corpus made with other options"), std::string::npos);
    options.samples = (folder.path() / "nowhere").string();
    EXPECT_NE(refusal(options, folder.path() / "b").find("there is no such folder of recordings"), std::string::npos);
}

TEST(Corpus, LabelsAreMadeOfPhrases) {
    EXPECT_EQ(synth::label_of(" Hey  Mote! "), "hey_mote");
    EXPECT_EQ(synth::label_of("stop"), "stop");
}

}  // namespace
