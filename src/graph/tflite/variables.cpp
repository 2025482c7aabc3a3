// State that a model keeps between inferences: VAR_HANDLE names a variable, READ_VARIABLE and ASSIGN_VARIABLE use it.
#include "graph/node_view.hpp"
#include "graph/tflite/names.hpp"
#include "graph/tflite/operators.hpp"

#include <algorithm>

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
    if (!is_zero_at_start(named->second))
        unsupported("uses variable \"" + named->second + "\", which starts with other values than 0", "start states at 0");
    Tensor variable{named->second.empty() ? "variable" : named->second, from.type, from.shape, from.quantisation, {}, true};
    return variables_[named->second] = add_tensor(std::move(variable));
}

bool OperatorReader::is_zero_at_start(const std::string& name) const {
    const auto found = initialised_.find(name);
    return found == initialised_.end() || found->second;
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
    const std::int32_t zero = value.quantisation.zero_point.size() == 1 ? value.quantisation.zero_point[0] : 0;
    budget_.spend(value.data.size());
    bool all_zero = value.is_constant();
    if (value.type == Type::i8)
        for (const std::int8_t v : value.as<std::int8_t>()) all_zero = all_zero && v == zero;
    else
        for (const std::byte v : value.data) all_zero = all_zero && v == std::byte{0};
    initialised_[named->second] = all_zero;
}

}  // namespace mote::graph::tflite
