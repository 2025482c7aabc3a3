// What is kept of a run and of a measurement on a target: everything that a report shows.
#pragma once

#include "app/data_plan.hpp"
#include "compress/quantise.hpp"
#include "learn/learner.hpp"
#include "learn/metrics.hpp"
#include "target/measure.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mote::app {

struct LayerInfo {
    std::string name, op;
    std::vector<int> shape;
    std::uint64_t macs = 0, weights = 0;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("name", &LayerInfo::name, "the node"), field("op", &LayerInfo::op, "its operator"),
                               field("shape", &LayerInfo::shape, "of its output"), field("macs", &LayerInfo::macs, "multiplications"),
                               field("weights", &LayerInfo::weights, "constants that it reads"));
    }
};

struct ModelInfo {
    std::string learner;
    base::Json parameters = base::Json::object();
    std::uint64_t macs = 0, weights = 0;
    std::string float_model, int8_model;
    std::uint64_t float_bytes = 0, int8_bytes = 0;
    std::vector<LayerInfo> layers;
    static constexpr auto fields() {
        using base::field;
        using M = ModelInfo;
        return std::make_tuple(
            field("learner", &M::learner, "what was trained"), field("parameters", &M::parameters, "its settings, all of them"),
            field("macs", &M::macs, "multiplications of one inference"), field("weights", &M::weights, "trained numbers, after folding"),
            field("float_model", &M::float_model, "hash of the float model"),
            field("int8_model", &M::int8_model, "hash of the 8-bit model"),
            field("float_bytes", &M::float_bytes, "constants of the float model").unit("bytes"),
            field("int8_bytes", &M::int8_bytes, "constants of the 8-bit model").unit("bytes"),
            field("layers", &M::layers, "of the 8-bit model, in order"));
    }
};

struct FeatureInfo {
    std::string block;
    base::Json parameters = base::Json::object();
    std::vector<int> shape;
    std::vector<std::string> names;
    static constexpr auto fields() {
        using base::field;
        using F = FeatureInfo;
        return std::make_tuple(
            field("block", &F::block, "the signal processing"), field("parameters", &F::parameters, "its settings, all of them"),
            field("shape", &F::shape, "of the features of one window"), field("names", &F::names, "of the features, where they have some"));
    }
};

struct Evaluation {
    std::string split, arithmetic;
    learn::Metrics metrics;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("split", &Evaluation::split, "which windows"),
                               field("arithmetic", &Evaluation::arithmetic, "float or int8"),
                               field("metrics", &Evaluation::metrics, "how well the model did"));
    }
};

struct DetCurve {
    std::string label;
    std::vector<learn::CurvePoint> points;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(field("label", &DetCurve::label, "the class"), field("points", &DetCurve::points, "by falling threshold"));
    }
};

/// A wrongly judged window: enough to find it in the store and show it.
struct Mistake {
    std::string sample, name;
    std::int64_t begin = 0;
    double begin_s = 0;
    std::string truth, predicted;
    double probability = 0, truth_probability = 0;
    static constexpr auto fields() {
        using base::field;
        using M = Mistake;
        return std::make_tuple(field("sample", &M::sample, "id of the recording"), field("name", &M::name, "name of the recording"),
                               field("begin", &M::begin, "first frame of the window, at the data set's rate"),
                               field("begin_s", &M::begin_s, "the same as time").unit("s"), field("truth", &M::truth, "the window's label"),
                               field("predicted", &M::predicted, "what the model took it for"),
                               field("probability", &M::probability, "of the prediction"),
                               field("truth_probability", &M::truth_probability, "of the truth"));
    }
};

/// Artefact "record.json" of a finished run.
struct RunRecord {
    std::string run, project, snapshot, pipeline, code;
    std::uint64_t seed = 0;
    base::Json environment = base::Json::object();
    base::Json config = base::Json::object();
    std::vector<std::string> labels;
    base::Json input = base::Json::object();
    std::vector<SplitSummary> splits;
    FeatureInfo features;
    ModelInfo model;
    compress::QuantiseReport quantisation;
    std::vector<learn::EpochRecord> epochs;
    int best_epoch = 0;
    std::vector<Evaluation> evaluations;
    std::string judged_split;
    std::vector<DetCurve> det;
    std::vector<Mistake> mistakes;
    static constexpr auto fields() {
        using base::field;
        using R = RunRecord;
        return std::make_tuple(
            field("run", &R::run, "id of the run"), field("project", &R::project, "name of the project"),
            field("snapshot", &R::snapshot, "hash of the data"), field("pipeline", &R::pipeline, "hash of the settings"),
            field("code", &R::code, "version of the program"), field("seed", &R::seed, "every random choice followed from it"),
            field("environment", &R::environment, "what else the bytes depend on"),
            field("config", &R::config, "the settings, all of them"),
            field("labels", &R::labels, "classes, in the order of the model's outputs"), field("input", &R::input, "one raw window"),
            field("splits", &R::splits, "windows of each split"), field("features", &R::features, "signal processing"),
            field("model", &R::model, "the network"), field("quantisation", &R::quantisation, "what going to 8 bits did"),
            field("epochs", &R::epochs, "the learning curve"), field("best_epoch", &R::best_epoch, "whose weights were kept"),
            field("evaluations", &R::evaluations, "float and int8, on validation and test"),
            field("judged_split", &R::judged_split, "the split of DET curves and mistakes"),
            field("det", &R::det, "misses over false alarms, int8"), field("mistakes", &R::mistakes, "the surest wrong answers, int8"));
    }
};

struct PlannedBuffer {
    std::string tensor;
    std::uint64_t offset = 0, size_bytes = 0;
    int first_step = 0, last_step = 0;
    static constexpr auto fields() {
        using base::field;
        using B = PlannedBuffer;
        return std::make_tuple(field("tensor", &B::tensor, "what it holds"), field("offset", &B::offset, "in the arena").unit("bytes"),
                               field("size_bytes", &B::size_bytes, "").unit("bytes"),
                               field("first_step", &B::first_step, "written by (-2 features, -1 quantising, then the layers)"),
                               field("last_step", &B::last_step, "last read by"));
    }
};

/// One model's firmware on one board, as measured in the emulator.
struct Measurement {
    std::string run, model, target, title, split;
    std::size_t windows = 0;
    std::size_t differing_outputs = 0, differing_features = 0, differing_layers = 0;
    bool compared_layers = false;
    learn::Metrics metrics;
    std::uint64_t flash_bytes = 0, empty_flash_bytes = 0, static_ram_bytes = 0;
    std::uint64_t arena_bytes = 0, arena_lower_bound_bytes = 0, window_bytes = 0, constant_bytes = 0, stack_bytes = 0;
    std::uint64_t board_flash_bytes = 0, board_ram_bytes = 0;
    std::uint64_t instructions = 0, feature_instructions = 0, model_instructions = 0;
    target::Cycles cycles;
    double latency_s = 0, energy_joule = 0;
    std::vector<target::LayerCount> layers;
    std::vector<target::Firmware::Part> parts;
    std::vector<PlannedBuffer> plan;
    std::vector<std::string> steps;
    static constexpr auto fields() {
        using base::field;
        using M = Measurement;
        return std::make_tuple(field("run", &M::run, "id of the run"), field("model", &M::model, "hash of the 8-bit model"),
                               field("target", &M::target, "the board"), field("title", &M::title, "the board's full name"),
                               field("split", &M::split, "which windows went through it"), field("windows", &M::windows, "how many"),
                               field("differing_outputs", &M::differing_outputs, "bytes of the outputs that differ from the host's"),
                               field("differing_features", &M::differing_features, "bytes of the features that differ"),
                               field("differing_layers", &M::differing_layers, "bytes of all layers that differ, where compared"),
                               field("compared_layers", &M::compared_layers, "whether every layer was compared"),
                               field("metrics", &M::metrics, "from the outputs of the firmware"),
                               field("flash_bytes", &M::flash_bytes, "the whole image").unit("bytes"),
                               field("empty_flash_bytes", &M::empty_flash_bytes, "the same harness around nothing").unit("bytes"),
                               field("static_ram_bytes", &M::static_ram_bytes, "data and bss").unit("bytes"),
                               field("arena_bytes", &M::arena_bytes, "activations and scratch").unit("bytes"),
                               field("arena_lower_bound_bytes", &M::arena_lower_bound_bytes, "no plan can be smaller").unit("bytes"),
                               field("window_bytes", &M::window_bytes, "one raw window").unit("bytes"),
                               field("constant_bytes", &M::constant_bytes, "weights and tables").unit("bytes"),
                               field("stack_bytes", &M::stack_bytes, "deepest, exact").unit("bytes"),
                               field("board_flash_bytes", &M::board_flash_bytes, "what the board has").unit("bytes"),
                               field("board_ram_bytes", &M::board_ram_bytes, "what the board has").unit("bytes"),
                               field("instructions", &M::instructions, "of one window, exact"),
                               field("feature_instructions", &M::feature_instructions, "of these, signal processing"),
                               field("model_instructions", &M::model_instructions, "of these, the network"),
                               field("cycles", &M::cycles, "modelled"), field("latency_s", &M::latency_s, "modelled").unit("s"),
                               field("energy_joule", &M::energy_joule, "modelled").unit("J"), field("layers", &M::layers, "cost by step"),
                               field("parts", &M::parts, "what the memory holds"), field("plan", &M::plan, "what lies where in the arena"),
                               field("steps", &M::steps, "the calls, in order"));
    }
};

}  // namespace mote::app
