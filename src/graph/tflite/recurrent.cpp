// Layers whose state is a variable among their inputs: LSTM, UNIDIRECTIONAL_SEQUENCE_LSTM, SVDF.
#include "graph/build.hpp"
#include "graph/node_view.hpp"
#include "graph/tflite/operators.hpp"

#include <algorithm>
#include <cmath>

namespace mote::graph::tflite {

int OperatorReader::state(std::size_t i) {
    const int index = input_index(i);
    Tensor& t = graph_.tensors[static_cast<std::size_t>(index)];
    if (!t.is_variable)
        unsupported("keeps its state in \"" + t.name + "\", which is no variable", "export the model with its state as variable tensors");
    const std::size_t count = t.count();
    if (count > limits::tensor_bytes) buffer_.damaged(place() + " has a state of shape " + text_of(t.shape));
    t.shape = {1, static_cast<int>(count)};
    return index;
}

void OperatorReader::lstm() {
    constexpr const char* plainer = "use a plain LSTM layer: gates of tanh and logistic, no peepholes, projection or layer normalisation";
    const bool is_sequence = op_->code == 44;
    for (std::size_t i = 9; i < 24; ++i) {
        const bool known = (i >= 12 && i < 16) || i == 18 || i == 19;
        if (!known && has_input(i))
            unsupported(i < 12   ? "has peepholes: its gates see the cell state"
                        : i < 18 ? "has a projection behind its units"
                                 : "normalises its gates",
                        plainer);
    }
    widen_weights();
    if (option<std::int8_t>(0) != 4) unsupported("has another activation than tanh", plainer);
    if (!is_sequence && option<std::int8_t>(3) != 0)
        unsupported("is of the basic kind, whose weights are joined", "export it as a sequence layer");
    std::vector<int> shape = input(0).shape;
    const bool time_major = is_sequence && option<std::uint8_t>(3) != 0;
    if (shape.size() != (is_sequence ? 3u : 2u)) buffer_.damaged(place() + " has input " + text_of(shape));
    const int steps = is_sequence ? shape[time_major ? 0 : 1] : 1, batch = shape[time_major ? 1 : 0];
    if (batch != 1) unsupported("has a batch of " + std::to_string(batch), "export the model with a batch of 1");
    if (input(2).shape.size() != 2) buffer_.damaged(place() + " has weights " + text_of(input(2).shape));
    const int units = input(2).shape[0];

    std::vector<int> inputs = {reshaped(input_index(0), {1, steps, shape.back()})};
    for (std::size_t i = 1; i < 9; ++i) inputs.push_back(has_input(i) ? input_index(i) : -1);
    for (std::size_t i = 12; i < 16; ++i) inputs.push_back(has_input(i) ? input_index(i) : -1);
    inputs.push_back(state(18)), inputs.push_back(state(19));
    base::Json attributes = {{"cell_limit", option<float>(1)}};
    if (op_->intermediates.size() == 5 && op_->intermediates[4] >= 0 && input(0).type == Type::i8) {
        // TensorFlow Lite takes this zero point off where it should add it (PortableCwiseMul), and what it computes is the reference.
        const Quantisation& hidden = at(op_->intermediates[4]).quantisation;
        const Quantisation& out = output().quantisation;
        const bool given = hidden.scale.size() == 1 && hidden.zero_point.size() == 1 && out.zero_point.size() == 1;
        if (given && (hidden.scale != out.scale || -hidden.zero_point[0] != out.zero_point[0])) {
            attributes["hidden_scale"] = hidden.scale[0];
            attributes["hidden_zero_point"] = std::clamp(-hidden.zero_point[0], -128, 127);
        }
    }
    const std::vector<int> full = {1, steps, units};
    expect_shape(!is_sequence ? std::vector<int>{1, units} : time_major ? std::vector<int>{steps, 1, units} : full);
    const bool as_is = output().shape == full;
    const int y = as_is ? output_index() : fresh_tensor(output_index(), full, "/steps");
    add_node("lstm", std::move(inputs), y, std::move(attributes));
    if (!as_is) add_node("reshape", {y}, output_index(), {{"shape", output().shape}});
}

void OperatorReader::svdf() {
    widen_weights();
    add_node("svdf", {input_index(0), input_index(1), input_index(2), has_input(3) ? input_index(3) : -1, state(4)}, output_index(),
             {{"rank", option<std::int32_t>(0, 1)}, {"activation", activation(1)}});
}

}  // namespace mote::graph::tflite
