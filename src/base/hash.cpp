#include "base/hash.hpp"
#include "base/error.hpp"
#include "base/files.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace mote::base {

namespace {
void require(bool ok) {
    if (!ok) throw Error("internal", "libcrypto refused SHA-256", "check the system's OpenSSL configuration");
}
}  // namespace

Hasher::Hasher() : context_(EVP_MD_CTX_new()) {
    require(context_ && EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), EVP_sha256(), nullptr) == 1);
}
Hasher::~Hasher() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

Hasher& Hasher::update(std::span<const std::byte> bytes) {
    require(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) == 1);
    return *this;
}

Hasher& Hasher::update(std::string_view text) { return update(as_bytes(text)); }

Hash Hasher::finish() {
    Hash hash{};
    require(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), hash.data(), nullptr) == 1);
    return hash;
}

Hash sha256(std::span<const std::byte> bytes) { return Hasher().update(bytes).finish(); }
Hash sha256(std::string_view text) { return Hasher().update(text).finish(); }

Hash hmac_sha256(std::string_view key, std::span<const std::byte> bytes) {
    Hash hash{};
    unsigned length = 0;
    require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                 hash.data(), &length) != nullptr);
    return hash;
}

std::string hex(const Hash& hash) {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(64);
    for (const std::uint8_t byte : hash) text += digits[byte >> 4], text += digits[byte & 15];
    return text;
}

Hash hash_from_hex(std::string_view text) {
    const auto digit = [&](char c) -> std::uint8_t {
        if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
        if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
        throw Error("bad_input", "'" + std::string(text) + "' is not a hash", "a hash is 64 lower-case hex digits");
    };
    if (text.size() != 64) throw Error("bad_input", "'" + std::string(text) + "' is not a hash", "a hash is 64 lower-case hex digits");
    Hash hash{};
    for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
    return hash;
}

}  // namespace mote::base
