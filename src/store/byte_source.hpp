// Bytes taken piece by piece, from memory as they are or through gzip, so that a large file need not be unpacked at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace mote::store {

class ByteSource {
  public:
    virtual ~ByteSource() = default;
    /// Fills as much of `to` as there is, and returns how much that was; less than asked only at the end. Throws base::Error "bad_input"
    /// naming the byte of a damaged or cut gzip stream.
    virtual std::size_t read(std::span<std::byte> to) = 0;
    /// Bytes given out so far.
    std::uint64_t position() const { return position_; }

  protected:
    std::uint64_t position_ = 0;
};

/// Unpacks when the bytes begin like gzip (RFC 1952; several members one after the other are joined), else gives them as they are.
std::unique_ptr<ByteSource> open_source(std::span<const std::byte> bytes);

}  // namespace mote::store
