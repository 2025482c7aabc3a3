// What holds for every format, whatever it is.
#include "packages.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "package/memory.hpp"
#include "package/zip.hpp"

#include <gtest/gtest.h>

#include <set>

namespace mote::package {
namespace {

namespace fs = std::filesystem;

std::string message_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const base::Error& error) {
        return error.code() + ": " + error.message() + " | " + error.hint();
    }
    return "";
}

TEST(Formats, AreNamedAndServeSomething) {
    std::set<std::string_view> names;
    for (const Format* format : formats()) {
        EXPECT_TRUE(names.insert(format->name).second) << format->name;
        EXPECT_FALSE(format->help.empty()) << format->name;
        EXPECT_EQ(format->shape == Shape::folder, format->extension.empty()) << format->name;
        EXPECT_FALSE(testing::served(*format).empty()) << format->name;
        EXPECT_EQ(&find_format(format->name), format);
    }
}

TEST(Formats, MakeSamePackagesOfEveryKindOfModelThatPassTheirOwnCheck) {
    for (const std::string& kind : testing::kinds()) {
        const testing::Made made(testing::pipeline_for(kind));
        for (const Format* format : formats()) {
            SCOPED_TRACE(std::string(format->name) + ", " + kind);
            const Package package = made.package(testing::served(*format).front());
            Contents contents;
            try {
                contents = make(*format, package);
            } catch (const base::Error& error) {
                EXPECT_EQ(error.code(), "unsupported") << error.message();
                continue;
            }
            EXPECT_EQ(contents.files, make(*format, package).files);
            EXPECT_TRUE(contents.files.contains(codegen::manifest_name));
            for (const auto& [name, text] : contents.files) {
                EXPECT_FALSE(name.empty() || name.front() == '/' || name.find("..") != std::string::npos) << name;
                EXPECT_EQ(text.find(base::data_folder().string()), std::string::npos) << name;
            }
        }
    }
}

TEST(Formats, WhatIsNotServedIsRefusedWithTheReasonAndWhatWouldDo) {
    const std::string message = message_of([] { check_served(find_format("cmake"), find_destination("atmega328p"), {}); });
    EXPECT_EQ(message.substr(0, message.find('|')),
              "unsupported: no cmake package for atmega328p: an AVR's int has 16 bits, and constants would have to lie in its RAM ");
    EXPECT_NE(message.find("targets of cmake: corstone300, nrf52840, "), std::string::npos) << message;
    EXPECT_NE(message_of([] { find_format("cmaek"); }).find("did you mean \"cmake\"?"), std::string::npos);
    EXPECT_NE(message_of([] { find_destination("esp32c"); }).find("did you mean \"esp32"), std::string::npos);
}

TEST(Memory, WhatAPartCannotHoldIsRefusedWithByHowMuchAndWhatHasRoom) {
    codegen::Emission emission;
    emission.constant_bytes = 5u << 20, emission.arena_bytes = 400 << 10, emission.window_bytes = 1 << 10;
    const std::string message = message_of([&] { check_memory(emission, find_destination("esp32c3"), "m.tflite", {}); });
    EXPECT_EQ(message.substr(0, message.find('|')),
              "bad_input: m.tflite does not fit esp32c3: weights and tables alone are 1.0 MB too much for its 4.0 MB of flash; arena and "
              "window alone are 1.0 KB too much for its 400.0 KB of RAM ");
    EXPECT_NE(message.find("or what has room: raspberrypi4, x86-64; --force writes it"), std::string::npos) << message;
    EXPECT_EQ(message_of([&] { check_memory(emission, find_destination("raspberrypi4"), "m.tflite", {}); }), "");
    emission.constant_bytes = 1000;
    // Beside a system without limits, a part with more RAM will do.
    const std::string smaller = message_of([&] { check_memory(emission, find_destination("esp32c3"), "m", {}); });
    EXPECT_NE(smaller.find(", esp32s3, "), std::string::npos) << smaller;
}

TEST(Zip, IsTheSameBytesWhateverTheTimeZoneAndComesBackWhole) {
    const codegen::FileTree files = {{"a/b.txt", std::string(10000, 'x')}, {"a.txt", ""}, {"\xc3\xa9.txt", std::string("\0\xff", 2)}};
    ASSERT_EQ(setenv("TZ", "Asia/Tokyo", 1), 0);
    tzset();
    const base::Bytes east = zip_of(files, {}, "top");
    ASSERT_EQ(setenv("TZ", "America/Los_Angeles", 1), 0);
    tzset();
    const base::Bytes west = zip_of(files, {}, "top");
    unsetenv("TZ");
    tzset();
    EXPECT_EQ(east, west);
    EXPECT_LT(east.size(), 1000u);
    codegen::FileTree back;
    for (const auto& [name, content] : files) back["top/" + name] = content;
    EXPECT_EQ(unzip(east), back);
}

/// A format of the test's own, so that what write() does with archives depends on no other.
const Format& packed() {
    static const Format format{.name = "packed",
                               .help = "",
                               .shape = Shape::archive,
                               .extension = ".zip",
                               .refuses = [](const Destination&) { return std::string(); },
                               .make =
                                   [](const Package& p) {
                                       return Contents{p.library.files, {}, "top"};
                                   },
                               .faults =
                                   [](const codegen::FileTree& files) {
                                       return files.contains("fault") ? std::vector<std::string>{"fault: is there"}
                                                                      : std::vector<std::string>{};
                                   }};
    return format;
}

TEST(Write, ReplacesWhatItWroteAndNothingElse) {
    const testing::Made made(testing::pipeline_for("motion"));
    const Package package = made.package(find_destination("nrf52840"));
    const base::TemporaryFolder temporary;
    const fs::path file = temporary.path() / "new" / "p.zip";
    write(packed(), package, file);
    const base::Bytes first = base::read_file(file);
    write(packed(), package, file);
    EXPECT_EQ(base::read_file(file), first);
    EXPECT_TRUE(unzip(first).contains("top/include/motion_model/model.hpp"));

    codegen::FileTree changed = unzip(first);
    changed["top/README.md"] += "mine";
    base::write_file(file, zip_of(changed));
    EXPECT_EQ(message_of([&] { write(packed(), package, file); }).substr(0, 8), "conflict");
    base::write_file(file, std::string_view("no archive"));
    EXPECT_EQ(message_of([&] { write(packed(), package, file); }).substr(0, 8), "conflict");
    EXPECT_EQ(message_of([&] { write(packed(), package, temporary.path() / "p"); }).substr(0, 5), "usage");
    EXPECT_EQ(message_of([&] { write(find_format("cmake"), package, file); }).substr(0, 5), "usage");
}

TEST(Write, APackageWithAFaultIsNotWritten) {
    testing::Made made(testing::pipeline_for("motion"));
    made.library.files["fault"] = "";
    const base::TemporaryFolder temporary;
    const fs::path file = temporary.path() / "p.zip";
    EXPECT_NE(message_of([&] { write(packed(), made.package(find_destination("nrf52840")), file); }).find("fault: is there"),
              std::string::npos);
    EXPECT_FALSE(fs::exists(file));
}

TEST(Write, AFolderMayHoldPrograms) {
    const testing::Made made(testing::pipeline_for("motion"));
    static const Format runner{.name = "runner",
                               .help = "",
                               .shape = Shape::folder,
                               .refuses = [](const Destination&) { return std::string(); },
                               .make =
                                   [](const Package&) {
                                       return Contents{{{"bin/run", "#!/bin/sh\n"}}, {"bin/run"}};
                                   }};
    const base::TemporaryFolder temporary;
    write(runner, made.package(find_destination("x86-64")), temporary.path() / "out");
    EXPECT_NE(fs::status(temporary.path() / "out/bin/run").permissions() & fs::perms::owner_exec, fs::perms::none);
}

}  // namespace
}  // namespace mote::package
