// Rules that every format keeps, whichever it is.
#include "makers.hpp"

#include "base/json.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>
#include <png.h>
#include <sndfile.h>

#include <map>
#include <set>

namespace {

using namespace mote;
using namespace mote::test;

/// One good file a format, by format name: {file name, bytes}.
std::map<std::string, std::pair<std::string, Bytes>> examples() {
    const std::string acquisition = "{\"payload\":{\"interval_ms\":10,\"sensors\":[{\"name\":\"a\"}],\"values\":[[1],[2]]}}";
    const Bytes array = make_npy("<i2", false, "(4,)", bytes_of<std::int16_t>({1, 2, 3, 4}));
    const Bytes csv = to_bytes("timestamp,x\n0,1\n10,2\n");
    return {{"wav", {"a.wav", make_sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 16000, 1, tone(50))}},
            {"flac", {"a.flac", make_sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16000, 1, tone(50))}},
            {"ogg", {"a.ogg", make_sound(SF_FORMAT_OGG | SF_FORMAT_VORBIS, 16000, 1, tone(500))}},
            {"mp3", {"a.mp3", make_sound(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 16000, 1, tone(2000))}},
            {"csv", {"a.csv", csv}},
            {"acquisition_json", {"a.json", to_bytes(acquisition)}},
            {"acquisition_cbor", {"a.cbor", bytes_of(base::Json::to_cbor(base::Json::parse(acquisition)))}},
            {"npy", {"a.npy", array}},
            {"mat", {"a.mat", to_bytes({"\x1e\0\0\0\x01\0\0\0\x02\0\0\0\0\0\0\0\x02\0\0\0v\0\x01\0\x02\0", 26})}},
            {"npz", {"a.npz", make_archive("zip", {{"x.npy", array, "", ""}})}},
            {"png", {"a.png", make_png(3, 2, PNG_COLOR_TYPE_GRAY, 8, Bytes(6))}},
            {"jpeg", {"a.jpg", make_jpeg(8, 8, 1, std::vector<std::uint8_t>(64, 9))}},
            {"idx", {"a-images-idx3-ubyte.gz", make_gzip(make_idx({1, 1, 2}, {3, 4}))}},
            {"zip", {"a.zip", make_archive("zip", {{"x.csv", csv, "", ""}})}},
            {"tar", {"a.tar.gz", make_archive("tar.gz", {{"x.csv", csv, "", ""}})}}};
}

store::ReadOptions all_options() {
    store::ReadOptions options;
    options.rate_hz = 100;
    return options;
}

TEST(Catalogue, EveryFormatHasAnExampleAndReadsIt) {
    const auto files = examples();
    std::set<std::string> names;
    for (const store::Format* format : store::file_formats()) {
        const std::string name(format->name);
        EXPECT_TRUE(names.insert(name).second) << name << " twice";
        EXPECT_FALSE(format->help.empty()) << name;
        EXPECT_FALSE(format->extensions.empty()) << name;
        for (const auto& extension : format->extensions) EXPECT_EQ(extension[0], '.') << name;
        ASSERT_TRUE(files.contains(name)) << name << " has no example in this test";
        EXPECT_GE(read_all(files.at(name).first, files.at(name).second, all_options()).size(), 1u) << name;
    }
    EXPECT_EQ(names.size(), files.size());
}

TEST(Catalogue, NoFormatTakesTheFilesOfAnother) {
    for (const auto& [owner, file] : examples()) {
        const auto head = std::span(file.second).first(std::min<std::size_t>(file.second.size(), 4096));
        for (const store::Format* format : store::file_formats()) {
            const bool taken = format->match(file.first, head);
            EXPECT_EQ(taken, format->name == owner) << format->name << " and " << file.first;
        }
        // Without its name too, where the bytes alone can tell (npz is a zip, and this CSV has but two columns of numbers).
        const store::Format* found = store::find_format("data", head);
        ASSERT_NE(found, nullptr) << owner;
        EXPECT_EQ(found->name, owner == "npz" ? "zip" : owner);
    }
}

TEST(Catalogue, ReadingTwiceGivesTheSame) {
    for (const auto& [name, file] : examples()) {
        const auto a = read_all(file.first, file.second, all_options()), b = read_all(file.first, file.second, all_options());
        ASSERT_EQ(a.size(), b.size());
        for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(values_of(a[i].signal), values_of(b[i].signal)) << name;
    }
}

TEST(Catalogue, NothingIsDecodedBeyondTheLimit) {
    store::ReadOptions options = all_options();
    options.limit_bytes = 1;
    for (const auto& [name, file] : examples()) {
        std::size_t recordings = 0;
        EXPECT_THROW(format_named(name).read(file.first, file.second, options, [&](store::Recording&&) { ++recordings; }), base::Error)
            << name;
        EXPECT_EQ(recordings, 0u) << name;
    }
}

TEST(Catalogue, EmptyFilesAreRefusedByEveryFormat) {
    for (const store::Format* format : store::file_formats())
        EXPECT_THROW(format->read("a", {}, all_options(), [](store::Recording&&) {}), base::Error) << format->name;
}

TEST(Catalogue, RandomBytesGiveErrorsAndNothingElse) {
    const base::Random seed(7);
    for (const store::Format* format : store::file_formats()) {
        const auto [file_name, good] = examples().at(std::string(format->name));
        for (std::uint64_t round = 0; round < 300; ++round) {
            base::Random random = seed.fork(format->name, round);
            // Half of the time a good beginning, so that more than the first check is reached.
            Bytes bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(round % 2 ? random.below(good.size()) : 0));
            for (std::uint64_t n = random.below(600); n > 0; --n) bytes.push_back(static_cast<std::byte>(random.below(256)));
            try {
                format->read(file_name, bytes, all_options(), [](store::Recording&&) {});
            } catch (const base::Error& error) {
                EXPECT_FALSE(error.hint().empty()) << format->name << ": " << error.message();
                EXPECT_TRUE(base::is_utf8(error.message())) << format->name;
            }
        }
    }
}

}  // namespace
