#include "onnx_case.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "graph/onnx/translator.hpp"
#include "graph/operator.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mote::conformance {

namespace {

using graph::onnx::DataType;
using graph::onnx::FileTensor;

// The bytes that tensors point into, kept as long as they.
struct Tensors {
    std::vector<base::Bytes> files;
    std::vector<FileTensor> list;
};

Tensors read_tensors(const std::filesystem::path& folder, const std::string& prefix) {
    Tensors tensors;
    for (std::size_t i = 0;; ++i) {
        const auto file = folder / (prefix + std::to_string(i) + ".pb");
        if (!std::filesystem::exists(file)) return tensors;
        tensors.files.push_back(base::read_file(file));
        tensors.list.push_back(graph::onnx::read_tensor(tensors.files.back(), prefix + std::to_string(i)));
    }
}

bool is_stored(DataType type) { return type == DataType::i8 || type == DataType::u8; }

std::vector<double> values_of(const FileTensor& tensor) {
    if (graph::onnx::is_real(tensor.type)) {
        const auto reals = graph::onnx::reals_of(tensor, tensor.name);
        return {reals.begin(), reals.end()};
    }
    const auto numbers = graph::onnx::integers_of(tensor, tensor.name);
    return {numbers.begin(), numbers.end()};
}

void append_input(const FileTensor& tensor, const graph::Tensor& to, base::Bytes& bytes) {
    for (const double v : values_of(tensor)) {
        if (to.type == graph::Type::f32) {
            const auto real = static_cast<float>(v);
            const auto* begin = reinterpret_cast<const std::byte*>(&real);
            bytes.insert(bytes.end(), begin, begin + sizeof real);
        } else {
            bytes.push_back(
                static_cast<std::byte>(static_cast<int>(v) - (tensor.type == DataType::u8 && to.type == graph::Type::i8 ? 128 : 0)));
        }
    }
}

std::string first_difference(const graph::Tensor& tensor, std::span<const std::byte> bytes, const FileTensor& expected) {
    const std::vector<double> wanted = values_of(expected);
    if (tensor.shape != expected.shape) return "gives another shape";
    const bool stored = tensor.type != graph::Type::f32, is_unsigned = tensor.type == graph::Type::u8;
    if (stored != is_stored(expected.type) || is_unsigned != (expected.type == DataType::u8)) return "gives values of another type";
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        float real = 0;
        if (!stored) std::memcpy(&real, bytes.data() + 4 * i, sizeof real);
        const double got = stored ? (is_unsigned ? std::to_integer<int>(bytes[i]) : static_cast<std::int8_t>(bytes[i])) : double{real};
        const double allowed = stored ? 1 : 1e-5 + 1e-3 * std::fabs(wanted[i]);
        if (!(std::fabs(got - wanted[i]) <= allowed) && !(std::isnan(got) && std::isnan(wanted[i])))
            return "gives " + std::to_string(got) + " in place of " + std::to_string(wanted[i]) + " at place " + std::to_string(i);
    }
    return "";
}

using Constants = std::map<std::string, FileTensor>;

struct Case {
    base::Bytes model;
    graph::onnx::File file;
    Tensors inputs, outputs;
};

// The batch of a case whose inputs and outputs are all reals with the same first dimension above 1; else 1.
int batch_of(const Case& c) {
    int batch = 0;
    for (const Tensors* side : {&c.inputs, &c.outputs})
        for (const FileTensor& t : side->list) {
            if (!graph::onnx::is_real(t.type) || t.shape.size() < 2 || (batch != 0 && t.shape[0] != batch)) return 1;
            batch = t.shape[0];
        }
    return std::max(batch, 1);
}

FileTensor item_of(const FileTensor& batch, std::size_t item, std::vector<float>& values) {
    const auto all = graph::onnx::reals_of(batch, batch.name);
    FileTensor one = batch;
    one.shape[0] = 1;
    const std::size_t size = one.count();
    values.assign(all.begin() + static_cast<std::ptrdiff_t>(item * size), all.begin() + static_cast<std::ptrdiff_t>((item + 1) * size));
    one.type = DataType::f32;
    one.listed.clear();
    one.raw = std::as_bytes(std::span(values));
    return one;
}

std::string evaluate(const Case& c, const Constants& constants);

// A device computes one item at a time: the model with a batch of 1, item by item.
std::string evaluate_items(const Case& c) {
    Case one{c.model, c.file, {}, {}};
    for (auto* side : {&one.file.inputs, &one.file.outputs})
        for (auto& value : *side)
            if (value.shape && !value.shape->empty()) value.shape->front() = 1;
    for (int item = 0; item < batch_of(c); ++item) {
        std::vector<std::vector<float>> values(c.inputs.list.size() + c.outputs.list.size());
        std::size_t next = 0;
        one.inputs.list.clear(), one.outputs.list.clear();
        for (const FileTensor& t : c.inputs.list) one.inputs.list.push_back(item_of(t, static_cast<std::size_t>(item), values[next++]));
        for (const FileTensor& t : c.outputs.list) one.outputs.list.push_back(item_of(t, static_cast<std::size_t>(item), values[next++]));
        const std::string difference = evaluate(one, {});
        if (!difference.empty()) return difference;
    }
    return "";
}

// "" when the outputs are as they should be.
std::string evaluate(const Case& c, const Constants& constants) {
    const graph::Imported imported = graph::onnx::Translator(c.file, "model", constants).run();
    const graph::Graph& graph = imported.graph;
    base::Bytes bytes;
    for (const int i : graph.inputs) {
        const graph::Tensor& to = graph.tensors[static_cast<std::size_t>(i)];
        for (std::size_t k = 0; k < c.file.inputs.size() && k < c.inputs.list.size(); ++k)
            if (c.file.inputs[k].name == to.name) append_input(c.inputs.list[k], to, bytes);
    }
    graph::Evaluator evaluator(graph);
    (void)evaluator.run(bytes);
    for (std::size_t k = 0; k < graph.outputs.size() && k < c.outputs.list.size(); ++k) {
        const int o = graph.outputs[k];
        const std::string difference = first_difference(graph.tensors[static_cast<std::size_t>(o)], evaluator.tensor(o), c.outputs.list[k]);
        if (!difference.empty()) return difference;
    }
    return "";
}

Verdict::Kind attempt(const Case& c, Verdict& verdict) {
    Constants shapes, weights;
    for (std::size_t k = 0; k < c.file.inputs.size() && k < c.inputs.list.size(); ++k) {
        const std::string& name = c.file.inputs[k].name;
        if (!graph::onnx::is_real(c.inputs.list[k].type) && !is_stored(c.inputs.list[k].type)) shapes[name] = c.inputs.list[k];
        if (k > 0) weights[name] = c.inputs.list[k];
    }
    const Constants none;
    for (const Constants* constants : std::initializer_list<const Constants*>{&none, &shapes, &weights}) {
        try {
            verdict.reason = evaluate(c, *constants);
            if (!verdict.reason.empty()) return Verdict::Kind::differs;
            return constants->empty() ? Verdict::Kind::passed : Verdict::Kind::passed_with_constants;
        } catch (const base::Error& error) {
            verdict.reason = error.message();
        }
    }
    if (batch_of(c) > 1) {
        const std::string refused = verdict.reason;
        try {
            verdict.reason = evaluate_items(c);
            return verdict.reason.empty() ? Verdict::Kind::passed : Verdict::Kind::differs;
        } catch (const base::Error&) {
            verdict.reason = refused;
        }
    }
    return Verdict::Kind::refused;
}

}  // namespace

Verdict run_case(const std::filesystem::path& folder) {
    Verdict verdict;
    verdict.name = folder.filename().string();
    try {
        Case c;
        c.model = base::read_file(folder / "model.onnx");
        c.file = graph::onnx::read_file(c.model, "model");
        const auto own = c.file.opsets.find("");
        verdict.opset = own == c.file.opsets.end() ? 0 : static_cast<int>(own->second);
        for (const auto& node : c.file.nodes)
            if (std::find(verdict.operators.begin(), verdict.operators.end(), node.op_type) == verdict.operators.end())
                verdict.operators.push_back(node.op_type);
        c.inputs = read_tensors(folder / "test_data_set_0", "input_");
        c.outputs = read_tensors(folder / "test_data_set_0", "output_");
        verdict.kind = attempt(c, verdict);
    } catch (const base::Error& error) {
        verdict.kind = Verdict::Kind::refused;
        verdict.reason = error.message();
    }
    return verdict;
}

}  // namespace mote::conformance
