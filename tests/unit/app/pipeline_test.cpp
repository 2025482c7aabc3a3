// From stored samples to what a trainer sees.
#include "app/examples.hpp"
#include "app/features.hpp"
#include "app/npy.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "store/ingest.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>

namespace {

using namespace mote;

/// A store with six recordings of two labels, three splits.
class Pipeline : public testing::Test {
  protected:
    Pipeline() : store_(store::Store::open(folder_.path() / ".mote")) {
        std::string table = "file,split\n";
        for (const char* label : {"a", "b"})
            for (int i = 0; i < 3; ++i) {
                const std::string name = std::string(label) + "/" + std::to_string(i) + ".csv";
                std::string text = "timestamp,x,y,z\n";
                for (int t = 0; t < 100; ++t)
                    text += std::to_string(t * 10) + "," + std::to_string(std::sin(t * 0.1 + i) * (label[0] == 'a' ? 1 : 3)) + ",1," +
                            std::to_string(t % 7) + "\n";
                base::write_file(folder_.path() / "data" / name, text);
                table += name + "," + (i == 0 ? "train" : i == 1 ? "validation" : "test") + "\n";
            }
        base::write_file(folder_.path() / "split.csv", table);
        store::IngestOptions options;
        options.tables = {(folder_.path() / "split.csv").string()};
        const std::vector<std::filesystem::path> paths{folder_.path() / "data"};
        const auto report = store::ingest(store_, paths, options, progress_, cancel_);
        EXPECT_EQ(report.added, 6u);
        snapshot_ = store_.snapshot().hash;
        settings_.window_ms = 250;
    }

    app::DataPlan plan() { return app::plan_data(store_, snapshot_, settings_); }
    std::string refusal() {
        try {
            plan();
        } catch (const base::Error& error) {
            return error.message() + " | " + error.hint();
        }
        return "accepted";
    }

    base::TemporaryFolder folder_;
    store::Store store_;
    base::Progress progress_;
    base::Cancel cancel_;
    std::string snapshot_;
    app::DataSettings settings_;
};

TEST_F(Pipeline, EachWindowIsInItsSplitWithItsLabel) {
    const app::DataPlan made = plan();
    EXPECT_EQ(made.labels, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(made.train.size(), 8u);  // two recordings of a second, four windows each
    EXPECT_EQ(made.validation.size(), 8u);
    EXPECT_EQ(made.test.size(), 8u);
    for (const auto& split : app::summarise(made)) {
        EXPECT_EQ(split.by_label.at("a"), 4u) << split.split;
        EXPECT_EQ(split.recordings, 2u) << split.split;
    }
}

TEST_F(Pipeline, RefusalsNameTheSetting) {
    settings_.labels = {"a", "bb"};
    EXPECT_EQ(refusal(), "mote.toml: data.labels names \"bb\", which no window has | did you mean \"b\"?");
    settings_.labels = {"a", "a"};
    EXPECT_EQ(refusal(), "mote.toml: data.labels names \"a\" twice | name it once");
    settings_.labels = {}, settings_.ignore = {"b"};
    EXPECT_EQ(refusal(),
              "there is only one label (a), nothing to tell apart | "
              "the recordings have more: see labels, ignore, window_ms and label_mode under [data] in mote.toml");
    settings_.ignore = {"a", "b"};
    EXPECT_NE(refusal().find("there is nothing to train on"), std::string::npos);
    EXPECT_THROW(plan_data(store_, "00000000", settings_), base::Error);
}

TEST_F(Pipeline, CachedFeaturesAreTheComputedOnesAndADamagedFileIsNotUsed) {
    const app::DataPlan made = plan();
    const auto features = app::prepare_features("flatten", base::Json::object(), made.input);
    const auto computed = app::compute_features(made, features, made.train, {}, progress_, cancel_);
    const auto cache = folder_.path() / "cache";
    EXPECT_EQ(app::compute_features(made, features, made.train, cache, progress_, cancel_), computed);
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(cache)) files.push_back(entry.path());
    ASSERT_EQ(files.size(), 1u);
    EXPECT_EQ(app::compute_features(made, features, made.train, cache, progress_, cancel_), computed);
    std::filesystem::resize_file(files[0], 10);
    EXPECT_EQ(app::compute_features(made, features, made.train, cache, progress_, cancel_), computed);
    // Other windows have another file.
    app::compute_features(made, features, made.test, cache, progress_, cancel_);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(cache), std::filesystem::directory_iterator()), 2);
}

TEST_F(Pipeline, AugmentationFollowsFromSeedEpochAndIndexAlone) {
    const app::DataPlan made = plan();
    const auto features = app::prepare_features("raw", base::Json::object(), made.input);
    const auto rows = app::compute_features(made, features, made.train, {}, progress_, cancel_);
    learn::AugmentSettings settings;
    settings.gain_db = 6, settings.rotate_degrees = 20;
    const auto augmenter = app::make_augmenter(settings, made);
    const auto fill = [&](std::uint64_t seed, int epoch, std::size_t index) {
        app::Examples examples(made, features, made.train, rows);
        examples.augment(augmenter, seed);
        std::vector<float> values(features.count());
        examples.fill(index, epoch, values);
        return values;
    };
    EXPECT_EQ(fill(1, 3, 5), fill(1, 3, 5));
    EXPECT_NE(fill(1, 3, 5), fill(1, 4, 5));
    EXPECT_NE(fill(1, 3, 5), fill(2, 3, 5));
    const auto plain = fill(1, -1, 5);
    EXPECT_TRUE(std::equal(plain.begin(), plain.end(), rows.begin() + static_cast<std::ptrdiff_t>(5 * features.count())));
    settings.noise_label = "c", settings.noise_probability = 1;
    EXPECT_THROW(app::make_augmenter(settings, made), base::Error);
}

TEST_F(Pipeline, ArraysAreWrittenAsNumPyReadsThem) {
    const auto file = folder_.path() / "x.npy";
    app::write_npy(file, {2, 1}, std::vector<float>{1, 2});
    const std::string text = base::read_text(file);
    ASSERT_EQ(text.size(), 128u + 8u);
    EXPECT_EQ(text.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
    EXPECT_EQ(static_cast<unsigned char>(text[8]), 118);  // 128 bytes with the ten before it
    EXPECT_EQ(text[127], '\n');
    EXPECT_NE(text.find("'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, ), "), std::string::npos);
    float second = 0;
    std::memcpy(&second, text.data() + 132, 4);
    EXPECT_EQ(second, 2.0f);
}

}  // namespace
