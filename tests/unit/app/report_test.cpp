#include "app/report/report.hpp"
#include "app/report/chart.hpp"
#include "app/report/html.hpp"
#include "app/report/picture.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace {

using namespace mote;
using namespace mote::app::report;

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

TEST(Report, TextCannotBecomeMarkup) {
    EXPECT_EQ(escape("<b a='1' c=\"2\">&"), "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;");
    EXPECT_EQ(table({{"name", "n"}, {"<x>", "3"}}),
              "<table class=\"\"><tr><th>name</th><th>n</th></tr><tr><td>&lt;x&gt;</td><td class=\"number\">3</td></tr></table>");
}

TEST(Report, NormalDeviateInvertsTheDistribution) {
    EXPECT_NEAR(normal_deviate(0.5), 0, 1e-6);
    EXPECT_NEAR(normal_deviate(0.975), 1.959964, 1e-5);
    EXPECT_NEAR(normal_deviate(0.001), -3.090232, 1e-5);
}

TEST(Report, ChartDrawsEverySeriesInsideItsFrame) {
    Chart chart;
    chart.series = {{"a", {{0, 0}, {1, 10}, {2, NAN}}}, {"b", {{0, 5}, {2, 1000}}}};
    const std::string svg = line_chart(chart);
    EXPECT_EQ(count(svg, "<polyline"), 2u);
    EXPECT_EQ(svg.find("nan"), std::string::npos);
    EXPECT_NE(svg.find(">b</text>"), std::string::npos);
}

TEST(Report, ZeroHasNoSign) {
    Chart chart;
    chart.series = {{"a", {{0, -1}, {30, 1}}}};
    for (const char* signed_zero : {">-0<", ">-0.0<"}) EXPECT_EQ(line_chart(chart).find(signed_zero), std::string::npos);
}

TEST(Report, TheLegendKeepsOutOfTheWayOfTheCurvesEnds) {
    const auto legend_row = [](double end) {
        Chart chart;
        chart.series = {{"a", {{0, 0.5}, {1, end}}}, {"last", {{0, 1 - end}, {1, end}}}};
        const std::string svg = line_chart(chart);
        const std::size_t y = svg.rfind(" y=\"", svg.find(">last</text>"));
        return std::stod(svg.substr(y + 4));
    };
    EXPECT_GT(legend_row(1), 150) << "curves that end high have it below";
    EXPECT_LT(legend_row(0), 60);
}

TEST(Report, WithoutValidationThereIsOneCurveOfLearning) {
    ReportData data;
    for (int epoch = 0; epoch < 3; ++epoch) data.epochs.push_back({.epoch = epoch, .train_loss = 1.0 / (epoch + 1), .train_accuracy = 0.5});
    EXPECT_EQ(count(render(data), "<polyline"), 2u) << "loss and accuracy";
    for (auto& e : data.epochs) e.validation_loss = 1;
    EXPECT_EQ(count(render(data), "<polyline"), 4u);
}

TEST(Report, AnEmptyOrConstantSeriesIsDrawnWithoutDividingByZero) {
    Chart chart;
    chart.series = {{"none", {}}};
    EXPECT_EQ(line_chart(chart).find("nan"), std::string::npos);
    chart.series = {{"one", {{3, 3}, {3, 3}}}};
    EXPECT_EQ(line_chart(chart).find("nan"), std::string::npos);
    const std::vector<float> flat(100, 2.0f);
    EXPECT_EQ(waveform(flat, 1).find("nan"), std::string::npos);
}

TEST(Report, WaveformKeepsThePeaks) {
    std::vector<float> values(100000, 0.0f);
    values[50001] = 1.0f;
    const std::string svg = waveform(values, 1, 200, 100);
    EXPECT_NE(svg.find(",2 "), std::string::npos) << "the single peak reaches the top";
    EXPECT_LT(svg.size(), 8000u);
}

TEST(Report, HeatMapIsAPictureOfTheMatrix) {
    const std::vector<float> values = {0, 1, 2, 3, 4, 5};
    EXPECT_TRUE(heat_map(values, 3, 2).starts_with("<img width=\"260\" height=\"80\" alt=\"\" src=\"data:image/png;base64,iVBORw0KGgo"));
}

TEST(Report, ArenaMapHasABoxForEachBuffer) {
    std::vector<codegen::Buffer> plan(2);
    plan[0].tensor = "conv <0>", plan[0].size_bytes = 100, plan[0].last_step = 1;
    plan[1].tensor = "pool", plan[1].offset = 100, plan[1].size_bytes = 50, plan[1].first_step = 1, plan[1].last_step = 2;
    const std::string svg = arena_map(plan, 150);
    EXPECT_EQ(count(svg, "<rect"), 2u);
    EXPECT_NE(svg.find("conv &lt;0&gt;: 100 B at 0"), std::string::npos);
}

// Labels are whole or not there, over all boxes, and the steps are numbered below.
TEST(Report, ArenaMapCutsNoLabel) {
    std::vector<codegen::Buffer> plan;
    for (int step = -1; step < 12; ++step) {
        plan.push_back({"network/block/activation_" + std::to_string(step) + "/Relu;more", 0, 100, step, step + 1});
        plan.push_back({"scratch of network", 100, 100, step, step});
    }
    const std::string svg = arena_map(plan, 200);
    for (const char* cut : {">scratc<", ">scrat<", ">Rel<", ">Re<", ">activati"}) EXPECT_EQ(svg.find(cut), std::string::npos) << cut;
    EXPECT_LT(svg.rfind("<rect"), svg.find("<text"));
    EXPECT_NE(svg.find(">11</text>"), std::string::npos);
    EXPECT_NE(svg.find(">in</text>"), std::string::npos);
    EXPECT_NE(arena_map(std::span(plan).first(4), 200).find(">0 block/activation_0/Relu</text>"), std::string::npos);
}

TEST(Report, LegendOfTheMemoryBarGoesOnInANewLine) {
    std::vector<Part> parts;
    for (int i = 0; i < 9; ++i) parts.push_back({"part number " + std::to_string(i), 100});
    const std::string svg = memory_bar("flash", parts, 1000, 400);
    EXPECT_EQ(count(svg, "y=\"57.0\"") + count(svg, "y=\"57\""), 2u) << svg;
    EXPECT_EQ(svg.find("height=\"64\""), std::string::npos);
}

TEST(Report, LongNamesAreShortenedToTheirEnd) {
    const char* name = "net/activation_1/Relu;net/conv2d/BiasAdd";
    EXPECT_EQ(short_name(name, 40), "net/activation_1/Relu");
    EXPECT_EQ(short_name(name, 20), "activation_1/Relu");
    EXPECT_EQ(short_name(name, 5), "Relu");
    EXPECT_EQ(short_name(name, 2), "Re");
    EXPECT_EQ(short_name("scratch of net/conv2d", 9), "scratch");
    EXPECT_EQ(short_name("net/", 2), "ne");
    EXPECT_EQ(short_name("", 2), "");
}

TEST(Report, PageIsOneFileWithoutForeignParts) {
    ReportData data;
    data.title = "wake <word>";
    data.labels = {"a", "b"};
    data.confusion = {{9, 1}, {0, 10}};
    data.detection = {{"a", {{0.5, 0.001}, {0.01, 0.1}}}};
    data.epochs = {{0, 0.1, 2, 0.3, 2.1, 0.25, 1}, {1, 0.1, 1, 0.6, 1.1, 0.5, 1}};
    data.mistakes = {{"a/1.wav", "a", "b", 0.9, waveform(std::vector<float>{0, 1, 0}, 1), ""}};
    data.flash = {{"weights", 1000}};
    data.flash_limit = 2000;
    const std::string html = render(data);
    EXPECT_NE(html.find("<title>wake &lt;word&gt;</title>"), std::string::npos);
    EXPECT_NE(html.find("90.0 %"), std::string::npos);
    for (const char* foreign : {"http:", "https:", "<script", "@import", "src=\"/"})
        EXPECT_EQ(html.find(foreign), std::string::npos) << foreign;
    EXPECT_EQ(count(html, "<svg"), count(html, "</svg>"));
}

}  // namespace
