// SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND: every b-th place becomes an element of the batch. Around a convolution they mean one with
// dilation b, which is what it becomes; elsewhere they move values.
#include "graph/node_view.hpp"
#include "graph/tflite/operators.hpp"

#include <algorithm>

namespace mote::graph::tflite {

namespace {

constexpr int most_blocks = 1024;

}  // namespace

void OperatorReader::space_to_batch() {
    const std::vector<int> shape = input(0).shape, block = constant(1), pads = constant(2);
    const std::size_t n = block.size();
    bool fits = n > 0 && shape.size() >= n + 1 && n <= 3 && pads.size() == 2 * n;
    std::vector<int> wanted = shape;
    for (std::size_t i = 0; fits && i < n; ++i) {
        fits = block[i] >= 1 && block[i] <= most_blocks && pads[2 * i] >= 0 && pads[2 * i + 1] >= 0 && pads[2 * i] < 1 << 20 &&
               pads[2 * i + 1] < 1 << 20;
        if (!fits) break;
        wanted[i + 1] += pads[2 * i] + pads[2 * i + 1];
        fits = wanted[i + 1] % block[i] == 0 && std::int64_t{wanted[0]} * block[i] <= 1 << 20;
        if (!fits) break;
        wanted[i + 1] /= block[i];
        wanted[0] *= block[i];
    }
    if (!fits)
        buffer_.damaged(place() + " divides " + text_of(shape) + " into blocks of " + text_of(block) + " with pads " + text_of(pads));
    expect_shape(wanted);
    const int y = output_index();
    spread_[y] = {input_index(0), block, pads};
    // What a layer reads waits for BATCH_TO_SPACE_ND.
    if (std::find(graph_.outputs.begin(), graph_.outputs.end(), y) != graph_.outputs.end()) write_spread(y);
}

void OperatorReader::write_spread(int tensor) {
    const auto found = spread_.find(tensor);
    if (found == spread_.end()) return;
    const Spread spread = found->second;
    spread_.erase(found);
    const std::size_t n = spread.block.size(), rank = at(spread.source).shape.size();
    const int padded = with_pads(spread);
    const std::vector<int> shape = at(padded).shape;
    std::vector<int> split = {shape[0]}, permutation;
    for (std::size_t i = 0; i < n; ++i) {
        split.push_back(shape[i + 1] / spread.block[i]), split.push_back(spread.block[i]);
        permutation.push_back(static_cast<int>(2 + 2 * i));
    }
    permutation.push_back(0);
    for (std::size_t i = 0; i < n; ++i) permutation.push_back(static_cast<int>(1 + 2 * i));
    for (std::size_t d = n + 1; d < rank; ++d) permutation.push_back(static_cast<int>(split.size())), split.push_back(shape[d]);
    reorder_to(tensor, padded, split, permutation);
}

int OperatorReader::with_pads(const Spread& spread) {
    if (std::all_of(spread.pads.begin(), spread.pads.end(), [](int p) { return p == 0; })) return spread.source;
    std::vector<int> shape = at(spread.source).shape, pads(2 * shape.size(), 0);
    for (std::size_t i = 0; i < spread.pads.size(); ++i) pads[i + 2] = spread.pads[i], shape[i / 2 + 1] += spread.pads[i];
    return emit("pad", {spread.source}, shape, {{"pads", pads}});
}

bool OperatorReader::waits_for_blocks() {
    const auto found = spread_.find(input_index(0));
    if (found == spread_.end()) return false;
    const base::Json layer = convolution_attributes();
    const auto is_one = [&](const char* name) { return layer.at(name).get<int>() == 1; };
    const bool is_plain = is_one("stride_h") && is_one("stride_w") && is_one("dilation_h") && is_one("dilation_w");
    if (!is_plain || layer.at("padding") != "valid" || found->second.block.size() != 2 || at(found->second.source).shape.size() != 4 ||
        input(1).shape.size() != 4)
        unsupported("stands between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND and is not one of stride 1 without padding over two dimensions",
                    "export the convolution with its dilation");
    spread_layers_[output_index()] = {*op_, found->second};
    return true;
}

void OperatorReader::check_blocks() const {
    for (const int i : op_->inputs)
        if (op_->code != 37 && spread_layers_.count(i) > 0)
            unsupported("reads \"" + at(i).name + "\", which a convolution writes between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND",
                        "put it behind BATCH_TO_SPACE_ND, or export the convolution with its dilation");
}

void OperatorReader::batch_to_space() {
    const std::vector<int> block = constant(1), crops = constant(2), shape = input(0).shape;
    const std::size_t n = block.size();
    bool fits = n > 0 && n <= 3 && shape.size() >= n + 1 && crops.size() == 2 * n;
    std::vector<int> whole = shape, begin(shape.size(), 0), wanted;
    for (std::size_t i = 0; fits && i < n; ++i) {
        fits = block[i] >= 1 && block[i] <= most_blocks && whole[0] % block[i] == 0 && whole[i + 1] <= 1 << 20 && crops[2 * i] >= 0 &&
               crops[2 * i + 1] >= 0 && crops[2 * i] < 1 << 20 && crops[2 * i + 1] < 1 << 20;
        if (!fits) break;
        whole[0] /= block[i], whole[i + 1] *= block[i], begin[i + 1] = crops[2 * i];
    }
    wanted = whole;
    for (std::size_t i = 0; fits && i < n; ++i) fits = (wanted[i + 1] -= crops[2 * i] + crops[2 * i + 1]) > 0;
    if (!fits)
        buffer_.damaged(place() + " puts " + text_of(shape) + " together in blocks of " + text_of(block) + " with crops " + text_of(crops));
    expect_shape(wanted);
    if (const auto layer = spread_layers_.find(input_index(0)); layer != spread_layers_.end()) return dilated(layer->second, block, begin);
    std::vector<int> split(block), permutation = {static_cast<int>(n)};
    split.push_back(whole[0]);
    for (std::size_t i = 0; i < n; ++i) {
        split.push_back(shape[i + 1]);
        permutation.push_back(static_cast<int>(n + 1 + i)), permutation.push_back(static_cast<int>(i));
    }
    for (std::size_t d = n + 1; d < shape.size(); ++d) permutation.push_back(static_cast<int>(split.size())), split.push_back(shape[d]);
    if (whole == wanted) return reorder_to(output_index(), input_index(0), split, permutation);
    const int joined = fresh_tensor(output_index(), whole, "/joined");
    reorder_to(joined, input_index(0), split, permutation);
    add_slice(joined, output_index(), begin, wanted, std::vector<int>(wanted.size(), 1));
}

void OperatorReader::dilated(const SpreadLayer& spread, const std::vector<int>& block, const std::vector<int>& begin) {
    if (input(0).shape.size() != 4) buffer_.damaged(place() + " has input " + text_of(input(0).shape));
    if (block != spread.from.block)
        unsupported("has other blocks than the SPACE_TO_BATCH_ND before it", "export the convolution with its dilation");
    const FileOperator* const now = op_;
    op_ = &spread.layer;
    base::Json attributes = convolution_attributes();
    const std::string op = spread.layer.code == 4 ? "depthwise_conv_2d" : "conv_2d";
    op_ = now;
    attributes["dilation_h"] = block[0], attributes["dilation_w"] = block[1];
    std::vector<int> inputs = spread.layer.inputs;
    inputs[0] = spread.from.source;
    const std::vector<int> x = at(inputs[0]).shape, w = at(inputs[1]).shape, y = output().shape;
    bool keeps_size = true;
    std::vector<int> full = at(spread.layer.outputs[0]).shape;
    full[0] = x[0];
    for (std::size_t i = 0; i < 2; ++i) {
        const std::int64_t reach = (std::int64_t{w[i + 1]} - 1) * block[i],
                           rows = x[i + 1] + spread.from.pads[2 * i] + spread.from.pads[2 * i + 1] - reach;
        if (rows < 1) buffer_.damaged(place() + " stands behind a convolution whose kernel reaches further than its input");
        keeps_size = keeps_size && begin[i + 1] == 0 && y[i + 1] == x[i + 1] && spread.from.pads[2 * i] == reach / 2;
        full[i + 1] = static_cast<int>(rows);
    }
    if (keeps_size) {
        attributes["padding"] = "same";
        return add_node(op, inputs, output_index(), std::move(attributes));
    }
    inputs[0] = with_pads(spread.from);
    if (y == full) return add_node(op, inputs, output_index(), std::move(attributes));
    const int all = fresh_tensor(output_index(), full, "/all");
    add_node(op, inputs, all, std::move(attributes));
    add_slice(all, output_index(), begin, y, std::vector<int>(4, 1));
}

}  // namespace mote::graph::tflite
