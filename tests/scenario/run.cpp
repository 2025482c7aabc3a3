// Runs a scenario: shell commands with the output, errors and exit code that they must give.
//
//   # a comment
//   $ mote init --kind keyword p       a command, run by bash in the scenario's own empty folder
//   > more                             a further line of the same command
//   made p/mote.toml (keyword)         a line of standard output; * stands for any text, a line ... for any lines
//   ! error: no such thing             a line of standard error (lines not expected there are progress, and may come)
//   ? 2                                the exit code, when it is not 0
//   needs PROGRAM                      the rest is skipped where PATH does not have it (never when CI is set)
//
// usage: scenario PROGRAM FILE...: the folder of PROGRAM is put first in PATH.
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process.hpp"
#include "base/text.hpp"

#include <cstdlib>
#include <iostream>
#include <span>

namespace {

using namespace mote;

struct Step {
    std::size_t line = 0;
    std::string command;
    std::vector<std::string> output, errors;
    int exit_code = 0;
};

struct Scenario {
    std::vector<Step> steps;
    std::string missing;
};

Scenario parse(const std::filesystem::path& file) {
    Scenario scenario;
    std::size_t number = 0;
    auto lines = base::split(base::read_text(file), '\n');
    if (!lines.empty() && lines.back().empty()) lines.pop_back();
    for (const auto& line : lines) {
        ++number;
        if (line.starts_with("#")) continue;
        if (line.starts_with("needs ")) {
            if (!base::find_program(line.substr(6))) {
                scenario.missing = line.substr(6);
                return scenario;
            }
        } else if (line.starts_with("$ ")) {
            scenario.steps.push_back({number, line.substr(2), {}, {}, 0});
        } else if (scenario.steps.empty()) {
            if (!line.empty()) throw base::Error("bad_input", file.string() + ":" + std::to_string(number) + ": no command yet");
        } else if (line.starts_with("> ") || line == ">") {
            scenario.steps.back().command += "\n" + (line.size() > 2 ? line.substr(2) : "");
        } else if (line.starts_with("! ")) {
            scenario.steps.back().errors.push_back(line.substr(2));
        } else if (line.starts_with("? ")) {
            scenario.steps.back().exit_code = std::stoi(line.substr(2));
        } else {
            scenario.steps.back().output.push_back(line);
        }
    }
    // Blank lines at the end of a step only part it from the next.
    for (auto& step : scenario.steps)
        while (!step.output.empty() && step.output.back().empty()) step.output.pop_back();
    return scenario;
}

bool fits(std::string_view pattern, std::string_view text) {
    std::size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++, mark = t;
        } else if (p < pattern.size() && pattern[p] == text[t]) {
            ++p, ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1, t = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

/// Whether lines fit patterns, where a pattern "..." takes any number of lines.
bool fit(std::span<const std::string> patterns, std::span<const std::string> lines) {
    if (patterns.empty()) return lines.empty();
    if (patterns[0] == "...") {
        for (std::size_t skip = 0; skip <= lines.size(); ++skip)
            if (fit(patterns.subspan(1), lines.subspan(skip))) return true;
        return false;
    }
    return !lines.empty() && fits(patterns[0], lines[0]) && fit(patterns.subspan(1), lines.subspan(1));
}

std::vector<std::string> lines_of(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text.empty() ? std::vector<std::string>{} : base::split(text, '\n');
}

/// The expected error lines in order, whatever stands between them.
bool fit_errors(const std::vector<std::string>& patterns, const std::vector<std::string>& lines) {
    std::size_t at = 0;
    for (const auto& pattern : patterns) {
        while (at < lines.size() && !fits(pattern, lines[at])) ++at;
        if (at++ == lines.size()) return false;
    }
    return true;
}

bool run_step(const Step& step, const std::filesystem::path& folder, const std::string& name) {
    base::ProcessOptions options;
    options.working_folder = folder, options.timeout_s = 600;
    const auto result = base::run_process({"bash", "-c", step.command}, options);
    const auto output = lines_of(result.output), errors = lines_of(result.error_output);
    std::string wrong;
    if (result.exit_code != step.exit_code)
        wrong += "exit code " + std::to_string(result.exit_code) + ", expected " + std::to_string(step.exit_code) + "\n";
    if (!fit(step.output, output)) wrong += "standard output is not as expected:\n" + base::join(step.output, "\n") + "\n";
    if (!fit_errors(step.errors, errors)) wrong += "standard error lacks:\n" + base::join(step.errors, "\n") + "\n";
    if (wrong.empty()) return true;
    std::cout << name << ":" << step.line << ": $ " << step.command << "\n"
              << wrong << "--- it printed\n"
              << result.output << "--- and on standard error\n"
              << result.error_output << "---\n";
    return false;
}

bool run(const std::filesystem::path& file) {
    const Scenario scenario = parse(file);
    const base::TemporaryFolder folder("mote-scenario");
    for (const auto& step : scenario.steps)
        if (!run_step(step, folder.path(), file.filename().string())) return false;
    if (!scenario.missing.empty()) {
        std::cout << file.filename().string() << ": the rest was skipped, " << scenario.missing << " is not installed\n";
        return std::getenv("CI") == nullptr;
    }
    std::cout << file.filename().string() << ": " << scenario.steps.size() << " steps\n";
    return !scenario.steps.empty();
}

/// The runner must be able to fail.
bool self_test() {
    const std::vector<std::string> lines{"a", "b c", "d"};
    const auto with = [&](std::vector<std::string> patterns) { return fit(patterns, lines); };
    return with({"a", "b *", "d"}) && with({"...", "d"}) && with({"a", "..."}) && !with({"a", "b"}) && !with({"a", "c*", "d"}) &&
           !with({"a", "b c", "d", "e"}) && !fits("a*b", "ac") && fits("*x*", "axb") && fit_errors({"b*"}, lines) &&
           !fit_errors({"d", "a"}, lines);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3 || !self_test()) {
        std::cerr << (argc < 3 ? "usage: scenario PROGRAM FILE...\n" : "the scenario runner does not work\n");
        return 2;
    }
    const std::string path =
        std::filesystem::absolute(argv[1]).parent_path().string() + ":" + (std::getenv("PATH") ? std::getenv("PATH") : "");
    setenv("PATH", path.c_str(), 1);
    bool good = true;
    try {
        for (int i = 2; i < argc; ++i) good = run(std::filesystem::absolute(argv[i])) && good;
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 2;
    }
    return good ? 0 : 1;
}
