#include "synth/near_miss.hpp"

#include <gtest/gtest.h>

namespace {

using namespace mote;
using Words = std::vector<std::string>;

TEST(NearMiss, MnemonicsAreSplitAtTheLongestPhoneme) {
    EXPECT_EQ(synth::split_phonemes("m'oUt"), (Words{"m", "'", "oU", "t"}));
    EXPECT_EQ(synth::split_phonemes("tS'aI@d"), (Words{"tS", "'", "aI@", "d"}));
    EXPECT_EQ(synth::sounds_of({"h'eI", "m'oUt"}), (Words{"h", "eI", "m", "oU", "t"}));
    EXPECT_EQ(synth::sounds_of({"'O2n"}), (Words{"O2", "n"}));
    EXPECT_EQ(synth::sounds_of({"st2'0p", "@-n'Vnd3"}), (Words{"s", "t2", "0", "p", "@-", "n", "V", "n", "d", "3"}));
}

TEST(NearMiss, DistanceCountsEdits) {
    EXPECT_EQ(synth::sound_distance({"h", "eI"}, {"h", "eI"}), 0u);
    EXPECT_EQ(synth::sound_distance({"m", "oU", "t"}, {"b", "oU", "t"}), 1u);
    EXPECT_EQ(synth::sound_distance({}, {"b", "oU", "t"}), 3u);
}

TEST(NearMiss, AMutationIsNearAndNeverThePhrase) {
    const Words phrase = {"h'eI", "m'oUt"};
    const Words original = synth::sounds_of(phrase);
    base::Random random(7);
    for (int changes = 1; changes <= 3; ++changes)
        for (int i = 0; i < 300; ++i) {
            const std::string text = synth::mutate(phrase, changes, random);
            ASSERT_TRUE(text.starts_with("[[") && text.ends_with("]]")) << text;
            const Words sounds = synth::sounds_of({text.substr(2, text.size() - 4)});
            const std::size_t distance = synth::sound_distance(original, sounds);
            EXPECT_GE(distance, 1u) << text;
            EXPECT_LE(distance, 4u) << text;
        }
}

}  // namespace
