// What sounds almost like a phrase and is not it: the hardest negatives of a wake word.
#pragma once

#include "base/random.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace mote::synth {

/// Splits espeak-ng mnemonics of one word into phonemes and stress marks ("m'oUt" -> "m" "'" "oU" "t").
std::vector<std::string> split_phonemes(std::string_view word);

/// The phonemes alone, without stress: what two words must share to sound the same.
std::vector<std::string> sounds_of(const std::vector<std::string>& words);

/// Edit distance between two lists of phonemes.
std::size_t sound_distance(const std::vector<std::string>& a, const std::vector<std::string>& b);

/// A phrase (given as phoneme words) with `changes` of its phonemes replaced by others of their kind (a vowel by a vowel), dropped, or with
/// one word left out; as text for Utterance ("[[h'eI b'oUt]]"). Never the phrase itself.
std::string mutate(const std::vector<std::string>& phrase, int changes, base::Random& random);

}  // namespace mote::synth
