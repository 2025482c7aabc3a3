// A folder of files as a web site with TLS.
#pragma once

#include "base/progress.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace mote::app {

class Site {
  public:
    /// Listens at once: on this machine alone, or with `lan` on all its networks. Port 0: any that is free. Throws base::Error
    /// "not_found" for a folder without index.html, "tool_failed" for a port that is taken.
    Site(const std::filesystem::path& folder, bool lan, int port);
    ~Site();
    Site(const Site&) = delete;
    Site& operator=(const Site&) = delete;

    int port() const;
    /// Where the page is, most useful first: for other devices, then for this one.
    std::vector<std::string> addresses() const;
    /// Until `cancel` is requested.
    void run(const base::Cancel& cancel);
    /// Requests answered so far.
    std::uint64_t requests() const;

  private:
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace mote::app
