// Streams with known events, and what a detector's settings make of outputs over them.
#include "app/listen/calibration.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "store/ingest.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

namespace {

using namespace mote;
using app::listen::Detection;
using app::listen::Point;

constexpr double rate_hz = 100;

/// Two labels, one of them background, a second each: values say which recording they are of.
class Streams : public testing::Test {
  protected:
    Streams() : store_(store::Store::open(folder_.path() / ".mote")) {
        std::string table = "file,split\n";
        int number = 0;
        for (const char* label : {"go", "_rest_"})
            for (int i = 0; i < 6; ++i) {
                const std::string name = std::string(label) + "/" + std::to_string(i) + ".csv";
                std::string text = "timestamp,x\n";
                ++number;
                for (int t = 0; t < 100; ++t) text += std::to_string(t * 10) + "," + std::to_string(number * 1000 + t) + "\n";
                base::write_file(folder_.path() / "data" / name, text);
                table += name + "," + (i < 2 ? "train" : i < 4 ? "validation" : "test") + "\n";
            }
        base::write_file(folder_.path() / "split.csv", table);
        store::IngestOptions options;
        options.tables = {(folder_.path() / "split.csv").string()};
        const std::vector<std::filesystem::path> paths{folder_.path() / "data"};
        store::ingest(store_, paths, options, progress_, cancel_);
        app::DataSettings settings;
        settings.window_ms = 500;
        plan_ = app::plan_data(store_, store_.snapshot().hash, settings);
    }

    app::listen::Stream make(std::uint64_t seed = 1, double hours = 0.02) {
        app::listen::StreamSettings settings;
        settings.hours = hours, settings.seed = seed;
        return {app::listen::split_material(plan_, "validation", {"_rest_"}), settings};
    }
    static std::vector<float> values(const app::listen::Stream& stream, std::int64_t begin, std::size_t count) {
        std::vector<float> out(count);
        stream.read(begin, std::as_writable_bytes(std::span(out)));
        return out;
    }

    base::TemporaryFolder folder_;
    store::Store store_;
    base::Progress progress_;
    base::Cancel cancel_;
    app::DataPlan plan_;
};

TEST_F(Streams, HoldTheSplitsRecordingsWhereTheySaySo) {
    const auto stream = make();
    ASSERT_GE(stream.frames(), 72 * 100);
    EXPECT_EQ(stream.event_recordings(), 2u);
    EXPECT_EQ(stream.background_recordings(), 2u);
    const auto all = values(stream, 0, static_cast<std::size_t>(stream.frames()));
    std::set<int> recordings;
    for (const float value : all) recordings.insert(static_cast<int>(value) / 1000);
    EXPECT_EQ(recordings, (std::set<int>{3, 4, 9, 10}));  // the validation split's alone
    ASSERT_GT(stream.truth().size(), 5u);
    std::vector<bool> is_event(all.size());
    for (const auto& event : stream.truth()) {
        EXPECT_EQ(plan_.labels[static_cast<std::size_t>(event.label)], "go");
        for (std::int64_t f = event.begin; f < event.end; ++f) is_event[static_cast<std::size_t>(f)] = true;
    }
    for (std::size_t f = 0; f < all.size(); ++f) ASSERT_EQ(is_event[f], all[f] < 5000) << f;
}

TEST_F(Streams, AreReadInAnyPiecesAndFollowFromTheirSeed) {
    const auto stream = make(), again = make(), other = make(2);
    const auto all = values(stream, 0, static_cast<std::size_t>(stream.frames()));
    EXPECT_EQ(all, values(again, 0, static_cast<std::size_t>(again.frames())));
    EXPECT_EQ(stream.identity(), again.identity());
    EXPECT_NE(stream.identity(), other.identity());
    for (const std::int64_t begin : {0, 37, 999, 5000}) {
        const auto piece = values(stream, begin, 777);
        EXPECT_TRUE(std::equal(piece.begin(), piece.end(), all.begin() + begin)) << begin;
    }
    EXPECT_EQ(values(stream, stream.frames(), 3), (std::vector<float>{0, 0, 0}));
    EXPECT_NE(stream.recording_at(stream.truth().front().begin).find("go/"), std::string::npos);
    EXPECT_EQ(stream.recording_at(stream.frames()), "");
}

TEST_F(Streams, AFolderJoinsAsBackground) {
    for (int i = 0; i < 3; ++i) {
        std::string text = "timestamp,x\n";
        for (int t = 0; t < 100; ++t) text += std::to_string(t * 10) + ",77000\n";
        base::write_file(folder_.path() / "more" / (std::to_string(i) + ".csv"), text);
    }
    auto material = app::listen::split_material(plan_, "validation", {"_rest_"});
    app::listen::add_folder(material, folder_.path() / "more", folder_.path() / "cache", progress_, cancel_);
    const app::listen::Stream stream(std::move(material), {0.02, 1, 0, 0, 0});
    EXPECT_EQ(stream.background_recordings(), 5u);
    std::size_t added = 0;
    const auto all = values(stream, 0, static_cast<std::size_t>(stream.frames()));
    for (const float value : all) added += value == 77000;
    EXPECT_GT(added, all.size() / 4);
    EXPECT_LT(added, all.size() * 3 / 4);
}

TEST_F(Streams, NearMissesAreRare) {
    auto material = app::listen::split_material(plan_, "validation", {"_rest_"});
    ASSERT_TRUE(material.near_misses.empty());
    material.near_misses = {material.background[0][1]};
    material.background[0].pop_back();
    const std::string name = material.near_misses[0].data->samples()[material.near_misses[0].sample].name;
    const auto share = [&](double per_hour) {
        app::listen::StreamSettings settings;
        settings.hours = 0.2, settings.near_misses_per_hour = per_hour;
        const app::listen::Stream stream(material, settings);
        std::size_t seconds = 0;
        for (std::int64_t frame = 50; frame < stream.frames(); frame += 100) seconds += stream.recording_at(frame) == name;
        return static_cast<double>(seconds) / stream.hours();
    };
    EXPECT_EQ(share(0), 0);
    EXPECT_NEAR(share(120), 120, 50);
}

TEST_F(Streams, DetectionsFindEachEventOnce) {
    const auto stream = make();
    const auto& truth = stream.truth();
    const int go = truth[0].label;
    const auto count = [&](std::vector<Detection> detections) { return app::listen::tally(detections, stream, 50); };
    auto t = count({{truth[0].end, go, 1}, {truth[1].end + 50, go, 1}, {truth[2].end + 51, go, 1}});
    EXPECT_EQ(t.events, truth.size());
    EXPECT_EQ(t.found, 2u);
    ASSERT_EQ(t.missed.size(), truth.size() - 2);
    EXPECT_EQ(t.missed.front().begin, truth[2].begin);
    EXPECT_EQ(t.false_accepts, 1u);  // too late
    EXPECT_DOUBLE_EQ(t.delay_s, 0.25);
    t = count({{truth[0].begin, go, 1}, {truth[0].end, go, 1}});
    EXPECT_EQ(t.found, 1u);
    EXPECT_EQ(t.false_accepts, 1u);  // the event is brief: twice is once too often
    t = count({{truth[0].end, go == 0 ? 1 : 0, 1}});
    EXPECT_EQ(t.found, 0u);
    EXPECT_EQ(t.wrong.size(), 1u);
    const double covered = static_cast<double>(truth.size()) * 150;
    EXPECT_NEAR(t.hours, (static_cast<double>(stream.frames()) - covered) / rate_hz / 3600, 51 / rate_hz / 3600);
}

TEST(OperatingPoint, UpperLimitsAreThoseOfPoissonTables) {
    EXPECT_NEAR(app::listen::highest_rate(0, 1), 2.996, 0.001);  // one-sided 95 %, Garwood 1936
    EXPECT_NEAR(app::listen::highest_rate(1, 1), 4.744, 0.001);
    EXPECT_NEAR(app::listen::highest_rate(10, 10), 1.6962, 0.0005);
    EXPECT_NEAR(app::listen::highest_rate(400, 1), 434.3, 1);
    EXPECT_EQ(app::listen::highest_rate(3, 0), 0);
}

Point point(double threshold, std::uint64_t false_accepts, double false_rejects, double smoothing_ms = 500) {
    Point p;
    p.threshold = threshold, p.smoothing_ms = smoothing_ms, p.false_accepts = false_accepts, p.false_rejects = false_rejects;
    p.false_accepts_per_hour = static_cast<double>(false_accepts) / 4;
    return p;
}

TEST(OperatingPoint, TheProposalRejectsLeastWithinTheLimit) {
    const std::vector<Point> points{point(0.1, 9, 0.0),  point(0.2, 2, 0.02), point(0.3, 2, 0.02),
                                    point(0.4, 2, 0.02), point(0.5, 1, 0.02), point(0.6, 1, 0.02),
                                    point(0.7, 1, 0.02), point(0.8, 0, 0.1),  point(0.6, 1, 0.02, 750)};
    EXPECT_EQ(app::listen::propose(points, 0.5), 5u);  // the middle of three equal ones
    EXPECT_EQ(app::listen::propose(points, 0.1), 7u);
    EXPECT_EQ(app::listen::propose({points[0], points[1]}, 0.1), 1u);  // none keeps to it: the nearest
    const auto best = app::listen::frontier(points, 12);
    ASSERT_EQ(best.size(), 3u);
    EXPECT_EQ(best[0].threshold, 0.8);
    EXPECT_EQ(best[1].threshold, 0.6);
    EXPECT_EQ(best[2].threshold, 0.1);
}

}  // namespace
