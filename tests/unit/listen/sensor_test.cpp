// Recordings, serial ports and microphones as sources of a live model.
#include "app/listen/sensor.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

namespace {

using namespace mote;
namespace fs = std::filesystem;

dsp::InputSpec input(store::SampleType type, std::vector<std::string> channels, double rate_hz) {
    dsp::InputSpec spec;
    spec.type = type, spec.channels = std::move(channels), spec.rate_hz = rate_hz, spec.frames = 10;
    return spec;
}

std::vector<float> read_all(app::listen::Sensor& sensor) {
    std::vector<float> values;
    for (int i = 0; i < 200; ++i)
        if (!sensor.read(values)) break;
    return values;
}

std::string refusal(const std::string& source, const dsp::InputSpec& spec) {
    try {
        read_all(*app::listen::open_sensor({source, 115200, true}, spec));
        return "accepted";
    } catch (const base::Error& error) {
        return error.message() + " | " + error.hint();
    }
}

/// 16-bit mono.
std::string wav(std::uint32_t rate, const std::vector<std::int16_t>& samples) {
    std::string bytes = "RIFF";
    const auto put = [&](std::uint32_t value, int count) {
        for (int i = 0; i < count; ++i) bytes += static_cast<char>(value >> 8 * i & 0xff);
    };
    const auto size = static_cast<std::uint32_t>(samples.size() * 2);
    put(36 + size, 4), bytes += "WAVEfmt ", put(16, 4), put(1, 2), put(1, 2), put(rate, 4), put(rate * 2, 4), put(2, 2), put(16, 2);
    bytes += "data", put(size, 4);
    for (const std::int16_t sample : samples) put(static_cast<std::uint16_t>(sample), 2);
    return bytes;
}

class Sensors : public testing::Test {
  protected:
    std::string file(const std::string& name, const std::string& text) {
        base::write_file(folder_.path() / name, text);
        return (folder_.path() / name).string();
    }
    base::TemporaryFolder folder_;
};

TEST_F(Sensors, ARecordingsChannelsAreTakenByName) {
    const auto source = file("a.csv", "timestamp,z,x,y\n0,3,1,2\n10,6,4,5\n20,9,7,8\n");
    const auto spec = input(store::SampleType::f32, {"x", "y", "z"}, 100);
    const auto sensor = app::listen::open_sensor({source, 115200, false}, spec);
    EXPECT_FALSE(sensor->is_live());
    EXPECT_EQ(sensor->frames(), 3u);
    EXPECT_EQ(read_all(*sensor), (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
    EXPECT_TRUE(sensor->notes().empty());
    const auto other = input(store::SampleType::f32, {"x", "pressure"}, 100);
    EXPECT_EQ(refusal(source, other),
              source + ": its channels are z, x, y, the model's are x, pressure | name a recording of the model's sensor");
}

TEST_F(Sensors, AnotherRateIsResampledWithANote) {
    std::vector<std::int16_t> tone(8000);
    for (std::size_t i = 0; i < tone.size(); ++i) tone[i] = static_cast<std::int16_t>(8000 * std::sin(0.2 * static_cast<double>(i)));
    const auto spec = input(store::SampleType::i16, {"audio"}, 16000);
    const auto sensor = app::listen::open_sensor({file("tone.wav", wav(8000, tone)), 115200, false}, spec);
    EXPECT_EQ(sensor->frames(), 16000u);
    EXPECT_EQ(sensor->notes(), (std::vector<std::string>{"resampled from 8000 Hz to the model's 16000 Hz"}));
    EXPECT_EQ(read_all(*sensor).size(), 16000u);
}

TEST_F(Sensors, WhatDoesNotFitIsRefusedWithWords) {
    const auto sound = input(store::SampleType::i16, {"audio"}, 16000), motion = input(store::SampleType::f32, {"x"}, 100);
    EXPECT_EQ(refusal("/nowhere", sound),
              "there is no /nowhere | name a file, a serial port, microphone, or - for raw values on standard input");
    const auto notes = file("notes.md", "words");
    EXPECT_EQ(refusal(notes, sound), notes + ": no format that is known | mote ingest --help lists them");
    const auto clip = file("clip.wav", wav(100, std::vector<std::int16_t>(50)));
    EXPECT_EQ(refusal(clip, motion), clip +
                                         ": its values are of type i16, the model's are of type f32 | convert it to the form of the "
                                         "recordings that the model was trained on");
}

TEST_F(Sensors, ASerialPortSendsLinesOfNumbers) {
    const int port = ::posix_openpt(O_RDWR | O_NOCTTY);
    ASSERT_TRUE(port >= 0 && ::grantpt(port) == 0 && ::unlockpt(port) == 0);
    const auto spec = input(store::SampleType::f32, {"x", "y", "z"}, 100);
    const auto sensor = app::listen::open_sensor({::ptsname(port), 115200, true}, spec);
    EXPECT_TRUE(sensor->is_live());
    const std::string text = "ready\n1,2,3\r\n4\t5\t6\n7 8 nan\n";
    ASSERT_EQ(::write(port, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    std::vector<float> values;
    for (int i = 0; i < 20 && values.size() < 9; ++i) ASSERT_TRUE(sensor->read(values));
    ASSERT_EQ(values.size(), 9u);
    EXPECT_EQ((std::vector<float>(values.begin(), values.begin() + 8)), (std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8}));
    EXPECT_TRUE(std::isnan(values[8]));
    ::close(port);
    for (int i = 0; i < 20 && sensor->read(values); ++i) EXPECT_LT(i, 19) << "an unplugged port is the end";
}

TEST_F(Sensors, ASerialPortAtAnotherRateIsRefused) {
    const int port = ::posix_openpt(O_RDWR | O_NOCTTY);
    ASSERT_TRUE(port >= 0 && ::grantpt(port) == 0 && ::unlockpt(port) == 0);
    const auto spec = input(store::SampleType::f32, {"x"}, 5);
    const auto sensor = app::listen::open_sensor({::ptsname(port), 115200, false}, spec);
    std::string said;
    try {
        std::vector<float> values;
        for (int i = 0; i < 200; ++i) {  // some hundred a second
            ASSERT_EQ(::write(port, "1\n", 2), 2);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            ASSERT_TRUE(sensor->read(values));
        }
    } catch (const base::Error& error) {
        said = error.message() + " | " + error.hint();
    }
    ::close(port);
    EXPECT_NE(said.find("frames a second; the model was trained for 5: set the sensor's rate, or listen all the same with --any-rate"),
              std::string::npos)
        << said;
}

TEST_F(Sensors, AMicrophoneIsWhatAlsaCallsOne) {
    // ALSA's file plugin plays a file as a device that records.
    std::string raw;
    for (int i = 0; i < 4000; ++i) raw += static_cast<char>(i & 0xff), raw += static_cast<char>(i >> 8);
    const std::string samples = file("samples.raw", raw);
    const std::string config =
        file("asound.conf", "pcm.recorded { type file slave.pcm { type null } file /dev/null infile \"" + samples + "\" format raw }\n");
    ::setenv("ALSA_CONFIG_PATH", config.c_str(), 1);
    const auto spec = input(store::SampleType::i16, {"audio"}, 16000);
    const auto sensor = app::listen::open_sensor({"microphone:recorded", 115200, false}, spec);
    EXPECT_TRUE(sensor->is_live());
    std::vector<float> values;
    for (int i = 0; i < 50 && values.size() < 1000; ++i) ASSERT_TRUE(sensor->read(values));
    ASSERT_GE(values.size(), 1000u);
    for (std::size_t i = 0; i < 1000; ++i) ASSERT_EQ(values[i], static_cast<float>(i));
    EXPECT_NE(refusal("microphone:none", spec).find("microphone \"none\": "), std::string::npos) << refusal("microphone:none", spec);
    ::unsetenv("ALSA_CONFIG_PATH");
}

}  // namespace
