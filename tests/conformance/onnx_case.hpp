// One published test case of ONNX: a model, its inputs and the outputs that a runtime must give.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mote::conformance {

struct Verdict {
    enum class Kind { passed, passed_with_constants, refused, differs };
    std::string name;                    ///< of the case
    std::vector<std::string> operators;  ///< of the model, each once, in its order
    int opset = 0;
    Kind kind = Kind::refused;
    std::string reason;  ///< where it did not pass
    bool has_passed() const { return kind == Kind::passed || kind == Kind::passed_with_constants; }
};

/// Reads the model, evaluates it with the reference evaluator and compares. Inputs are fed where the importer takes them so; else those
/// that hold no activations, and at last all but the first, become constants of the model, as weights are in models for devices. A batch
/// that an operator refuses is computed item by item, by the model with a batch of 1. Reals agree within 1e-3 of the value and 1e-5, stored
/// values within one step.
Verdict run_case(const std::filesystem::path& folder);

}  // namespace mote::conformance
