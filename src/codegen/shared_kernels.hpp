// Which calls of a kernel run the same machine code. A kernel is inlined into its caller, so that the compiler knows every size; where
// layers have the same sizes, one function serves them all.
#pragma once

#include "graph/kernel_call.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mote::codegen {

enum class Sharing : unsigned char {
    same_sizes,  ///< one function for layers that differ in nothing but zero points, which costs no more than the call
    all,         ///< one function a kernel: smaller, and a little slower, because sizes that differ are known only when it runs
};

/// One function that several calls of a kernel go through.
struct SharedKernel {
    std::string name;                       ///< "conv_2d_arm_dsp_1"
    const graph::KernelCall* first;         ///< whose parameters hold where all are the same
    std::vector<std::string_view> varying;  ///< parameters that differ, in order of declaration: the function's first arguments
    std::size_t pointers = 0;               ///< that follow
};

/// A call, which must live as long as the functions do, and stay where it is.
struct SharableCall {
    const graph::KernelCall* call = nullptr;
    /// Calls of one stream's node run over different numbers of rows, but always share a function; -1: of no stream.
    int streamed_node = -1;
};

class SharedKernels {
  public:
    SharedKernels() = default;  ///< none
    SharedKernels(std::span<const SharableCall> calls, Sharing sharing);

    /// nullptr for a call that has the kernel to itself.
    const SharedKernel* find(const graph::KernelCall& call) const;
    std::span<const SharedKernel> all() const { return kernels_; }

  private:
    std::vector<SharedKernel> kernels_;
    std::map<const graph::KernelCall*, std::size_t> index_;
};

/// Its definition as C++ text. `parameters_of_first` is the name of a constexpr object that holds the parameters of the first call.
std::string definition_of(const SharedKernel& kernel, const std::string& parameters_of_first);

}  // namespace mote::codegen
