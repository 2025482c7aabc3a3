// How far a layer's output may reach into the memory of its input while the layer runs ("diagonal memory optimisation": Blacker, Bridges
// and Hadfield, 2020).
#pragma once

#include "graph/kernel_call.hpp"
#include "graph/window.hpp"

#include <cstddef>

namespace mote::graph {

/// The order in which a kernel with a sliding window goes: `pixels_at_once` output pixels after one another, row by row.
struct WindowOrder {
    std::size_t pixels_at_once = 1;
    /// All that those pixels need is read before the first of them is written; else each output value reads its window again.
    bool reads_first = false;
};

/// A window from the parameters of a kernel that has one.
template <class Parameters>
Window window_of_parameters(const Parameters& p) {
    Window w;
    w.in_h = p.in_h, w.in_w = p.in_w, w.in_c = p.in_c, w.out_h = p.out_h, w.out_w = p.out_w;
    w.kernel_h = p.kernel_h, w.kernel_w = p.kernel_w, w.stride_h = p.stride_h, w.stride_w = p.stride_w;
    w.pad_top = p.pad_top, w.pad_left = p.pad_left;
    return w;
}

/// Bytes by which the output (out_c bytes a pixel) must begin before the input (in_c bytes a pixel) so that no value is overwritten that is
/// still to be read.
std::size_t overlap_distance(const Window& window, std::size_t in_c, std::size_t out_c, const WindowOrder& order);

/// The same for a kernel with these parameters; input 0.
template <class Parameters>
Overlap window_overlap(const Parameters& p, const WindowOrder& order) {
    return {0, overlap_distance(window_of_parameters(p), static_cast<std::size_t>(p.in_c), static_cast<std::size_t>(p.out_c), order), 1};
}

}  // namespace mote::graph
