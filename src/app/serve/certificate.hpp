// A certificate that nobody but this machine vouches for: enough for a browser to call a page secure once a person has agreed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace mote::app {

struct KeyDeleter {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateDeleter {
    void operator()(X509* certificate) const { X509_free(certificate); }
};

struct SelfSigned {
    std::unique_ptr<EVP_PKEY, KeyDeleter> key;
    std::unique_ptr<X509, CertificateDeleter> certificate;
};

/// P-256 (FIPS 186-4), an X.509 certificate of version 3 for these names and IP addresses (RFC 5280), valid from yesterday for 90 days.
/// Throws base::Error "tool_failed" when OpenSSL refuses.
SelfSigned self_signed(const std::vector<std::string>& names, const std::vector<std::string>& addresses);

}  // namespace mote::app
