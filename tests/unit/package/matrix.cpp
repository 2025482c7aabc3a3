#include "matrix.hpp"

#include "packages.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "target/emulator.hpp"
#include "target/toolchain.hpp"

#include <algorithm>
#include <stdexcept>

namespace mote::package::testing {

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

Words operator+(Words a, const Words& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

const Words warnings = {"-Wall", "-Wextra", "-Wconversion", "-Werror"};
const Words bare = {"-fno-exceptions", "-fno-rtti", "-ffunction-sections", "-fdata-sections"};

/// What a package of a format looks like on the disk.
struct Recipe {
    const char* format;
    const char* sources;  ///< every .cpp below it is compiled
    const char* include;
    const char* self_test;
    const char* adapter;  ///< of stubs/, what calls the program; "" where it has a main
    const char* programs;
};
const Recipe recipes[] = {
    {"cmake", "src", "include", "examples/self_test.cpp", "", "examples"},
    {"platformio", "src", "include", "examples/self_test/self_test.cpp", "", "examples"},
    {"cmsis-pack", "src", "include", "examples/self_test.cpp", "", "examples"},
    {"stm32cube", "Src", "Inc", "Examples/self_test.cpp", "", "Examples"},
    {"zephyr", "src", "include", "samples/self_test/src/main.cpp", "", "samples"},
    {"esp-idf", "src", "include", "examples/self_test/main/main.cpp", "esp_main.cpp", "examples"},
    {"arduino", "src", "src", "examples/SelfTest/SelfTest.ino", "arduino_main.cpp", "examples"},
};

const Recipe& recipe_of(const std::string& format) {
    for (const Recipe& recipe : recipes)
        if (recipe.format == format) return recipe;
    throw std::invalid_argument("no recipe for " + format);
}

fs::path stubs() { return fs::path(MOTE_TEST_STUBS); }

std::vector<fs::path> files_below(const fs::path& folder, const std::vector<std::string>& extensions) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (std::find(extensions.begin(), extensions.end(), entry.path().extension().string()) != extensions.end())
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

/// One package on the disk, being built by one tool.
class Attempt {
  public:
    Attempt(const Cell& cell, Outcome& outcome) : tool_(find_tool(cell.tool)), recipe_(recipe_of(cell.format)), outcome_(outcome) {
        const Made made(pipeline_for(cell.kind));
        Destination destination = find_destination(tool_.destination);
        codegen::Pipeline pipeline = made.pipeline;
        pipeline.core = destination.core;
        const Made fit(std::move(pipeline));
        const Contents contents = make(find_format(cell.format), fit.package(destination));
        for (const auto& [name, text] : contents.files) base::write_file(package() / name, text);
    }

    void run() {
        for (const fs::path& source : files_below(package() / recipe_.sources, {".cpp"})) {
            objects_.push_back(compile(source, {}));
            // Edge Impulse's names have an allocator, which is linked where an application calls it.
            if (source.filename().string().find("edge_impulse") == std::string::npos) check_image(objects_.back());
        }
        if (!tool_.has_stdio || !outcome_.failure.empty()) return;
        for (const fs::path& program : files_below(package() / recipe_.programs, {".cpp", ".ino"})) {
            const fs::path object = compile(program, tool_.runner == Runner::board ? Words{"-Dmain=package_main"} : Words{});
            if (program == package() / recipe_.self_test) self_test_ = object;
        }
        if (outcome_.failure.empty() && tool_.runner != Runner::none) run_self_test();
    }

  private:
    fs::path package() const { return folder_.path() / "package"; }

    void note(const base::ProcessResult& result, const std::string& what) {
        if (!result.ok() && outcome_.failure.empty()) outcome_.failure = what + ": " + result.error_output.substr(0, 2000);
    }

    fs::path compile(const fs::path& source, const Words& more) {
        const fs::path object = folder_.path() / (std::to_string(outcome_.compiled++) + ".o");
        Words command = tool_.command + warnings + Words{"-I" + (package() / recipe_.include).string(), "-I" + stubs().string()} + more;
        if (recipe_.format == std::string("arduino")) command.push_back("-DARDUINO=10819");
        if (source.extension() == ".ino") command = command + Words{"-include", "Arduino.h", "-x", "c++"};
        note(base::run_process(command + Words{"-c", source.string(), "-o", object.string()}), source.filename().string());
        return object;
    }

    /// It asks for no memory, throws nothing, and holds no name of this computer.
    void check_image(const fs::path& file) {
        if (!fs::exists(file) || !outcome_.failure.empty()) return;
        const std::string bytes(base::as_text(base::read_file(file)));
        for (const std::string& word : Words{"malloc", "_Znw", "_Zna", "_Zdl", "__cxa_", "_sbrk", base::data_folder().string() + "/"})
            if (bytes.find(word) != std::string::npos) outcome_.failure = file.filename().string() + " holds " + word;
    }

    void run_self_test() {
        if (tool_.runner == Runner::board) return run_on_board();
        std::vector<fs::path> all = objects_;
        all.push_back(self_test_);
        if (*recipe_.adapter) all.push_back(compile(stubs() / recipe_.adapter, {}));
        const fs::path program = folder_.path() / "program";
        Words command = tool_.linker.empty() ? tool_.command : Words{tool_.linker} + Words(tool_.command.begin() + 1, tool_.command.end());
        for (const fs::path& object : all) command.push_back(object.string());
        if (tool_.runner == Runner::aarch64) command.push_back("-static");
        if (tool_.runner == Runner::riscv)
            command = command + Words{"--oslib=semihost",
                                      "--crt0=hosted",
                                      "-Wl,--gc-sections",
                                      "-Wl,--defsym=__flash=0x80000000",
                                      "-Wl,--defsym=__flash_size=4M",
                                      "-Wl,--defsym=__ram=0x80400000",
                                      "-Wl,--defsym=__ram_size=4M"};
        note(base::run_process(command + Words{"-o", program.string()}), "linking");
        if (!outcome_.failure.empty()) return;
        Words run = {program.string()};
        if (tool_.runner == Runner::aarch64) run = {"qemu-aarch64", program.string()};
        if (tool_.runner == Runner::riscv)
            run = {"qemu-system-riscv32",
                   "-M",
                   "virt",
                   "-bios",
                   "none",
                   "-nographic",
                   "-monitor",
                   "none",
                   "-serial",
                   "null",
                   "-semihosting-config",
                   "enable=on,target=native",
                   "-kernel",
                   program.string()};
        base::ProcessOptions options;
        options.timeout_s = 120;
        const base::ProcessResult result = base::run_process(run, options);
        hear(result.output + result.error_output);  // QEMU's semihosting writes to the second
    }

    /// The program in the emulated chip of the board that the package was made for.
    void run_on_board() {
        const board::Board board = board::find_board(tool_.destination);
        target::Program program{target::startup_sources(), {package()}};
        const Words flags = Words{"-std=c++17", "-O2", "-I" + (package() / recipe_.include).string(), "-I" + stubs().string(),
                                  "-I" + (base::data_folder() / "firmware").string()};
        for (const fs::path& source : files_below(package() / recipe_.sources, {".cpp"})) program.sources.push_back({source, flags});
        program.sources.push_back({stubs() / "chip_main.cpp", flags});
        fs::path main = package() / recipe_.self_test;
        if (main.extension() == ".ino") {
            base::write_file(folder_.path() / "sketch.cpp", "#include <Arduino.h>\n" + base::read_text(main));
            main = folder_.path() / "sketch.cpp";
        }
        program.sources.push_back({main, flags + Words{"-Dmain=package_main"}});
        if (*recipe_.adapter) program.sources.push_back({stubs() / recipe_.adapter, flags + Words{"-Dmain=package_main"}});
        target::ExecutionOptions options;
        options.folder = folder_.path(), options.timeout_s = 120;
        const fs::path image = target::build_image(program, board);
        check_image(image);
        hear(target::execute(image, board, options).output);
    }

    void hear(const std::string& output) {
        outcome_.said = output.substr(0, 400);
        if (outcome_.failure.empty() && output.find("self-test: pass") == std::string::npos)
            outcome_.failure = "the self-test said: " + outcome_.said;
    }

    base::TemporaryFolder folder_{"mote-package"};
    const Tool& tool_;
    const Recipe& recipe_;
    Outcome& outcome_;
    std::vector<fs::path> objects_;
    fs::path self_test_;
};

std::vector<Tool> make_tools() {
    const auto arm = [](const std::string& cpu, const Words& more) {
        return Words{"arm-none-eabi-g++", "-mthumb", "-mcpu=" + cpu} + more + bare;
    };
    const Words riscv = Words{"riscv64-unknown-elf-g++", "-march=rv32imc", "-mabi=ilp32", "--specs=picolibc.specs", "-Os"} + bare;
    std::vector<Tool> list;
    for (const char* compiler : {"g++", "clang++"})
        for (const char* standard : {"14", "17", "20"})
            list.push_back(
                {std::string(compiler) + " C++" + standard, {compiler, std::string("-std=c++") + standard, "-O1"}, "x86-64", Runner::here});
    list.push_back({"aarch64 C++17", {"aarch64-linux-gnu-g++", "-std=c++17", "-O2"}, "raspberrypi4", Runner::aarch64});
    list.push_back({"rv32imc C++14", riscv + Words{"-std=c++14"}, "esp32c3", Runner::riscv, "riscv64-unknown-elf-gcc"});
    list.push_back({"ESP32-C3 gnu++20", riscv + Words{"-std=gnu++20", "-fstrict-volatile-bitfields", "-fno-jump-tables"}, "esp32c3",
                    Runner::riscv, "riscv64-unknown-elf-gcc"});
    list.push_back({"ARC EM C++14", Words{"arc-linux-gnu-g++", "-mcpu=em4_dmips", "-std=c++14", "-O2"} + bare, "corstone300", Runner::none,
                    "", false});
    list.push_back({"Cortex-M0 gnu++14", arm("cortex-m0", {"-mfloat-abi=soft", "-std=gnu++14", "-Os"}), "rp2040", Runner::board});
    list.push_back({"Arduino Nano 33 BLE",
                    arm("cortex-m4", {"-mfpu=fpv4-sp-d16", "-mfloat-abi=softfp", "-std=gnu++14", "-Os", "-fmessage-length=0",
                                      "-fomit-frame-pointer", "-funsigned-char", "-fno-threadsafe-statics"}),
                    "nrf52840", Runner::board});
    list.push_back({"Arduino RP2040", arm("cortex-m0plus", {"-std=gnu++17", "-Os", "-fno-threadsafe-statics"}), "rp2040", Runner::board});
    list.push_back({"Arduino STM32",
                    arm("cortex-m4", {"-mfpu=fpv4-sp-d16", "-mfloat-abi=hard", "-std=gnu++17", "-Os", "-fno-threadsafe-statics",
                                      "-fno-use-cxa-atexit", "-nostdlib", "--param", "max-inline-insns-single=500"}),
                    "stm32f407", Runner::board});
    list.push_back({"Cortex-M3 gnu++17", arm("cortex-m3", {"-std=gnu++17", "-O2"}), "stm32f103", Runner::board});
    list.push_back(
        {"Cortex-M7 gnu++17", arm("cortex-m7", {"-mfpu=fpv5-d16", "-mfloat-abi=hard", "-std=gnu++17", "-O2"}), "stm32h7a3", Runner::board});
    list.push_back({"Cortex-M33 gnu++17", arm("cortex-m33", {"-mfpu=fpv5-sp-d16", "-mfloat-abi=hard", "-std=gnu++17", "-O2"}), "stm32u575",
                    Runner::board});
    list.push_back({"Cortex-M55 gnu++17", arm("cortex-m55", {"-mfloat-abi=hard", "-std=gnu++17", "-O2"}), "corstone300", Runner::board});
    return list;
}

Words tools_of(const std::string& format) {
    const Words chips = {"Cortex-M0 gnu++14", "Cortex-M3 gnu++17",  "Arduino STM32",
                         "Cortex-M7 gnu++17", "Cortex-M33 gnu++17", "Cortex-M55 gnu++17"};
    if (format == "arduino") return {"Arduino Nano 33 BLE", "Arduino RP2040", "Arduino STM32", "ESP32-C3 gnu++20"};
    if (format == "esp-idf") return {"ESP32-C3 gnu++20"};
    if (format == "stm32cube") return {"Cortex-M3 gnu++17", "Arduino STM32", "Cortex-M7 gnu++17", "Cortex-M33 gnu++17"};
    if (format == "cmsis-pack") return chips;
    if (format == "zephyr" || format == "platformio") return chips + Words{"ESP32-C3 gnu++20"};
    Words all;
    for (const Tool& tool : tools()) all.push_back(tool.name);
    return all;
}

bool is_here(const Tool& tool) {
    Words needed = {tool.command.front()};
    if (tool.runner == Runner::aarch64) needed.push_back("qemu-aarch64");
    if (tool.runner == Runner::riscv) needed.push_back("qemu-system-riscv32");
    if (tool.runner == Runner::board) needed.push_back("qemu-system-arm");
    return std::all_of(needed.begin(), needed.end(), [](const std::string& program) { return base::find_program(program).has_value(); });
}

}  // namespace

std::vector<Tool> tools() {
    static const std::vector<Tool> list = make_tools();
    return list;
}

const Tool& find_tool(const std::string& name) {
    static const std::vector<Tool> list = tools();
    for (const Tool& tool : list)
        if (tool.name == name) return tool;
    throw std::invalid_argument("no tool " + name);
}

std::vector<Cell> cells() {
    std::vector<Cell> all;
    for (const Recipe& recipe : recipes)
        for (const char* kind : {"keyword", "motion", "image"})
            for (const std::string& tool : tools_of(recipe.format)) all.push_back({recipe.format, kind, tool});
    return all;
}

Outcome attempt(const Cell& cell) {
    Outcome outcome;
    try {
        if (!is_here(find_tool(cell.tool)))
            outcome.is_missing = true;
        else
            Attempt(cell, outcome).run();
    } catch (const base::Error& error) {
        outcome.failure = error.message();
    }
    return outcome;
}

}  // namespace mote::package::testing
