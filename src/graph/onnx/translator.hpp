// From the operators of an ONNX model to nodes of a graph. The operators lie by family in files of this folder; operators.cpp lists them.
#pragma once

#include "graph/import_format.hpp"
#include "graph/onnx/file.hpp"
#include "graph/onnx/value.hpp"
#include "graph/refusals.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mote::graph::onnx {

/// How a tensor of 8 bits is stored.
struct StoredAs {
    Quantisation scale;  ///< for signed values: unsigned ones have 128 taken off, from the zero point too
    bool is_unsigned = false;
};

struct OperatorEntry;

class Translator {
  public:
    /// `constants` stand for graph inputs of these names. Both must outlive the translator.
    Translator(const File& file, std::string_view where, const std::map<std::string, FileTensor>& constants);
    /// Throws base::Error "unsupported" or "bad_input" naming the operator and its place.
    Imported run();

    // --- the operator that is being translated
    int opset() const { return opset_; }
    /// Attributes; one that no function asks for is refused when the operator is done.
    bool has(const std::string& attribute);
    std::int64_t integer(const std::string& attribute, std::int64_t otherwise);
    float real(const std::string& attribute, float otherwise);
    std::string text(const std::string& attribute, const std::string& otherwise);
    std::vector<int> integers(const std::string& attribute);
    const Attribute* attribute(const std::string& name);
    /// "...: WHAT", an error of code "unsupported".
    [[noreturn]] void refuse(const std::string& what, const std::string& hint) const;
    /// The same for what no valid model holds.
    [[noreturn]] void reject(const std::string& what) const;
    std::string_view where() const { return where_; }

    // --- its inputs
    std::size_t input_count() const { return node_->inputs.size(); }
    bool has_input(std::size_t i) const { return i < node_->inputs.size() && !node_->inputs[i].empty(); }
    /// Throws where there is none or it holds no values.
    const Value& input(std::size_t i) const;
    /// An input that holds reals: computed as f32, or a view of an i8 tensor.
    Value operand(std::size_t i) const;
    /// The same for an input of an operator before.
    Value operand_of(const FileNode& before, std::size_t i) const;
    /// The same with f32 values: a node dequantises a view.
    Value real_operand(std::size_t i) { return real_value(operand(i)); }
    /// An input whose values only move: reals, views, stored values with any scale, or constants of whole numbers.
    Value movable(std::size_t i);
    /// A constant of whole numbers, saturated to the range of int; none where it is empty.
    std::vector<int> numbers(std::size_t i);
    /// The numbers of input i where there is one, else those of an attribute: the operator's form before and after some opset.
    std::vector<int> numbers(std::size_t i, const std::string& attribute);
    /// A constant of reals, in the file's order.
    std::vector<float> reals(std::size_t i);
    bool is_constant(const Value& value) const { return writer_.is_constant(value); }
    /// -rank ... rank - 1 as 0 ... rank - 1.
    int axis(std::int64_t value, std::size_t rank) const;

    // --- what it becomes
    Writer& writer() { return writer_; }
    Value real_value(const Value& value);
    void set_output(std::size_t i, Value value);
    std::size_t output_count() const { return node_->outputs.size(); }
    bool has_output(std::size_t i) const { return i < node_->outputs.size() && !node_->outputs[i].empty(); }
    /// Whether something reads output i.
    bool is_needed(std::size_t i) const { return has_output(i) && readers_.count(node_->outputs[i]) != 0; }
    const FileNode& node() const { return *node_; }

    /// A node of one input that keeps order and shape; on int8 where the input is a view and the output is quantised.
    Value unary(const std::string& op, const Value& x, const base::Json& attributes = base::Json::object());
    /// Settled, with dimensions of size 1 in front up to this rank.
    Value aligned(const Value& value, std::size_t rank);
    /// A node of two inputs, the smaller repeated, in the order of the larger; on int8 where both are views or constants and the output is
    /// quantised.
    Value binary(const std::string& op, const Value& a, const Value& b);
    /// How output 0 is stored, where all that becomes of it is an 8-bit tensor (possibly behind operators that keep its scale).
    std::optional<StoredAs> output_storage() const;
    /// Whether only the current operator reads its input i.
    bool reads_alone(std::size_t i) const;
    /// The operator of the file that writes input i; nullptr where none does.
    const FileNode* file_node_before(std::size_t i) const;
    /// The node that computes input i of the current operator, where nothing else reads what it writes; else nullptr.
    Node* node_before(std::size_t i, const Value& x);
    /// The current operator's work has been put into the node that computes x: the tensor is to hold its output instead.
    void take_over(const Value& x) { names_[x.tensor] = 0; }
    /// Writes the activation into the node that computes input 0; false where that is not possible.
    bool fuse_activation(const Value& x, const std::string& activation);
    /// Whether no value of the tensor is below 0.
    bool is_never_negative(const Value& x);

    /// From the tensors of a scale and a zero point ("": none), as quantising operators name them. `axis` counts where there are several.
    StoredAs storage(const std::string& scale, const std::string& zero_point, std::int64_t axis, bool unsigned_otherwise) const;
    StoredAs storage_of_inputs(std::size_t scale, std::size_t zero_point, std::int64_t axis, bool unsigned_otherwise = true) const;
    /// A stored value (8 bits) as a view with this scale.
    Value viewed(const Value& stored, const StoredAs& as);
    /// A real or a view, as stored values.
    Value stored(const Value& value, const StoredAs& as);

  private:
    void check_opsets();
    /// What no output needs is not computed.
    void drop_unused_nodes();
    /// What the file takes and gives as uint8 is read as i8, and gets its type back.
    void restore_unsigned_ends();
    void add_constant(const FileTensor& tensor, const std::string& name);
    void add_input(const FileValue& input);
    void add_output(const FileValue& output);
    /// Throws base::Error "bad_input" where the file declares another shape than its operators give.
    void check_declared(const FileValue& output, const std::vector<int>& shape) const;
    void translate(const FileNode& node, std::size_t index);
    /// The same, keeping a refusal: what reads the results of a refused operator is only asked whether it has a counterpart.
    void translate_or_refuse(const FileNode& node, std::size_t index);
    const OperatorEntry& entry_of_node() const;
    std::string place() const;
    const Value* find(const std::string& name) const;
    std::optional<StoredAs> storage_behind(const std::string& name, int depth) const;

    const File& file_;
    std::string where_;
    const std::map<std::string, FileTensor>& bound_;
    Graph graph_;
    Writer writer_;
    std::map<std::string, Value> values_;
    std::map<std::string, std::size_t> file_writers_;          ///< node of the file by what it writes
    std::map<std::string, std::vector<std::size_t>> readers_;  ///< nodes of the file; one more for a graph output
    std::map<int, int> dequantised_;                           ///< f32 tensor by i8 tensor
    std::map<int, int> names_;                                 ///< how many values of the file a tensor holds
    std::vector<int> operator_outputs_;
    std::vector<int> unsigned_inputs_, unsigned_outputs_;
    std::set<int> operator_tensors_;
    const FileNode* node_ = nullptr;
    std::size_t node_index_ = 0;
    int opset_ = 0;
    std::set<std::string> attributes_read_;
    Refusals refusals_;
    std::set<std::string> lost_;  ///< what refused operators would write
};

/// The value of a constant of the file.
Value constant_value(Writer& writer, const FileTensor& tensor, std::string_view where);

struct OperatorEntry {
    const char* op_type;
    int since, until;  ///< opsets in which it is read
    void (*translate)(Translator&);
    bool of_constants = false;  ///< gives constants, where its inputs are some
};
/// nullptr when there is none of that domain and name.
const OperatorEntry* find_entry(const std::string& domain, const std::string& op_type);
/// Names of the operators of ONNX that are read.
std::vector<std::string> known_operators();
/// What to use in place of an operator that has no counterpart, or "".
std::string advice_for(const std::string& op_type);

inline constexpr int oldest_opset = 1, newest_opset = 23;

}  // namespace mote::graph::onnx
