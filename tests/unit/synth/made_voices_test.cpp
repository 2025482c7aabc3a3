#include "synth/made_voices.hpp"

#include "base/text.hpp"
#include "synth/speech.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using namespace mote;

std::vector<float> say(const synth::MadeVoices& voices, std::size_t i) {
    synth::Utterance utterance;
    utterance.text = "hey mote", utterance.variant = voices.names().at(i), utterance.data = voices.data();
    return synth::speak(utterance, 16000);
}

TEST(MadeVoices, EachSoundsItsOwnWayAndTheSeedSaysHow) {
    const synth::MadeVoices voices(6, base::Random(3)), again(6, base::Random(3)), others(6, base::Random(4));
    std::set<std::vector<float>> heard;
    for (std::size_t i = 0; i < 6; ++i) {
        const auto said = say(voices, i);
        EXPECT_GT(said.size(), 4000u) << voices.names()[i] << ": a quarter of a second at least";
        EXPECT_EQ(said, say(again, i)) << voices.names()[i];
        heard.insert(said), heard.insert(say(others, i));
    }
    EXPECT_EQ(heard.size(), 12u);
}

TEST(MadeVoices, TheirNamesAreNoneOfTheInstalled) {
    for (const auto& variant : synth::variants()) EXPECT_FALSE(variant.starts_with(synth::MadeVoices::prefix)) << variant;
}

TEST(MadeVoices, PitchAndFormantsAreThoseOfPeople) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        int formants = 0;
        for (const auto& line : base::split(synth::make_variant(base::Random(seed)), '\n')) {
            const auto words = base::split(line, ' ');
            const auto number = [&](std::size_t i) { return std::stoi(std::string(words.at(i))); };
            if (words.front() == "pitch") {
                EXPECT_GE(number(1), 65) << seed;
                EXPECT_LE(number(2), 430) << seed;
                EXPECT_GT(number(2), number(1)) << seed;
            }
            if (words.front() != "formant") continue;
            EXPECT_EQ(number(1), formants++);
            EXPECT_GE(number(2), 70) << seed << " " << line;
            EXPECT_LE(number(2), 135) << seed << " " << line;
        }
        EXPECT_EQ(formants, 9) << seed;
    }
}

}  // namespace
