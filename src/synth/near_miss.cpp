#include "synth/near_miss.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace mote::synth {

namespace {

// Mnemonics of espeak-ng's English phonemes (its phoneme documentation, docs/phonemes.md), longest first so that "oU" is not read as "o".
constexpr std::array vowels = std::to_array<std::string_view>(
    {"aI@", "aI3", "aU@", "i@3", "oU", "aI", "aU", "OI", "eI", "i:", "u:", "A:", "O:", "3:", "A@", "O@", "o@", "e@", "i@",
     "U@",  "@L",  "@-",  "I2",  "I#", "O2", "@2", "a2", "a#", "aa", "a",  "E",  "I",  "0",  "V",  "U",  "@",  "i",  "3"});
constexpr std::array consonants =
    std::to_array<std::string_view>({"tS", "dZ", "t#", "t2", "d#", "r-", "p", "b", "t", "d", "k", "g", "f", "v",
                                     "T",  "D",  "s",  "z",  "S",  "Z",  "m", "n", "N", "l", "r", "w", "j", "h"});
// The common ones of those; a rare one makes a negative that is too easy.
constexpr std::array usual_consonants = std::to_array<std::string_view>(
    {"tS", "dZ", "p", "b", "t", "d", "k", "g", "f", "v", "T", "D", "s", "z", "S", "Z", "m", "n", "N", "l", "r", "w", "j", "h"});
constexpr std::array usual_vowels = std::to_array<std::string_view>({"oU", "aI", "eI", "i:", "u:", "A:", "O:", "3:", "a", "E", "I", "V"});

template <class List>
bool contains(const List& list, std::string_view item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

std::string_view leading_phoneme(std::string_view text) {
    std::string_view best;
    const auto look = [&](const auto& list) {
        for (const auto phoneme : list)
            if (text.starts_with(phoneme) && phoneme.size() > best.size()) best = phoneme;
    };
    look(vowels);
    look(consonants);
    return best.empty() ? text.substr(0, 1) : best;
}

bool is_sound(std::string_view item) { return contains(vowels, item) || contains(consonants, item); }

std::string replacement(std::string_view sound, base::Random& random) {
    for (;;) {
        const std::string_view other = contains(vowels, sound) ? usual_vowels[random.below(usual_vowels.size())]
                                                               : usual_consonants[random.below(usual_consonants.size())];
        if (other != sound) return std::string(other);
    }
}

}  // namespace

std::vector<std::string> split_phonemes(std::string_view word) {
    std::vector<std::string> parts;
    while (!word.empty()) {
        const std::string_view phoneme = leading_phoneme(word);
        parts.emplace_back(phoneme);
        word.remove_prefix(phoneme.size());
    }
    return parts;
}

std::vector<std::string> sounds_of(const std::vector<std::string>& words) {
    std::vector<std::string> sounds;
    for (const auto& word : words)
        for (auto& part : split_phonemes(word))
            if (is_sound(part)) sounds.push_back(std::move(part));
    return sounds;
}

std::size_t sound_distance(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), 0u);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1])});
            diagonal = above;
        }
    }
    return row[b.size()];
}

std::string mutate(const std::vector<std::string>& phrase, int changes, base::Random& random) {
    std::vector<std::vector<std::string>> words;
    for (const auto& word : phrase) words.push_back(split_phonemes(word));
    if (words.size() > 1 && random.chance(0.15)) {  // a part of the phrase alone
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(random.below(words.size())));
        changes = static_cast<int>(random.below(2));
    }
    std::vector<std::string*> sounds;
    for (auto& word : words)
        for (auto& part : word)
            if (is_sound(part)) sounds.push_back(&part);
    random.shuffle(std::span(sounds));
    const std::size_t count = std::min(static_cast<std::size_t>(changes), sounds.size());
    for (std::size_t i = 0; i < count; ++i) {
        const bool drop = contains(consonants, *sounds[i]) && sounds.size() > 3 && random.chance(0.2);
        *sounds[i] = drop ? "" : replacement(*sounds[i], random);
    }
    std::string text = "[[";
    for (std::size_t w = 0; w < words.size(); ++w) {
        if (w) text += ' ';
        for (const auto& part : words[w]) text += part;
    }
    return text + "]]";
}

}  // namespace mote::synth
