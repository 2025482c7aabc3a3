// What compilers make of emitted folders: symbols, sizes, fused instructions, the self-test, and a person's own program.
#include "codegen/emit.hpp"

#include "pipelines.hpp"
#include "small_networks.hpp"
#include "toolchain.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

#include <cstdlib>
#include <regex>

namespace mote::codegen {
namespace {

namespace fs = std::filesystem;
using testing::Compiler;

struct Symbol {
    std::string name;
    char kind = 0;
    std::size_t size_bytes = 0;
};

/// `nm` of an object: undefined symbols have kind 'U'.
std::vector<Symbol> symbols_of(const fs::path& object) {
    std::vector<Symbol> symbols;
    const std::string text = testing::run_tool({"arm-none-eabi-nm", "-f", "posix", "-t", "d", object.string()});
    for (const std::string& line : base::split(text, '\n')) {
        const auto words = base::split(line, ' ');
        if (words.size() < 2) continue;
        symbols.push_back({words[0], words[1][0], words.size() > 3 && !words[3].empty() ? std::stoul(words[3]) : 0});
    }
    return symbols;
}

std::size_t fused_instructions(const fs::path& object, const std::string& disassembler) {
    const std::string text = testing::run_tool({disassembler, "-d", object.string()});
    static const std::regex fused("\\bvfn?m(a|s|add|sub)[0-9]*\\w*\\b");
    return static_cast<std::size_t>(std::distance(std::sregex_iterator(text.begin(), text.end(), fused), std::sregex_iterator()));
}

class DeviceCode : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!testing::have("arm-none-eabi-g++")) {
            if (std::getenv("CI")) FAIL() << "arm-none-eabi-g++ is not installed";
            GTEST_SKIP() << "arm-none-eabi-g++ is not installed";
        }
        emission_ = emit(pipeline_, temporary_.path() / "model");
    }
    base::TemporaryFolder temporary_;
    Pipeline pipeline_ = testing::audio_pipeline(12, 7);
    Emission emission_;
};

TEST_F(DeviceCode, NeedsNothingOfTheCLibrary) {
    // Copies, and the compiler's own arithmetic where the core lacks it.
    const std::regex allowed("_ZNK?10mote_model.*|mem(cpy|set|move)|__aeabi_(f|ui|i|l|ul|u|mem|d)\\w+|__gnu_thumb1_case_\\w+|__clz[sd]i2");
    const std::regex forbidden("__aeabi_atexit|__aeabi_d\\w+");
    // What an application of Edge Impulse's supplies, with stand-ins in a file of its own.
    const std::regex supplied("_Z\\d+ei_(printf|printf_float|read_timer_us|run_impulse_check_canceled)\\w+");
    for (const Compiler& compiler : testing::arm_compilers()) {
        for (const fs::path& object : testing::compile(emission_, compiler, {"-O2"}, temporary_.path() / compiler.name))
            for (const Symbol& s : symbols_of(object)) {
                EXPECT_NE(s.name.substr(0, 4), "_ZGV") << "a guarded static in " << object;
                if (s.kind != 'U' || (object.stem() == "edge_impulse" && std::regex_match(s.name, supplied))) continue;
                EXPECT_TRUE(std::regex_match(s.name, allowed) && !std::regex_match(s.name, forbidden))
                    << compiler.name << ": " << object.filename() << " calls " << s.name;
            }
    }
}

TEST_F(DeviceCode, SizesAreThoseOfTheEmission) {
    std::size_t arena = 0, ram = 0, constants = 0;
    for (const fs::path& object : testing::compile(emission_, testing::cortex_m4(), {"-O2"}, temporary_.path() / "m4")) {
        const bool is_test = object.stem() == "self_test";
        if (object.stem() == "static_listener" || object.stem() == "edge_impulse") continue;  // linked only where they are used
        for (const Symbol& s : symbols_of(object)) {
            if (std::string_view("bBdDC").find(s.kind) != std::string_view::npos) ram += s.size_bytes;
            if (std::string_view("rR").find(s.kind) != std::string_view::npos && !is_test) constants += s.size_bytes;
            if (s.name.find("static_arena") != std::string::npos) arena = s.size_bytes;
        }
    }
    EXPECT_EQ(arena, emission_.arena_bytes);
    EXPECT_EQ(ram, emission_.arena_bytes) << "the arena is the only RAM";
    // Kernels have small tables of their own; a short table may become part of the instructions.
    EXPECT_GE(constants + 64, emission_.constant_bytes);
    EXPECT_LE(constants, emission_.constant_bytes + 256);
}

TEST_F(DeviceCode, ContractionIsOffUnderStockFlags) {
    const fs::path fusing = temporary_.path() / "fusing";
    fs::copy(emission_.folder, fusing, fs::copy_options::recursive);
    base::write_file(fusing / "src/contraction.hpp", "");
    Emission without = emission_;
    without.folder = fusing;
    std::vector<Compiler> compilers = {
        testing::cortex_m4(), {"g++ haswell", {"g++", "-march=haswell"}, ""}, {"clang++ haswell", {"clang++", "-march=haswell"}, ""}};
    for (const Compiler& compiler : compilers) {
        if (!testing::have(compiler.command.front())) continue;
        SCOPED_TRACE(compiler.name);
        const std::string disassembler = compiler.name == "cortex-m4f" ? "arm-none-eabi-objdump" : "objdump";
        const auto count = [&](const Emission& emission, const std::string& out) {
            std::size_t fused = 0;
            for (const fs::path& object :
                 testing::compile(emission, compiler, {"-O2", "-std=gnu++14"}, temporary_.path() / compiler.name / out))
                fused += fused_instructions(object, disassembler);
            return fused;
        };
        EXPECT_EQ(count(emission_, "off"), 0u);
        EXPECT_GT(count(without, "on"), 0u) << "the check would not see fused instructions";
    }
}

constexpr const char* self_test_main = R"(#include "mote_model/model.hpp"
int main() { return static_cast<int>(mote_model::self_test()); }
)";

bool host_has_fma() {
    const std::string text = fs::exists("/proc/cpuinfo") ? base::read_text("/proc/cpuinfo") : "";
    return text.find(" fma ") != std::string::npos && text.find(" avx2 ") != std::string::npos;
}

TEST_F(DeviceCode, TheSelfTestTellsAFusingBuildFromAnExactOne) {
    for (const Compiler& compiler : testing::host_compilers()) {
        if (!testing::have(compiler.command.front())) continue;
        SCOPED_TRACE(compiler.name);
        EXPECT_EQ(testing::run_program(emission_, self_test_main, compiler, {"-O2"}), 0);
        if (!host_has_fma()) continue;
        EXPECT_EQ(testing::run_program(emission_, self_test_main, compiler, {"-O2", "-march=haswell"}), 0);
        base::write_file(emission_.folder / "src/contraction.hpp", "");
        EXPECT_EQ(testing::run_program(emission_, self_test_main, compiler, {"-O2", "-march=haswell"}), 4) << "wrong_features";
        fs::remove_all(emission_.folder);
        emission_ = emit(pipeline_, emission_.folder);
    }
}

TEST_F(DeviceCode, FastMathIsRefused) {
    const auto result = base::run_process({"g++", "-Ofast", "-fsyntax-only", (emission_.folder / "src/features.cpp").string()});
    EXPECT_NE(result.exit_code, 0);
    EXPECT_NE(result.error_output.find("-ffast-math and -Ofast change the features"), std::string::npos);
}

}  // namespace
}  // namespace mote::codegen
