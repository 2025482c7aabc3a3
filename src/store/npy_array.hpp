// Arrays as NumPy saves them (NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays", versions 1 to 3).
#pragma once

#include "store/format.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace mote::store {

/// A view of one array: where its values lie in the file and how they are to be read.
struct NpyArray {
    char kind = 0;               ///< 'i' whole, 'u' unsigned, 'f' real, 'b' truth, 'U' text of UTF-32, 'S' text of bytes
    std::size_t item_bytes = 0;  ///< of one value; of one text for 'U' and 'S'
    bool big_endian = false;
    std::vector<std::size_t> shape;
    std::vector<std::size_t> strides;  ///< in values
    std::span<const std::byte> data;   ///< exactly as many bytes as the shape needs

    std::size_t count() const { return item_bytes ? data.size() / item_bytes : 0; }
};

bool is_npy(std::span<const std::byte> bytes);

/// Throws base::Error "bad_input" naming the byte for a damaged header or a shape that the file does not hold, "unsupported" for value
/// types beyond those above.
NpyArray parse_npy(std::span<const std::byte> bytes);

/// One label an item of a list of whole numbers or texts, shape [N] or [N, 1]; empty when the array is no such list.
std::vector<std::string> npy_labels(const NpyArray& array);

/// Hands each recording to `sink`: [frames] and [frames, channels] are one, [N, frames, channels] are N, and unsigned bytes of shape
/// [N, height, width, 1 or 3] are N images. u1 and b1 are kept as u8, i1 and i2 as i16, all else becomes f32.
/// `labels` (may be empty) has N labels, or one a frame where the array is one recording. `prefix` goes before the names.
void read_npy(const NpyArray& array, const std::vector<std::string>& labels, const std::string& prefix, const ReadOptions& options,
              const Sink& sink);

}  // namespace mote::store
