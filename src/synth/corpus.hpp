// A training set for a wake word nobody has recorded yet: keywords, near misses, other speech and noise, spoken by synthetic voices.
#pragma once

#include "base/fields.hpp"
#include "base/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace mote::synth {

inline constexpr double corpus_rate_hz = 16000;
inline constexpr const char* other_label = "_other_";
inline constexpr const char* noise_label = "_noise_";

struct CorpusOptions {
    std::vector<std::string> keyword;
    std::string language = "en";
    int train_per_keyword = 1200;
    int validation_per_keyword = 200;
    int test_per_keyword = 300;
    double other_share = 2.0;
    double noise_share = 0.4;
    double train_speech_min = 24, validation_speech_min = 20, test_speech_min = 40;
    int made_voices = 150;
    int clip_ms = 0;
    std::string samples;
    std::uint64_t seed = 1;

    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("keyword", &CorpusOptions::keyword, "a phrase to recognise; repeat for several").flag('k').required(),
            field("language", &CorpusOptions::language, "espeak-ng language of the phrases"),
            field("train_per_keyword", &CorpusOptions::train_per_keyword, "training clips of each phrase").range(10, 100000),
            field("validation_per_keyword", &CorpusOptions::validation_per_keyword, "validation clips of each phrase").range(5, 100000),
            field("test_per_keyword", &CorpusOptions::test_per_keyword, "test clips of each phrase").range(5, 100000),
            field("other_share", &CorpusOptions::other_share, "clips of near misses and other speech, for each keyword clip")
                .range(0.1, 20),
            field("noise_share", &CorpusOptions::noise_share, "clips of noise, for each keyword clip").range(0.05, 20),
            field("train_speech_min", &CorpusOptions::train_speech_min, "running speech to train with").range(0, 10000).unit("min"),
            field("validation_speech_min", &CorpusOptions::validation_speech_min, "running speech for validation")
                .range(0, 10000)
                .unit("min"),
            field("test_speech_min", &CorpusOptions::test_speech_min, "running speech for the test").range(0, 10000).unit("min"),
            field("made_voices", &CorpusOptions::made_voices, "voices made up for training, beside those of espeak-ng").range(0, 1000),
            field("clip_ms", &CorpusOptions::clip_ms, "length of a clip; 0: as the phrases need, at least 1000").range(0, 5000).unit("ms"),
            field("samples", &CorpusOptions::samples, "folder of your own recordings: DIR/<phrase>/*.wav, or DIR/*.wav with one phrase"),
            field("seed", &CorpusOptions::seed, "seed of every random choice"));
    }
};

struct CorpusReport {
    int clips = 0;
    int own_recordings = 0;
    int clip_ms = 0;
    int voices_train = 0, voices_validation = 0, voices_test = 0;
    std::vector<std::string> labels;
    std::vector<std::string> problems;  ///< own recordings that could not be read, each with the reason

    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("clips", &CorpusReport::clips, "clips written"),
                               field("own_recordings", &CorpusReport::own_recordings, "of your own"),
                               field("clip_ms", &CorpusReport::clip_ms, "length of each").unit("ms"),
                               field("voices_train", &CorpusReport::voices_train, "voices heard in training"),
                               field("voices_validation", &CorpusReport::voices_validation, "other voices, for validation"),
                               field("voices_test", &CorpusReport::voices_test, "other voices again, for the test"),
                               field("labels", &CorpusReport::labels, "labels of the clips"),
                               field("problems", &CorpusReport::problems, "own recordings left out"));
    }
};

/// A label made of a phrase: "hey mote" -> "hey_mote".
std::string label_of(const std::string& phrase);

/// Writes <folder>/<label>/<number>.wav (16 kHz, mono, 16 bit) and <folder>/split.csv (file,label,voice,split,kind); no voice in two
/// splits. The same options give the same bytes, whatever the number of threads. Goes on where an interrupted run stopped; throws
/// base::Error "bad_input" for a phrase that cannot be spoken.
CorpusReport make_corpus(const CorpusOptions& options, const std::filesystem::path& folder, base::Progress& progress,
                         const base::Cancel& cancel);

}  // namespace mote::synth
