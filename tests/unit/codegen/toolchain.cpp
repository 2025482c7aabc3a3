#include "toolchain.hpp"

#include "base/error.hpp"
#include "base/files.hpp"

#include <cstdlib>
#include <cstring>
#include <iostream>

namespace mote::codegen::testing {

namespace fs = std::filesystem;

std::vector<Compiler> arm_compilers() {
    const auto arm = [](std::string cpu, std::vector<std::string> more) {
        Compiler c{cpu, {"arm-none-eabi-g++", "-mcpu=" + cpu, "-mthumb"}, cpu};
        c.command.insert(c.command.end(), more.begin(), more.end());
        return c;
    };
    return {arm("cortex-m0plus", {}),
            arm("cortex-m3", {}),
            cortex_m4(),
            arm("cortex-m7", {"-mfloat-abi=hard", "-mfpu=fpv5-d16"}),
            arm("cortex-m33", {"-mfloat-abi=hard", "-mfpu=fpv5-sp-d16"}),
            arm("cortex-m55", {"-mfloat-abi=hard"})};
}

std::vector<Compiler> host_compilers() { return {{"g++", {"g++"}, ""}, {"clang++", {"clang++"}, ""}}; }

bool have(const std::string& program) {
    if (base::find_program(program)) return true;
    if (std::getenv("CI"))
        ADD_FAILURE() << program << " is not installed";
    else
        std::cout << "skipped: " << program << " is not installed\n";
    return false;
}

std::string run_tool(const std::vector<std::string>& command) {
    base::ProcessOptions options;
    options.timeout_s = 240;
    const base::ProcessResult result = base::run_process(command, options);
    if (!result.ok()) {
        std::string line;
        for (const std::string& word : command) line += word + " ";
        ADD_FAILURE() << line << "\n" << result.error_output.substr(0, 4000);
    }
    return result.output;
}

std::vector<fs::path> compile(const Emission& emission, const Compiler& compiler, const std::vector<std::string>& flags,
                              const fs::path& out) {
    std::vector<fs::path> objects;
    fs::create_directories(out);
    for (const fs::path& source : emission.sources) {
        objects.push_back(out / source.filename().replace_extension(".o"));
        std::vector<std::string> command = compiler.command;
        command.insert(command.end(), flags.begin(), flags.end());
        command.insert(command.end(), {"-c", (emission.folder / source).string(), "-o", objects.back().string()});
        run_tool(command);
    }
    return objects;
}

fs::path link_program(const Emission& emission, const std::string& main_text, const Compiler& compiler, std::vector<std::string> flags,
                      const fs::path& out) {
    base::write_file(out / "main.cpp", main_text);
    std::vector<std::string> command = compiler.command;
    flags.push_back("-I" + (emission.folder / emission.include).string());
    command.insert(command.end(), flags.begin(), flags.end());
    command.push_back((out / "main.cpp").string());
    for (const fs::path& source : emission.sources) command.push_back((emission.folder / source).string());
    command.insert(command.end(), {"-o", (out / "program").string()});
    run_tool(command);
    return out / "program";
}

namespace {

constexpr const char* traced_main = R"(#include "mote_model/model.hpp"
#include <cstdio>
static std::FILE* out;
static void put(int step, const void* data, unsigned long bytes) {
    const unsigned head[2] = {static_cast<unsigned>(step), static_cast<unsigned>(bytes)};
    std::fwrite(head, sizeof head, 1, out);
    std::fwrite(data, 1, bytes, out);
}
extern "C" void mote_model_trace(int step, const void* data, unsigned long bytes) { put(step, data, bytes); }
int main(int, char** arguments) {
    std::FILE* in = std::fopen(arguments[1], "rb");
    out = std::fopen(arguments[2], "wb");
    static mote_model::Sample window[mote_model::window_samples];
    while (std::fread(window, mote_model::window_bytes, 1, in) == 1) {
        int8_t outputs[mote_model::class_count];
        if (mote_model::classify_int8(window, outputs) != mote_model::Status::ok) return 1;
        put(1000000, outputs, sizeof outputs);
    }
    return std::fclose(out) == 0 ? 0 : 1;
}
)";

}  // namespace

std::vector<Traced> run_traced(const Emission& emission, const std::vector<base::Bytes>& windows, const Compiler& compiler) {
    const base::TemporaryFolder out("mote-traced");
    const fs::path program = link_program(emission, traced_main, compiler, {"-O1", "-DMOTE_TRACE"}, out.path());
    base::Bytes all;
    for (const base::Bytes& window : windows) all.insert(all.end(), window.begin(), window.end());
    base::write_file(out.path() / "in", all);
    std::vector<std::string> command = compiler.runner;
    command.insert(command.end(), {program.string(), (out.path() / "in").string(), (out.path() / "out").string()});
    run_tool(command);
    const base::Bytes bytes = base::read_file(out.path() / "out");
    std::vector<Traced> runs(1);
    for (std::size_t at = 0; at + 8 <= bytes.size();) {
        std::int32_t head[2];
        std::memcpy(head, bytes.data() + at, sizeof head);
        const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at + 8);
        base::Bytes data(begin, begin + head[1]);
        at += 8 + static_cast<std::size_t>(head[1]);
        if (head[0] == 1000000) {
            runs.back().outputs = std::move(data);
            runs.emplace_back();
        } else {
            EXPECT_EQ(head[0], static_cast<int>(runs.back().steps.size()) - 1) << "steps come in order";
            runs.back().steps.push_back(std::move(data));
        }
    }
    runs.pop_back();
    return runs;
}

int run_program(const Emission& emission, const std::string& main_text, const Compiler& compiler, const std::vector<std::string>& flags) {
    const base::TemporaryFolder out("mote-program");
    const fs::path program = link_program(emission, main_text, compiler, flags, out.path());
    return base::run_process({program.string()}).exit_code;
}

}  // namespace mote::codegen::testing
