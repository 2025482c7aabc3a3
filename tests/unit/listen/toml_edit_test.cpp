// Settings written into a person's file: everything else stays as it was.
#include "app/toml_edit.hpp"
#include "base/error.hpp"

#include <gtest/gtest.h>

namespace {

using namespace mote;

std::string edited(std::string_view text) {
    try {
        return app::with_settings(text, "listen", {{"threshold", "0.62"}, {"minimum_ms", "250.0"}});
    } catch (const base::Error& error) {
        return error.message() + " | " + error.hint();
    }
}

TEST(TomlEdit, OnlyTheValuesChange) {
    EXPECT_EQ(
        edited("# mine\n[project]\nname = \"a # b\"\n\n[listen]  # how\nstride_ms = 250.0   # stride\nthreshold = 0.8     # averaged\n"
               "minimum_ms=0\n\n[target]\nboard = \"nrf52840\"\n"),
        "# mine\n[project]\nname = \"a # b\"\n\n[listen]  # how\nstride_ms = 250.0   # stride\nthreshold = 0.62    # averaged\n"
        "minimum_ms=250.0\n\n[target]\nboard = \"nrf52840\"\n");
}

TEST(TomlEdit, AbsentKeysAndSectionsAreAdded) {
    EXPECT_EQ(edited("[listen]\nstride_ms = 250\n\n[train]\nepochs = 3\n"),
              "[listen]\nstride_ms = 250\nthreshold = 0.62\nminimum_ms = 250.0\n\n[train]\nepochs = 3\n");
    EXPECT_EQ(edited("[train]\nepochs = 3"), "[train]\nepochs = 3\n\n[listen]\nthreshold = 0.62\nminimum_ms = 250.0\n");
    EXPECT_EQ(edited(""), "[listen]\nthreshold = 0.62\nminimum_ms = 250.0\n");
}

TEST(TomlEdit, LineEndsStay) {
    EXPECT_EQ(edited("[listen]\r\nthreshold = 0.8\r\nminimum_ms = 1\r\n"), "[listen]\r\nthreshold = 0.62\r\nminimum_ms = 250.0\r\n");
    EXPECT_EQ(edited("[listen]\nminimum_ms = 1\nthreshold = 0.8"), "[listen]\nminimum_ms = 250.0\nthreshold = 0.62");
}

TEST(TomlEdit, AWiderValueTakesRoomFromTheComment) {
    EXPECT_EQ(edited("[listen]\nminimum_ms = 0       # least\nthreshold = 1# sure\n"),
              "[listen]\nminimum_ms = 250.0   # least\nthreshold = 0.62 # sure\n");
}

TEST(TomlEdit, WhatCannotBeChangedIsLeftWithWords) {
    const std::string words =
        "mote.toml: [listen] is written in a way that cannot be changed by program | set by hand: threshold = 0.62, "
        "minimum_ms = 250.0";
    EXPECT_EQ(edited("listen = { threshold = 0.8 }\n"), words);
    EXPECT_EQ(edited("listen = 3\n"), words);
    EXPECT_EQ(edited("listen.threshold = 0.8\n"), words);
    EXPECT_EQ(edited("[project]\nname = \"\"\"\n[listen]\nthreshold = 1\n\"\"\"\n"), words);
    EXPECT_NE(edited("[listen\n").find("mote.toml"), std::string::npos);
}

}  // namespace
