// What a listening model says: words, JSON lines, bars.
#include "app/listen/view.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace {

using namespace mote;
using app::listen::Decision;
using app::listen::Telling;

std::string told(Telling telling, bool all) {
    std::ostringstream out;
    app::listen::View view(out, telling, {"go", "_rest_"}, {0.5, 2}, 16000, all);
    view.tell({{0.25f, 0.75f}, {}, 16000, -1});
    view.tell({{0.625f, 0.375f}, {}, 20000, 0});
    view.end();
    return out.str();
}

TEST(View, WordsTellEventsWithTheirTimes) {
    EXPECT_EQ(told(Telling::words, false), "     1.25 s  go  0.62\n");
    EXPECT_EQ(told(Telling::words, true), "     1.00 s  go 0.25  _rest_ 0.75\n     1.25 s  go 0.62  _rest_ 0.38\n     1.25 s  go  0.62\n");
}

TEST(View, LinesAreJsonAsTheLinuxRunnerWritesIt) {
    EXPECT_EQ(told(Telling::lines, false), "{\"type\":\"event\",\"seconds\":1.25,\"frame\":20000,\"label\":\"go\",\"score\":0.625}\n");
    EXPECT_EQ(base::split(told(Telling::lines, true), '\n')[0],
              "{\"type\":\"decision\",\"seconds\":1.0,\"frame\":16000,\"probabilities\":{\"go\":0.25,\"_rest_\":0.75}}");
}

TEST(View, BarsAreDrawnAnewBelowTheEvents) {
    const std::string text = told(Telling::bars, false);
    EXPECT_EQ(base::split(text, '\n')[0], "  go      ██████████          │                    0.25")
        << "the threshold in the middle";
    EXPECT_NE(text.find("\x1b[3F\x1b[J     1.25 s  go  0.62\n"), std::string::npos);
    EXPECT_NE(text.find("  1.2 s, Ctrl-C ends\n"), std::string::npos);
}

}  // namespace
