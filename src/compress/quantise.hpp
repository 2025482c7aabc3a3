// Post-training quantisation to int8.
#pragma once

#include "base/fields.hpp"
#include "graph/graph.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace mote::compress {

struct QuantiseOptions {
    std::string ranges = "auto";
    std::string bias_correction = "auto";
    int calibration_examples = 512;

    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field(
                "ranges", &QuantiseOptions::ranges,
                "how the range of an activation is taken from the calibration examples: their extremes, the extremes without the outermost "
                "0.1 %, the range with the least squared error; auto: whichever changes the model's outputs least")
                .choices("auto|minmax|percentile|mse"),
            field("bias_correction", &QuantiseOptions::bias_correction, "move each bias by the mean error that rounding its weights makes")
                .choices("auto|on|off"),
            field("calibration_examples", &QuantiseOptions::calibration_examples, "examples used at most, spread evenly over those given")
                .range(1, 1000000));
    }
};

/// What quantisation did, measured on calibration examples.
struct QuantiseReport {
    std::string ranges;  ///< the method taken
    bool bias_correction = false;
    double output_error = 0;  ///< root mean square difference of the outputs from the float graph's
    double agreement = 0;     ///< share of examples with the same largest output
    std::size_t examples = 0;
    static constexpr auto fields() {
        using base::field;
        return std::make_tuple(
            field("ranges", &QuantiseReport::ranges, "method for the ranges of activations"),
            field("bias_correction", &QuantiseReport::bias_correction, "whether biases were corrected"),
            field("output_error", &QuantiseReport::output_error, "root mean square difference of the outputs from the float model's"),
            field("agreement", &QuantiseReport::agreement, "share of calibration examples classified as by the float model"),
            field("examples", &QuantiseReport::examples, "calibration examples"));
    }
};

/// A float graph as int8: folded, weights symmetric with a scale a channel, activations with one scale and zero point a tensor, biases i32,
/// in the arithmetic of TensorFlow Lite; the output of a softmax has scale 1/256 and zero point -128. Takes the same float features: where
/// the graph standardises its input, that stays float in front of a quantise node and the input stays f32; else the input becomes i8, to be
/// fed with features quantised by its scale (graph::Evaluator::run_features does either). `calibration` holds `examples` inputs one behind
/// the other: real examples of the training data. Deterministic. Throws base::Error "bad_input" when there are none, sizes do not fit, or
/// an operator has no int8 form.
/// `input`, where it is given, is the scale of the i8 input.
graph::Graph quantise(const graph::Graph& graph, std::span<const float> calibration, std::size_t examples,
                      const QuantiseOptions& options = {}, QuantiseReport* report = nullptr, const graph::Quantisation* input = nullptr);

}  // namespace mote::compress
