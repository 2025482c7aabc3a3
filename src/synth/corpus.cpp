#include "synth/corpus.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "synth/clip.hpp"
#include "synth/made_voices.hpp"
#include "synth/near_miss.hpp"
#include "synth/own_recordings.hpp"
#include "synth/speech.hpp"
#include "synth/texts.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <memory>
#include <set>

namespace mote::synth {

namespace fs = std::filesystem;

namespace {

constexpr std::array<const char*, 3> split_names = {"train", "validation", "test"};

// Running speech is what most of a device's day consists of: recordings of it, cut into windows like any other.
constexpr double running_s = 15;

/// The column "kind" of split.csv, which ingest keeps with each recording.
constexpr std::array<const char*, 6> kind_names = {"keyword", "own", "near_miss", "speech", "running_speech", "noise"};

enum class Kind { keyword, own, near_miss, other_speech, running_speech, noise };

struct Item {
    Kind kind = Kind::noise;
    int split = 0;
    std::size_t keyword = 0;    ///< of a keyword or near miss
    std::size_t recording = 0;  ///< of an own recording
    std::string label;
    std::string voice;  ///< the group that must not be in two splits
    std::string file;   ///< relative to the corpus
};

struct Phrase {
    std::string text;
    std::string label;
    std::vector<std::string> phonemes;
};

struct Plan {
    CorpusOptions options;
    std::vector<Phrase> phrases;
    std::array<std::vector<std::string>, 3> voices;
    std::shared_ptr<const MadeVoices> made;
    std::vector<OwnRecording> own;
    std::vector<Item> items;
    ClipShape shape;
    base::Random random{0};
};

template <class T>
const T& pick(std::span<const T> items, base::Random& random) {
    return items[random.below(items.size())];
}

std::vector<Phrase> read_phrases(const CorpusOptions& options) {
    std::vector<Phrase> phrases;
    std::set<std::string> labels;
    for (const auto& keyword : options.keyword) {
        Phrase phrase{std::string(base::trim(keyword)), label_of(keyword), {}};
        if (!phrase.label.empty()) phrase.phonemes = phonemes(phrase.text, accents(options.language).front());
        if (sounds_of(phrase.phonemes).size() < 2)
            throw base::Error("bad_input", "\"" + keyword + "\" cannot be spoken as a wake word",
                              "use a phrase of at least two sounds, in letters");
        if (!labels.insert(phrase.label).second)
            throw base::Error("bad_input", "the phrases give the label \"" + phrase.label + "\" twice", "leave one of them out");
        phrases.push_back(std::move(phrase));
    }
    if (phrases.empty()) throw base::Error("usage", "no phrase was given", "--keyword \"hey mote\"");
    return phrases;
}

/// Speakers by split, 50 : 25 : 25, none in two.
std::array<std::vector<std::string>, 3> divide_voices(base::Random random) {
    std::vector<std::string> all = variants();
    random.shuffle(std::span(all));
    std::array<std::vector<std::string>, 3> parts;
    const std::size_t train_end = all.size() * 50 / 100, validation_end = all.size() * 75 / 100;
    for (std::size_t i = 0; i < all.size(); ++i) parts[i < train_end ? 0 : i < validation_end ? 1 : 2].push_back(all[i]);
    return parts;
}

bool is_made(const std::string& voice) { return voice.starts_with(MadeVoices::prefix); }

Utterance random_utterance(const Plan& plan, const std::string& text, const std::string& voice, base::Random& random) {
    Utterance utterance;
    utterance.text = text;
    const auto accent_list = accents(plan.options.language);
    utterance.accent = pick(std::span<const std::string>(accent_list), random);
    utterance.variant = voice;
    if (is_made(voice)) utterance.data = plan.made->data();
    utterance.words_per_minute = static_cast<int>(random.uniform(115, 215));
    utterance.pitch = static_cast<int>(random.uniform(15, 85));
    utterance.word_gap = random.chance(0.3) ? static_cast<int>(random.below(4)) : 0;
    return utterance;
}

/// The clip holds the longest phrase said at an easy pace; slower ones are said again, faster, until they fit.
int choose_clip_ms(const Plan& plan) {
    if (plan.options.clip_ms > 0) return plan.options.clip_ms;
    double longest_s = 0;
    for (const auto& phrase : plan.phrases)
        for (const auto& voice : {plan.voices[0].front(), plan.voices[0].back(), std::string()}) {
            Utterance utterance;
            utterance.text = phrase.text, utterance.variant = voice, utterance.words_per_minute = 150;
            if (is_made(voice)) utterance.data = plan.made->data();
            utterance.accent = accents(plan.options.language).front();
            longest_s = std::max(longest_s, static_cast<double>(speak(utterance, corpus_rate_hz).size()) / corpus_rate_hz);
        }
    return std::clamp(static_cast<int>(std::ceil((longest_s * 1.05 + 0.05) * 10)) * 100, 1000, 5000);
}

void add_items(Plan& plan, Kind kind, int split, std::size_t keyword, const std::string& label, int count) {
    const auto& voices = plan.voices[static_cast<std::size_t>(split)];
    for (int i = 0; i < count; ++i) {
        Item item;
        item.kind = kind, item.split = split, item.keyword = keyword, item.label = label;
        item.voice = kind == Kind::noise ? std::string("noise-") + split_names[static_cast<std::size_t>(split)] + "-" + std::to_string(i)
                                         : voices[static_cast<std::size_t>(i) % voices.size()];
        plan.items.push_back(std::move(item));
    }
}

/// Recordings of running speech, so many minutes for each split.
void add_running_speech(Plan& plan, int split, double minutes) {
    const auto& voices = plan.voices[static_cast<std::size_t>(split)];
    const int count = static_cast<int>(std::ceil(minutes * 60 / running_s));
    for (int i = 0; i < count; ++i) {
        Item item;
        item.kind = Kind::running_speech, item.split = split, item.label = other_label;
        item.voice = voices[static_cast<std::size_t>(i) % voices.size()];
        plan.items.push_back(std::move(item));
    }
}

/// Own recordings stand in every split by a draw over the files; those of the training part are staged several times.
void add_own(Plan& plan) {
    base::Random random = plan.random.fork("own");
    for (std::size_t r = 0; r < plan.own.size(); ++r) {
        const double draw = random.uniform();
        const int split = draw < 0.6 ? 0 : draw < 0.8 ? 1 : 2;
        const int copies = split == 0 ? std::clamp(plan.options.train_per_keyword / 3 / static_cast<int>(plan.own.size()), 1, 30) : 1;
        for (int c = 0; c < copies; ++c) {
            Item item;
            item.kind = Kind::own, item.split = split, item.recording = r, item.label = plan.own[r].label;
            item.voice = "own-" + std::to_string(r);
            plan.items.push_back(std::move(item));
        }
    }
}

void make_items(Plan& plan) {
    const auto& o = plan.options;
    const std::array<int, 3> counts = {o.train_per_keyword, o.validation_per_keyword, o.test_per_keyword};
    const std::array<double, 3> minutes = {o.train_speech_min, o.validation_speech_min, o.test_speech_min};
    for (int split = 0; split < 3; ++split) {
        const int count = counts[static_cast<std::size_t>(split)];
        int speech = 0;
        for (std::size_t k = 0; k < plan.phrases.size(); ++k) {
            add_items(plan, Kind::keyword, split, k, plan.phrases[k].label, count);
            const int others = static_cast<int>(std::lround(count * o.other_share));
            add_items(plan, Kind::near_miss, split, k, other_label, others * 2 / 5);
            speech += others - others * 2 / 5;
        }
        add_items(plan, Kind::other_speech, split, 0, other_label, speech);
        add_items(plan, Kind::noise, split, 0, noise_label, static_cast<int>(std::lround(count * o.noise_share)));
        add_running_speech(plan, split, minutes[static_cast<std::size_t>(split)]);
    }
    add_own(plan);
    std::map<std::string, int> numbers;
    for (auto& item : plan.items) {
        char number[16];
        std::snprintf(number, sizeof number, "%05d", numbers[item.label]++);
        item.file = item.label + "/" + number + ".wav";
    }
}

/// A sentence that no other split has.
std::string_view pick_sentence(int split, base::Random& random) {
    // By position in the list, 60 : 15 : 25 as the voices.
    constexpr std::array<int, 20> split_of = {0, 0, 1, 0, 2, 0, 0, 2, 0, 0, 1, 0, 2, 0, 0, 2, 1, 0, 2, 0};
    for (;;) {
        const std::size_t i = random.below(sentences().size());
        if (split_of[i % split_of.size()] == split) return sentences()[i];
    }
}

/// A word of the language's list that sounds unlike every phrase, a few words, or a sentence.
std::string other_text(const Plan& plan, int split, std::size_t most_words, base::Random& random) {
    if (random.chance(0.5)) return std::string(pick_sentence(split, random));
    std::string text;
    const std::size_t count = 1 + random.below(most_words);
    while (text.empty() || static_cast<std::size_t>(std::count(text.begin(), text.end(), ' ')) + 1 < count) {
        const auto word = pick(words(), random);
        bool in_phrase = false;
        for (const auto& phrase : plan.phrases) in_phrase |= base::lower(phrase.text).find(word) != std::string::npos;
        if (!in_phrase) text += (text.empty() ? "" : " ") + std::string(word);
    }
    return text;
}

/// Changed sounds of a near miss. One sound of many is all but the phrase, to people too: few of those, or the phrase itself is missed.
int changes_of(const Phrase& phrase, base::Random& random) {
    const bool is_long = sounds_of(phrase.phonemes).size() >= 5;
    if (is_long && !random.chance(0.15)) return 2 + static_cast<int>(random.below(2));
    return 1 + static_cast<int>(random.below(3));
}

/// One voice that talks on, with pauses.
std::vector<float> speak_on(const Plan& plan, const Item& item, double seconds, base::Random& random, const base::Cancel& cancel) {
    Utterance utterance = random_utterance(plan, "", item.voice, random);
    const double stretch = random.uniform(0.9, 1.12);
    std::vector<float> speech;
    while (static_cast<double>(speech.size()) < seconds * corpus_rate_hz) {
        utterance.text = other_text(plan, item.split, 12, random);
        const auto said = speak(utterance, corpus_rate_hz, stretch, &cancel);
        speech.insert(speech.end(), said.begin(), said.end());
        speech.insert(speech.end(), static_cast<std::size_t>(random.uniform(0.05, 0.9) * corpus_rate_hz), 0.0f);
    }
    return speech;
}

std::vector<std::int16_t> render(const Plan& plan, const Item& item, base::Random random, const base::Cancel& cancel) {
    if (item.kind == Kind::noise) return stage_noise(plan.shape, random);
    if (item.kind == Kind::running_speech) {
        const ClipShape shape{static_cast<std::size_t>(running_s * corpus_rate_hz), corpus_rate_hz};
        return stage_speech(speak_on(plan, item, running_s, random, cancel), {}, shape, random);
    }
    const auto& phrase = plan.phrases[item.keyword];
    std::vector<float> speech;
    if (item.kind == Kind::own) {
        speech = plan.own[item.recording].samples;
    } else {
        const std::string text = item.kind == Kind::keyword     ? phrase.text
                                 : item.kind == Kind::near_miss ? mutate(phrase.phonemes, changes_of(phrase, random), random)
                                                                : other_text(plan, item.split, 3, random);
        Utterance utterance = random_utterance(plan, text, item.voice, random);
        const double stretch = random.uniform(0.9, 1.12);
        speech = speak(utterance, corpus_rate_hz, stretch, &cancel);
        // A phrase cut off is not the phrase: say it faster until it fits.
        while (item.kind == Kind::keyword && speech.size() > plan.shape.samples && utterance.words_per_minute < 400) {
            utterance.words_per_minute += 40;
            speech = speak(utterance, corpus_rate_hz, stretch, &cancel);
        }
    }
    std::vector<float> babble;
    if (random.chance(0.15)) {
        const auto& voices = plan.voices[static_cast<std::size_t>(item.split)];
        const std::string voice = pick(std::span<const std::string>(voices), random);
        babble = speak(random_utterance(plan, std::string(pick_sentence(item.split, random)), voice, random), corpus_rate_hz, 1.0, &cancel);
    }
    return stage_speech(std::move(speech), babble, plan.shape, random);
}

/// A canonical 44-byte WAV header (RIFF, PCM, mono, 16 bit) and the samples.
base::Bytes wav_bytes(std::span<const std::int16_t> samples) {
    base::Bytes bytes;
    const auto put = [&](const void* data, std::size_t n) {
        const auto* p = static_cast<const std::byte*>(data);
        bytes.insert(bytes.end(), p, p + n);
    };
    const auto put32 = [&](std::uint32_t v) { put(&v, 4); };
    const auto put16 = [&](std::uint16_t v) { put(&v, 2); };
    const auto data_bytes = static_cast<std::uint32_t>(samples.size() * 2);
    put("RIFF", 4), put32(36 + data_bytes), put("WAVEfmt ", 8), put32(16), put16(1), put16(1);
    put32(static_cast<std::uint32_t>(corpus_rate_hz)), put32(static_cast<std::uint32_t>(corpus_rate_hz) * 2), put16(2), put16(16);
    put("data", 4), put32(data_bytes), put(samples.data(), data_bytes);
    return bytes;
}

/// A folder holds one corpus: going on with other options would mix two.
void claim_folder(const CorpusOptions& options, const fs::path& folder) {
    const fs::path mark = folder / "corpus.json";
    const std::string wanted = base::to_json(options).dump(2) + "\n";
    if (fs::exists(mark)) {
        if (base::read_text(mark) != wanted)
            throw base::Error("conflict", folder.string() + ": holds a corpus made with other options",
                              "choose another folder, or remove this one");
        return;
    }
    if (fs::exists(folder) && !fs::is_empty(folder))
        throw base::Error("conflict", folder.string() + ": is not empty", "choose a new folder for the corpus");
    base::write_file(mark, wanted);
}

void write_clips(const Plan& plan, const fs::path& folder, base::Progress& progress, const base::Cancel& cancel) {
    progress.begin("synthesising clips", plan.items.size());
    std::atomic<std::uint64_t> done{0};
    base::parallel_for(plan.items.size(), [&](std::size_t i) {
        cancel.check();
        const fs::path file = folder / plan.items[i].file;
        if (!fs::exists(file)) {
            const auto clip = render(plan, plan.items[i], plan.random.fork("clip", i), cancel);
            base::write_file(file, wav_bytes(clip));
        }
        progress.advance(++done);
    });
    progress.end();
}

}  // namespace

std::string label_of(const std::string& phrase) {
    std::string label;
    for (const char c : base::lower(base::trim(phrase))) {
        const bool keep = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80;
        if (keep)
            label += c;
        else if (!label.empty() && label.back() != '_')
            label += '_';
    }
    while (!label.empty() && label.back() == '_') label.pop_back();
    return label;
}

CorpusReport make_corpus(const CorpusOptions& options, const fs::path& folder, base::Progress& progress, const base::Cancel& cancel) {
    Plan plan;
    CorpusReport report;
    plan.options = options;
    plan.random = base::Random(options.seed).fork("corpus");
    plan.phrases = read_phrases(options);
    plan.voices = divide_voices(plan.random.fork("voices"));
    // Training alone: what is judged is judged on the speakers that espeak-ng brings.
    plan.made = std::make_shared<const MadeVoices>(options.made_voices, plan.random.fork("made voices"));
    auto& heard = plan.voices[0];
    heard.insert(heard.end(), plan.made->names().begin(), plan.made->names().end());
    plan.random.fork("order of voices").shuffle(std::span(heard));
    std::vector<std::string> labels;
    for (const auto& phrase : plan.phrases) labels.push_back(phrase.label);
    report.labels = labels;
    if (!options.samples.empty()) plan.own = read_own_recordings(options.samples, labels, corpus_rate_hz, report.problems);
    report.clip_ms = choose_clip_ms(plan);
    plan.shape = {static_cast<std::size_t>(report.clip_ms * corpus_rate_hz / 1000), corpus_rate_hz};
    make_items(plan);
    claim_folder(options, folder);
    write_clips(plan, folder, progress, cancel);
    std::string table = "file,label,voice,split,kind\n";
    for (const auto& item : plan.items)
        table += item.file + "," + item.label + "," + item.voice + "," + split_names[static_cast<std::size_t>(item.split)] + "," +
                 kind_names[static_cast<std::size_t>(item.kind)] + "\n";
    base::write_file(folder / "split.csv", table);
    report.clips = static_cast<int>(plan.items.size());
    report.own_recordings = static_cast<int>(plan.own.size());
    report.labels.insert(report.labels.end(), {other_label, noise_label});
    report.voices_train = static_cast<int>(plan.voices[0].size());
    report.voices_validation = static_cast<int>(plan.voices[1].size());
    report.voices_test = static_cast<int>(plan.voices[2].size());
    return report;
}

}  // namespace mote::synth
