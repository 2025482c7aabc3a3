// Compiled for vectors that not every machine has: called only where host_isa() says so.
#include "graph/host_kernels.hpp"

#include <cstring>

// Inline functions compiled here must not be taken by the linker for those of other files: a namespace of their own keeps them apart.
#define mote mote_host_kernels
#include "mote/rt/nn/conv_2d/vector.hpp"
#include "mote/rt/nn/dense/vector.hpp"
#include "mote/rt/nn/depthwise_conv_2d/vector.hpp"
#include "mote/rt/nn/transposed_conv_2d/vector.hpp"
#undef mote

namespace mote::graph {

namespace {

namespace nn = mote_host_kernels::rt::nn;

template <class Parameters>
Parameters filled(const std::int32_t* values) {
    Parameters parameters;
    std::memcpy(&parameters, values, sizeof parameters);
    return parameters;
}

void conv_2d(const std::int32_t* parameters, const std::int8_t* in, const std::int8_t* table, std::int8_t* out, void* scratch) {
    nn::conv_2d_vector(filled<nn::Conv2dParameters>(parameters), in, table, out, scratch);
}

void dense(const std::int32_t* parameters, const std::int8_t* in, const std::int8_t* table, std::int8_t* out, void* scratch) {
    nn::dense_vector(filled<nn::DenseParameters>(parameters), in, table, out, scratch);
}

void depthwise_conv_2d(const std::int32_t* parameters, const std::int8_t* in, const std::int8_t* table, std::int8_t* out, void*) {
    nn::depthwise_conv_2d_vector(filled<nn::DepthwiseConv2dParameters>(parameters), in, table, out);
}

void transposed_conv_2d(const std::int32_t* parameters, const std::int8_t* in, const std::int8_t* table, std::int8_t* out, void* scratch) {
    nn::transposed_conv_2d_vector(filled<nn::TransposedConv2dParameters>(parameters), in, table, out, scratch);
}

}  // namespace

HostKernel vector_kernel(std::string_view function) {
    if (function == "mote::rt::nn::conv_2d_vector") return conv_2d;
    if (function == "mote::rt::nn::dense_vector") return dense;
    if (function == "mote::rt::nn::depthwise_conv_2d_vector") return depthwise_conv_2d;
    if (function == "mote::rt::nn::transposed_conv_2d_vector") return transposed_conv_2d;
    return nullptr;
}

}  // namespace mote::graph
