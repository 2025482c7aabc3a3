#include "app/serve/certificate.hpp"

#include "base/error.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace mote::app {

namespace {

constexpr long day_s = 24 * 60 * 60;

void check(bool holds, const char* what) {
    if (!holds)
        throw base::Error("tool_failed", std::string("OpenSSL could not make a certificate: ") + what, "check that OpenSSL 3 is installed");
}

void add_extension(X509* certificate, int kind, const std::string& text) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, text.c_str()), &X509_EXTENSION_free);
    check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "an extension");
}

/// 126 random bits: no two certificates of an issuer may share a number.
void set_serial(X509* certificate) {
    const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(BN_new(), &BN_free);
    check(number != nullptr && BN_rand(number.get(), 126, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
          "a serial number");
}

}  // namespace

SelfSigned self_signed(const std::vector<std::string>& names, const std::vector<std::string>& addresses) {
    SelfSigned made;
    made.key.reset(EVP_EC_gen("P-256"));
    made.certificate.reset(X509_new());
    X509* const certificate = made.certificate.get();
    check(made.key != nullptr && certificate != nullptr, "a key");
    check(X509_set_version(certificate, 2) == 1, "a version");  // counted from 0: version 3
    set_serial(certificate);
    check(X509_gmtime_adj(X509_getm_notBefore(certificate), -day_s) != nullptr &&
              X509_gmtime_adj(X509_getm_notAfter(certificate), 89 * day_s) != nullptr,
          "its dates");
    X509_NAME* const subject = X509_get_subject_name(certificate);
    const unsigned char title[] = "mote serve";
    check(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, title, -1, -1, 0) == 1 && X509_set_issuer_name(certificate, subject) == 1,
          "its subject");
    check(X509_set_pubkey(certificate, made.key.get()) == 1, "its key");
    std::string alternatives;
    for (const std::string& name : names) alternatives += (alternatives.empty() ? "DNS:" : ",DNS:") + name;
    for (const std::string& address : addresses) alternatives += (alternatives.empty() ? "IP:" : ",IP:") + address;
    add_extension(certificate, NID_subject_alt_name, alternatives);
    add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(certificate, NID_ext_key_usage, "serverAuth");
    check(X509_sign(certificate, made.key.get(), EVP_sha256()) > 0, "its signature");
    return made;
}

}  // namespace mote::app
