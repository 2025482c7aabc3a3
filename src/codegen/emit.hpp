// From a trained pipeline to a self-contained C++ folder: a list of typed calls over compile-time shapes.
#pragma once

#include "base/json.hpp"
#include "dsp/block.hpp"
#include "graph/graph.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mote::codegen {

/// Everything that runs on the device for one window.
struct Pipeline {
    dsp::InputSpec input;
    std::string block;            ///< BlockType name
    base::Json block_parameters;  ///< resolved
    graph::Graph model;           ///< int8, verified; its input takes the block's features, quantised
    std::vector<std::string> labels;
    base::Json provenance = base::Json::object();  ///< hashes of snapshot, run and model; written into the code
};

struct Buffer {
    std::string tensor;
    std::size_t offset = 0, size_bytes = 0;
    int first_step = 0, last_step = 0;
};

struct Emission {
    std::filesystem::path folder;
    std::vector<std::filesystem::path> sources;  ///< .cpp files to compile, relative to folder
    std::filesystem::path include = "include";   ///< relative to folder
    std::size_t arena_bytes = 0;                 ///< activations and scratch of features and model
    std::size_t window_bytes = 0;                ///< one window of raw input, held by the caller
    std::size_t constant_bytes = 0;              ///< weights, tables
    std::size_t arena_lower_bound_bytes = 0;
    std::vector<Buffer> plan;
    std::vector<std::string> steps;  ///< "dense_0 [1, 64] -> [1, 5]"
};

/// Writes the folder (into a new name, then renamed). The code offers, in namespace mote_model:
///   constexpr sizes; `Status classify(const Sample* window, float* probabilities)`; `features`, `infer` apart; names of the labels;
///   `self_test()` with golden vectors; with -DMOTE_TRACE a hook called after each step with the step's output tensor.
Emission emit(const Pipeline& pipeline, const std::filesystem::path& folder);

}  // namespace mote::codegen
