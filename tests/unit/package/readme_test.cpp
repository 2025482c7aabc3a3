// The README of a package: what it must tell, and that its program compiles.
#include "package/readme.hpp"

#include "packages.hpp"

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

#include <gtest/gtest.h>

namespace mote::package {
namespace {

/// Its blocks of C++.
std::vector<std::string> programs_in(const std::string& text, const std::string& language = "cpp") {
    std::vector<std::string> found;
    const std::string begin = "```" + language + "\n";
    for (std::size_t at = 0; (at = text.find(begin, at)) != std::string::npos; at = text.find("```", at) + 3) {
        at += begin.size();
        found.push_back(text.substr(at, text.find("```", at) - at));
    }
    return found;
}

/// Checks that the compiler takes the program, beside the package it came with.
void expect_compiles(const std::string& program, const Contents& contents, const std::string& format, bool is_c = false) {
    const base::TemporaryFolder folder;
    for (const auto& [name, text] : contents.files)
        if (name.ends_with(".hpp") || name.ends_with(".h")) base::write_file(folder.path() / name, text);
    const std::filesystem::path file = folder.path() / (is_c ? "program.c" : "program.cpp");
    base::write_file(file, program);
    std::vector<std::string> command = {
        is_c ? "gcc" : "g++", is_c ? "-std=c99" : "-std=c++14",   "-Wall", "-Wextra", "-Wconversion", "-Werror",
        "-fsyntax-only",      std::string("-I") + MOTE_TEST_STUBS};
    for (const char* include : {"include", "Inc", "src"}) command.push_back("-I" + (folder.path() / include).string());
    if (format == "arduino") command.insert(command.end(), {"-include", "Arduino.h"});
    command.push_back(file.string());
    const base::ProcessResult result = base::run_process(command);
    EXPECT_TRUE(result.ok()) << program << result.error_output.substr(0, 1000);
}

TEST(Readme, HasProgramsOfFewerThanTwentyLinesThatCompile) {
    for (const std::string& kind : testing::kinds()) {
        const testing::Made made(testing::pipeline_for(kind));
        for (const char* format : {"arduino", "cmake", "cmsis-pack", "esp-idf", "platformio", "stm32cube", "zephyr"}) {
            SCOPED_TRACE(kind + ", " + format);
            const Contents contents = make(find_format(format), made.package(testing::served(find_format(format)).front()));
            const auto programs = programs_in(contents.files.at("README.md"));
            EXPECT_EQ(programs.size(), kind == "keyword" || kind == "motion" ? 2u : 1u);
            for (const std::string& program : programs) {
                EXPECT_LT(base::split(program, '\n').size(), 21u) << program;
                EXPECT_NE(program.find(kind + "_model"), std::string::npos);
                expect_compiles(program, contents, format);
            }
            const bool has_c =
                programs.size() == 2 && std::string("cmake platformio cmsis-pack stm32cube").find(format) != std::string::npos;
            const auto in_c = programs_in(contents.files.at("README.md"), "c");
            ASSERT_EQ(in_c.size(), has_c ? 1u : 0u);
            for (const std::string& program : in_c) expect_compiles(program, contents, format, true);
        }
    }
}

TEST(Readme, SaysWhatTheModelDetectsHowWellAndAtWhatCost) {
    const testing::Made made(testing::pipeline_for("motion"));
    Package package = made.package(find_destination("nrf52840"));
    const auto text = [&] { return make(find_format("cmake"), package).files.at("README.md"); };
    for (const char* what : {"# test motion_model\n", "Tells apart class 0, class 1, class 2, class 3 in 1 s of accX, accY, accZ at 50 Hz.",
                             "Nordic nRF52840", "How well it does is not recorded", "bytes of RAM", "bytes of flash",
                             "| listening: ", "Time is not measured yet: `mote test --on nrf52840`", "| run | 0123abcd |",
                             "| package | 1.0.0, for nrf52840 |", "`motion_model::self_test()`", "without any obligation"})
        EXPECT_NE(text().find(what), std::string::npos) << what << "\n" << text();

    package.card.quality = Quality{"test", 200, 0.915, {{"walk|run", 120, 0.93, 0.9}, {"sit", 0, 0, 0}}};
    package.card.cost = Cost{123456, 40000, 9000, 1, 2, 0.0021, "modelled, validated to 3 %"};
    for (const char* what :
         {"91.5 % of 200 windows of the test split, which it was not trained on", "| walk\\|run | 120 | 90.0 % | 93.0 % |",
          "| sit | 0 | - | 0.0 % |", "| 123456 instructions (counted), 2.1 ms (modelled, validated to 3 %) |",
          "40000 bytes of flash, 9000 bytes of RAM with its stack"})
        EXPECT_NE(text().find(what), std::string::npos) << what << "\n" << text();
}

TEST(Readme, SaysWhereNoCompilerHasSeenTheCode) {
    const testing::Made made(testing::pipeline_for("motion"));
    const auto text = [&](const char* target) {
        return make(find_format("esp-idf"), made.package(find_destination(target))).files.at("README.md");
    };
    EXPECT_NE(text("esp32s3").find("nothing of it was compiled for esp32s3 before"), std::string::npos);
    EXPECT_EQ(text("esp32c3").find("no compiler"), std::string::npos);
}

TEST(Readme, TakesNamesOfAnyKind) {
    testing::Made made(testing::pipeline_for("keyword"));
    made.pipeline.labels = {"<b>\"", "a & b\n", "```", "\xc3\xa9|"};
    Package package = made.package(find_destination("nrf52840"));
    package.card.title = "``` \"x\" & <y>\n\x01";
    package.card.author = "A \"b\" & <c> \\";
    for (const char* format : {"arduino", "cmake", "cmsis-pack", "platformio", "zephyr"})
        EXPECT_NO_THROW(make(find_format(format), package)) << format;
    package.destination = find_destination("esp32c3");
    EXPECT_NO_THROW(make(find_format("esp-idf"), package));
}

}  // namespace
}  // namespace mote::package
