#include "makers.hpp"

#include <gtest/gtest.h>
#include <sndfile.h>

#include "base/files.hpp"
#include "base/random.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace {

using namespace mote;
using namespace mote::test;

const std::vector<std::int16_t>& samples_of(const store::Recording& recording) {
    return std::get<std::vector<std::int16_t>>(recording.signal.values);
}

TEST(Audio, SixteenBitsAreKeptExactly) {
    std::vector<std::int16_t> samples;
    for (int v = -32768; v < 32768; v += 7) samples.push_back(static_cast<std::int16_t>(v));
    samples.resize(samples.size() / 2 * 2);
    for (const auto& [name, format] : {std::pair{"a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
                                       {"b.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_16},
                                       {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16}}) {
        const auto recording = read_one(name, make_sound(format, 16000, 2, samples));
        EXPECT_EQ(samples_of(recording), samples) << name;
        EXPECT_EQ(recording.signal.rate_hz, 16000);
        EXPECT_EQ(recording.signal.frames, samples.size() / 2);
        EXPECT_EQ(recording.signal.channels[1].name, "audio1");
        EXPECT_TRUE(recording.warnings.empty());
    }
}

TEST(Audio, OtherDepthsAreRoundedToSixteenBits) {
    const std::vector<float> samples{0, 0.5f, -0.5f, 0.9999f, -1.0f, 2.49f / 32768, 2.51f / 32768, -2.51f / 32768};
    const std::vector<std::int16_t> expected{0, 16384, -16384, 32765, -32768, 2, 3, -3};
    for (const int format : {SF_FORMAT_WAV | SF_FORMAT_FLOAT, SF_FORMAT_WAV | SF_FORMAT_DOUBLE, SF_FORMAT_WAV | SF_FORMAT_PCM_24,
                             SF_FORMAT_WAV | SF_FORMAT_PCM_32, SF_FORMAT_FLAC | SF_FORMAT_PCM_24})
        EXPECT_EQ(samples_of(read_one("a", make_sound(format, 8000, 1, samples))), expected) << std::hex << format;
    const std::vector<float> loud{1.0f, 1.5f, -7.0f};
    EXPECT_EQ(samples_of(read_one("a", make_sound(SF_FORMAT_WAV | SF_FORMAT_FLOAT, 8000, 1, loud))),
              (std::vector<std::int16_t>{32767, 32767, -32768}));
    const std::vector<std::int16_t> coarse{0, 256, -256, 32512, -32768};
    EXPECT_EQ(samples_of(read_one("a", make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 8000, 1, coarse))), coarse);
}

TEST(Audio, LossyCodecsStayNearTheSound) {
    const auto samples = tone(16000);
    for (const auto& [name, format] : {std::pair{"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
                                       {"a.opus", SF_FORMAT_OGG | SF_FORMAT_OPUS},
                                       {"a.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}}) {
        const auto recording = read_one(name, make_sound(format, 16000, 1, samples));
        EXPECT_EQ(recording.signal.rate_hz, 16000) << name;
        EXPECT_NEAR(static_cast<double>(recording.signal.frames), 16000, 2400) << name;
        double power = 0;
        for (const auto v : samples_of(recording)) power += static_cast<double>(v) * v;
        EXPECT_NEAR(std::sqrt(power / static_cast<double>(recording.signal.frames)), 12000 / std::sqrt(2.0), 900) << name;
        EXPECT_TRUE(recording.warnings.empty()) << name << ": " << recording.warnings[0];
    }
}

TEST(Audio, HeadersThatLieAreNamed) {
    const Bytes good = make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 1, tone(100));
    ASSERT_EQ(good.size(), 244u);
    Bytes cut(good.begin(), good.begin() + 144);
    EXPECT_EQ(message_of("a.wav", cut),
              "byte 36: the header declares 200 bytes of sound, but only 100 follow | the file was cut short or written to a pipe: copy it "
              "again, or rewrite "
              "its header with a sound editor");
    Bytes piped = good;
    std::memset(piped.data() + 40, 0xff, 4);
    EXPECT_EQ(message_of("a.wav", piped).substr(0, 78), "byte 36: the header declares 4294967295 bytes of sound, but only 200 follow | ");
    Bytes riff = good;
    std::memset(riff.data() + 4, 0x7f, 4);
    EXPECT_EQ(read_one("a.wav", riff).warnings,
              std::vector<std::string>{"byte 4: the header declares a file of 2139062151 bytes, it has 244"});
    Bytes no_data(good.begin(), good.begin() + 36);
    EXPECT_EQ(message_of("a.wav", no_data), "holds no \"data\" chunk | the file was cut short: copy it again");
    Bytes rate = good;
    std::memset(rate.data() + 24, 0, 4);
    EXPECT_NE(message_of("a.wav", rate), "read");
    const Bytes empty = make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 1, std::vector<std::int16_t>{});
    EXPECT_EQ(message_of("a.wav", empty), "holds no sound | record it again, or leave it out");
    store::ReadOptions small;
    small.limit_bytes = 100;
    EXPECT_EQ(message_of("a.wav", good, small), "holds more than 100 B of sound | split the recording, or raise the size limit");
    EXPECT_EQ(message_of("a.wav", to_bytes("RIFF\x04\0\0\0JUNK")), "no format knows it | ");
}

TEST(Audio, CutShort) {
    const Bytes flac = make_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16000, 1, tone(20000));
    const std::string flac_message = message_of("a.flac", Bytes(flac.begin(), flac.begin() + static_cast<std::ptrdiff_t>(flac.size() / 2)));
    EXPECT_TRUE(flac_message.starts_with("the header declares 20000 frames, but only ") || flac_message.starts_with("cannot be decoded"))
        << flac_message;
    const Bytes ogg = make_sound(SF_FORMAT_OGG | SF_FORMAT_VORBIS, 16000, 1, tone(40000));
    EXPECT_NE(
        message_of("a.ogg", Bytes(ogg.begin(), ogg.end() - 10)).find("the last page is cut short | the file was cut short: copy it again"),
        std::string::npos);
    const std::vector<float> bad{0, std::nanf(""), 0};
    EXPECT_EQ(message_of("a.wav", make_sound(SF_FORMAT_WAV | SF_FORMAT_FLOAT, 8000, 1, bad)),
              "frame 1 is not a finite number | repair the recording: export it again as 16-bit PCM");
}

TEST(Audio, CutAndChangedBytes) {
    expect_robust("wav", "a.wav", make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 2, tone(20, 2)));
    expect_robust("wav", "a.wav", make_sound(SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, 16000, 1, tone(100)));
    expect_robust("flac", "a.flac", make_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16000, 1, tone(40)));
    expect_robust("mp3", "a.mp3", make_sound(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 16000, 1, tone(1200)));
}

// libmpg123 writes to standard error unless it is told not to; what is wrong belongs into the error.
TEST(Audio, DamagedMp3SaysNothingBesideItsError) {
    const Bytes whole = make_sound(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 16000, 1, tone(8000));
    ::testing::internal::CaptureStderr();
    for (std::size_t cut = 1; cut < whole.size(); cut += 37)
        (void)message_of("a.mp3", Bytes(whole.begin(), whole.end() - static_cast<std::ptrdiff_t>(cut)));
    base::Random random(3);
    for (int round = 0; round < 60; ++round) {
        Bytes damaged = whole;
        for (int i = 0; i < 40; ++i) damaged[64 + random.below(damaged.size() - 64)] = static_cast<std::byte>(random.below(256));
        (void)message_of("a.mp3", damaged);
    }
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Audio, Mp3HasTheValuesThatLibsndfileReads) {
    for (const int channels : {1, 2}) {
        const Bytes bytes = make_sound(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 16000, channels, tone(6000, channels));
        const base::TemporaryFolder folder;
        base::write_file(folder.path() / "a.mp3", bytes);
        SF_INFO info{};
        SNDFILE* file = sf_open((folder.path() / "a.mp3").c_str(), SFM_READ, &info);
        ASSERT_NE(file, nullptr);
        std::vector<float> values(static_cast<std::size_t>(info.frames * info.channels));
        values.resize(static_cast<std::size_t>(sf_read_float(file, values.data(), static_cast<sf_count_t>(values.size()))));
        sf_close(file);
        const auto recording = read_one("a.mp3", bytes);
        ASSERT_EQ(samples_of(recording).size(), values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            ASSERT_EQ(samples_of(recording)[i],
                      static_cast<std::int16_t>(std::clamp<long>(std::lround(values[i] * 32768.0f), -32768, 32767)))
                << i;
    }
}

TEST(Audio, SpeechCommands) {
    if (const auto bytes = shared_member("speech_commands_mini", "_silence_/1037.wav")) {
        const auto recording = read_one("a.wav", *bytes);
        EXPECT_EQ(recording.signal.rate_hz, 16000);
        EXPECT_EQ(recording.signal.channels.size(), 1u);
        ASSERT_EQ(recording.signal.frames, 16000u);
        EXPECT_EQ(std::memcmp(samples_of(recording).data(), bytes->data() + bytes->size() - 32000, 32000), 0);
    }
}

}  // namespace
