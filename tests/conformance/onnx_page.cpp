// Prints docs/onnx.md: which operators of ONNX are read, and what the published test cases say of each. Arguments: the folder of the cases.
#include "onnx_case.hpp"

#include "graph/onnx/translator.hpp"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <set>

namespace {

using mote::conformance::Verdict;

constexpr const char* introduction = R"(# ONNX

`.onnx` files are read like any other model file: float32, or quantised by QuantizeLinear and DequantizeLinear (QDQ) with int8 or uint8
activations and int8 weights, per tensor or per channel. QLinearConv and QLinearMatMul are read too. Weights lie in the file itself; shapes
are fixed, and a batch of unknown size is 1; float16 and double become float32. Inputs and outputs keep the shape and order that the file
gives them; inside, channels are last. Unsigned tensors become signed ones of 128 less.

`mote export` writes them: opset 17, or 20 for a model that holds Gelu; a quantised model as QDQ with int8 weights and activations, its
inputs and outputs of the model's own type. Read again by mote, the file gives the same bytes.

Opsets up to %d are read, 7 and later in full. Every attribute that an operator has is either known or refused by name, so an operator whose
meaning has changed is not misread.

This page is printed by a program of the tests: `./dev conformance` writes it, and `ctest -R docs.onnx` compares the two.

## Operators

The cases are those of Debian's `libonnx-testdata` (ONNX 1.12). A case has passed when the reference evaluator gives its outputs: reals
within 1e-3 of the value and 1e-5, 8-bit values within one step. Cases feed weights, shapes and bounds as inputs; where an operator needs
them as constants, as models for devices have them, the case's inputs are made constants first (all but the first), and the case counts as
"constants". A batch that an operator refuses is computed item by item.

| operator | opsets | passed | constants | not passed |
|---|---|---|---|---|
)";

struct Tally {
    int passed = 0, constants = 0;
    std::vector<const Verdict*> others;
    void add(const Verdict& v) {
        if (v.kind == Verdict::Kind::passed)
            ++passed;
        else if (v.kind == Verdict::Kind::passed_with_constants)
            ++constants;
        else
            others.push_back(&v);
    }
    int all() const { return passed + constants + static_cast<int>(others.size()); }
};

std::vector<Verdict> run_folder(const std::filesystem::path& folder) {
    std::set<std::filesystem::path> cases;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (std::filesystem::exists(entry.path() / "model.onnx")) cases.insert(entry.path());
    std::vector<Verdict> verdicts;
    for (const auto& path : cases) verdicts.push_back(mote::conformance::run_case(path));
    return verdicts;
}

bool is_known(const Verdict& v) {
    return std::all_of(v.operators.begin(), v.operators.end(), [](const std::string& op) {
        const auto* entry = mote::graph::onnx::find_entry("", op);
        return entry && !entry->of_constants;
    });
}

// What the message says behind the place, which the case's name tells already.
std::string short_reason(const std::string& reason) {
    std::string text = reason.starts_with("model: ") ? reason.substr(7) : reason;
    if (text.starts_with("operator ")) {
        const std::size_t writes = text.find(" that writes \"");
        const std::size_t end = writes == std::string::npos ? std::string::npos : text.find("\" ", writes + 14);
        const std::size_t colon = writes == std::string::npos ? std::string::npos : text.find("\": ", writes + 14);
        if (end != std::string::npos && (colon == std::string::npos || end < colon))
            text = text.substr(end + 2);
        else if (colon != std::string::npos)
            text = text.substr(colon + 3);
    }
    std::replace(text.begin(), text.end(), '|', '/');
    return text;
}

void print_reasons(const std::vector<const Verdict*>& others) {
    for (const Verdict* v : others)
        std::cout << "| `" << v->name << "` | " << (v->kind == Verdict::Kind::differs ? "differs: " : "") << short_reason(v->reason)
                  << " |\n";
}

Tally tally_of(const std::vector<Verdict>& verdicts) {
    Tally tally;
    for (const Verdict& v : verdicts)
        if (is_known(v)) tally.add(v);
    return tally;
}

void print_total(const std::string& name, const std::vector<Verdict>& verdicts) {
    const Tally t = tally_of(verdicts);
    std::cout << "| " << name << " | " << verdicts.size() << " | " << t.all() << " | " << t.passed << " | " << t.constants << " | "
              << t.others.size() << " |\n";
}

void print_operators(const std::vector<Verdict>& verdicts) {
    std::map<std::string, Tally> by_operator;
    for (const Verdict& v : verdicts)
        if (v.operators.size() == 1 && is_known(v)) by_operator[v.operators.front()].add(v);
    for (const std::string& name : mote::graph::onnx::known_operators()) {
        const auto& entry = *mote::graph::onnx::find_entry("", name);
        if (entry.of_constants) continue;
        const Tally& t = by_operator[name];
        std::cout << "| " << name << " | " << entry.since << " to " << entry.until << " | " << t.passed << " | " << t.constants << " | "
                  << t.others.size() << " |\n";
    }
}

void print_of_constants() {
    std::cout << "\nOperators that shapes and sizes are computed with are read where they work on constants:";
    const char* separator = " ";
    for (const std::string& name : mote::graph::onnx::known_operators())
        if (mote::graph::onnx::find_entry("", name)->of_constants) std::cout << separator << name, separator = ", ";
    std::cout << ".\n";
}

void print_unknown(const std::vector<Verdict>& verdicts) {
    std::map<std::string, int> unknown;
    for (const Verdict& v : verdicts)
        if (v.operators.size() == 1 && !mote::graph::onnx::find_entry("", v.operators.front())) ++unknown[v.operators.front()];
    std::cout << "\n## Operators without a counterpart\n\nA model that holds one is refused with its place and, where there is one, the "
                 "nearest form "
                 "that is read.\n\n| operator | instead |\n|---|---|\n";
    for (const auto& [name, count] : unknown) {
        const std::string advice = mote::graph::onnx::advice_for(name);
        if (!advice.empty()) std::cout << "| " << name << " | " << advice << " |\n";
    }
    std::cout << "\nThe others that the cases hold:";
    const char* separator = " ";
    for (const auto& [name, count] : unknown)
        if (mote::graph::onnx::advice_for(name).empty()) std::cout << separator << name, separator = ", ";
    std::cout << ".\n";
}

}  // namespace

int main(int count, char** arguments) {
    const std::filesystem::path data = count > 1 ? arguments[1] : "/usr/share/libonnx-testdata/data";
    if (!std::filesystem::exists(data / "node")) {
        std::cerr << "error: there are no test cases of ONNX in " << data.string()
                  << "\n  try: install libonnx-testdata (./dev setup does)\n";
        return 77;
    }
    std::printf(introduction, mote::graph::onnx::newest_opset);
    std::fflush(stdout);
    const auto node = run_folder(data / "node"), converted = run_folder(data / "pytorch-converted"),
               exported = run_folder(data / "pytorch-operator"), simple = run_folder(data / "simple");
    print_operators(node);
    print_of_constants();
    std::cout << "\n## Totals\n\n| cases | all | of operators above alone | passed | constants | not passed |\n|---|---|---|---|---|---|\n";
    print_total("one operator (`node`)", node);
    print_total("layers from PyTorch (`pytorch-converted`)", converted);
    print_total("expressions from PyTorch (`pytorch-operator`)", exported);
    print_total("small models (`simple`)", simple);
    std::cout << "\n## Cases of these operators that do not pass\n\n| case | reason |\n|---|---|\n";
    for (const auto* verdicts : {&node, &converted, &exported, &simple}) print_reasons(tally_of(*verdicts).others);
    print_unknown(node);
    return 0;
}
