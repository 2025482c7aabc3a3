// The text that a block writes for the device: it compiles without warnings for chips and hosts, calls no C library, and computes the very
// bytes that Block::compute gives.
#include "support.hpp"

#include "base/json.hpp"
#include "base/random.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <set>

namespace mote::dsp::testing {
namespace {

using store::SampleType;

struct Case {
    std::string name;
    InputSpec input;
    std::unique_ptr<Block> block;
};

const char* c_type(SampleType type) { return type == SampleType::i16 ? "int16_t" : type == SampleType::u8 ? "uint8_t" : "float"; }

/// Every block, every preset, for an input that it takes.
std::vector<Case> all_cases() {
    InputSpec sound, motion, picture;
    sound.type = SampleType::i16, sound.channels = {"audio"}, sound.rate_hz = 16000, sound.frames = 16000;
    motion.type = SampleType::f32, motion.channels = {"x", "y", "z"}, motion.rate_hz = 100, motion.frames = 200;
    picture.type = SampleType::u8, picture.channels = {"r", "g", "b"}, picture.frames = 96, picture.height = 8, picture.width = 12;
    std::vector<Case> cases;
    for (const BlockType* type : block_types()) {
        std::vector<base::Json> variants = {base::Json::object()};
        for (const auto& preset : type->presets) variants.push_back({{"preset", preset}});
        for (const auto& given : variants)
            for (const auto& input : {sound, motion, picture}) try {
                    auto block = type->prepare(resolve_parameters(*type, given), input);
                    cases.push_back({"block" + std::to_string(cases.size()) + "_", input, std::move(block)});
                } catch (const base::Error&) {
                }
    }
    return cases;
}

/// One translation unit with a function a case.
std::string device_source(const std::vector<Case>& cases) {
    std::set<std::string> headers;
    std::string body;
    for (const Case& c : cases) {
        const DeviceCode code = c.block->device_code(c.name);
        headers.insert(code.headers.begin(), code.headers.end());
        body += code.definitions + "void " + c.name + "run(const " + c_type(c.input.type) +
                "* input, float* features, void* scratch);\nvoid " + c.name + "run(const " + c_type(c.input.type) +
                "* input, float* features, void* scratch) {\n    " + code.call + "\n}\n\n";
    }
    std::string text;
    for (const auto& header : headers) text += "#include \"" + header + "\"\n";
    return text + "#include <stdint.h>\n\n" + body;
}

/// A program that runs the case named by its argument on the bytes of standard input.
std::string driver_source(const std::vector<Case>& cases) {
    std::string text = "\n#include <stdio.h>\n#include <stdlib.h>\nint main(int, char** argument) {\n    int which = atoi(argument[1]);\n";
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const Case& c = cases[i];
        text += "    if (which == " + std::to_string(i) + ") {\n        static " + c_type(c.input.type) + " input[" +
                std::to_string(c.input.value_count()) + "];\n        static float features[" + std::to_string(c.block->output().count()) +
                "];\n        static double scratch[" + std::to_string(c.block->scratch_bytes() / 8 + 1) +
                "];\n        if (fread(input, sizeof input, 1, stdin) != 1) return 2;\n        " + c.name +
                "run(input, features, scratch);\n        return fwrite(features, sizeof features, 1, stdout) == 1 ? 0 : 3;\n    }\n";
    }
    return text + "    return 1;\n}\n";
}

int shell(const std::string& command) { return std::system(command.c_str()); }

std::string include_flag() { return " -I" + std::string(MOTE_SOURCE_FOLDER) + "/runtime/include "; }

const std::string warnings = " -Wall -Wextra -Wconversion -Werror -fno-exceptions -fno-rtti -ffp-contract=off -O2 ";

class Device : public ::testing::Test {
  protected:
    base::TemporaryFolder folder_;
    std::vector<Case> cases_ = all_cases();

    std::filesystem::path write(const char* name, const std::string& text) {
        base::write_file(folder_.path() / name, std::string_view(text));
        return folder_.path() / name;
    }
};

TEST_F(Device, EmittedCodeComputesTheSameBytes) {
    const auto source = write("device.cpp", device_source(cases_) + driver_source(cases_));
    const auto program = folder_.path() / "device";
    ASSERT_EQ(shell(MOTE_CXX_COMPILER " -std=gnu++14 " + warnings + include_flag() + source.string() + " -o " + program.string()), 0);
    base::Random random(7);
    for (std::size_t i = 0; i < cases_.size(); ++i) {
        const Case& c = cases_[i];
        std::vector<double> values(c.input.value_count());
        for (std::size_t n = 0; n < values.size(); ++n)
            values[n] = c.input.type == SampleType::u8 ? static_cast<double>(random.below(256))
                        : c.input.type == SampleType::i16
                            ? std::floor(9000 * std::sin(0.1 * static_cast<double>(n)) + 3000 * random.normal())
                            : std::sin(0.2 * static_cast<double>(n)) + random.normal();
        const auto window = window_bytes(values, c.input.type);
        const auto in = folder_.path() / "in", out = folder_.path() / "out";
        base::write_file(in, std::span<const std::byte>(window));
        ASSERT_EQ(shell(program.string() + " " + std::to_string(i) + " < " + in.string() + " > " + out.string()), 0);
        const auto theirs = base::read_file(out);
        const auto ours = run(*c.block, window.data());
        ASSERT_EQ(theirs.size(), 4 * ours.size());
        EXPECT_EQ(std::memcmp(theirs.data(), ours.data(), theirs.size()), 0) << "case " << i;
        EXPECT_EQ(c.block->device_code("p_").scratch_bytes, c.block->scratch_bytes());
    }
}

TEST_F(Device, EmittedCodeCompilesForChipsAndCallsNoLibrary) {
    if (shell("arm-none-eabi-g++ --version > /dev/null 2>&1") != 0) {
        if (std::getenv("CI")) FAIL() << "arm-none-eabi-g++ is absent";
        GTEST_SKIP() << "arm-none-eabi-g++ is absent";
    }
    const auto source = write("device.cpp", device_source(cases_));
    const auto object = folder_.path() / "device.o", list = folder_.path() / "undefined";
    const char* const cores[] = {"-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard", "-mcpu=cortex-m0plus -mthumb"};
    for (const std::string core : cores) {
        SCOPED_TRACE(core);
        ASSERT_EQ(shell("arm-none-eabi-g++ -std=gnu++14 " + core + warnings + include_flag() + "-c " + source.string() + " -o " +
                        object.string()),
                  0);
        ASSERT_EQ(shell("arm-none-eabi-nm -u " + object.string() + " > " + list.string()), 0);
        std::stringstream symbols(base::read_text(list));
        for (std::string u, symbol; symbols >> u >> symbol;) {
            // Arithmetic that the core lacks comes from the compiler's own library; copying and filling is what a compiler may always ask
            // for.
            const bool arithmetic = symbol.rfind("__aeabi_", 0) == 0 || symbol.rfind("__clz", 0) == 0 || symbol.rfind("__gnu_", 0) == 0;
            EXPECT_TRUE(arithmetic || symbol == "memset" || symbol == "memcpy") << symbol;
            EXPECT_EQ(symbol.find("__aeabi_d"), std::string::npos) << "double precision on the device: " << symbol;
        }
    }
}

/// Each header on its own as the oldest language a board's framework uses, all together as the newer ones.
TEST_F(Device, RuntimeHeadersCompileAloneWithEveryCompiler) {
    const std::filesystem::path include = std::filesystem::path(MOTE_SOURCE_FOLDER) / "runtime/include";
    std::vector<std::filesystem::path> sources;
    std::string all;
    for (const char* part : {"core", "dsp"})
        for (const auto& entry : std::filesystem::directory_iterator(include / "mote/rt" / part)) {
            const std::string line = "#include \"" + std::filesystem::relative(entry.path(), include).string() + "\"\n";
            all += line;
            sources.push_back(write((entry.path().stem().string() + "_alone.cpp").c_str(), line));
        }
    ASSERT_GT(sources.size(), 10u);
    const auto together = write("all.cpp", all);
    const std::string compilers[] = {MOTE_CXX_COMPILER, "clang++",
                                     "arm-none-eabi-g++ -mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard"};
    for (const auto& compiler : compilers) {
        SCOPED_TRACE(compiler);
        if (shell(compiler + " --version > /dev/null 2>&1") != 0) {
            EXPECT_FALSE(std::getenv("CI")) << "the compiler is absent";
            continue;
        }
        const std::string flags = warnings + include_flag() + "-fsyntax-only ";
        for (const auto& source : sources) EXPECT_EQ(shell(compiler + " -std=gnu++14 " + flags + source.string()), 0) << source.filename();
        for (const char* language : {"17", "20"})
            EXPECT_EQ(shell(compiler + " -std=gnu++" + language + flags + together.string()), 0) << language;
    }
}

}  // namespace
}  // namespace mote::dsp::testing
