// State that a model keeps between inferences: VAR_HANDLE names a variable, READ_VARIABLE and ASSIGN_VARIABLE use it.
#include "graph/node_view.hpp"
#include "graph/quantised.hpp"
#include "graph/tflite/names.hpp"
#include "graph/tflite/operators.hpp"

namespace mote::graph::tflite {

std::string variable_name(const FileOperator& handle, Budget& budget) {
    std::string name = handle.options ? handle.options->text(1) : std::string();
    budget.spend(name.size());
    return name;
}

void OperatorReader::variable_handle() { handles_[output_index()] = variable_name(*op_, budget_); }

int OperatorReader::variable_of(int handle, int like) {
    const auto named = handles_.find(handle);
    if (named == handles_.end())
        unsupported("uses a variable that no VAR_HANDLE names", "export the model with its VAR_HANDLE operators in the main subgraph");
    const auto known = variables_.find(named->second);
    if (known != variables_.end()) return known->second;
    const Tensor& from = at(like);
    Tensor variable{named->second.empty() ? "variable" : named->second, from.type, from.shape, from.quantisation, {}, true};
    variable.initial = initial_of(named->second, variable);
    return variables_[named->second] = add_tensor(std::move(variable));
}

base::Bytes OperatorReader::initial_of(const std::string& name, const Tensor& like) const {
    const auto found = initial_.find(name);
    if (found == initial_.end()) return {};
    const Tensor& value = found->second;
    if (!value.is_constant()) unsupported("uses variable \"" + name + "\", whose first value is computed", "start it with a constant");
    if (value.type != like.type || value.data.size() != like.size_bytes())
        unsupported("uses variable \"" + name + "\" as " + std::string(name_of(like.type)) + " " + text_of(like.shape) +
                        ", which starts as " + std::string(name_of(value.type)) + " " + text_of(value.shape),
                    "start it with a value of its own type and shape");
    // Real 0 needs no values.
    return value.data == initial_value(like) ? base::Bytes() : value.data;
}

void OperatorReader::read_variable() {
    const int variable = variable_of(input_index(0), output_index());
    add_node("copy", {variable}, output_index());
}

void OperatorReader::assign_variable() {
    const int variable = variable_of(input_index(0), input_index(1));
    add_node("assign", {input_index(1)}, variable);
}

void OperatorReader::add_initial(const std::map<int, std::string>& names, int handle, const Tensor& value) {
    const auto named = names.find(handle);
    if (named == names.end()) return;
    budget_.spend(value.data.size());
    initial_[named->second] = value;
}

}  // namespace mote::graph::tflite
