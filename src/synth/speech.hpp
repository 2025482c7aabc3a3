// Speech from typed text: espeak-ng, with its accents and speaker variants.
#pragma once

#include "base/progress.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace mote::synth {

/// One way of saying something.
struct Utterance {
    std::string text;              ///< words, or espeak-ng phoneme mnemonics inside [[ ]]
    std::string accent = "en-us";  ///< a language or accent of espeak-ng
    std::string variant;           ///< one of variants(): another throat
    int words_per_minute = 160;    ///< 80 to 450
    int pitch = 50;                ///< 0 to 99
    int word_gap = 0;              ///< pauses between words, in 10 ms
    std::string data;              ///< folder of another espeak-ng-data, whose variants are meant; empty: what is installed
};

/// Speaker variants that sound like people (robots, whispers and effects are left out), sorted by name. Throws base::Error "not_found"
/// when espeak-ng is not installed.
const std::vector<std::string>& variants();

/// Where espeak-ng has its voices. Throws base::Error "not_found" when it is not installed.
std::filesystem::path data_folder();

/// Accents that are used for a language: several for "en", the language itself otherwise.
std::vector<std::string> accents(const std::string& language);

/// Mono speech in [-1, 1] at `rate_hz`, silence at both ends removed; `stretch` changes the length of the vocal tract (0.8 to 1.25: above 1
/// sounds larger and slower). Empty when nothing audible came out.
std::vector<float> speak(const Utterance& utterance, double rate_hz, double stretch = 1.0, const base::Cancel* cancel = nullptr);

/// Removes what is quieter than 2 % of the peak at both ends.
void trim_silence(std::vector<float>& samples);

/// espeak-ng's phoneme mnemonics of some words, one text a word ("h'eI", "m'oUt").
std::vector<std::string> phonemes(const std::string& text, const std::string& accent);

}  // namespace mote::synth
