// The one exception type of the host, and how a surface turns it into words.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace mote::base {

/// Every failure that a person can meet: what is wrong (`message`, naming file, row or tensor) and what to do next (`hint`).
/// `code` is a stable word for programs ("usage", "not_found", "bad_input", "unsupported", "conflict", "cancelled", "tool_failed",
/// "internal"); "usage" gives exit code 2, everything else 1.
class Error : public std::exception {
  public:
    Error(std::string code, std::string message, std::string hint = "")
        : code_(std::move(code)), message_(std::move(message)), hint_(std::move(hint)) {}

    const char* what() const noexcept override { return message_.c_str(); }
    const std::string& code() const noexcept { return code_; }
    const std::string& message() const noexcept { return message_; }
    const std::string& hint() const noexcept { return hint_; }
    int exit_code() const noexcept { return code_ == "usage" ? 2 : 1; }

    /// The same error with `place` put before its message: "place: message".
    Error at(std::string_view place) const { return Error(code_, std::string(place) + ": " + message_, hint_); }

  private:
    std::string code_;
    std::string message_;
    std::string hint_;
};

}  // namespace mote::base
