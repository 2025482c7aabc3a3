// How much memory a file may ask for. A FlatBuffer can name the same bytes from many places, so that a small file can stand for far more
// than it holds; an honest one is copied two or three times.
#pragma once

#include "graph/graph.hpp"
#include "graph/import/flatbuffer.hpp"

#include <algorithm>
#include <cstdint>

namespace mote::graph::tflite {

/// Bytes that are read from a file of `file_bytes`, each time that they are: names, shapes, scales, values, lists of tensors.
constexpr std::uint64_t most_bytes_read(std::uint64_t file_bytes) {
    return std::min((std::uint64_t{1} << 20) + 16 * file_bytes, std::uint64_t{1} << 30);
}

class Budget {
  public:
    explicit Budget(const flatbuffer::Buffer& buffer) : buffer_(buffer), left_(most_bytes_read(buffer.size())) {}

    /// Throws base::Error "bad_input" when that is more than is left.
    void spend(std::uint64_t bytes) {
        if (bytes > left_)
            buffer_.damaged("names the same bytes so often that reading it takes more than " +
                            std::to_string(most_bytes_read(buffer_.size())) + " bytes (the file has " + std::to_string(buffer_.size()) +
                            ")");
        left_ -= bytes;
    }
    /// What a tensor holds beside its values.
    void spend_on_head(const Tensor& t) {
        spend(t.name.size() + sizeof(int) * (t.shape.size() + t.quantisation.scale.size() + t.quantisation.zero_point.size()));
    }

  private:
    const flatbuffer::Buffer& buffer_;
    std::uint64_t left_;
};

}  // namespace mote::graph::tflite
