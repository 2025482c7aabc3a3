#include "target/emulator.hpp"

#include "../../firmware/exit_codes.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

#include <charconv>
#include <cstdlib>

namespace mote::target {
namespace fs = std::filesystem;

namespace {

using base::Error;

constexpr std::string_view emulator = "qemu-system-arm";

fs::path plugin_file() {
    if (const char* given = std::getenv("MOTE_COUNT_PLUGIN_FILE")) return given;
    for (const fs::path& candidate : {fs::path(MOTE_COUNT_PLUGIN), fs::path(MOTE_COUNT_INSTALLED)})
        if (fs::exists(candidate)) return candidate;
    throw Error("not_found", "the counting plugin libmote_count.so is not where mote was built",
                "set MOTE_COUNT_PLUGIN_FILE to the file, or build again");
}

std::string plugin_argument(const Image& image, const board::Board& board, Counting counting, const fs::path& out) {
    const Layout layout = layout_of(board);
    const auto range = [](const board::Memory& m) { return std::to_string(m.origin) + ":" + std::to_string(m.size_bytes); };
    const auto& cache = board.cache;
    std::string argument = plugin_file().string() + ",out=" + out.string();
    argument += counting == Counting::profile ? ",mode=profile" : ",mode=count";
    argument += ",mark=" + std::to_string(image.address_of("mote_mark"));
    argument += ",flash=" + range(layout.flash) + ",ram=" + range(layout.ram);
    argument += ",stack=" + std::to_string(image.address_of("__stack_limit")) + ":" + std::to_string(image.address_of("__stack_top"));
    argument += ",cache=";
    for (const int value : {cache.line_bytes, cache.instruction_lines, cache.data_lines, cache.ways, int{cache.unified},
                            int{cache.prefetch}, cache.wait_states})
        argument += (argument.back() == '=' ? "" : ":") + std::to_string(value);
    return argument;
}

[[noreturn]] void fail_for_violation(const Violation& v, const Image& image, const board::Board& board) {
    char address[20];
    std::snprintf(address, sizeof address, "0x%08llx", static_cast<unsigned long long>(v.address));
    const std::string function = image.function_at(v.program_counter);
    if (v.kind == "stack")
        throw Error("tool_failed", "the firmware's stack grows into its data on " + board.name + ": down to " + address + " in " + function,
                    "the model and its stack need more RAM than the part has: train a smaller model or choose another target");
    const std::string what = v.kind == "fetch"            ? "runs code at "
                             : v.kind == "store_to_flash" ? "writes to flash at "
                             : v.kind == "below_stack"    ? "writes below its stack at "
                             : v.kind == "store"          ? "writes " + std::to_string(v.size_bytes) + " bytes to "
                                                          : "reads " + std::to_string(v.size_bytes) + " bytes from ";
    throw Error("tool_failed", "the firmware leaves the memory of " + board.name + ": " + function + " " + what + address,
                "this is an error in the generated code or in a kernel");
}

// The value after `name` in the fault report.
std::uint64_t reported(std::string_view output, std::string_view name) {
    const auto at = output.find("\n" + std::string(name) + " 0x");
    if (at == std::string_view::npos) return 0;
    const auto text = output.substr(at + name.size() + 4, 8);
    std::uint64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value, 16);
    return value;
}

[[noreturn]] void fail_for_fault(const std::string& output, const Image& image, const board::Board& board) {
    const std::string registers = base::join(base::split(base::trim(output.substr(output.find("FAULT") + 5)), '\n'), ", ");
    throw Error("tool_failed",
                "the firmware faults on " + board.name + " in " + image.function_at(reported(output, "pc")) + ", called before " +
                    image.function_at(reported(output, "lr") & ~std::uint64_t{1}) + " (" + registers + ")",
                "if the board file names another core than the code was built for, correct it; else this is an error in generated code");
}

std::vector<std::string> emulator_command(const fs::path& elf, const board::Board& board, const std::string& argument) {
    return {std::string(emulator),
            "-M",
            board.emulator_machine,
            "-display",
            "none",
            "-monitor",
            "none",
            "-serial",
            "null",
            "-semihosting-config",
            "enable=on,target=native,arg=firmware" + (argument.empty() ? "" : ",arg=" + argument),
            "-kernel",
            elf.string()};
}

}  // namespace

Execution execute(const fs::path& elf, const board::Board& board, const ExecutionOptions& options) {
    if (!base::find_program(emulator))
        throw Error("tool_failed", "the emulator " + std::string(emulator) + " is not installed", "apt-get install qemu-system-arm");
    const Image image = read_image(elf);
    const fs::path counts_file = options.folder / "counts";
    auto command = emulator_command(fs::absolute(elf), board, options.argument);
    if (options.counting != Counting::none)
        command.insert(command.end(), {"-plugin", plugin_argument(image, board, options.counting, counts_file)});
    base::ProcessOptions process;
    process.working_folder = options.folder;
    process.timeout_s = options.timeout_s;
    process.cancel = options.cancel;
    const auto result = base::run_process(command, process);
    Execution execution;
    execution.exit_code = result.exit_code;
    execution.output = result.output + result.error_output;
    if (result.timed_out)
        throw Error("tool_failed", "the firmware did not end on " + board.name + " within " + base::human_seconds(options.timeout_s),
                    "if the test set is very large, run it in parts");
    if (options.counting != Counting::none && fs::exists(counts_file)) {
        execution.counts = parse_counts(base::read_text(counts_file));
        if (execution.counts->violation) fail_for_violation(*execution.counts->violation, image, board);
    }
    if (execution.output.find("FAULT\n") != std::string::npos) fail_for_fault(execution.output, image, board);
    if (result.exit_code == exit_codes::fault || result.exit_code >= 128 || (options.counting != Counting::none && !execution.counts))
        throw Error("tool_failed",
                    "the emulator stopped with code " + std::to_string(result.exit_code) + ": " +
                        std::string(base::trim(execution.output.substr(0, 400))),
                    "try " + base::join(command, " "));
    return execution;
}

}  // namespace mote::target
