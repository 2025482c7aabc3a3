#include "graph/onnx/translator.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "graph/build.hpp"
#include "graph/limits.hpp"
#include "graph/node_view.hpp"
#include "graph/unsigned_ends.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mote::graph::onnx {

Translator::Translator(const File& file, std::string_view where, const std::map<std::string, FileTensor>& constants)
    : file_(file), where_(where), bound_(constants), writer_(graph_) {
    graph_.name = file.name.empty() ? "onnx" : file.name;
    for (std::size_t n = 0; n < file.nodes.size(); ++n) {
        for (const std::string& name : file.nodes[n].inputs)
            if (!name.empty()) readers_[name].push_back(n);
        for (const std::string& name : file.nodes[n].outputs) file_writers_[name] = n;
    }
    for (const FileValue& output : file.outputs) readers_[output.name].push_back(file.nodes.size());
}

Imported Translator::run() {
    check_opsets();
    writer_.set_name("constant");
    for (const auto& [name, tensor] : file_.constants) add_constant(tensor, name);
    for (const auto& [name, tensor] : bound_) add_constant(tensor, name);
    for (const FileValue& input : file_.inputs)
        if (!find(input.name) && !refusals_.read(where_, [&] { add_input(input); })) lost_.insert(input.name);
    // Constants that are nodes first: what quantises a result is looked up before its own turn has come.
    for (std::size_t n = 0; n < file_.nodes.size(); ++n)
        if (file_.nodes[n].op_type == "Constant") translate_or_refuse(file_.nodes[n], n);
    for (std::size_t n = 0; n < file_.nodes.size(); ++n)
        if (file_.nodes[n].op_type != "Constant") translate_or_refuse(file_.nodes[n], n);
    refusals_.throw_all(where_);
    if (graph_.inputs.empty())
        throw base::Error("unsupported", where_ + ": has no input: its outputs are constants", "export a model that has one");
    for (const FileValue& output : file_.outputs) add_output(output);
    drop_unused_nodes();
    restore_unsigned_ends();
    Imported imported{std::move(graph_), {}};
    // Tensors are renumbered when unused ones go: the outputs of operators are graph outputs meanwhile, so that they are known after.
    const std::size_t outputs = imported.graph.outputs.size();
    std::erase_if(operator_outputs_, [&](int t) {
        return std::none_of(imported.graph.nodes.begin(), imported.graph.nodes.end(),
                            [&](const Node& node) { return node.outputs.front() == t; });
    });
    imported.graph.outputs.insert(imported.graph.outputs.end(), operator_outputs_.begin(), operator_outputs_.end());
    remove_unused_tensors(imported.graph);
    imported.operator_outputs.assign(imported.graph.outputs.begin() + static_cast<std::ptrdiff_t>(outputs), imported.graph.outputs.end());
    imported.graph.outputs.resize(outputs);
    try {
        verify(imported.graph);
    } catch (const base::Error& error) {
        throw error.at(where_);
    }
    return imported;
}

void Translator::restore_unsigned_ends() {
    for (const int input : unsigned_inputs_)
        if (!writer_.at(input).quantisation.empty()) make_unsigned_input(graph_, input);
    for (const int output : unsigned_outputs_) make_unsigned_output(graph_, output, operator_outputs_);
}

void Translator::drop_unused_nodes() {
    std::vector<bool> needed(graph_.tensors.size(), false);
    for (const int o : graph_.outputs) needed[static_cast<std::size_t>(o)] = true;
    std::vector<Node> kept;
    for (std::size_t n = graph_.nodes.size(); n-- > 0;) {
        Node& node = graph_.nodes[n];
        if (!needed[static_cast<std::size_t>(node.outputs.front())]) continue;
        for (const int i : node.inputs) needed[static_cast<std::size_t>(i)] = true;
        kept.push_back(std::move(node));
    }
    std::reverse(kept.begin(), kept.end());
    graph_.nodes = std::move(kept);
    std::erase_if(operator_outputs_, [&](int t) { return !needed[static_cast<std::size_t>(t)]; });
}

void Translator::check_opsets() {
    const auto own = file_.opsets.find("");
    opset_ = own == file_.opsets.end() ? 1 : static_cast<int>(std::clamp<std::int64_t>(own->second, 0, 1 << 20));
    if (opset_ >= oldest_opset && opset_ <= newest_opset) return;
    throw base::Error("unsupported", where_ + ": is written in opset " + std::to_string(opset_) + " of ONNX",
                      "export it with an opset from " + std::to_string(oldest_opset) + " to " + std::to_string(newest_opset) +
                          ", or convert it with onnx.version_converter");
}

void Translator::add_constant(const FileTensor& tensor, const std::string& name) {
    values_[name] = constant_value(writer_, tensor, where_);
    if (values_[name].tensor >= 0) writer_.at(values_[name].tensor).name = name;
}

void Translator::add_input(const FileValue& input) {
    const auto fail = [&](const std::string& what, const std::string& hint) {
        throw base::Error("unsupported", where_ + ": input \"" + input.name + "\" " + what, hint);
    };
    const bool is_stored = input.type == DataType::i8 || input.type == DataType::u8;
    if ((!is_real(input.type) || input.type == DataType::bf16) && !is_stored) {
        if (readers_.count(input.name) == 0) return;
        fail("is of type " + name_of(input.type), "use inputs of float32, int8 or uint8, and make others constants");
    }
    if (!input.shape) fail("has no shape", "export the model with fixed shapes");
    std::vector<int> shape;
    std::uint64_t count = 1;
    for (std::size_t d = 0; d < input.shape->size(); ++d) {
        std::int64_t size = (*input.shape)[d];
        if (size < 0 && d == 0) size = 1;  // the batch
        if (size < 0)
            fail("has no fixed size along dimension " + std::to_string(d),
                 "export the model with fixed shapes and a batch of 1 (torch.onnx.export without dynamic_axes), or fix them in the file: "
                 "python -m "
                 "onnxruntime.tools.make_dynamic_shape_fixed --input_name " +
                     input.name + " --input_shape 1,...");
        if (size > std::int64_t{1} << 28)
            fail("has size " + std::to_string(size) + " along dimension " + std::to_string(d) + ", with which no small machine can hold it",
                 "export the model with the sizes that it is used with; one that is to stay open is written by name, and fixed before it "
                 "comes here");
        if ((count *= static_cast<std::uint64_t>(size)) > limits::tensor_bytes)
            fail("is larger than a small machine can hold", "give a smaller model");
        shape.push_back(static_cast<int>(size));
    }
    if (shape.size() > limits::rank) fail("has " + std::to_string(shape.size()) + " dimensions", "reshape it to fewer");
    const int tensor = graph_.add_tensor({input.name, is_stored ? Type::i8 : Type::f32, shape, {}, {}, false});
    graph_.inputs.push_back(tensor);
    Value value = Value::plain(tensor, shape);
    if (is_stored) value.element = input.type == DataType::i8 ? Element::stored : Element::stored_unsigned;
    if (value.element == Element::stored_unsigned) unsigned_inputs_.push_back(tensor);
    values_[input.name] = value;
}

void Translator::add_output(const FileValue& output) {
    const Value* value = find(output.name);
    if (!value) throw base::Error("bad_input", where_ + ": nothing computes output \"" + output.name + "\"", "export the model again");
    writer_.set_name(output.name);
    if (value->tensor < 0 || value->element == Element::whole)
        throw base::Error("unsupported", where_ + ": output \"" + output.name + "\" is a constant of whole numbers",
                          "name the outputs that are wanted when exporting");
    int tensor = -1;
    try {
        Value result = value->is_view ? real_value(*value) : *value;
        tensor = writer_.plain_tensor(result);
        const bool is_taken = std::count(graph_.outputs.begin(), graph_.outputs.end(), tensor) > 0;
        if (is_taken || !writer_.writer_of(tensor)) {
            if (writer_.at(tensor).is_constant())
                throw base::Error("unsupported", "it does not depend on an input", "drop that output when exporting");
            if (writer_.at(tensor).type == Type::i8 && writer_.at(tensor).quantisation.empty())
                throw base::Error("unsupported", "it is an input of 8 bits without a scale", "dequantise the input");
            tensor = writer_.emit("copy", {tensor});
        }
    } catch (const base::Error& error) {
        throw error.at(where_ + ": output \"" + output.name + "\"");
    }
    check_declared(output, value->shape);
    if (value->element == Element::stored_unsigned) unsigned_outputs_.push_back(tensor);
    // The name that the file gives its output, where what holds it was named by an operator before a DequantizeLinear.
    const bool is_free = std::none_of(graph_.tensors.begin(), graph_.tensors.end(), [&](const Tensor& t) { return t.name == output.name; });
    if (is_free) writer_.at(tensor).name = output.name;
    graph_.outputs.push_back(tensor);
}

void Translator::check_declared(const FileValue& output, const std::vector<int>& shape) const {
    // Without dimensions: a single number, or a writer that did not know.
    if (!output.shape || output.shape->empty()) return;
    const std::vector<std::int64_t>& declared = *output.shape;
    bool agrees = declared.size() == shape.size();
    for (std::size_t d = 0; agrees && d < shape.size(); ++d) agrees = declared[d] < 0 || declared[d] == shape[d];
    if (agrees) return;
    std::vector<std::string> sizes;
    for (const std::int64_t d : declared) sizes.push_back(d < 0 ? "?" : std::to_string(d));
    damaged(where_,
            "declares output \"" + output.name + "\" as [" + base::join(sizes, ", ") + "], and its operators give " + text_of(shape));
}

void Translator::translate_or_refuse(const FileNode& node, std::size_t index) {
    const bool is_lost = std::any_of(node.inputs.begin(), node.inputs.end(), [&](const std::string& i) { return lost_.count(i) > 0; });
    node_ = &node;
    node_index_ = index;
    const bool is_read = refusals_.read(where_, [&] {
        if (is_lost)
            (void)entry_of_node();
        else
            translate(node, index);
    });
    if (is_lost || !is_read) lost_.insert(node.outputs.begin(), node.outputs.end());
    lost_.erase("");
}

const OperatorEntry& Translator::entry_of_node() const {
    const FileNode& node = *node_;
    const OperatorEntry* entry = find_entry(node.domain, node.op_type);
    if (!entry) {
        std::string advice = node.domain.empty() ? advice_for(node.op_type) : std::string();
        if (node.domain == "com.microsoft")  // what ONNX Runtime's quantiser writes in its other format
            advice = "write quantised models as QDQ (quant_format=QuantFormat.QDQ), and save them without ONNX Runtime's optimisations";
        const std::string near = base::did_you_mean(node.op_type, known_operators());
        refuse(node.domain.empty() ? "is an operator without a counterpart here"
                                   : "is an operator of \"" + node.domain + "\", which has no counterpart here",
               !advice.empty()
                   ? advice
                   : (near.empty() ? "" : near + " ") + "build the model from these operators: " + base::join(known_operators(), ", "));
    }
    if (opset_ < entry->since || opset_ > entry->until)
        refuse("is read from opset " + std::to_string(entry->since) + " to " + std::to_string(entry->until) + ", the model has opset " +
                   std::to_string(opset_),
               "convert it with onnx.version_converter");
    return *entry;
}

void Translator::translate(const FileNode& node, std::size_t index) {
    node_ = &node;
    node_index_ = index;
    attributes_read_.clear();
    const OperatorEntry& entry = entry_of_node();
    writer_.set_name(node.outputs.empty() || node.outputs.front().empty() ? node.name : node.outputs.front());
    try {
        entry.translate(*this);
    } catch (const base::Error& error) {
        if (error.message().starts_with(where_ + ": ")) throw;
        throw error.at(where_ + ": " + place());
    }
    for (const auto& [name, attribute] : node.attributes)
        if (!attributes_read_.count(name)) refuse("has attribute \"" + name + "\", which is not known here", "leave it at its default");
    for (std::size_t i = 0; i < node.outputs.size(); ++i)
        if (has_output(i) && !find(node.outputs[i]) && readers_.count(node.outputs[i]))
            refuse("has output " + std::to_string(i) + " in use, which is not computed here", "use its first output alone");
}

std::string Translator::place() const {
    std::string text = "operator " + std::to_string(node_index_) + " (" + node_->op_type + ")";
    if (!node_->name.empty()) text += " \"" + node_->name + "\"";
    if (!node_->outputs.empty() && !node_->outputs.front().empty()) text += " that writes \"" + node_->outputs.front() + "\"";
    return text;
}

void Translator::refuse(const std::string& what, const std::string& hint) const {
    throw base::Error("unsupported", where_ + ": " + place() + " " + what, hint);
}

void Translator::reject(const std::string& what) const { damaged(where_, place() + " " + what); }

const Value* Translator::find(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

// --- attributes

const Attribute* Translator::attribute(const std::string& name) {
    attributes_read_.insert(name);
    const auto found = node_->attributes.find(name);
    return found == node_->attributes.end() ? nullptr : &found->second;
}

bool Translator::has(const std::string& name) { return attribute(name) != nullptr; }

std::int64_t Translator::integer(const std::string& name, std::int64_t otherwise) {
    const Attribute* a = attribute(name);
    if (a && a->kind != Attribute::Kind::integer) reject("has attribute \"" + name + "\", which is no whole number");
    return a ? a->integer : otherwise;
}

float Translator::real(const std::string& name, float otherwise) {
    const Attribute* a = attribute(name);
    if (a && (a->kind != Attribute::Kind::real || !std::isfinite(a->real)))
        reject("has attribute \"" + name + "\", which is no finite real number");
    return a ? a->real : otherwise;
}

std::string Translator::text(const std::string& name, const std::string& otherwise) {
    const Attribute* a = attribute(name);
    if (a && a->kind != Attribute::Kind::text) reject("has attribute \"" + name + "\", which is no text");
    return a ? a->text : otherwise;
}

namespace {

std::vector<int> saturated(const std::vector<std::int64_t>& values) {
    std::vector<int> result;
    result.reserve(values.size());
    for (const std::int64_t v : values)
        result.push_back(static_cast<int>(std::clamp<std::int64_t>(v, std::numeric_limits<int>::min(), std::numeric_limits<int>::max())));
    return result;
}

}  // namespace

std::vector<int> Translator::integers(const std::string& name) {
    const Attribute* a = attribute(name);
    if (a && a->kind != Attribute::Kind::integers) reject("has attribute \"" + name + "\", which is no list of whole numbers");
    return a ? saturated(a->integers) : std::vector<int>();
}

// --- inputs

const Value& Translator::input(std::size_t i) const {
    if (!has_input(i)) reject("lacks input " + std::to_string(i));
    const Value* value = find(node_->inputs[i]);
    if (!value) reject("reads \"" + node_->inputs[i] + "\", which nothing before it computes: it is missing, or the model has a cycle");
    if (value->tensor < 0 && !value->numbers) reject("reads \"" + node_->inputs[i] + "\", which holds no values");
    return *value;
}

Value Translator::operand(std::size_t i) const {
    const Value& value = input(i);
    if (value.element == Element::whole) refuse("computes with whole numbers that are no constants", "use float32");
    if (value.element != Element::real)
        refuse("computes with the 8-bit tensor \"" + node_->inputs[i] + "\" itself", "put DequantizeLinear before it");
    return value;
}

Value Translator::operand_of(const FileNode& before, std::size_t i) const {
    const Value* value = i < before.inputs.size() ? find(before.inputs[i]) : nullptr;
    if (!value || value->tensor < 0 || value->element != Element::real) reject("stands behind an operator without reals");
    return *value;
}

Value Translator::movable(std::size_t i) {
    Value value = input(i);
    if (value.tensor < 0) refuse("reads \"" + node_->inputs[i] + "\", whose numbers are too large", "use smaller numbers");
    Tensor& tensor = writer_.at(value.tensor);
    if (tensor.type == Type::i8 && tensor.quantisation.empty())
        tensor.quantisation = {{1.0f}, {value.element == Element::stored_unsigned ? -128 : 0}, -1};
    return value;
}

std::vector<int> Translator::numbers(std::size_t i) {
    const Value* value = has_input(i) ? find(node_->inputs[i]) : nullptr;
    if (value && value->tensor < 0 && !value->numbers) return {};
    const Value& v = input(i);
    if (v.numbers && v.number_scales.empty()) return saturated(*v.numbers);
    if (v.element != Element::whole || !is_constant(v))
        refuse("takes \"" + node_->inputs[i] + "\", which is no constant of whole numbers",
               "export the model with fixed shapes (torch.onnx.export without dynamic_axes), then run onnx-simplifier");
    std::vector<int> result;
    for (const float f : writer_.at(writer_.plain_tensor(v)).as<float>()) {
        if (!(std::fabs(f) <= 16777216.0f)) refuse("takes numbers that are too large", "use smaller numbers");
        result.push_back(static_cast<int>(f));
    }
    return result;
}

std::vector<int> Translator::numbers(std::size_t i, const std::string& name) { return has_input(i) ? numbers(i) : integers(name); }

std::vector<float> Translator::reals(std::size_t i) {
    const Value* value = has_input(i) ? find(node_->inputs[i]) : nullptr;
    if (value && value->tensor < 0 && !value->numbers) return {};
    const Value v = real_operand(i);
    if (!is_constant(v)) refuse("takes \"" + node_->inputs[i] + "\", which is computed", "make it a constant");
    const auto values = writer_.at(writer_.plain_tensor(v)).as<float>();
    return {values.begin(), values.end()};
}

int Translator::axis(std::int64_t value, std::size_t rank) const {
    const auto dimensions = static_cast<std::int64_t>(rank);
    if (value < -dimensions || value >= dimensions)
        reject("has axis " + std::to_string(value) + " for " + std::to_string(rank) + " dimensions");
    return static_cast<int>(value < 0 ? value + dimensions : value);
}

// --- outputs

void Translator::set_output(std::size_t i, Value value) {
    if (!has_output(i)) return;
    const std::string& name = node_->outputs[i];
    if (find(name)) reject("writes \"" + name + "\", which something before it computes");
    if (value.tensor >= 0) {
        const bool is_named = ++names_[value.tensor] > 1;
        if (writer_.writer_of(value.tensor) && !is_named) {
            writer_.at(value.tensor).name = name;
            if (operator_tensors_.insert(value.tensor).second) operator_outputs_.push_back(value.tensor);
        }
    }
    values_[name] = std::move(value);
}

bool Translator::reads_alone(std::size_t i) const {
    const auto found = readers_.find(node_->inputs[i]);
    return found != readers_.end() && found->second.size() == 1;
}

const FileNode* Translator::file_node_before(std::size_t i) const {
    const auto found = has_input(i) ? file_writers_.find(node_->inputs[i]) : file_writers_.end();
    return found == file_writers_.end() ? nullptr : &file_.nodes[found->second];
}

Node* Translator::node_before(std::size_t i, const Value& x) {
    if (!reads_alone(i) || names_[x.tensor] != 1) return nullptr;
    Node* node = writer_.writer_of(x.tensor);
    while (node && node->op == "reshape" && names_.count(node->inputs.front()) == 0) node = writer_.writer_of(node->inputs.front());
    return node;
}

bool Translator::fuse_activation(const Value& x, const std::string& activation) {
    static const std::set<std::string> with_activation = {
        "conv_2d", "depthwise_conv_2d", "dense", "add", "sub", "mul", "div", "max_pool_2d", "average_pool_2d", "transposed_conv_2d"};
    Node* node = node_before(0, x);
    if (!node || !with_activation.count(node->op) || node->attributes.value("activation", "none") != "none") return false;
    node->attributes["activation"] = activation;
    take_over(x);
    return true;
}

bool Translator::is_never_negative(const Value& x) {
    static const std::set<std::string> positive = {"relu", "relu6", "logistic", "softmax"};
    static const std::set<std::string> passing = {"reshape",     "transpose",       "quantise", "requantise",
                                                  "max_pool_2d", "average_pool_2d", "slice",    "mean"};
    int tensor = x.tensor;
    for (int steps = 0; steps < 8; ++steps) {
        const Node* node = writer_.writer_of(tensor);
        if (!node) return false;
        const std::string activation = node->attributes.value("activation", "none");
        if (positive.count(node->op) || activation == "relu" || activation == "relu6") return true;
        if (!passing.count(node->op)) return false;
        tensor = node->inputs.front();
    }
    return false;
}

}  // namespace mote::graph::onnx
