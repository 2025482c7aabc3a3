#include "graph/overlap.hpp"

#include <algorithm>
#include <vector>

namespace mote::graph {

namespace {

/// For each output pixel, the first input pixel that it or any later one reads; one entry more for the end, where nothing is read.
std::vector<std::size_t> first_needed(const Window& w) {
    const auto pixels = static_cast<std::size_t>(w.out_h) * static_cast<std::size_t>(w.out_w);
    std::vector<std::size_t> needed(pixels + 1, static_cast<std::size_t>(w.in_h) * static_cast<std::size_t>(w.in_w));
    for (std::size_t q = pixels; q-- > 0;) {
        const int oy = static_cast<int>(q) / w.out_w, ox = static_cast<int>(q) % w.out_w;
        const auto y = static_cast<std::size_t>(std::max(0, oy * w.stride_h - w.pad_top));
        const auto x = static_cast<std::size_t>(std::max(0, ox * w.stride_w - w.pad_left));
        needed[q] = std::min(needed[q + 1], y * static_cast<std::size_t>(w.in_w) + x);
    }
    return needed;
}

}  // namespace

std::size_t overlap_distance(const Window& window, std::size_t in_c, std::size_t out_c, const WindowOrder& order) {
    const std::vector<std::size_t> needed = first_needed(window);
    const std::size_t pixels = needed.size() - 1;
    std::size_t distance = 0;
    for (std::size_t first = 0; first < pixels; first += order.pixels_at_once) {
        const std::size_t end = std::min(first + order.pixels_at_once, pixels);
        if (order.reads_first && end == pixels) break;
        const std::size_t written = end * out_c, kept = needed[order.reads_first ? end : first] * in_c;
        if (written > kept) distance = std::max(distance, written - kept);
    }
    return distance;
}

}  // namespace mote::graph
