#include "app/serve/site.hpp"

#include "app/serve/certificate.hpp"
#include "base/error.hpp"

#include <httplib.h>

#include <atomic>
#include <chrono>
#include <thread>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <unistd.h>

namespace mote::app {

namespace fs = std::filesystem;

namespace {

/// IPv4 addresses of this machine that others reach.
std::vector<std::string> lan_addresses() {
    std::vector<std::string> found;
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) return found;
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != AF_INET) continue;
        if ((one->ifa_flags & IFF_UP) == 0 || (one->ifa_flags & IFF_LOOPBACK) != 0) continue;
        char text[INET_ADDRSTRLEN];
        const auto* const address = reinterpret_cast<const sockaddr_in*>(one->ifa_addr);
        if (::inet_ntop(AF_INET, &address->sin_addr, text, sizeof text) != nullptr) found.emplace_back(text);
    }
    ::freeifaddrs(all);
    return found;
}

std::vector<std::string> with_loopback(std::vector<std::string> addresses) {
    addresses.insert(addresses.end(), {"127.0.0.1", "::1"});
    return addresses;
}

}  // namespace

struct Site::Inside {
    std::vector<std::string> lan;
    SelfSigned identity;
    httplib::SSLServer server;
    int port = 0;
    std::atomic<std::uint64_t> requests = 0;

    explicit Inside(bool is_lan)
        : lan(is_lan ? lan_addresses() : std::vector<std::string>()),
          identity(self_signed({"localhost"}, with_loopback(lan))),
          server(identity.certificate.get(), identity.key.get()) {}
};

Site::Site(const fs::path& folder, bool lan, int port) {
    if (!fs::is_regular_file(folder / "index.html"))
        throw base::Error("not_found", folder.string() + " holds no index.html",
                          "make a page: mote deploy --as wasm --target wasm --out FOLDER");
    inside_ = std::make_unique<Inside>(lan);
    httplib::SSLServer& server = inside_->server;
    if (!server.is_valid())
        throw base::Error("tool_failed", "OpenSSL does not serve with the certificate that it made", "check that OpenSSL 3 is installed");
    server.set_mount_point("/", folder.string());
    server.set_file_extension_and_mimetype_mapping("js", "text/javascript");
    server.set_file_extension_and_mimetype_mapping("wasm", "application/wasm");
    // Deployed again, the page is another.
    server.set_default_headers({{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}});
    server.set_logger([this](const httplib::Request&, const httplib::Response&) { ++inside_->requests; });
    const std::string host = lan ? "0.0.0.0" : "127.0.0.1";
    if (port == 0)
        inside_->port = server.bind_to_any_port(host);
    else
        inside_->port = server.bind_to_port(host, port) ? port : -1;
    if (inside_->port < 1)
        throw base::Error("tool_failed", "port " + std::to_string(port) + " of " + host + " cannot be listened on",
                          "choose another: --port 8444, or --port 0 for any that is free");
}

Site::~Site() = default;

int Site::port() const { return inside_->port; }
std::uint64_t Site::requests() const { return inside_->requests; }

std::vector<std::string> Site::addresses() const {
    std::vector<std::string> all;
    const std::string behind = ":" + std::to_string(inside_->port) + "/";
    for (const std::string& address : inside_->lan) all.push_back("https://" + address + behind);
    all.push_back("https://localhost" + behind);
    return all;
}

void Site::run(const base::Cancel& cancel) {
    std::thread listener([this] { inside_->server.listen_after_bind(); });
    while (!cancel.requested()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    // A stop before the first accept would be lost.
    while (!inside_->server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    inside_->server.stop();
    listener.join();
}

}  // namespace mote::app
