#include "codegen/shared_kernels.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace mote::codegen {

namespace {

using graph::KernelCall;

bool is_zero_point(std::string_view parameter) { return parameter.ends_with("zero_point"); }

std::size_t pointers_of(const KernelCall& call) { return call.inputs.size() + call.tables.size() + 1 + (call.scratch_bytes > 0 ? 1 : 0); }

/// Calls with the same key can share a function.
std::string key_of(const SharableCall& sharable, Sharing sharing) {
    const KernelCall& call = *sharable.call;
    std::string key = call.function + " " + std::to_string(pointers_of(call));
    if (sharing == Sharing::all) return key;
    if (sharable.streamed_node >= 0)
        key += " in bands of node " + std::to_string(sharable.streamed_node);
    else
        for (const auto& [name, value] : call.values)
            if (!is_zero_point(name)) key += " " + std::to_string(value);
    return key;
}

}  // namespace

SharedKernels::SharedKernels(std::span<const SharableCall> sharable, Sharing sharing) {
    std::map<std::string, std::vector<const KernelCall*>> calls;
    std::vector<std::string> order;
    for (const SharableCall& one : sharable) {
        const std::string key = key_of(one, sharing);
        auto& same = calls[key];
        if (same.empty()) order.push_back(key);
        same.push_back(one.call);
    }
    std::map<std::string, int> count;
    for (const std::string& key : order) {
        const auto& same = calls[key];
        if (same.size() < 2) continue;
        const std::string kernel = same.front()->function.substr(same.front()->function.rfind(':') + 1);
        SharedKernel shared{kernel + "_" + std::to_string(++count[kernel]), same.front(), {}, pointers_of(*same.front())};
        for (std::size_t v = 0; v < same.front()->values.size(); ++v)
            if (std::any_of(same.begin(), same.end(), [&](const KernelCall* c) { return c->values[v] != same.front()->values[v]; }))
                shared.varying.push_back(same.front()->values[v].first);
        for (const KernelCall* call : same) index_[call] = kernels_.size();
        kernels_.push_back(std::move(shared));
    }
}

const SharedKernel* SharedKernels::find(const KernelCall& call) const {
    const auto found = index_.find(&call);
    return found == index_.end() ? nullptr : &kernels_[found->second];
}

std::string definition_of(const SharedKernel& kernel, const std::string& parameters_of_first) {
    std::vector<std::string> declared, passed = {"parameters"};
    for (const std::string_view name : kernel.varying) declared.push_back("int32_t " + std::string(name));
    std::string types;
    for (std::size_t p = 1; p <= kernel.pointers; ++p) {
        const std::string number = std::to_string(p);
        types += (p == 1 ? "class P" : ", class P") + number;
        declared.push_back("P" + number + " p" + number), passed.push_back("p" + number);
    }
    std::string out = "template <" + types + ">\nMOTE_RT_SHARED void " + kernel.name + "(" + base::join(declared, ", ") + ") {\n";
    const std::string type = "::" + kernel.first->parameters;
    if (kernel.varying.empty()) {
        passed.front() = parameters_of_first;
    } else {
        out += "    " + type + " parameters = " + parameters_of_first + ";\n";
        for (const std::string_view name : kernel.varying) out += "    parameters." + std::string(name) + " = " + std::string(name) + ";\n";
    }
    return out + "    ::" + kernel.first->function + "(" + base::join(passed, ", ") + ");\n}\n";
}

}  // namespace mote::codegen
