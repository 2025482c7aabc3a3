// Content hashes (SHA-256) and message authentication.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace mote::base {

using Hash = std::array<std::uint8_t, 32>;

/// SHA-256 (FIPS 180-4), fed piece by piece.
class Hasher {
  public:
    Hasher();
    ~Hasher();
    Hasher(const Hasher&) = delete;
    Hasher& operator=(const Hasher&) = delete;
    Hasher& update(std::span<const std::byte> bytes);
    Hasher& update(std::string_view text);
    Hash finish();

  private:
    void* context_;
};

Hash sha256(std::span<const std::byte> bytes);
Hash sha256(std::string_view text);
/// HMAC-SHA256 (RFC 2104).
Hash hmac_sha256(std::string_view key, std::span<const std::byte> bytes);
/// 64 lower-case hex digits.
std::string hex(const Hash& hash);
/// Throws Error "bad_input" unless `text` is 64 hex digits.
Hash hash_from_hex(std::string_view text);

}  // namespace mote::base
