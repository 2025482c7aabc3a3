// Packages as a person meets them: headers that compile alone, and sketches that hear something.
#include "packages.hpp"

#include "base/files.hpp"
#include "base/process.hpp"

#include <gtest/gtest.h>

namespace mote::package {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> write_to(const fs::path& folder, const Contents& contents, const std::string& ending) {
    std::vector<fs::path> found;
    for (const auto& [name, text] : contents.files) {
        base::write_file(folder / name, text);
        if (name.ends_with(ending)) found.push_back(folder / name);
    }
    return found;
}

void expect_runs(const std::vector<std::string>& command) {
    const base::ProcessResult result = base::run_process(command);
    EXPECT_TRUE(result.ok()) << command.back() << "\n" << result.error_output.substr(0, 1500);
}

TEST(Use, EveryPublicHeaderCompilesAlone) {
    const std::vector<std::string> flags = {"-Wall", "-Wextra", "-Wconversion", "-Werror", "-fsyntax-only"};
    for (const char* kind : {"keyword", "alone"}) {
        const testing::Made made(testing::pipeline_for(kind));
        const base::TemporaryFolder folder;
        const Contents contents = make(find_format("cmake"), made.package(find_destination("nrf52840")));
        write_to(folder.path(), contents, "");
        std::size_t count = 0;
        for (const auto& [name, text] : contents.files) {
            if (!name.starts_with("include/")) continue;
            ++count;
            base::write_file(folder.path() / "alone.cpp", "#include \"" + name.substr(8) + "\"\n");
            for (const char* compiler : {"g++", "clang++"}) {
                std::vector<std::string> command = {compiler, "-std=c++14", "-I" + (folder.path() / "include").string()};
                command.insert(command.end(), flags.begin(), flags.end());
                command.push_back((folder.path() / "alone.cpp").string());
                SCOPED_TRACE(name);
                expect_runs(command);
            }
            if (!name.ends_with("/model.h")) continue;
            base::write_file(folder.path() / "alone.c", "#include \"" + name.substr(8) + "\"\nint main(void) { return 0; }\n");
            std::vector<std::string> command = {"gcc", "-std=c99", "-I" + (folder.path() / "include").string()};
            command.insert(command.end(), flags.begin(), flags.end());
            command.push_back((folder.path() / "alone.c").string());
            expect_runs(command);
        }
        EXPECT_GE(count, 2u);
    }
}

/// What a sketch of the package prints when its loop runs so often.
std::string heard_by(const std::string& sketch, const std::string& kind, int loops) {
    codegen::Pipeline pipeline = testing::pipeline_for(kind);
    pipeline.listen.threshold = 0;  // whatever a network of random weights takes the sound for
    const testing::Made made(std::move(pipeline));
    const base::TemporaryFolder folder;
    const Contents contents = make(find_format("arduino"), made.package(find_destination("nrf52840")));
    const fs::path stubs = MOTE_TEST_STUBS;
    std::vector<std::string> command = {"g++",
                                        "-std=gnu++14",
                                        "-O1",
                                        "-DARDUINO=10819",
                                        "-DARDUINO_LOOPS=" + std::to_string(loops),
                                        "-I" + stubs.string(),
                                        "-I" + (folder.path() / "src").string(),
                                        "-include",
                                        "Arduino.h"};
    for (const fs::path& source : write_to(folder.path(), contents, ".cpp")) command.push_back(source.string());
    command.insert(command.end(),
                   {(stubs / "arduino_main.cpp").string(), "-x", "c++", (folder.path() / "examples" / sketch / (sketch + ".ino")).string(),
                    "-o", (folder.path() / "run").string()});
    expect_runs(command);
    return base::run_process({(folder.path() / "run").string()}).output;
}

TEST(Use, SketchesHearWhatTheirSensorsGive) {
    // 4 s of sound in pieces of 20 ms: a window of 1 s, then an event a second.
    const std::string sound = heard_by("Microphone", "keyword", 200);
    EXPECT_NE(sound.find("class "), std::string::npos) << sound;
    EXPECT_EQ(sound.find("lost"), std::string::npos) << sound;
    // The stub's clock goes on by 0.1 ms whenever it is asked: 50 Hz need 200 of these.
    const std::string motion = heard_by("Accelerometer", "motion", 40000);
    EXPECT_NE(motion.find("class "), std::string::npos) << motion;
    EXPECT_EQ(motion.find("lost"), std::string::npos) << motion;
}

TEST(Use, ASketchForEdgeImpulsesLibraryFindsItsHeader) {
    const testing::Made made(testing::pipeline_for("keyword"));
    const base::TemporaryFolder folder;
    write_to(folder.path(), make(find_format("arduino"), made.package(find_destination("nrf52840"))), "");
    base::write_file(
        folder.path() / "sketch.cpp",
        "#include <Arduino.h>\n#include <keyword_inferencing.h>\nvoid setup() { run_classifier_init(); }\nvoid loop() {\n"
        "    static float features[EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE];\n    signal_t signal;\n"
        "    numpy::signal_from_buffer(features, EI_CLASSIFIER_DSP_INPUT_FRAME_SIZE, &signal);\n    ei_impulse_result_t result;\n"
        "    if (run_classifier(&signal, &result, false) == EI_IMPULSE_OK) Serial.println(result.classification[0].label);\n}\n");
    expect_runs({"g++", "-std=gnu++14", "-Wall", "-Wextra", "-Werror", "-DARDUINO=10819", "-fsyntax-only",
                 std::string("-I") + MOTE_TEST_STUBS, "-I" + (folder.path() / "src").string(), (folder.path() / "sketch.cpp").string()});
}

TEST(Use, AnAvrBoardIsToldWhyNot) {
    const testing::Made made(testing::pipeline_for("motion"));
    const base::TemporaryFolder folder;
    write_to(folder.path(), make(find_format("arduino"), made.package(find_destination("nrf52840"))), "");
    base::write_file(folder.path() / "sketch.cpp", "#include <motion_model.h>\n");
    const base::ProcessResult result = base::run_process(
        {"g++", "-D__AVR__", "-fsyntax-only", "-I" + (folder.path() / "src").string(), (folder.path() / "sketch.cpp").string()});
    EXPECT_FALSE(result.ok());
    EXPECT_NE(result.error_output.find("motion_model does not run on AVR boards (Uno, Nano, Mega): their int has 16 bits"),
              std::string::npos)
        << result.error_output;
}

}  // namespace
}  // namespace mote::package
