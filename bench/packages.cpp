// Every package format x model x compiler that it is for: written, compiled with warnings as errors, self-test run where there is an
// emulator. usage: bench_packages [WORD...]: only cells whose line holds all of the words.
#include "package/matrix.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

namespace {

using namespace mote::package::testing;

std::string line_of(const Cell& cell) { return cell.format + " | " + cell.kind + " | " + cell.tool; }

std::string verdict(const Outcome& outcome) {
    if (outcome.is_missing) return "not here";
    if (!outcome.failure.empty()) return "FAILED";
    return outcome.said.empty() ? "compiles" : "self-test passes";
}

struct Tally {
    int cells = 0, passed = 0, ran = 0;
};

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> wanted(words + 1, words + count);
    std::map<std::string, Tally> by_format;
    std::printf("| format | model | compiler | files | |\n|---|---|---|---|---|\n");
    for (const Cell& cell : cells()) {
        const std::string line = line_of(cell);
        if (!std::all_of(wanted.begin(), wanted.end(), [&](const std::string& word) { return line.find(word) != std::string::npos; }))
            continue;
        const Outcome outcome = attempt(cell);
        std::printf("| %s | %zu | %s |\n", line.c_str(), outcome.compiled, verdict(outcome).c_str());
        if (!outcome.failure.empty()) std::printf("    %s\n", outcome.failure.c_str());
        std::fflush(stdout);
        Tally& tally = by_format[cell.format];
        ++tally.cells, tally.passed += outcome.passed(), tally.ran += !outcome.said.empty() && outcome.passed();
    }
    int failed = 0;
    std::printf("\n| format | cells | hold | of them run |\n|---|---|---|---|\n");
    for (const auto& [format, tally] : by_format) {
        std::printf("| %s | %d | %d | %d |\n", format.c_str(), tally.cells, tally.passed, tally.ran);
        failed += tally.cells - tally.passed;
    }
    return failed == 0 && !by_format.empty() ? 0 : 1;
}
